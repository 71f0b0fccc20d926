"""Chord progression: six-four chords, retrogression, cadences, harmonic rhythm, unfitting symbols (HA)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from theory.rules.chord_spans import ChordSpan, harmonic_runs, six_fours, symbol_spans
from theory.rules.rule import finds, passes, rule
from theory.rules.sources import ALDWELL_SCHACHTER, KOSTKA_PAYNE, LAITZ, OPEN_MUSIC_THEORY, OUR_CHOICE, PISTON, cite
from theory.slices.facts import Succession
from theory.slices.written import Remark, Written
from theory.types import Mask

_SIX_FOURS = cite((ALDWELL_SCHACHTER, 'ch. 20, "6/4-Chord Techniques"'))
_PROGRESSION = cite(
    (KOSTKA_PAYNE, "ch. 7, on harmonic progression"),
    (OPEN_MUSIC_THEORY, '"Harmonic syntax - the idealized phrase"'),
)
_CADENCES = cite(
    (LAITZ, 'ch. 5, "Tonic and Dominant as Tonal Pillars and Introduction to Voice Leading"'),
    (OPEN_MUSIC_THEORY, '"Classical cadence types"'),
)
_SYMBOL = cite((OUR_CHOICE, "a symbol that most notes contradict was probably misread or misprinted"))
_DOMINANTS = (7, 11)  # roots that make an authentic cadence, in semitones above the tonic
_SUBDOMINANT, _DOMINANT = 5, 7
_SUBMEDIANTS = (8, 9)


@rule(
    "HA109",
    "six-four-without-function",
    per="whole",
    source=_SIX_FOURS,
    needs_chords=True,
    examples=(
        finds("A4 G4 A4 / F4 E4 F4 / F3 G3 D3", "the bass leaves it by leap", chords="F C/G Dm"),
        finds("A4 G4 / F4 E4 / F3 G3", "the piece ends on it", chords="F C/G"),
        passes("A4 G4 G4 / F4 E4 D4 / F3 G3 G3", "cadential: the bass stays and becomes the root", chords="F C/G G"),
        passes("G4 G4 G4 / E4 D4 E4 / C3 D3 E3", "passing: the bass moves through it by step", chords="C G/D C/E"),
        passes("G4 A4 G4 / E4 F4 E4 / C3 C3 C3", "pedal: the bass stays", chords="C F/C C"),
        passes("G4 G4 A4 / E4 E4 F4 / C3 G3 F3", "arpeggiated: the same chord came before", chords="C - F"),
    ),
)
def six_four_without_function(w: Written) -> Iterator[Remark]:
    """A six-four chord is neither cadential, passing, pedal nor arpeggiated."""
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
    source=_PROGRESSION,
    needs_chords=True,
    examples=(
        finds("D5 C5 / G3 F3", "V to IV", chords="G F"),
        finds("D5 D5 / G3 D3", "V to ii", chords="G Dm"),
        finds("D5 C5 / D3 C3", "ii to I", chords="Dm C"),
        passes("D5 C5 / G3 A3", "a passing IV6: the bass moves by step", chords="G F/A"),
        passes("D5 C5 / A3 G3", "ii to a six-four chord", chords="Dm C/G"),
        passes("D5| C5 / G3 F3", "a new phrase begins", chords="G F"),
        passes("D5 E5 / G3 C4", "V to I", chords="G C"),
    ),
)
def retrogression(m: Succession) -> Mask:
    """V or viio goes to ii or IV, or ii goes to I, within a phrase (retrogression).

    Exempt if the second chord is a six-four chord, or a first inversion that the bass reaches by step.
    """
    return m.retrogression[..., None]


@rule(
    "HA111",
    "no-cadence",
    per="whole",
    source=_CADENCES,
    needs_chords=True,
    examples=(
        finds("D5 A4| G4 / D3 A3 C3", "a phrase ends with ii-vi", chords="Dm Am C"),
        passes("D5 C5 / G3 C3", "an authentic cadence", chords="G C"),
        passes("C5 C5 / F3 C3", "a plagal cadence", chords="F C"),
        passes("C5 B4 / A3 G3", "a half cadence", chords="Am G"),
        passes("D5 C5 / G3 A3", "a deceptive cadence", chords="G Am"),
        passes("B4 A4 / E3 F3", "a deceptive cadence in minor", chords="E F", key="A minor"),
        passes("C5 E5", "a single chord is not a progression", chords="Am -"),
    ),
)
def no_cadence(w: Written) -> Iterator[Remark]:
    """A phrase does not end with an authentic, plagal, half or deceptive cadence."""
    for before, after in pairwise(harmonic_runs(w.windows)):
        for end in range(after.first, after.last + 1):
            if w.texture.phrase_end[end] and not _is_cadence(w, before, end):
                detail = f"{w.texture.chord[before.last]} to {w.texture.chord[end]}"
                yield Remark(w.texture.onset_quarter[_last_attack(w, end)], _sounding(w, end), detail=detail)


def _last_attack(w: Written, slice_: int) -> int:
    """Return the last slice up to this one in which any voice begins a note."""
    return max(np.flatnonzero(w.texture.attack[: slice_ + 1].any(axis=1)).tolist(), default=slice_)


def _is_cadence(w: Written, before: ChordSpan, end: int) -> bool:
    context = w.windows.verticality.context
    start, goal = ((int(context.root[place]) - int(context.tonic[end])) % 12 for place in (before.last, end))
    if goal == 0:
        return start in (*_DOMINANTS, _SUBDOMINANT)
    return goal == _DOMINANT or (goal in _SUBMEDIANTS and start == _DOMINANT)


@rule(
    "HA112",
    "chord-over-bar-line",
    per="whole",
    source=cite((PISTON, "on harmonic rhythm")),
    needs_chords=True,
    examples=(
        finds("C5 C5 C5 B4 / C3 F3 F3 G3", "F on a weak beat and on the downbeat", chords="C F F G", bar_quarters=2),
        passes("C5 C5 C5 B4 / C3 A3 F3 G3", "the bass moves", chords="C F/A F G", bar_quarters=2),
        passes("C5 C5 C5 C5 / F3 F3 F3 F3", "it began on a downbeat", chords="F - - -", bar_quarters=2),
        passes("C5 C5| C5 B4 / C3 F3 F3 G3", "a new phrase begins", chords="C F F G", bar_quarters=2),
        passes("C5 B4 C5 C5 / C3 G3 F3 F3", "another chord on the downbeat", chords="C G F F", bar_quarters=2),
    ),
)
def chord_over_bar_line(w: Written) -> Iterator[Remark]:
    """A chord that began after the downbeat continues over the bar line with the same bass (harmonic syncopation).

    Phrase ends are exempt.
    """
    strength, lowest = w.texture.strength, w.windows.verticality.lowest % 12
    for run in harmonic_runs(w.windows):
        if strength[run.first] == 1 or run.first == 0:
            continue
        downbeat = next((place for place in range(run.first, run.last + 1) if strength[place] == 1), None)
        if downbeat and lowest[downbeat] == lowest[downbeat - 1] and not w.texture.phrase_end[downbeat - 1]:
            yield _at(w, ChordSpan(downbeat, run.last))


@rule(
    "HA206",
    "symbol-denied",
    per="whole",
    source=_SYMBOL,
    asks_symbols=True,
    examples=(
        finds("D5 / A4 / F#4 / D4", "a D major chord under the symbol C", chords="C"),
        passes("C5 / A4 / E4 / C4", "one non-chord tone in four notes", chords="C"),
        passes("D5 C5 / A4 G4 / E4 E4 / C4 C4", "two suspensions, for half of the time", chords="C -"),
    ),
)
def symbol_denied(w: Written) -> Iterator[Remark]:
    """Under a chord symbol, non-chord tones sound for more time than chord tones."""
    vertical = w.windows.verticality
    for span in symbol_spans(w.windows):
        inside = range(span.first, span.last + 1)
        member, sounding = (
            sum(int(fact[place].sum()) * w.texture.duration_quarter[place] for place in inside)
            for fact in (vertical.member, vertical.sounding)
        )
        if 2 * member < sounding:
            yield _at(w, span)


def _at(w: Written, span: ChordSpan) -> Remark:
    chord = w.texture.chord[span.first]
    return Remark(w.texture.onset_quarter[span.first], _sounding(w, span.first), detail=f"in {chord}")


def _sounding(w: Written, slice_: int) -> tuple[int, ...]:
    return tuple(voice for voice in range(w.texture.shape[1]) if w.texture.pitch[slice_, voice] >= 0)
