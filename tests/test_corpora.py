"""Corpora: splits do not overlap, views reveal nothing about hidden voices, cached arrays are unchanged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import fields, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from corpora.cache import cached_arrays
from corpora.catalogue import CORPORA
from corpora.chorales import CHORALES, chorale_file, read_chorale
from corpora.corpus import read_four_parts
from corpora.encode import slices_of, slices_to_next
from corpora.excerpt import read_excerpt
from corpora.hymns import HYMNS, read_hymn
from corpora.monteverdi import MADRIGALS
from corpora.quartets import QUARTETS
from corpora.score_sets import FOUR_PART_SETS, GOMOLKA, LIEDER, OPEN_QUARTETS, SCORE_SETS, set_reader
from corpora.views import View, ViewKey, arrays_of, grid_onsets, snapped, views_from, views_of
from theory.music21_bridge.reading import from_music21
from theory.notation.score import Score
from theory.slices.texture import texture_of

HYMN_FOLDER = Path(__file__).parents[1].parent / "shared" / "data" / "hymns"
SET_FOLDER = HYMN_FOLDER.parent / "scores"
needs_sets = pytest.mark.skipif(not SET_FOLDER.is_dir(), reason="the sets of scores are not beside the checkout")
SOPRANO_BEATS = ViewKey((0,), "beat", False)


def score(*voices: str, meter: str = "4/4") -> Score:
    """Return a score from voices in music21's tinyNotation."""
    from music21 import converter, stream

    parts = [converter.parse(f"tinyNotation: {meter} {voice}") for voice in voices]
    return from_music21(stream.Score([stream.Part(part.elements) for part in parts]))


class Made:
    """Makes arrays and counts how often."""

    times = 0

    def __call__(self) -> dict[str, np.ndarray]:
        self.times += 1
        return {"pitch": np.arange(3), "style": np.array(["folk", "song"])}


def test_arrays_are_made_again_when_stale_only(tmp_path):
    make = Made()
    for digest, times in (("a", 1), ("a", 1), ("b", 2), ("b", 2), ("a", 2)):
        arrays = cached_arrays(tmp_path / "folder" / "bwv1.6", digest, make)
        assert {name: array.tolist() for name, array in arrays.items()} == {
            "pitch": [0, 1, 2],
            "style": ["folk", "song"],
        }
        assert make.times == times
    assert sorted(path.name for path in (tmp_path / "folder").iterdir()) == ["bwv1.6-a.npz", "bwv1.6-b.npz"]


def test_damaged_arrays_are_made_again(tmp_path):
    make = Made()
    cached_arrays(tmp_path / "tunes", "a", make)
    file = tmp_path / "tunes-a.npz"
    whole = file.read_bytes()
    damaged = [whole[:-size] for size in (1, 100, len(whole))]
    damaged += [whole[:index] + bytes([whole[index] ^ 255]) + whole[index + 1 :] for index in range(0, len(whole), 7)]
    for data in (b"damaged", *damaged):
        file.write_bytes(data)
        arrays = cached_arrays(tmp_path / "tunes", "a", make)
        assert arrays.keys() == {"pitch", "style"}
        assert arrays["pitch"].tolist() == [0, 1, 2]
    times = make.times
    cached_arrays(tmp_path / "tunes", "a", make)
    assert make.times == times


def test_arrays_that_cannot_be_made_leave_no_file(tmp_path):
    def refuse() -> dict[str, np.ndarray]:
        raise ValueError("no score")

    with pytest.raises(ValueError, match="no score"):
        cached_arrays(tmp_path / "tunes", "a", refuse)
    assert not list(tmp_path.iterdir())


def test_several_processes_may_make_the_same_arrays(tmp_path):
    script = (
        "import sys; from pathlib import Path; import numpy as np; from corpora.cache import cached_arrays\n"
        "for digest in range(20):\n"
        "    arrays = cached_arrays(Path(sys.argv[1]) / 'tunes', str(digest), lambda: {'pitch': np.arange(9999)})\n"
        "    assert arrays['pitch'].sum() == 9999 * 9998 // 2\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "OMP_NUM_THREADS": "1"}
    running = [subprocess.Popen(command, env=environment) for _ in range(3)]
    assert [process.wait() for process in running] == [0, 0, 0]
    assert len(list(tmp_path.glob("*.npz"))) == len(list(tmp_path.iterdir())) == 20


@pytest.fixture(scope="module")
def cadence() -> Score:
    """A cadence with a passing note in the alto and a syncopation in the bass."""
    return score("e'2 d'2 c'1", "g4 a8 g8 g2 g1", "c'2 b2 g1", "C4 D8 E4. G4 C1")


@pytest.mark.parametrize("corpus", CORPORA, ids=lambda corpus: corpus.name)
def test_the_catalogue_describes_what_is_installed(corpus):
    assert all((corpus.title, corpus.citation, corpus.licence, corpus.location))
    assert corpus.count > 0
    assert corpus.quirks
    assert all(quirk.endswith(".") and len(quirk.split()) > 2 for quirk in corpus.quirks)
    if corpus.split_file:
        assert {"train", "valid"} <= set(corpus.splits)
        train, valid = set(corpus.names("train")), set(corpus.names("valid"))
        assert not train & valid
        assert corpus.count == len(train) + len(valid)
    if corpus.folders:
        corpus.check_installed()
        assert len(corpus.paths()) == corpus.files


CARDS = sorted((Path(__file__).parents[1] / "arranger" / "models" / "weights").glob("*/card.json"))


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.parent.name)
def test_a_model_card_quotes_the_catalogue(path):
    known = {corpus.name: corpus for corpus in CORPORA}
    entries = [entry for entry in json.loads(path.read_text(encoding="utf-8"))["corpora"] if entry["name"] in known]
    assert entries
    for entry in entries:
        corpus = known[entry["name"]]
        for quoted in entry.keys() & {"title", "citation", "licence", "digest", "split_digest"}:
            assert entry[quoted] == getattr(corpus, quoted)


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.parent.name)
def test_weights_are_made_of_music_that_may_be_used_for_anything(path):
    for entry in json.loads(path.read_text(encoding="utf-8"))["corpora"]:
        assert any(word in entry["licence"] for word in ("public domain", "CC0", "CC BY")), entry["name"]
        refused = ("non-commercial", "permission", "reserves", "SA ", "NC", "nothing of a licence")
        assert not any(word in entry["licence"] for word in refused), entry["name"]


def test_a_name_stands_for_one_corpus():
    assert len({corpus.name for corpus in CORPORA}) == len(CORPORA)


def test_no_test_chorale_is_trained_on():
    tests = set(CHORALES.names("test")) | set(CHORALES.names("test_deepchoir"))
    assert not tests & (set(CHORALES.names("train")) | set(CHORALES.names("valid")))


def test_the_catalogue_names_an_unknown_split():
    with pytest.raises(KeyError, match="hymns has no split 'test'; it has train, valid"):
        HYMNS.names("test")
    with pytest.raises(KeyError, match="monteverdi has no split 'train'; it has none"):
        MADRIGALS.names("train")


def test_a_corpus_that_is_not_installed_is_named():
    with pytest.raises(FileNotFoundError, match="hymns: no files found; they are a folder that is given"):
        HYMNS.paths()


def test_a_chorale_with_horns_keeps_its_singers():
    chorale = read_chorale("bwv248.23-2")
    assert [part.name for part in chorale.parts] == ["Soprano", "Alto", "Tenor", "Bass"]


def test_a_missing_hymn_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="no such hymn"):
        read_hymn(tmp_path, "Nun danket")


@pytest.mark.skipif(not HYMN_FOLDER.is_dir(), reason="the hymns are not beside the checkout")
def test_a_hymn_has_four_voices_high_to_low():
    hymn = read_hymn(HYMN_FOLDER, HYMNS.names("valid")[0])
    pitch = slices_of(texture_of(hymn)).pitch
    means = [pitch[:, voice][pitch[:, voice] >= 0].mean() for voice in range(4)]
    assert len(hymn.parts) == 4
    assert means == sorted(means, reverse=True)


def test_a_given_soprano_leaks_no_rhythm_of_the_others(cadence):
    bare = views_of(score("e'2 d'2 c'1", "g1 g1", "c'1 g1", "c1 c1"))
    for grid in ("none", "beat", "eighth"):
        key = ViewKey((0,), grid, False)
        assert np.array_equal(views_of(cadence)[key].duration, bare[key].duration)


def test_a_hidden_note_off_the_grid_falls_out_or_is_snapped(cadence):
    view = views_of(cadence)[SOPRANO_BEATS]
    alto, bass = view.pitch[:4, 1].tolist(), view.pitch[:4, 3].tolist()
    assert alto == [67, 69, 67, 67]  # the passing note is dropped
    assert bass == [48, 50, 52, 55]  # the off-beat E is moved to the next beat
    assert view.attack[:4, 3].tolist() == [True, True, True, True]
    assert snapped(cadence, view) == (16, 1, 1)


def test_on_eighths_nothing_is_snapped(cadence):
    assert snapped(cadence, views_of(cadence)[ViewKey((0,), "eighth", False)]) == (16, 0, 0)


def test_ties_across_a_bar_are_one_note():
    tied = score("c'2 d'2~ d'2 e'2", "g1 g1", "e1 e1", "c1 c1")
    view = views_of(tied)[ViewKey((0,), "none", False)]
    assert view.attack[:, 0].tolist() == [True, True, False, True]


def test_the_beat_grid_of_a_pickup_is_counted_from_its_end(cadence):
    pickup = read_chorale("bwv1.6").bars[0]
    assert grid_onsets([pickup], "beat") == (Fraction(0),)
    assert grid_onsets(cadence.bars[:1], "eighth") == tuple(Fraction(n, 2) for n in range(8))


def test_chords_are_labelled_with_their_inversions():
    view = views_of(score("e'2 d'2 c'1", "g2 g2 g1", "c'2 b2 g1", "e2 G2 c1"))[ViewKey((0,), "none", True)]
    assert view.root.tolist() == [0, 7, 0]
    assert view.inversion.tolist() == [4, -1, -1]


def test_slices_to_the_end_of_the_phrase():
    assert slices_to_next(np.array([False, True, False, False])).tolist() == [2, 1, 2, 1]


def test_views_come_back_from_the_cache(cadence, tmp_path):
    views = views_of(cadence)
    for _ in range(2):  # made, then read
        again = views_from(cached_arrays(tmp_path / "cadence", "digest", lambda: arrays_of(views)))
    assert again.keys() == views.keys()
    for key, view in views.items():
        assert all(np.array_equal(getattr(view, field.name), getattr(again[key], field.name)) for field in fields(View))


def test_another_version_of_a_corpus_is_told():
    with pytest.raises(ValueError, match="quartets: 25 files with digest eff17ab9a9efd73d, the catalogue has 8"):
        replace(QUARTETS, files=8).check_installed()


def test_a_quartet_is_read_in_four_parts_and_a_madrigal_refused():
    quartet = read_four_parts(QUARTETS.paths()[0])
    assert [part.name for part in quartet.parts] == ["Violin I", "Violin II", "Viola", "Cello"]
    with pytest.raises(ValueError, match="5 parts, not four"):
        read_four_parts(MADRIGALS.paths()[0])


def test_a_tune_without_symbols_is_told_what_is_guessed_of_it_alone():
    score = read_chorale("bwv255")
    other = replace(score, parts=(score.parts[0], *[score.parts[0]] * 3))
    key = ViewKey((0,), "beat", True, of_tune=True)
    heard, unheard = views_of(score)[key], views_of(other)[key]
    assert np.array_equal(heard.root, unheard.root)
    assert (heard.inversion == -1).all()
    assert not np.array_equal(heard.pitch, unheard.pitch)


@pytest.mark.parametrize("name", ["bwv69.6", "bwv69.6-a", "bwv112.5"])
def test_a_chorale_is_read_from_the_file_of_its_exact_name(name: str) -> None:
    assert chorale_file(name).stem == name


# ------------------------------------------------------------ further sets of scores


@pytest.mark.parametrize("corpus", SCORE_SETS, ids=lambda corpus: corpus.name)
def test_a_set_of_scores_may_be_learned_from_and_shipped(corpus):
    assert any(word in corpus.licence for word in ("CC BY", "CC0", "public domain"))
    assert not any(word in corpus.licence for word in ("NC", "non-commercial", "SA"))


def written(tmp_path: Path, *voices: str, meter: str = "4/4", name: str = "piece") -> Path:
    """Write voices in tinyNotation as compressed MusicXML and return the file."""
    from music21 import converter, stream

    parts = [stream.Part(converter.parse(f"tinyNotation: {meter} {voice}").elements) for voice in voices]
    path = tmp_path / f"{name}.mxl"
    stream.Score(parts).write("mxl", fp=path)
    return path


def test_an_excerpt_holds_the_first_parts_and_bars(tmp_path):
    path = written(tmp_path, "c'4 d' e' f' g'1 a'1", "c1 G1 F1", "C1 G1 F1")
    short = read_excerpt(path, parts=2, bars=2)
    assert [[str(note.pitch) for note in part.notes] for part in short.parts] == [
        ["C5", "D5", "E5", "F5", "G5"],
        ["C4", "G3"],
    ]
    assert len(read_excerpt(path).parts) == 3
    damaged = tmp_path / "damaged.mxl"
    damaged.write_bytes(b"damaged")
    with pytest.raises(ValueError, match=r"damaged\.mxl: not a compressed MusicXML file"):
        read_excerpt(damaged)


def test_bars_counted_in_whole_notes_are_read_in_halves(tmp_path):
    (tmp_path / GOMOLKA.name).mkdir()
    voices = ("c'1 d'1 c'1 c'1", "g1 g1 g1 g1", "e1 d1 e1 e1", "C1 G1 C1 C1")
    written(tmp_path / GOMOLKA.name, *voices, meter="2/1", name="long")
    written(tmp_path / GOMOLKA.name, *voices, meter="4/4", name="short")
    read = set_reader(GOMOLKA, tmp_path)
    assert [read(name).end_quarter for name in ("long", "short")] == [8, 16]
    assert str(read("long").bars[0].meter) == "2/2"


def test_a_set_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="give the folder that holds lieder/"):
        set_reader(LIEDER, tmp_path)
    (tmp_path / LIEDER.name).mkdir()
    with pytest.raises(FileNotFoundError, match="no such piece, although the split of lieder names it"):
        set_reader(LIEDER, tmp_path)("nothing")


@needs_sets
@pytest.mark.parametrize("corpus", SCORE_SETS, ids=lambda corpus: corpus.name)
def test_the_lists_of_a_set_name_its_files(corpus):
    there = {path.stem for path in (SET_FOLDER / corpus.name).glob("*.mxl")}
    assert len(there) == corpus.files
    assert {*corpus.names("train"), *corpus.names("valid")} <= there


@needs_sets
@pytest.mark.parametrize("corpus", FOUR_PART_SETS, ids=lambda corpus: corpus.name)
def test_the_pieces_of_a_set_have_four_parts(corpus):
    score = set_reader(corpus, SET_FOLDER)(corpus.names("valid")[0])
    assert len(score.parts) == 4
    assert len(score.bars) <= 80 or corpus is not OPEN_QUARTETS


@needs_sets
def test_of_a_song_the_voice_is_read():
    score = set_reader(LIEDER, SET_FOLDER)(LIEDER.names("valid")[0])
    assert len(score.parts) == 1
    assert any(note.lyrics for note in score.parts[0].notes)
