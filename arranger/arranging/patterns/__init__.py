"""Accompaniment patterns: figuration of held chords for instruments.

The search fills a skeleton of held chords. For each role a pattern gives the strokes of a bar: onset, length and tone.
The tone is the part's ``own`` note of the skeleton or, in the bass, ``turn``: root and fifth in alternation while the
chord stays the same. Each pattern is a TOML file with one table per meter. Bars in other meters, bars too short for any
stroke, and the last bar of the piece keep the skeleton. Parallels are judged on the skeleton, where the harmony moves.
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
from theory.slices.symbols import spread_symbols
from theory.slices.texture import REST
from theory.tables import TableFolder

_PERFECT_FIFTH = 7
PATTERNS = TableFolder("accompaniment pattern", __name__)


@dataclass(frozen=True, slots=True)
class Stroke:
    """One note of a pattern: its beat, its length (both in units of the meter's denominator) and its tone."""

    beat: Fraction  # counted from 1
    length: Fraction
    tone: str = "own"  # own or turn


@dataclass(frozen=True, slots=True)
class Sounding:
    """A note or rest of a pattern before it is split into written note values."""

    start_quarter: Fraction
    end_quarter: Fraction
    midi: int  # MIDI number, REST where silent
    slice: int = -1  # slice of the skeleton in which the note begins
    late: bool = False  # it has the syllable that began under the note before
    turn: bool = False  # may take the fifth of the chord instead


@dataclass(frozen=True)
class Pattern:
    """An accompaniment pattern: the strokes of each role, by meter."""

    name: str
    about: str
    meters: dict[str, dict[str, tuple[Stroke, ...]]]

    def strokes(self, bar: Bar, role: str) -> tuple[Stroke, ...] | None:
        """Return the strokes of a role in a bar; None if the pattern lacks the meter or the role."""
        return self.meters.get(str(bar.meter), {}).get(role)


def pattern_for(score: Score) -> Pattern:
    """Return the pattern for the meter of most bars: waltz or oom-pah, or else the pad.

    Patterns in which the inner parts strike after the bass are preferred to held chords.
    """
    meters = [str(bar.meter) for bar in score.bars]
    usual = max(sorted(set(meters)), key=meters.count)
    found = (load_pattern(name) for name in ("waltz", "oom-pah") if usual in load_pattern(name).meters)
    return next(found, load_pattern("pad"))


@cache
def load_pattern(name: str) -> Pattern:
    """Return a pattern by name. Raises ValueError, which offers the nearest name, if there is none.

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
    """Return a line of held notes with the figuration of a pattern.

    Parameters
    ----------
    skeleton
        The line, without gaps.
    role
        ``inner`` or ``bass``.
    score
        The score whose bars and chord symbols apply.
    lowest
        MIDI number of the lowest note that the part can play, for fifths below the root.
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
    """Return the strokes of a bar as spans in quarters; strokes outside a pickup bar are left out."""
    unit = Fraction(4, bar.meter.beat_type)
    origin = bar.onset_quarter - bar.offset_in_meter(bar.onset_quarter)
    spans = []
    for stroke in strokes:
        start = origin + (stroke.beat - 1) * unit
        if bar.onset_quarter <= start < bar.end_quarter:
            spans.append(_Span(start, min(start + stroke.length * unit, bar.end_quarter), stroke.tone == "turn"))
    return spans


def _with_symbols(spans: list[_Span], onsets: Sequence[Fraction], bar: Bar, *, everywhere: bool) -> list[_Span]:
    """Add strokes so that every chord of the bar is heard: a bass note at each onset, other parts once per chord."""
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
    """Yield the strokes of a bar and the rests between them."""
    at = bar.onset_quarter
    for span in spans:
        if at < span.start:
            yield Sounding(at, span.start, REST)
        yield from _clipped(skeleton, span.start, span.end, turn=span.turn)
        at = span.end
    if at < bar.end_quarter:
        yield Sounding(at, bar.end_quarter, REST)


def _in_turn(line: Sequence[Sounding], chords: Sequence[Harmony], lowest: int) -> Iterator[Sounding]:
    """Yield a bass line in which every other ``turn`` stroke on the same chord takes the fifth."""
    onsets = [chord.onset_quarter for chord in chords]
    last: tuple[ChordSymbol | None, int] = (None, REST)
    for note in line:
        midi = note.midi
        if midi != REST:
            # a held note may outlast its chord, so take the chord at the stroke
            index = bisect_right(onsets, note.start_quarter) - 1
            chord = chords[index].symbol if index >= 0 else None
            if note.turn and last == (chord, midi):
                midi = _fifth(chord, midi, lowest)
            last = chord, midi if note.turn else REST  # after a note outside the pattern, the next stroke is the root
        yield replace(note, midi=midi)


def _fifth(chord: ChordSymbol | None, bass: int, lowest: int) -> int:
    """Return the fifth below the root in the bass, or above it if that is too low.

    The bass note itself is returned if it is not the root or the chord has no perfect fifth.
    """
    if chord is None or chord.root is None or chord.root.pitch_class != bass % 12:
        return bass
    fifth = (chord.root.pitch_class + _PERFECT_FIFTH) % 12
    if chord.role_of(fifth) != "fifth":
        return bass
    below = bass - (bass - fifth) % 12
    return below if below >= lowest else below + 12
