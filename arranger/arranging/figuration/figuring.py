"""Figuration: the held chords of the search as the strokes of accompaniment patterns.

The search fills a skeleton of held chords. In each bar, the pattern of its section gives the strokes of each role, and
a stroke takes its tone from the skeleton or from the chord around it. Bars without strokes, and the last bar of the
piece, keep the skeleton. The root or slash bass is struck wherever a chord begins.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from arranger.arranging.patterns import Pattern, Stroke
from theory.notation.chord import ChordSymbol
from theory.notation.score import Bar, Harmony
from theory.slices.texture import REST

_PERFECT_FIFTH = 7
_OCTAVE = 12
_SHORT_QUARTERS = Fraction(1, 2)  # a chord this short is not worth a stroke of its own in the inner parts


@dataclass(frozen=True, slots=True)
class Sounding:
    """A note or rest of a pattern before it is split into written note values."""

    start_quarter: Fraction
    end_quarter: Fraction
    midi: int  # MIDI number, REST where silent
    slice: int = -1  # slice of the skeleton in which the note begins
    late: bool = False  # it has the syllable that began under the note before
    tone: str = "own"  # of the stroke
    touch: str = ""  # of the stroke
    own: int = REST  # the note of the skeleton under a stroke with another tone


@dataclass(frozen=True)
class Figure:
    """What one role plays in one bar."""

    bar: Bar
    strokes: tuple[Stroke, ...]  # empty: the skeleton


@dataclass(frozen=True)
class Player:
    """A part with a role in the accompaniment."""

    role: str  # bass, inner1, inner2 ...
    lowest: int  # MIDI numbers of the comfortable range
    highest: int

    @property
    def is_bass(self) -> bool:
        """Whether the part plays the bass."""
        return self.role == "bass"

    def reaches(self, midi: int) -> bool:
        """Whether a note lies in the comfortable range of the part."""
        return self.lowest <= midi <= self.highest


def figure_of(bar: Bar, pattern: Pattern | None, role: str, moment: str) -> Figure:
    """Return what a role plays in a bar by a pattern, or the skeleton if there is none."""
    return Figure(bar, (pattern.strokes(bar, role, moment) or ()) if pattern else ())


def figured(
    skeleton: Sequence[Sounding], figures: Sequence[Figure], player: Player, chords: Sequence[Harmony]
) -> list[Sounding]:
    """Return a line of held notes, without gaps, with the figures of its bars.

    ``chords`` are the chord symbols with their onsets, one after the other.
    """
    onsets = [chord.onset_quarter for chord in chords]
    line: list[Sounding] = []
    for figure in figures:
        bar = figure.bar
        spans = _spans(bar, figure.strokes)
        own = list(clipped(skeleton, bar.onset_quarter, bar.end_quarter))
        if spans:
            changes = onsets[bisect_left(onsets, bar.onset_quarter) : bisect_left(onsets, bar.end_quarter)]
            own = list(_struck(own, bar, _with_changes(spans, changes, bar, player)))
        line += own
    return list(_toned(line, chords, onsets, player))


@dataclass(frozen=True, slots=True)
class _Span:
    start: Fraction
    end: Fraction
    stroke: Stroke


_PLAIN = Stroke(Fraction(0))


def _spans(bar: Bar, strokes: Sequence[Stroke]) -> list[_Span]:
    """Return the strokes of a bar with their times; strokes outside a pickup bar are left out."""
    origin = bar.onset_quarter - bar.offset_in_meter(bar.onset_quarter)
    starts = [origin + stroke.onset_quarter for stroke in strokes]
    spans: list[_Span] = []
    for stroke, start, following in zip(strokes, starts, [*starts[1:], bar.end_quarter], strict=False):
        length = following - start if stroke.length_quarter is None else stroke.length_quarter
        if bar.onset_quarter <= start < bar.end_quarter:
            spans.append(_Span(start, min(start + length, bar.end_quarter), stroke))
    return spans


def _with_changes(spans: list[_Span], changes: Sequence[Fraction], bar: Bar, player: Player) -> list[_Span]:
    """Add strokes so that every chord of the bar is heard: a bass note at each change, other parts once per chord."""
    beat = bar.meter.beat_quarters
    found = [
        replace(span, stroke=replace(span.stroke, tone="own"))
        if player.is_bass and span.start in changes and span.stroke.tone not in ("turn", "walk")
        else span
        for span in spans
    ]
    for onset, following in pairwise((*changes, bar.end_quarter)):
        heard = any(span.start == onset if player.is_bass else onset <= span.start < following for span in spans)
        if not heard and (player.is_bass or following - onset > _SHORT_QUARTERS):
            later = min((span.start for span in spans if span.start > onset), default=bar.end_quarter)
            cut = next((span.end for span in spans if span.start < onset < span.end), onset + beat)
            found.append(_Span(onset, min(cut, following, later), _PLAIN))
    found.sort(key=lambda span: span.start)
    ends = [*(span.start for span in found[1:]), bar.end_quarter]
    return [replace(span, end=min(span.end, end)) for span, end in zip(found, ends, strict=False)]


def clipped(skeleton: Sequence[Sounding], start: Fraction, end: Fraction) -> Iterator[Sounding]:
    """Yield the notes of a line between two times, cut there."""
    first = max(bisect_right(skeleton, start, key=lambda note: note.start_quarter) - 1, 0)
    for note in skeleton[first:]:
        if note.start_quarter >= end:
            break
        if start < note.end_quarter:
            yield replace(note, start_quarter=max(note.start_quarter, start), end_quarter=min(note.end_quarter, end))


def _struck(skeleton: Sequence[Sounding], bar: Bar, spans: Sequence[_Span]) -> Iterator[Sounding]:
    """Yield the strokes of a bar and the rests between them."""
    at = bar.onset_quarter
    for span in spans:
        if at < span.start:
            yield Sounding(at, span.start, REST)
        for number, note in enumerate(clipped(skeleton, span.start, span.end)):
            tone = span.stroke.tone if number == 0 else "own"
            yield replace(note, tone=tone, touch=span.stroke.touch, own=note.midi)
        at = span.end
    if at < bar.end_quarter:
        yield Sounding(at, bar.end_quarter, REST)


def _toned(
    line: Sequence[Sounding], chords: Sequence[Harmony], onsets: Sequence[Fraction], player: Player
) -> Iterator[Sounding]:
    """Yield a line in which each stroke has its tone; every other ``turn`` on the same chord takes the fifth."""
    last: tuple[ChordSymbol | None, int] = (None, REST)
    before = len(chords)  # index of the chord under the stroke before
    for note in line:
        if note.midi == REST:
            yield note
            continue
        # a held note may outlast its chord, so take the chord at the stroke
        index = bisect_right(onsets, note.start_quarter) - 1
        chord = chords[index].symbol if index >= 0 else None
        if any(each.symbol.is_no_chord for each in chords[before + 1 : index]):
            last = None, REST
        before = index
        midi = note.midi
        if note.tone != "turn" or last == (chord, midi):
            midi = _tone(note.tone, chord, midi, player)
        last = chord, midi if note.tone == "turn" else REST  # after another note, the next turn is the root
        yield replace(note, midi=midi)


def _tone(tone: str, chord: ChordSymbol | None, own: int, player: Player) -> int:
    """Return the MIDI number of a stroke's tone; the own note where the tone does not exist or is out of reach."""
    if chord is None or chord.root is None:
        return own
    if tone in ("turn", "fifth"):
        return _fifth(chord, own, player)
    if tone == "octave":
        higher = own + _OCTAVE
        return higher if chord.root.pitch_class == own % 12 and player.reaches(higher) else own
    if tone[0] in "+-":
        return _chord_tone(chord, own, int(tone), player)
    return own


def _fifth(chord: ChordSymbol, bass: int, player: Player) -> int:
    """Return the fifth below the root in the bass, or above it if that is too low.

    The bass note itself is returned if it is not the root or the chord has no perfect fifth.
    """
    if chord.root is None or chord.root.pitch_class != bass % 12:
        return bass
    fifth = (chord.root.pitch_class + _PERFECT_FIFTH) % 12
    if chord.role_of(fifth) != "fifth":
        return bass
    below = bass - (bass - fifth) % 12
    return below if below >= player.lowest else below + 12


def _chord_tone(chord: ChordSymbol, own: int, steps: int, player: Player) -> int:
    """Return the chord tone so many steps above (below, if negative) a note; tensions are passed over."""
    step, left, midi = (1 if steps > 0 else -1), abs(steps), own
    while left and abs(midi - own) <= _OCTAVE:
        midi += step
        left -= chord.role_of(midi % 12) not in (None, "tension")
    return midi if not left and player.reaches(midi) else own
