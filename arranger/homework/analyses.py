"""A student's own analysis: numerals typed into the score, compared with the assignment's or with the music."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from arranger.homework.asked import Moment, of_numeral, what_is_wrong, within
from arranger.homework.assignment import Assignment
from arranger.homework.faults import Fault, fault
from arranger.homework.placing import Placement
from arranger.homework.questions import numerals_of
from theory.analysis.numeral import RomanNumeral
from theory.analysis.typed_numerals import TypedNumeral, typed_numerals
from theory.notation.key import Key

_SIX_FOURS = {"Cad64", "I64", "i64", "V64"}  # names of the cadential six-four


def of_analysis(assignment: Assignment, placement: Placement, moments: Sequence[Moment]) -> Iterator[Fault]:
    """Yield the faults of the numerals that are typed into a score."""
    typed = typed_numerals(placement.score)
    key = placement.outline.bars[0].key.up(placement.interval)
    chords = {chord.start_quarter: chord for chord in numerals_of(typed, key, placement.score.end_quarter)}
    for each in typed:
        if not each.figure or each.onset_quarter not in chords:
            yield fault("HW301", f"'{each.text}' is not a Roman numeral", each.onset_quarter, placement.score)
    if not typed and "analysis" in assignment.points.costs:
        count = asked_names(assignment, placement)
        yield fault("HW302", "no numerals are typed under the music", Fraction(0), placement.score, count=count)
    elif typed and assignment.numerals:
        yield from _against_numerals(assignment, placement, list(chords.values()))
    else:
        yield from _against_music(placement, moments, typed, chords, assignment.voices)


def asked_names(assignment: Assignment, placement: Placement) -> int:
    """Return how many numerals an analysis should have, or has if the assignment does not say."""
    return len(assignment.numerals) or len(typed_numerals(placement.score)) or len(assignment.asked) or 1


def _against_music(
    placement: Placement,
    moments: Sequence[Moment],
    typed: Sequence[TypedNumeral],
    chords: dict[Fraction, RomanNumeral],
    voices: int,
) -> Iterator[Fault]:
    texts = {each.onset_quarter: each.text for each in typed}
    for onset, chord in chords.items():
        asked = of_numeral(chord)
        wrong = what_is_wrong(asked, within(moments, onset, chord.end_quarter), voices=voices)
        if wrong:
            yield fault(
                "HW301", f"typed {texts[onset]}, which {_third_person(wrong)}", onset, placement.score, chord=True
            )


def _third_person(wrong: str) -> str:
    return wrong.replace("asks for", "means", 1)


def _against_numerals(assignment: Assignment, placement: Placement, chords: Sequence[RomanNumeral]) -> Iterator[Fault]:
    before: Key | None = None
    for asked in assignment.numerals:
        span = placement.span(asked.start_quarter, asked.end_quarter)
        if span is None:
            continue
        here = [chord for chord in chords if span[0] <= chord.start_quarter < span[1]]
        here = here or [chord for chord in chords if chord.start_quarter <= span[0] < chord.end_quarter][-1:]
        wanted = replace(asked, symbol=asked.symbol.up(placement.interval), key=asked.key.up(placement.interval))
        same = next((chord for chord in here if _is_same(chord, wanted)), None)
        if not here:
            yield fault("HW302", f"no numeral is typed; it is {asked.figure}", span[0], placement.score, chord=True)
        elif same is None:
            yield fault(
                "HW301", f"typed {_named(here[0])}; it is {_named(wanted)}", span[0], placement.score, chord=True
            )
        elif same.key != wanted.key and before != wanted.key and _is_key_shared(same, wanted):
            yield fault(
                "HW301", f"typed in {same.key}; from here the key is {wanted.key}", span[0], placement.score, chord=True
            )
            before = wanted.key


def _named(chord: RomanNumeral) -> str:
    return f"{chord.figure} in {chord.key} ({chord.symbol})"


def _is_same(typed: RomanNumeral, asked: RomanNumeral) -> bool:
    """Whether two numerals name the same chord over the same bass; all names of the cadential six-four are equal."""
    if {typed.figure, asked.figure} <= _SIX_FOURS:
        return True
    one, other = typed.symbol, asked.symbol
    return set(one.pitch_classes) == set(other.pitch_classes) and one.bass_pitch_class == other.bass_pitch_class


def _is_key_shared(typed: RomanNumeral, asked: RomanNumeral) -> bool:
    """Whether neither numeral is applied to another degree, so that its key matters."""
    return "/" not in typed.figure and "/" not in asked.figure
