"""How chords follow each other: six-fours, retrogression, cadences, chords held over the bar line (HA)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from theory.facts import Mask, Succession
from theory.rule import finds, passes, rule
from theory.spans import Span, harmonic_runs, six_fours, symbol_spans
from theory.written import Remark, Written

_ALDWELL = "E. Aldwell and C. Schachter, Harmony and Voice Leading, on the uses of six-four chords"
_KOSTKA = "S. Kostka and D. Payne, Tonal Harmony, on harmonic progression and harmonic rhythm"
_LAITZ = "S. Laitz, The Complete Musician, on cadences"
_OWN = "our own: a symbol that most of the notes deny was misread or misprinted"
_DOMINANTS = (7, 11)  # semitones above the tonic of the chords that make an authentic cadence
_SUBDOMINANT, _DOMINANT = 5, 7
_SUBMEDIANTS = (8, 9)


@rule(
    "HA109",
    "six-four-without-function",
    per="whole",
    source=_ALDWELL,
    needs_chords=True,
    examples=(
        finds("A4 G4 A4 / F4 E4 F4 / F3 G3 D3", "its bass is left by leap", chords="F C/G Dm"),
        finds("A4 G4 / F4 E4 / F3 G3", "the piece ends on it", chords="F C/G"),
        passes("A4 G4 G4 / F4 E4 D4 / F3 G3 G3", "cadential: the bass stays and becomes a root", chords="F C/G G"),
        passes("G4 G4 G4 / E4 D4 E4 / C3 D3 E3", "passing: the bass goes on by step", chords="C G/D C/E"),
        passes("G4 A4 G4 / E4 F4 E4 / C3 C3 C3", "pedal: the bass stays", chords="C F/C C"),
        passes("G4 G4 A4 / E4 E4 F4 / C3 G3 F3", "arpeggiated: the chord was there before", chords="C - F"),
    ),
)
def six_four_without_function(w: Written) -> Iterator[Remark]:
    """A six-four chord is neither cadential nor passing, pedal or arpeggiated."""
    lowest, harmony = w.windows.verticality.lowest, w.windows.verticality.context.harmony
    for span in six_fours(w.windows):
        before, after = span.first - 1, span.last + 1
        ends = after == len(lowest)
        beside = [harmony[place] for place in (before, after) if 0 <= place < len(lowest)]
        arpeggiated = harmony[span.first] in beside
        leaves = 99 if ends else abs(int(lowest[after] - lowest[span.last]))
        enters = 0 if before < 0 else abs(int(lowest[span.first] - lowest[before]))
        stays, passing = leaves % 12 == 0, 0 < leaves <= 2 and enters <= 2
        if not (arpeggiated or (not ends and (stays or passing))):
            yield _at(w, span)


@rule(
    "HA110",
    "retrogression",
    per="whole",
    source=_KOSTKA,
    needs_chords=True,
    examples=(
        finds("D5 C5 / G3 F3", "V to IV", chords="G F"),
        finds("D5 D5 / G3 D3", "V to ii", chords="G Dm"),
        finds("D5 C5 / D3 C3", "ii to I", chords="Dm C"),
        passes("D5 C5 / G3 A3", "IV6 in passing: the bass steps on", chords="G F/A"),
        passes("D5 C5 / A3 G3", "ii to a six-four", chords="Dm C/G"),
        passes("D5| C5 / G3 F3", "the next phrase begins", chords="G F"),
        passes("D5 E5 / G3 C4", "V to I", chords="G C"),
    ),
)
def retrogression(m: Succession) -> Mask:
    """The dominant goes back to ii or IV, or ii to I, inside a phrase."""
    return m.retrogression[..., None]


@rule(
    "HA111",
    "no-cadence",
    per="whole",
    source=_LAITZ,
    needs_chords=True,
    examples=(
        finds("D5 A4| G4 / D3 A3 C3", "a phrase ends on ii to vi", chords="Dm Am C"),
        passes("D5 C5 / G3 C3", "an authentic cadence", chords="G C"),
        passes("C5 C5 / F3 C3", "a plagal one", chords="F C"),
        passes("C5 B4 / A3 G3", "a half cadence", chords="Am G"),
        passes("D5 C5 / G3 A3", "a deceptive one", chords="G Am"),
        passes("B4 A4 / E3 F3", "a deceptive one in minor", chords="E F", key="A minor"),
        passes("C5 E5", "one chord makes no progression", chords="Am -"),
    ),
)
def no_cadence(w: Written) -> Iterator[Remark]:
    """A phrase ends with no authentic, plagal, half or deceptive cadence."""
    for before, after in pairwise(harmonic_runs(w.windows)):
        for end in range(after.first, after.last + 1):
            if w.texture.phrase_end[end] and not _is_cadence(w, before, end):
                detail = f"{w.texture.chord[before.last]} to {w.texture.chord[end]}"
                yield Remark(w.texture.onset_quarter[_last_attack(w, end)], _sounding(w, end), detail=detail)


def _last_attack(w: Written, slice_: int) -> int:
    """Return the last slice, up to this one, in which any voice begins a note."""
    return max(np.flatnonzero(w.texture.attack[: slice_ + 1].any(axis=1)).tolist(), default=slice_)


def _is_cadence(w: Written, before: Span, end: int) -> bool:
    context = w.windows.verticality.context
    start, goal = ((int(context.root[place]) - int(context.tonic[end])) % 12 for place in (before.last, end))
    if goal == 0:
        return start in (*_DOMINANTS, _SUBDOMINANT)
    return goal == _DOMINANT or (goal in _SUBMEDIANTS and start == _DOMINANT)


@rule(
    "HA112",
    "chord-over-bar-line",
    per="whole",
    source=_KOSTKA,
    needs_chords=True,
    examples=(
        finds("C5 C5 C5 B4 / C3 F3 F3 G3", "F on a weak beat and on the downbeat", chords="C F F G", bar_quarters=2),
        passes("C5 C5 C5 B4 / C3 A3 F3 G3", "the bass moves", chords="C F/A F G", bar_quarters=2),
        passes("C5 C5 C5 C5 / F3 F3 F3 F3", "it began on a downbeat", chords="F - - -", bar_quarters=2),
        passes("C5 C5| C5 B4 / C3 F3 F3 G3", "the next phrase begins", chords="C F F G", bar_quarters=2),
        passes("C5 B4 C5 C5 / C3 G3 F3 F3", "another chord on the downbeat", chords="C G F F", bar_quarters=2),
    ),
)
def chord_over_bar_line(w: Written) -> Iterator[Remark]:
    """A chord that began on a weak beat goes on over the bar line with the same bass, inside a phrase."""
    strength, lowest = w.texture.strength, w.windows.verticality.lowest % 12
    for run in harmonic_runs(w.windows):
        if strength[run.first] == 1 or run.first == 0:
            continue
        downbeat = next((place for place in range(run.first, run.last + 1) if strength[place] == 1), None)
        if downbeat and lowest[downbeat] == lowest[downbeat - 1] and not w.texture.phrase_end[downbeat - 1]:
            yield _at(w, Span(downbeat, run.last))


@rule(
    "HA206",
    "symbol-denied",
    per="whole",
    source=_OWN,
    needs_chords=True,
    examples=(
        finds("D5 / A4 / F#4 / D4", "D major under the symbol of C", chords="C"),
        passes("C5 / A4 / E4 / C4", "one foreign note of four", chords="C"),
        passes("D5 C5 / A4 G4 / E4 E4 / C4 C4", "two suspensions for half of the time", chords="C -"),
    ),
)
def symbol_denied(w: Written) -> Iterator[Remark]:
    """Less than half of what sounds under a chord symbol, by time, are members of its chord."""
    vertical = w.windows.verticality
    for span in symbol_spans(w.windows):
        inside = range(span.first, span.last + 1)
        member, sounding = (
            sum(int(fact[place].sum()) * w.texture.duration_quarter[place] for place in inside)
            for fact in (vertical.member, vertical.sounding)
        )
        if 2 * member < sounding:
            yield _at(w, span)


def _at(w: Written, span: Span) -> Remark:
    chord = w.texture.chord[span.first]
    return Remark(w.texture.onset_quarter[span.first], _sounding(w, span.first), detail=f"in {chord}")


def _sounding(w: Written, slice_: int) -> tuple[int, ...]:
    return tuple(voice for voice in range(w.texture.shape[1]) if w.texture.pitch[slice_, voice] >= 0)
