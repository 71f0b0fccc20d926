"""Accompaniment patterns: how instruments figure a held harmony.

The search fills a skeleton of held chords; a pattern says, bar by bar, where a role strikes, for how
long, and with which tone: its ``own`` note of the skeleton or, for a bass, in ``turn`` with the fifth
of the chord when the harmony has not changed since its last stroke. Patterns are TOML tables by meter;
a bar of another meter, one too short for any stroke, and the last bar of the piece keep the skeleton.
Parallels are judged on the skeleton, where the harmony moves.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from itertools import pairwise

from theory.notation.chord import ChordSymbol
from theory.notation.score import Bar, Harmony, Score
from theory.slices.texture import REST, spread_symbols
from theory.tables import Shelf

_PERFECT_FIFTH = 7
PATTERNS = Shelf("accompaniment pattern", __name__)


@dataclass(frozen=True, slots=True)
class Stroke:
    """One attack of a pattern: where in the bar, how long (both in beats as the meter counts), which tone."""

    beat: Fraction  # from 1
    length: Fraction
    tone: str = "own"  # own or turn


@dataclass(frozen=True, slots=True)
class Sounding:
    """A note or rest of a line before it is written."""

    start_quarter: Fraction
    end_quarter: Fraction
    midi: int  # REST where silent
    slice: int = -1  # where the note begins in the skeleton
    turn: bool = False  # may take the fifth instead


@dataclass(frozen=True)
class Pattern:
    """Strokes of each role, by meter."""

    name: str
    about: str
    meters: dict[str, dict[str, tuple[Stroke, ...]]]

    def strokes(self, bar: Bar, role: str) -> tuple[Stroke, ...] | None:
        """Return what a role plays in a bar; None where the pattern has nothing for its meter."""
        return self.meters.get(str(bar.meter), {}).get(role)


def pattern_for(score: Score) -> Pattern:
    """Return the first pattern that knows the meter of most bars: waltz or oom-pah, else the pad.

    A pattern that strikes off the bass comes before one that holds.
    """
    meters = [str(bar.meter) for bar in score.bars]
    usual = max(sorted(set(meters)), key=meters.count)
    found = (load_pattern(name) for name in ("waltz", "oom-pah") if usual in load_pattern(name).meters)
    return next(found, load_pattern("pad"))


@cache
def load_pattern(name: str) -> Pattern:
    """Return a pattern by name; ValueError that offers the nearest name where there is none.

    >>> len(load_pattern("waltz").meters["3/4"]["inner"])
    2
    """
    table = PATTERNS.read(name)
    meters = {
        meter: {role: tuple(_stroke(each) for each in strokes) for role, strokes in roles.items()}
        for meter, roles in table["meter"].items()
    }
    return Pattern(name, table["about"], meters)


def _stroke(entry: dict[str, object]) -> Stroke:
    return Stroke(Fraction(str(entry["beat"])), Fraction(str(entry["length"])), str(entry.get("tone", "own")))


def figured(
    skeleton: Sequence[Sounding],
    pattern: Pattern,
    role: str,
    *,
    score: Score,
    lowest: int,
) -> list[Sounding]:
    """Return a line of held notes figured by a pattern.

    Parameters
    ----------
    skeleton
        The line, without gaps.
    role
        ``inner`` or ``bass``.
    score
        Its bars and chord symbols are the line's.
    lowest
        The lowest pitch that the part can play, for fifths below the root.
    """
    chords = spread_symbols(score)
    symbols = [chord.onset_quarter for chord in chords]
    line: list[Sounding] = []
    for bar in score.bars:
        strokes = () if bar is score.bars[-1] else pattern.strokes(bar, role) or ()
        spans = _spans(bar, strokes)
        if not spans:
            line += _clipped(skeleton, bar.onset_quarter, bar.end_quarter)
        else:
            onsets = [time for time in symbols if bar.onset_quarter <= time < bar.end_quarter]
            line += _struck(skeleton, bar, _with_symbols(spans, onsets, bar, everywhere=role == "bass"))
    return list(_in_turn(line, chords, lowest)) if role == "bass" else line


@dataclass(frozen=True, slots=True)
class _Span:
    start: Fraction
    end: Fraction
    turn: bool


def _spans(bar: Bar, strokes: Sequence[Stroke]) -> list[_Span]:
    """Return when the strokes of a bar sound, in quarters; those that a pickup lacks are left out."""
    unit = Fraction(4, bar.meter.beat_type)
    origin = bar.onset_quarter - bar.offset_in_meter(bar.onset_quarter)
    spans = []
    for stroke in strokes:
        start = origin + (stroke.beat - 1) * unit
        if bar.onset_quarter <= start < bar.end_quarter:
            spans.append(_Span(start, min(start + stroke.length * unit, bar.end_quarter), stroke.tone == "turn"))
    return spans


def _with_symbols(spans: list[_Span], onsets: Sequence[Fraction], bar: Bar, *, everywhere: bool) -> list[_Span]:
    """Add strokes so that every chord of the bar is heard: a bass at each onset, others once a chord."""
    beat = bar.meter.beat_quarters
    found = list(spans)
    for onset, following in pairwise((*onsets, bar.end_quarter)):
        heard = any(span.start == onset if everywhere else onset <= span.start < following for span in spans)
        if not heard:
            later = min((span.start for span in spans if span.start > onset), default=bar.end_quarter)
            found.append(_Span(onset, min(onset + beat, following, later), False))
    found.sort(key=lambda span: span.start)
    ends = [*(span.start for span in found[1:]), bar.end_quarter]
    return [replace(span, end=min(span.end, end)) for span, end in zip(found, ends, strict=False)]


def _clipped(skeleton: Sequence[Sounding], start: Fraction, end: Fraction, *, turn: bool = False) -> Iterator[Sounding]:
    """Yield the skeleton between two times."""
    for note in skeleton:
        if note.start_quarter < end and start < note.end_quarter:
            first, last = max(note.start_quarter, start), min(note.end_quarter, end)
            yield replace(note, start_quarter=first, end_quarter=last, turn=turn)


def _struck(skeleton: Sequence[Sounding], bar: Bar, spans: Sequence[_Span]) -> Iterator[Sounding]:
    """Yield strokes and the rests between them within a bar."""
    at = bar.onset_quarter
    for span in spans:
        if at < span.start:
            yield Sounding(at, span.start, REST)
        yield from _clipped(skeleton, span.start, span.end, turn=span.turn)
        at = span.end
    if at < bar.end_quarter:
        yield Sounding(at, bar.end_quarter, REST)


def _in_turn(line: Sequence[Sounding], chords: Sequence[Harmony], lowest: int) -> Iterator[Sounding]:
    """Yield a bass line whose strokes in turn take the fifth after the root of the same chord."""
    onsets = [chord.onset_quarter for chord in chords]
    last: tuple[ChordSymbol | None, int] = (None, REST)
    for note in line:
        midi = note.midi
        if midi != REST:
            # a held note may outlast its chord: what counts is the chord under the stroke
            place = bisect_right(onsets, note.start_quarter) - 1
            chord = chords[place].symbol if place >= 0 else None
            if note.turn and last == (chord, midi):
                midi = _fifth(chord, midi, lowest)
            last = chord, midi if note.turn else REST  # what the pattern does not have leads to the root
        yield replace(note, midi=midi)


def _fifth(chord: ChordSymbol | None, bass: int, lowest: int) -> int:
    """Return the perfect fifth below a chord's root, above it where the part cannot go so low; else the bass itself."""
    if chord is None or chord.root is None or chord.root.pitch_class != bass % 12:
        return bass
    fifth = (chord.root.pitch_class + _PERFECT_FIFTH) % 12
    if chord.role_of(fifth) != "fifth":
        return bass
    below = bass - (bass - fifth) % 12
    return below if below >= lowest else below + 12
