"""Chord symbols for a lead sheet that has none, or new ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

from arranger.harmonizing.proposing import Freedom, propose_chords
from theory.harmony.estimate import HarmonicSpan, estimate_chords
from theory.notation.score import Harmony, LeadSheet, Score


@dataclass(frozen=True)
class Options:
    """What a user may choose for a harmonisation."""

    style: str = "song"
    temperature: float = 0.0  # how far to stray from the likeliest chords
    seed: int = 0
    model: str | None = "default"  # None: rules alone


def harmonize(sheet: LeadSheet, options: Options | None = None, **choices: object) -> LeadSheet:
    """Return the sheet with a chord symbol wherever the harmony changes, in place of those it has.

    Nothing else of the sheet is touched; choices are the fields of `Options`. ValueError for an unknown
    style.
    """
    chosen = replace(options or Options(), **choices)  # type: ignore[arg-type]
    return replace(sheet, score=replace(sheet.score, chords=symbols_for(sheet.score, chosen)))


def symbols_for(score: Score, options: Options) -> tuple[Harmony, ...]:
    """Return chord symbols for the tune of a score; a chord that goes on is not written again.

    They begin with the first note, or with the bar that it stands in.
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


def spans_for(score: Score, options: Options) -> tuple[HarmonicSpan, ...]:
    """Return the harmony proposed for the tune of a score, with its keys."""
    if options.model is None:
        return estimate_chords(replace(score, chords=()), parts=(0,))
    freedom = Freedom(options.temperature, options.seed)
    return propose_chords(score, options.style, freedom=freedom)
