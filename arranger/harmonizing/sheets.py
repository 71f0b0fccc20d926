"""Harmonisation of lead sheets: chord symbols for a sheet without them, or new ones in place of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from arranger.harmonizing.bare_tunes import is_proposed, proposed_symbols
from arranger.harmonizing.choice import Choice
from arranger.harmonizing.planning import planned_chords
from theory.harmony.estimate import estimate_chords
from theory.notation.score import Harmony, LeadSheet, Score


@dataclass(frozen=True)
class HarmonyOptions:
    """The choices of a user for a harmonisation."""

    style: str = "song"  # one of `arranger.harmonizing.manners.MANNERS`
    temperature: float = 0.0  # randomness; 0: the best plan
    seed: int = 0  # random seed
    model: str | None = "default"  # None: by rules alone


def harmonize(sheet: LeadSheet, options: HarmonyOptions) -> LeadSheet:
    """Return the sheet with a chord symbol wherever the harmony changes, in place of its own symbols.

    Nothing else is changed. Raises ValueError if the style is unknown.
    """
    return replace(sheet, score=replace(sheet.score, chords=symbols_for(sheet.score, options)))


def symbols_for(score: Score, options: HarmonyOptions) -> tuple[Harmony, ...]:
    """Return chord symbols for the tune of a score, one wherever the chord changes.

    The first symbol is at the first note.
    """
    first = next((note.onset_quarter for note in score.parts[0].notes if note.pitch), None)
    if first is None:
        return ()
    if options.model is not None:
        choice = Choice(seed=options.seed, temperature=options.temperature)
        chords = proposed_symbols if is_proposed(score, options.style) else planned_chords
        return _from(first, chords(score, options.style, choice))
    spans = estimate_chords(replace(score, chords=()), parts=(0,))
    return _from(first, [Harmony(span.start_quarter, span.symbol) for span in spans])


def _from(first: Fraction, chords: Sequence[Harmony]) -> tuple[Harmony, ...]:
    """Return those chords that sound from the first note on, one wherever the chord changes."""
    found: list[Harmony] = []
    ends = [*(chord.onset_quarter for chord in chords[1:]), None]
    for chord, end in zip(chords, ends, strict=True):
        if (end is None or end > first) and (not found or found[-1].symbol != chord.symbol):
            found.append(Harmony(max(first, chord.onset_quarter), chord.symbol))
    return tuple(found)
