"""Faults that only an assignment makes: the homework's own kinds, as findings with codes that begin with HW."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from arranger.homework.asked import AskedChord, Moment, Sonority, what_is_wrong, within
from arranger.homework.assignment import Assignment
from arranger.homework.kinds import OWN_RULES
from arranger.homework.placing import UNISON, PlacedLine, Placement, PrintedBar, expected_part
from theory.checking.report import Finding
from theory.notation.pitch import Interval
from theory.notation.score import Score
from theory.slices.written import sounding_notes

Span = tuple[Fraction, Fraction]  # start and end in quarters
KEPT = "HA205"  # the rule that a given line is kept; its findings cost the points of ``given``
_SIZES = ("unison", "second", "third", "fourth", "fifth", "sixth", "seventh")
_QUALITIES = {"P": "perfect", "M": "major", "m": "minor", "A": "augmented", "d": "diminished"}


@dataclass(frozen=True)
class Fault:
    """A finding and the kind whose points it costs; ``count`` is the number of notes, bars or chords it concerns."""

    finding: Finding
    kind: str = ""  # one of the homework's own; empty: the fault of a rule
    count: int = 1


def fault(
    code: str, message: str, onset_quarter: Fraction, score: Score, *, count: int = 1, chord: bool = False
) -> Fault:
    """Return a fault of one of the homework's own kinds at a time of the score; of a ``chord`` it names all voices."""
    name, kind, _ = OWN_RULES[code]
    bar = score.bar_at(onset_quarter)
    finding = Finding(
        code=code,
        name=name,
        severity="error",
        message=message,
        bar=bar.number,
        measure_index=bar.index,
        beat=bar.beat_at(onset_quarter),
        onset_quarter=onset_quarter,
        voices=tuple(_sounding(score, onset_quarter)) if chord else (),
        notes=(),
    )
    return Fault(finding, kind, count)


def _sounding(score: Score, time_quarter: Fraction) -> Iterator[str]:
    """Yield the names of the parts that sound at a time."""
    for part in score.parts:
        if any(note.pitch and note.onset_quarter <= time_quarter < note.end_quarter for note in part.notes):
            yield part.name


def of_lines(assignment: Assignment, placement: Placement) -> Iterator[Fault]:
    """Yield the faults of given lines as a whole: transposed, in another voice, or not there."""
    score = placement.score
    shifted: set[Interval] = set()
    for line in placement.lines:
        role, part = assignment.roles[line.given], score.parts[line.part]
        name = _line_name(assignment, line)
        first = next((note.onset_quarter for note in part.notes if note.pitch), Fraction(0))
        if line.is_strange:
            notes = len(sounding_notes(assignment.outline.parts[line.given]))
            yield fault("HW103", f"no part has the given {name}; is it the right file?", first, score, count=notes)
            continue
        if line.interval != UNISON and line.interval not in shifted:
            yield fault("HW101", _shifted(assignment, line.interval, placement), first, score)
            shifted.add(line.interval)
        expected = expected_part(role, line.given, score)
        if expected not in (None, line.part) and line.interval == UNISON:
            yield fault("HW102", f"the given {name} stands in the part {part.name}", first, score)


def _shifted(assignment: Assignment, interval: Interval, placement: Placement) -> str:
    """Return which given lines stand higher or lower by an interval."""
    names = [_line_name(assignment, line) for line in placement.lines if line.interval == interval]
    lower = interval.steps < 0 or (not interval.steps and interval.semitones < 0)
    lines = f"{' and '.join(names)} {'stands' if len(names) == 1 else 'stand'}"
    text = f"the whole given {lines} {interval_text(interval)} {'lower' if lower else 'higher'}"
    key = placement.outline.bars[0].key.up(interval)
    return text + (f"; all else is judged in {key}" if interval.semitones % 12 else "")


def _line_name(assignment: Assignment, line: PlacedLine) -> str:
    role = assignment.roles[line.given]
    return assignment.outline.parts[line.given].name if role == "score" else role


def interval_text(interval: Interval) -> str:
    """Return an interval in words, without its direction.

    >>> interval_text(Interval.parse("-M2")), interval_text(Interval.parse("P8")), interval_text(Interval.parse("M9"))
    ('a major second', 'an octave', 'an octave and a major second')
    """
    falls = interval.steps < 0 or (not interval.steps and interval.semitones < 0)
    up = -interval if falls else interval
    octaves, step = divmod(up.steps, 7)
    quality = _QUALITIES.get(Interval(step, up.semitones - 12 * octaves).name[0], "")
    words = ["an octave" if octaves == 1 else f"{octaves} octaves"] if octaves else []
    if up.semitones != 12 * octaves or step:
        article = "an" if quality[:1] in "a" else "a"
        words.append(f"{article} {quality} {_SIZES[step]}")
    return " and ".join(words)


def of_bars(placement: Placement, moments: Sequence[Moment]) -> Iterator[Fault]:
    """Yield the faults of missing, additional, too short and too long bars."""
    score = placement.score
    for asked, place in zip(placement.asked_bars, placement.bars, strict=True):
        if place is None:
            yield fault("HW104", f"bar {asked.number} of the assignment is missing", _gap(placement, asked), score)
            continue
        found = placement.score_bars[place]
        has, wanted = (bar.end_quarter - bar.start_quarter for bar in (found, asked))
        if has < wanted or (has > wanted and not _is_filled_up(found, asked, moments)):
            message = f"the bar has {has} quarters, bar {asked.number} of the assignment {wanted}"
            yield fault("HW106", message, found.start_quarter, score)
    for bar in placement.additional:
        if any(moment.pitches for moment in within(moments, bar.start_quarter, bar.end_quarter)):
            yield fault("HW105", "the assignment has no such bar", bar.start_quarter, score)


def _is_filled_up(found: PrintedBar, asked: PrintedBar, moments: Sequence[Moment]) -> bool:
    """Whether a bar is longer than asked only by rests, as an upbeat in a full bar."""
    start = found.time(asked.offset(asked.start_quarter))
    end = start + asked.end_quarter - asked.start_quarter
    outside = (*within(moments, found.start_quarter, start), *within(moments, end, found.end_quarter))
    return not any(moment.pitches for moment in outside)


def _gap(placement: Placement, asked: PrintedBar) -> Fraction:
    """Return the time at which a missing bar would begin."""
    before = [place for place in placement.bars[: placement.asked_bar(asked.start_quarter)] if place is not None]
    return placement.score_bars[before[-1]].end_quarter if before else Fraction(0)


def of_voices(assignment: Assignment, placement: Placement, moments: Sequence[Moment]) -> Iterator[Fault]:
    """Yield the bars in which fewer voices sound than asked; successive bars are one fault."""
    if "score" in assignment.roles:
        return
    places = [place for place in placement.bars if place is not None]
    spans = _spans(assignment, placement)
    most = {place: _fewest(spans, moments, placement.score_bars[place]) for place in places}
    runs = groupby(places, key=lambda place: min(most[place], assignment.voices))
    for voices, run in runs:
        bars = [placement.score_bars[place] for place in run]
        if voices == assignment.voices:
            continue
        where = f"bars {bars[0].number} to {bars[-1].number}" if len(bars) > 1 else "the bar"
        silent = _silent(placement.score, bars)
        message = f"{where}: {voices or 'none'} of {assignment.voices} voices{f' ({silent} silent)' if silent else ''}"
        yield fault("HW107", message, bars[0].start_quarter, placement.score, count=len(bars))


def _fewest(spans: Sequence[Span], moments: Sequence[Moment], bar: PrintedBar) -> int:
    """Return how many voices sound together in the thinnest chord or given note of a bar, 99 if it has none."""
    own = (bar.start_quarter, bar.end_quarter)
    inside = [(max(start, own[0]), min(end, own[1])) for start, end in spans if start < own[1] and end > own[0]] or [
        own
    ]
    return min(max((len(each.pitches) for each in within(moments, *span)), default=0) for span in inside)


def _spans(assignment: Assignment, placement: Placement) -> list[Span]:
    """Return the times of the asked chords, or else of the given notes."""
    times = [(each.start_quarter, each.end_quarter) for each in assignment.asked]
    if not times and assignment.outline.parts:
        notes = sounding_notes(assignment.outline.parts[0])
        times = [(note.onset_quarter, note.end_quarter) for note in notes]
    return [span for each in times if (span := placement.span(*each))]


def _silent(score: Score, bars: Sequence[PrintedBar]) -> str:
    """Return the names of the parts that have no note in some bars."""
    start, end = bars[0].start_quarter, bars[-1].end_quarter
    names = [
        part.name
        for part in score.parts
        if not any(note.pitch and start < note.end_quarter and note.onset_quarter < end for note in part.notes)
    ]
    return " and ".join(names)


def of_chords(
    assignment: Assignment, placement: Placement, moments: Sequence[Moment]
) -> Iterator[tuple[Fault, Fraction]]:
    """Yield the faults of asked chords that are not there, each with the end of the chord in quarters."""
    code = "HW201" if assignment.kind == "numerals" else "HW202"
    lost: Counter[int] = Counter()
    for asked in assignment.asked:
        span = placement.span(asked.start_quarter, asked.end_quarter)
        if span is None:
            lost[placement.asked_bar(asked.start_quarter)] += 1
            continue
        steps = tuple(step.up(placement.interval) for step in asked.steps)
        if assignment.kind == "figures":  # a wrong bass is the fault of the given line
            steps = tuple(Sonority(None, step.needed, step.allowed) for step in steps)
        here = AskedChord(*span, asked.text, steps)
        wrong = what_is_wrong(here, within(moments, *span), voices=assignment.voices)
        if wrong:
            yield fault(code, f"{asked.text} {wrong}", span[0], placement.score, chord=True), span[1]
    for bar, count in lost.items():
        asked_bar = placement.asked_bars[bar]
        time = _gap(placement, asked_bar)
        why = "is missing" if placement.bars[bar] is None else "is too short"
        lost_chords = f"{count} {assignment.kind} are" if count > 1 else f"1 {assignment.kind.removesuffix('s')} is"
        message = f"bar {asked_bar.number} of the assignment {why}: {lost_chords} lost"
        yield fault(code, message, time, placement.score, count=count), time


def lost_notes(placement: Placement) -> Iterator[Fault]:
    """Yield the notes of given lines that are lost with a missing bar, or because their bar is too short."""
    for line in placement.lines:
        part = placement.outline.parts[line.given]
        lost = Counter(
            placement.asked_bar(note.onset_quarter)
            for note in sounding_notes(part)
            if placement.span(note.onset_quarter, note.end_quarter) is None
        )
        for index, count in lost.items() if not line.is_strange else ():
            bar, place = placement.asked_bars[index], placement.bars[index]
            why = "is missing" if place is None else "is too short"
            notes = (
                f"{count} notes of the given {part.name} are" if count > 1 else f"a note of the given {part.name} is"
            )
            message = f"bar {bar.number} of the assignment {why}: {notes} lost"
            time = _gap(placement, bar) if place is None else placement.score_bars[place].start_quarter
            yield fault("HW108", message, time, placement.score, count=count)
