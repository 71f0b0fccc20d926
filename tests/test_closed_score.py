"""Closed score: words common to all voices are printed once between the staves, others with their own voice."""

from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree

import pytest

from arranger.formats.reading import read_score
from arranger.formats.writing import to_musicxml, write_score
from theory.notation.durations import notation_of
from theory.notation.key import Key
from theory.notation.pitch import Pitch
from theory.notation.score import Bar, Lyric, Meter, Note, Part, Score


def sung(pitch, words):
    """Return a part of quarter notes on one pitch, one per word; ``_`` is a note without a syllable."""
    notes = (Note(Fraction(at), Fraction(1), Pitch.parse(pitch)) for at in range(4))
    pairs = zip(notes, words.split(), strict=True)
    return Part("", tuple(replace(note, lyrics=() if word == "_" else (Lyric(word),)) for note, word in pairs))


def line_of(text):
    """Return a part from text such as ``r:2 C5:1``: rest or pitch, and duration in quarters; rests are not divided."""
    notes, start = [], Fraction(0)
    for word in text.split():
        name, quarters = word.split(":")
        length = Fraction(quarters)
        sounds = name != "r"
        notation = None if sounds else notation_of(length)
        notes.append(Note(start, length, Pitch.parse(name) if sounds else None, notation=notation))
        start += length
    return tuple(notes)


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


def rests(score):
    """Return the rests of each voice of the upper staff in quarters, in brackets if the other voice shows them."""
    root = ElementTree.fromstring(to_musicxml(score, layout="closed"))
    said = {"1": [], "2": []}
    for note in root.find("part").iter("note"):
        if note.find("rest") is not None:
            quarters = note.findtext("duration")
            said[note.findtext("voice")].append(f"({quarters})" if note.get("print-object") == "no" else quarters)
    return " ".join(said["1"]), " ".join(said["2"])


@pytest.mark.parametrize(
    ("upper", "lower", "shown"),
    [
        ("r:2 r:1 C5:1", "r:1 r:2 G4:1", ("2 1", "(2) (1)")),  # a pickup
        ("r:2 r:1 C5:1", "r:2 G4:2", ("2 1", "(2)")),
        ("C5:1 r:1 r:2", "G4:2 r:2", ("1 2", "(2)")),
        ("C5:1 r:3", "r:4", ("3", "4")),  # a whole-bar rest is not divided
        ("r:1 C5:3", "r:2 G4:2", ("1", "(1) 1")),
    ],
)
def test_voices_that_rest_together_show_one_rest(upper, lower, shown):
    bar = Bar(0, "1", Fraction(0), Fraction(4), Meter(4, 4), Key.parse("C"))
    lines = (upper, lower, "E4:4", "C3:4")
    assert rests(Score((bar,), tuple(Part("", line_of(line)) for line in lines))) == shown


def test_the_two_names_of_a_staff_stand_one_above_the_other():
    bar = Bar(0, "1", Fraction(0), Fraction(4), Meter(4, 4), Key.parse("C"))
    names = ("Soprano", "Alto", "Tenor", "Bass")
    score = Score((bar,), tuple(Part(name, line_of("C4:4"), abbreviation=name[0]) for name in names))
    root = ElementTree.fromstring(to_musicxml(score, layout="closed"))
    assert [name.text for name in root.iter("part-name")] == ["Soprano\nAlto", "Tenor\nBass"]
    assert [name.text for name in root.iter("part-abbreviation")] == ["S\nA", "T\nB"]


@pytest.mark.parametrize(
    ("singers", "clefs"),
    [
        ("soprano alto tenor bass", ["G", "F"]),
        ("tenor tenor bass bass", ["G-1", "F"]),
        ("soprano soprano alto alto", ["G", "G"]),
    ],
)
def test_every_choir_has_a_closed_score_and_reads_back_by_name(singers, clefs, tmp_path):
    bar = Bar(0, "1", Fraction(0), Fraction(4), Meter(4, 4), Key.parse("C"))
    names = [f"{name.title()} {place}" for place, name in enumerate(singers.split(), 1)]
    lines = ("C4:4", "A3:4", "F3:4", "C3:4")
    parts = (Part(name, line_of(line), name.lower().split()[0]) for name, line in zip(names, lines, strict=True))
    path = write_score(Score((bar,), tuple(parts)), tmp_path / "closed.musicxml", layout="closed")
    found = ElementTree.parse(path).getroot().iter("clef")
    assert [clef.findtext("sign") + clef.findtext("clef-octave-change", "") for clef in found] == clefs
    again = read_score(path).parts
    assert [part.name for part in again] == names
    assert [str(part.notes[0].pitch) for part in again] == ["C4", "A3", "F3", "C3"]


CHOIRS = {
    2: ("soprano", "alto"),
    3: ("soprano", "alto", "baritone"),
    5: ("soprano", "soprano", "alto", "tenor", "bass"),
    6: ("soprano", "soprano", "alto", "tenor", "bass", "bass"),
}
PITCHES = {"soprano": "C5", "alto": "G4", "tenor": "E4", "baritone": "C4", "bass": "C3"}


def choir_of(count):
    bar = Bar(0, "1", Fraction(0), Fraction(4), Meter(4, 4), Key.parse("C"))
    names = CHOIRS[count]
    parts = (
        replace(sung(PITCHES[name], "O my love is"), name=f"{name.capitalize()} {index}", instrument=name)
        for index, name in enumerate(names)
    )
    return Score((bar,), tuple(parts))


@pytest.mark.parametrize(("count", "upper"), [(2, 1), (3, 2), (5, 3), (6, 3)])
def test_two_to_six_voices_stand_on_two_staves(count, upper, tmp_path):
    score = choir_of(count)
    root = ElementTree.fromstring(to_musicxml(score, layout="closed"))
    voices = [sorted({note.findtext("voice") for note in part.iter("note")}) for part in root.iter("part")]
    assert [len(each) for each in voices] == [upper, count - upper]
    path = tmp_path / "closed.musicxml"
    write_score(score, path, layout="closed")
    read = read_score(path)
    assert [[str(note.pitch) for note in part.notes] for part in read.parts] == [
        [str(note.pitch) for note in part.notes] for part in score.parts
    ]


@pytest.mark.parametrize("count", [3, 5, 6])
def test_stems_tell_the_lowest_voice_of_a_staff_from_the_others(count):
    root = ElementTree.fromstring(to_musicxml(choir_of(count), layout="closed"))
    for part in root.iter("part"):
        stems = {note.findtext("voice"): note.findtext("stem") for note in part.iter("note")}
        last = max(stems)
        if last == "1":
            continue
        assert stems.pop(last) == "down"
        assert set(stems.values()) == {"up"}


def test_words_of_six_voices_stand_once():
    root = ElementTree.fromstring(to_musicxml(choir_of(6), layout="closed"))
    assert len([note for note in root.iter("note") if note.find("lyric") is not None]) == 4
