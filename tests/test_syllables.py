"""Melisma lines (extenders): which syllables get one."""

from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree

import pytest

from arranger.formats.writing import to_musicxml
from theory.notation.key import Key
from theory.notation.pitch import Pitch
from theory.notation.score import Bar, Lyric, Meter, Note, Part, Score
from theory.notation.syllables import with_drawn_extenders, with_slurs


def sung(text):
    """Return a part from words, each a quarter note or rest.

    A word is a syllable (``sor-`` with a hyphen, ``ah__`` with an extender), ``_`` for a note without a syllable, or
    ``r`` for a rest. ``(`` begins a slur on a syllable, ``)`` ends it on a note, ``*`` is a grace note.
    """
    notes = []
    for at, word in enumerate(text.split()):
        note = Note(Fraction(at), Fraction(1), None if word == "r" else Pitch.parse("C5"))
        note = replace(note, slur_starts=(1,) * word.count("("), slur_stops=(1,) * word.count(")"))
        if word == "*":
            note = replace(note, grace="acciaccatura", duration_quarter=Fraction(0))
        syllable = word.strip("()*_-")
        if syllable and word != "r":
            kind = "begin" if word.endswith("-") else "single"
            note = replace(note, lyrics=(Lyric(syllable, syllabic=kind, extend=word.endswith("__")),))
        notes.append(note)
    return tuple(notes)


@pytest.mark.parametrize(
    ("tune", "drawn_out"),
    [
        ("foes _ stand", "foes"),
        ("foes stand", ""),
        ("sor- _ row", ""),  # a hyphen inside a word
        ("foes r _", ""),
        ("foes * stand", ""),  # the grace note belongs to the next word
        ("foes__ stand", "foes"),  # the extender is already in the sheet
        ("home _ _ _ _ _ _ and", ""),  # an interlude
        ("Glo( _ _ _ _ _ _) and", "Glo"),
    ],
)
def test_the_last_syllable_of_a_word_is_drawn_out_under_its_notes(tune, drawn_out):
    found = with_drawn_extenders(sung(tune))
    assert " ".join(each.text for note in found for each in note.lyrics if each.extend) == drawn_out


def test_a_verse_that_is_over_is_not_drawn_out_under_the_verses_that_go_on():
    row, held, oo = sung("row _ oo")
    first, second = Lyric("row", "1"), Lyric("row", "2", extend=True)
    found = with_drawn_extenders((replace(row, lyrics=(first, second)), held, oo))
    assert [each.extend for each in found[0].lyrics] == [True, False]
    ends_here = with_drawn_extenders((replace(row, lyrics=(first, second)), held))
    assert [each.extend for each in ends_here[0].lyrics] == [True, True]


@pytest.mark.parametrize("layout", ["open", "closed"])
def test_the_tune_is_written_with_its_melisma_lines(layout):
    bar = Bar(0, "1", Fraction(0), Fraction(4), Meter(4, 4), Key.parse("C"))
    lines = (sung("foes _ stand on"), sung("foes stand on _"), sung("foes _ _ _"), sung("foes _ stand on"))
    score = Score((bar,), tuple(Part("", notes) for notes in lines))
    root = ElementTree.fromstring(to_musicxml(score, layout=layout))
    words = [lyric.findtext("text") for lyric in root.find("part").iter("lyric") if lyric.find("extend") is not None]
    assert words == (["foes"] if layout == "open" else ["foes", "on"])


def test_notes_that_share_a_syllable_of_the_words_are_slurred() -> None:
    slurred = with_slurs(sung("sor- _ _ row r oo__ _ Lord"), number=3)
    assert [place for place, note in enumerate(slurred) if note.slur_starts] == [0]
    assert [place for place, note in enumerate(slurred) if note.slur_stops] == [2]
    assert slurred[0].slur_starts == (3,)


def test_a_melisma_may_begin_with_a_tied_note() -> None:
    one, other, third = sung("Lord _ _")
    tied = (replace(one, tie_start=True), replace(other, tie_stop=True), third)
    slurred = with_slurs(tied, number=2)
    assert [note.slur_starts for note in slurred] == [(2,), (), ()]
    assert [note.slur_stops for note in slurred] == [(), (), (2,)]


def test_a_tied_note_is_no_melisma() -> None:
    one, other = sung("Lord _")
    tied = (replace(one, tie_start=True), replace(other, tie_stop=True))
    assert with_slurs(tied, number=2) == tied
