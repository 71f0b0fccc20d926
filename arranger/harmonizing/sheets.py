"""Harmonisation of lead sheets: chord symbols for a sheet without them, or new ones in place of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace

from arranger.harmonizing.proposing import Freedom, propose_chords
from theory.harmony.estimate import HarmonicSpan, estimate_chords
from theory.notation.score import Harmony, LeadSheet, Score


@dataclass(frozen=True)
class HarmonyOptions:
    """The choices of a user for a harmonisation."""

    style: str = "song"
    temperature: float = 0.0  # randomness; 0: the most probable chords
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
    spans = spans_for(score, options)
    first = next((note.onset_quarter for note in score.parts[0].notes if note.pitch), None)
    if first is None:
        return ()
    found: list[Harmony] = []
    for span in spans:
        if span.end_quarter > first and (not found or found[-1].symbol != span.symbol):
            found.append(Harmony(max(first, span.start_quarter), span.symbol))
    return tuple(found)


def spans_for(score: Score, options: HarmonyOptions) -> tuple[HarmonicSpan, ...]:
    """Return the chords and keys proposed for the tune of a score."""
    if options.model is None:
        return estimate_chords(replace(score, chords=()), parts=(0,))
    freedom = Freedom(options.temperature, options.seed)
    return propose_chords(score, options.style, freedom=freedom)
