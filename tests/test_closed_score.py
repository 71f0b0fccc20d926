"""Closed score: words that all sing stand once between the staves, others with the voice that sings them."""

from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree

import pytest

from arranger.writing import to_musicxml
from theory.key import Key
from theory.pitch import Pitch
from theory.score import Bar, Lyric, Meter, Note, Part, Score


def sung(pitch, words):
    """Return a part of four quarters on one pitch; ``_`` is a note without a syllable."""
    notes = (Note(Fraction(at), Fraction(1), Pitch.parse(pitch)) for at in range(4))
    pairs = zip(notes, words.split(), strict=True)
    return Part("", tuple(replace(note, lyrics=() if word == "_" else (Lyric(word),)) for note, word in pairs))


def closed_words(*words):
    bar = Bar(0, "1", Fraction(0), Fraction(4), Meter(4, 4), Key.parse("C"))
    parts = tuple(sung(pitch, line) for pitch, line in zip(("C5", "G4", "E4", "C3"), words, strict=True))
    root = ElementTree.fromstring(to_musicxml(Score((bar,), parts), layout="closed"))
    staves = []
    for part in root.iter("part"):
        notes = [(note.findtext("voice"), note.find("lyric")) for note in part.iter("note")]
        staves.append(" ".join(f"{lyric.findtext('text')}{voice}" for voice, lyric in notes if lyric is not None))
    return staves


@pytest.mark.parametrize(
    ("words", "staves"),
    [
        (("O my love is",) * 4, ["O1 my1 love1 is1", ""]),
        (("O my love is", "O _ love _", "O my love is", "O _ _ _"), ["O1 my1 love1 is1", ""]),
        (("O my love is", "O my love is", "O my love is", "O oh love is"), ["O1 my1 love1 is1", "oh2"]),
        (("O my love is", "O ah love is", "O my love _", "O ah love is"), ["O1 my1 love1 is1 ah2", "ah2"]),
    ],
)
def test_shared_words_stand_once_and_others_with_their_voice(words, staves):
    assert closed_words(*words) == staves
