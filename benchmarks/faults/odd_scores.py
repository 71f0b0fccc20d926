"""Hypothesis strategies for random scores, well-formed or not: parts, bars, notes, rests, ties, chords, symbols."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from theory.notation.chord import ChordSymbol
from theory.notation.key import Key
from theory.notation.pitch import Pitch
from theory.notation.score import Bar, Direction, Harmony, Meter, Note, Part, Score

_LENGTHS = [Fraction(*each) for each in ((1, 1), (1, 2), (2, 1), (1, 3), (3, 2), (1, 4), (4, 1), (1, 7), (0, 1))]
_PLAYERS = ["", "soprano", "bass", "violin", "piano", "flute", "guitar", "no such instrument"]
_SYMBOLS = ["C", "G7", "Dm7b5", "F#dim7", "Bbmaj7/D", "N.C.", "Asus4", "Eb6", "C7alt", "Ab7"]


def pitches() -> st.SearchStrategy[Pitch]:
    """Return a strategy for pitches in octaves 0 to 8, with up to double accidentals."""
    return st.builds(Pitch, st.integers(0, 8), st.integers(0, 6), st.integers(-2, 2))


@st.composite
def parts(draw: st.DrawFn, number: int) -> Part:
    """Draw a part whose notes follow one another, overlap or leave gaps."""
    onset, notes = Fraction(0), []
    for _ in range(draw(st.integers(0, 12))):
        length = draw(st.sampled_from(_LENGTHS))
        pitch = draw(st.none() | pitches())
        marks = {name: draw(st.booleans()) for name in ("tie_start", "tie_stop", "fermata")}
        chord = draw(st.booleans()) and bool(notes) and notes[-1].onset_quarter == onset
        grace = "acciaccatura" if length == 0 else None
        notes.append(Note(onset, length, pitch, chord=chord, grace=grace, voice=draw(st.sampled_from("112")), **marks))
        onset += draw(st.sampled_from([length, length, length, Fraction(0), length + 1]))
    return Part(draw(st.sampled_from(["", f"Part {number}", "Soprano"])), tuple(notes), draw(st.sampled_from(_PLAYERS)))


@st.composite
def scores(draw: st.DrawFn) -> Score:
    """Draw a score of one to six parts, with repeats, endings, jumps, tempo marks and chord symbols anywhere."""
    bars, onset = [], Fraction(0)
    for index in range(draw(st.integers(1, 5))):
        meter = Meter(draw(st.integers(1, 12)), draw(st.sampled_from([1, 2, 4, 8, 16])))
        length = draw(st.sampled_from([meter.quarters, meter.quarters, Fraction(1), Fraction(1, 3)]))
        key = Key.from_fifths(draw(st.integers(-7, 7)), draw(st.sampled_from(["major", "minor"])))
        marks = {
            "implicit": draw(st.booleans()),
            "repeat_start": draw(st.booleans()),
            "repeat_end": draw(st.sampled_from([0, 0, 2, 3])),
            "volta": draw(st.sampled_from([(), (), (1,), (2,), (1, 2)])),
            "right_line": draw(st.sampled_from([None, "light-light", "light-heavy"])),
        }
        bars.append(Bar(index, str(draw(st.integers(0, 9))), onset, length, meter, key, **marks))
        onset += length
    times = st.integers(0, int(onset * 8)).map(lambda eighths: Fraction(eighths, 8))
    chords = draw(st.lists(st.builds(Harmony, times, st.sampled_from(_SYMBOLS).map(ChordSymbol.parse)), max_size=5))
    kinds = st.sampled_from(["da-capo", "dal-segno", "segno", "coda", "to-coda", "fine", "tempo", "words"])
    directions = draw(
        st.lists(st.builds(Direction, times, kinds, value=st.sampled_from(["60", "0.5", "fine", "coda"])), max_size=3)
    )
    count = draw(st.integers(1, 6))
    lines = tuple(draw(parts(number)) for number in range(count))
    return Score(tuple(bars), lines, tuple(sorted(chords, key=lambda each: each.onset_quarter)), tuple(directions))
