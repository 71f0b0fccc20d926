"""Church modes: the tonic and the mode that a sheet names are kept, harmonised, closed on, analysed and printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from arranger import analyse, arrange, harmonize, read_lead_sheet, read_score, write_score
from arranger.arranging.ending import leads_back
from theory.harmony.estimate import estimate_chords
from theory.notation.key import CHURCH_MODES, Key
from theory.notation.pitch import Interval
from theory.notation.score import LeadSheet

CASE = Path(__file__).parent / "cases" / "95b-mixolydian-bare.abc"
TUNES = {
    "D dorian": "A2|d2 dA BAFA|d2 d2 e2 c2|d2 dA BAGF|EFGE C2 A2|d2 dA BAFA|AGFE DEFG|E2 D2 D2|]",
    "E phrygian": "E2F2 G2A2|B2A2 G4|A2G2 F2E2|F2G2 A4|c2B2 A2G2|A2G2 F4|G2F2 E2D2|E8|]",
    "F lydian": "F2A2 c4|B2c2 A4|G2F2 G2A2|c2d2 e4|f2e2 c2A2|B2A2 G4|F8|]",
    "A mixolydian": "a2ab agec|=g2ga gdBG|a2ab agec|d2B2 A4|=g2fg e2d2|c2A2 B=GBd|c2A2 A4|]",
}


def sheet_of(tmp_path: Path, key: str) -> LeadSheet:
    path = tmp_path / "tune.abc"
    path.write_text(f"X:1\nM:4/4\nL:1/8\nK:{key}\n{TUNES[key]}\n")
    return read_lead_sheet(path)


def test_every_mode_has_its_scale_its_signature_and_its_spelling() -> None:
    for steps, mode in zip((1, 2, 3, 4, 6), CHURCH_MODES, strict=True):
        key = Key.from_fifths(0, mode)
        assert key.scale == Key.parse("C").scale[steps:] + Key.parse("C").scale[:steps]
        assert (key.fifths, str(key)) == (0, f"{key.tonic} {mode}")
        assert {key.spelling[pitch_class] for pitch_class in key.scale} == set(range(-1, 6))
        assert key.up(Interval.parse("M2")).fifths == 2
        assert Key.parse(str(key)) == key


@pytest.mark.parametrize(
    ("text", "key"),
    [("Gmix", "G mixolydian"), ("d dorian", "D dorian"), ("A Aeolian", "A minor"), ("Bb ionian", "Bb major")],
)
def test_modes_are_named_in_the_usual_ways(text: str, key: str) -> None:
    assert str(Key.parse(text)) == key


def test_a_bare_mixolydian_tune_closes_on_its_tonic() -> None:
    sheet = read_lead_sheet(CASE)
    assert str(sheet.score.bars[0].key) == "G mixolydian"
    spans = estimate_chords(sheet.score)
    assert {str(span.key) for span in spans} == {"G mixolydian"}
    assert [str(span.symbol) for span in spans] == ["G", "F", "G", "F", "G"]


@pytest.mark.parametrize("style", ["song", "folk", "hymn"])
@pytest.mark.parametrize("key", TUNES)
def test_a_tune_in_a_mode_is_harmonised_in_it(tmp_path: Path, key: str, style: str) -> None:
    chords = harmonize(sheet_of(tmp_path, key), style=style).chords
    home = Key.parse(key)
    last = chords[-1].symbol
    assert (last.root, last.quality) == (home.tonic, "m" if home.is_minor else "")
    assert {pitch_class for chord in chords for pitch_class in chord.symbol.pitch_classes} <= set(home.scale)


@pytest.mark.parametrize(("key", "style"), [("D dorian", "song"), ("A mixolydian", "chorale"), ("E phrygian", "hymn")])
def test_an_arrangement_keeps_the_mode_in_print_and_analysis(tmp_path: Path, key: str, style: str) -> None:
    arrangement = arrange(sheet_of(tmp_path, key), ensemble="satb", style=style, key="keep")
    path = Path(write_score(arrangement.score, tmp_path / "song.musicxml"))
    assert f"<mode>{key.split()[1]}</mode>" in path.read_text(encoding="utf-8")
    score = read_score(path)
    assert str(score.bars[0].key) == key
    assert str(analyse(score).keys[0].key) == key
    bass = next(note for note in reversed(score.parts[-1].notes) if note.pitch)
    assert bass.pitch is not None
    assert bass.pitch.tone == Key.parse(key).tonic


def test_a_sheet_in_a_mode_ends_at_home_on_its_tonic_only(lead_sheet) -> None:  # type: ignore[no-untyped-def]
    assert not leads_back(lead_sheet('"G"G B d B|"F"A F "G"G2|]', key="Gmix").score)
    assert leads_back(lead_sheet('"G"G B d B|"G"G B "F"A2|]', key="Gmix").score)


def test_modes_of_musicxml_are_kept(tmp_path: Path) -> None:
    path = Path(write_score(sheet_of(tmp_path, "E phrygian").score, tmp_path / "tune.musicxml"))
    assert str(read_score(path).bars[0].key) == "E phrygian"
    path.write_text(path.read_text(encoding="utf-8").replace("phrygian", "aeolian"), encoding="utf-8")
    assert str(read_score(path).bars[0].key) == "A minor"


def test_modes_go_through_music21(tmp_path: Path) -> None:
    from theory.music21_bridge.reading import from_music21
    from theory.music21_bridge.writing import to_music21

    score = sheet_of(tmp_path, "D dorian").score
    assert str(from_music21(to_music21(score)).bars[0].key) == "D dorian"
