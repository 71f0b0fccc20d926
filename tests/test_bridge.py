"""music21 streams converted to scores, and music21 as the oracle of our MusicXML reader."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from music21 import bar, chord, converter, corpus, key, meter, note, spanner, stream

from arranger.formats.reading import read_score
from theory.music21_bridge.reading import from_music21, to_music21
from theory.notation.score import Part

DATA = Path(__file__).parents[1].parent / "shared" / "data"
SHEETS = sorted((DATA / "leadsheets").glob("*.mxl"))
HYMNS = sorted((DATA / "hymns").glob("*.mxl"))


def sounding(part: Part) -> list[tuple[Fraction, Fraction, str, bool, bool]]:
    """Return onset, duration, pitch and ties of the notes."""
    return sorted((n.onset_quarter, n.duration_quarter, str(n.pitch), n.tie_start, n.tie_stop)
                  for n in part.notes if n.pitch)  # fmt: skip


def test_tune_in_tiny_notation() -> None:
    score = from_music21(converter.parse("tinyNotation: 3/4 c4 trip{d8 e f} g4~ g2 r4"))
    notes = score.parts[0].notes
    assert [str(n.pitch) if n.pitch else "-" for n in notes] == ["C4", "D4", "E4", "F4", "G4", "G4", "-"]
    assert notes[2].onset_quarter == Fraction(4, 3)
    assert (notes[4].tie_start, notes[5].tie_stop) == (True, True)
    assert [str(b.meter) for b in score.bars] == ["3/4", "3/4"]


def test_bars_repeats_and_endings() -> None:
    part = stream.Part()
    measures = [stream.Measure([note.Note("C5", quarterLength=3)], number=number) for number in (1, 2, 3)]
    measures[0].insert(0, key.Key("g"))
    measures[0].insert(0, meter.TimeSignature("3/4"))
    measures[0].leftBarline = bar.Repeat(direction="start")
    measures[1].rightBarline = bar.Repeat(direction="end", times=3)
    part.append(measures)
    part.insert(0, spanner.RepeatBracket([measures[1]], number="1,2"))
    bars = from_music21(part).bars
    assert (str(bars[0].key), bars[0].repeat_start, bars[1].repeat_end, bars[1].volta) == ("G minor", True, 3, (1, 2))


def test_chords_come_from_the_top_with_their_words_once() -> None:
    stem = chord.Chord(["C4", "E4"], quarterLength=4)
    stem.lyric = "la"
    notes = from_music21(stream.Part([stem])).parts[0].notes
    assert [(str(n.pitch), n.chord, len(n.lyrics)) for n in notes] == [("E4", False, 1), ("C4", True, 0)]


def test_stream_without_notes_is_no_score() -> None:
    with pytest.raises(ValueError, match="has no notes"):
        from_music21(stream.Part([note.Rest()]))


def test_chorale_has_four_parts_pickup_and_fermatas() -> None:
    score = from_music21(corpus.parse("bach/bwv66.6"))
    assert [part.name for part in score.parts] == ["Soprano", "Alto", "Tenor", "Bass"]
    assert (score.bars[0].number, score.bars[0].length_quarter, str(score.bars[0].key)) == ("0", 1, "F# minor")
    assert sum(n.fermata for n in score.parts[0].notes) == 6


@pytest.mark.parametrize("name", ["bach/bwv66.6", "bach/bwv269", "bach/bwv7.7"])
def test_score_survives_music21(name: str) -> None:
    score = from_music21(corpus.parse(name))
    again = from_music21(to_music21(score))
    assert [sounding(part) for part in again.parts] == [sounding(part) for part in score.parts]
    assert [(b.number, b.onset_quarter, b.key, b.meter) for b in again.bars] == [
        (b.number, b.onset_quarter, b.key, b.meter) for b in score.bars
    ]


@pytest.mark.skipif(not SHEETS or not HYMNS, reason="the shared files are not here")
@pytest.mark.parametrize("path", SHEETS[::40] + HYMNS[::30], ids=lambda path: path.stem[:40])
def test_our_reader_agrees_with_music21_note_for_note(path: Path) -> None:
    ours, oracle = read_score(path), from_music21(converter.parse(path))
    assert [sounding(part) for part in ours.parts] == [sounding(part) for part in oracle.parts]
    words = [[[lyric.text for lyric in n.lyrics] for n in part.notes if n.pitch] for part in ours.parts]
    assert words == [[[lyric.text for lyric in n.lyrics] for n in part.notes if n.pitch] for part in oracle.parts]
