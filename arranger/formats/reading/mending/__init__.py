"""What every reader hands on is mended or refused here, so that it can be written and read again.

Readers take from a file what it says; files may say what no score has: control characters in a title, a note in
octave 99, a bar of 255 quarters, voices that overlap themselves. Each measure is looked at once. What has an evident
meaning is mended with a notice that quotes it; what has none is refused with the bar and the limit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil, lcm

from arranger.formats import limits
from arranger.formats.reading.errors import ReadError
from arranger.formats.reading.mending.signs import mend_signs
from arranger.formats.reading.mending.stems import mend_voices
from arranger.formats.reading.mending.values import Doubt, check_signatures, mended_notes
from arranger.formats.reading.staff import Heading, Measure, Sheet, Staff
from arranger.formats.reading.texts import clean
from theory.notation.score import Meter
from theory.notation.unfold import GOES_BACK


def mended(sheet: Sheet, source: str, *, most_notes: int = limits.MAX_NOTES) -> Sheet:
    """Return a sheet whose staves are within the limits of `arranger.formats.limits` and fit to be written.

    The measures are changed in place, with notices among the doubts of their staff. Raises ReadError, with the bar,
    for a value without a meaning.
    """
    doubts: list[str] = []
    total = 0
    seen: set[int] = set()
    for staff in sheet.staves:
        staff.part = replace(staff.part, name=clean(staff.part.name), abbreviation=clean(staff.part.abbreviation))
        if id(staff.measures) in seen:  # the staves of one part share their measures
            continue
        seen.add(id(staff.measures))
        total += sum(len(notes) for measure in staff.measures for notes in measure.notes.values())
        if total > most_notes:
            raise ReadError(source, f"more than {most_notes} notes, too many for a score; is it the right file?")
        _mend_part(staff, source)
    return replace(sheet, heading=_heading(sheet.heading, doubts), doubts=(*map(clean, sheet.doubts), *doubts))


def _mend_part(staff: Staff, source: str) -> None:
    """Mend the measures of one part in place."""
    staff.doubts[:] = [(clean(number), clean(message)) for number, message in staff.doubts]
    divisions = 1
    for index, measure in enumerate(staff.measures, start=1):
        measure.number = clean(measure.number)
        number = measure.number or str(index)

        def doubt(message: str, number: str = number) -> None:
            staff.doubts.append((number, message))

        try:
            check_signatures(measure)
            mend_signs(measure, doubt)
            for name in measure.notes:
                measure.notes[name] = mend_voices(mended_notes(measure.notes[name], doubt), doubt)
            divisions = _divisions(measure, divisions)
        except ValueError as error:
            raise ReadError(source, f"{error}; correct this bar", place=f"bar {number}") from None
    _limit_part(staff, source)


def _divisions(measure: Measure, divisions: int) -> int:
    """Return the parts of a quarter that all times so far need. Raises ValueError if they are too many."""
    times: set[Fraction] = {measure.length_quarter}
    for notes in measure.notes.values():
        times.update(note.onset_quarter for note in notes)
        times.update(note.duration_quarter for note in notes)
    times.update(each.onset_quarter for each in measure.harmonies)
    times.update(each.onset_quarter for each in measure.directions)
    denominators = {time.denominator for time in times}
    needed = lcm(divisions, *denominators)
    if needed > limits.MAX_DIVISIONS:
        raise ValueError(
            f"a length or a time such as 1/{_shown(max(denominators))} of a quarter fits no grid: with this bar a "
            f"quarter has {_shown(needed)} parts, and at most {limits.MAX_DIVISIONS} are possible"
        )
    return needed


def _shown(number: int) -> str:
    """Return a number, or how many digits it has if it is long."""
    digits = number.bit_length() * 3 // 10
    return str(number) if digits < 20 else f"10^{digits}"


def _limit_part(staff: Staff, source: str) -> None:
    """Raise ReadError for more voices on a staff, or more jumps, than a score has."""
    for name in {name for measure in staff.measures for name in measure.notes}:
        voices = {note.voice for measure in staff.measures for note in measure.notes.get(name, ())}
        if len(voices) > limits.MAX_VOICES:
            raise ReadError(source, f"{len(voices)} voices on one staff; at most {limits.MAX_VOICES} can be read")
    beats = sum(_beats(staff.measures))
    if beats > limits.MAX_SCORE_BEATS:
        raise ReadError(
            source,
            f"{beats} beats, too many for a score: at most {limits.MAX_SCORE_BEATS} can be read; divide the file",
        )
    jumps = sum(1 for measure in staff.measures for each in measure.directions if each.kind in GOES_BACK)
    if jumps > limits.MAX_JUMPS:
        raise ReadError(source, f"{jumps} times D.C. or D.S.; at most {limits.MAX_JUMPS} can be read")


def _beats(measures: Sequence[Measure]) -> Iterator[int]:
    """Yield the number of beats of each measure, at which the harmony may change."""
    meter = Meter(4, 4)
    for measure in measures:
        meter = measure.meter or meter
        beat = meter.beat_quarters if meter.is_compound else min(meter.beat_quarters, Fraction(1))
        yield ceil(measure.length_quarter / beat)


def _heading(heading: Heading, doubts: list[str]) -> Heading:
    def cleaned(text: str, what: str) -> str:
        found = clean(text)
        if found != text:
            doubts.append(f"{what} '{found}' had control characters, which are left out")
        return found

    return Heading(
        cleaned(heading.title, "the title"),
        tuple((clean(role), cleaned(name, "the name")) for role, name in heading.creators),
        cleaned(heading.rights, "the copyright notice"),
    )


__all__ = ["Doubt", "mended"]
