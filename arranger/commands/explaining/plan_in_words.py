"""The harmony of an arrangement in musicians' words, phrase by phrase.

Each phrase is told by its close, what prepares it, the applied dominants on the way, the longest scale of the bass, its
suspensions, and the chords that were added between given symbols.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import groupby, pairwise

from arranger.arranging.main import Arrangement
from arranger.harmonizing.enrichments import added
from theory.analysis import Analysis, RomanNumeral, analyse
from theory.analysis.closes import Close, closes_of, phrases_of
from theory.analysis.numeral import degree_of
from theory.notation.pitch import Pitch
from theory.notation.score import Harmony, Score
from theory.slices.written import sounding_notes

_NAMES = {
    "authentic": "authentic close",
    "imperfect": "imperfect authentic close",
    "half": "half close",
    "plagal": "plagal close",
    "deceptive": "deceptive close",
}
_SIZES = ("unison", "second", "third", "fourth", "fifth", "sixth", "seventh", "octave", "ninth", "tenth")
_LONG_SCALE, _STEP = 3, 2  # steps in one direction; semitones


def plan_in_words(arrangement: Arrangement) -> list[str]:
    """Return a line for each phrase of an arrangement: ``Phrase 2, bars 5-8: half close in G major on V, ...``."""
    followed, given = arrangement.plan.score.chords, arrangement.score.chords
    return phrases_in_words(arrangement.score, chords=followed, between=added(followed, given))


def phrases_in_words(setting: Score, *, chords: Sequence[Harmony] = (), between: Sequence[Harmony] = ()) -> list[str]:
    """Return a line for each phrase of a setting by the chords that it follows, with those added between its symbols.

    Without chords they are heard in the notes.
    """
    score = replace(setting, chords=tuple(chords))
    analysis, ends = analyse(score), phrases_of(score)
    spans = [*pairwise((Fraction(0), *ends))]
    closes = closes_of(score, analysis.chords, ends)
    if len(closes) != len(spans):
        return []
    lines = []
    for number, (close, span) in enumerate(zip(closes, spans, strict=True), start=1):
        own = [str(chord.symbol) for chord in between if span[0] <= chord.onset_quarter < span[1]]
        facts = [
            *_facts(score, analysis, close, span),
            *([f"added between the symbols: {' '.join(own)}"] if own else []),
        ]
        lines.append(f"Phrase {number}, {_bars(score, span)}: {', '.join(facts)}")
    return lines


def _bars(score: Score, span: tuple[Fraction, Fraction]) -> str:
    first, last = score.bar_at(span[0]).number, score.bar_at(span[1] - Fraction(1, 64)).number
    return f"bar {first}" if first == last else f"bars {first}-{last}"


def _facts(score: Score, analysis: Analysis, close: Close, span: tuple[Fraction, Fraction]) -> Iterator[str]:
    last, prepared = close.chords[-1], close.preparation
    if close.kind not in _NAMES:
        yield f"ends on {last.figure} in {last.key}"
    else:
        yield f"{_NAMES[close.kind]} in {last.key} on {last.figure}"
    if close.kind in _NAMES and prepared:
        by = f"{prepared.figure} and a cadential six-four" if close.six_four else prepared.figure
        yield f"prepared by {by}"
    yield from _applied(close.chords)
    yield from _scale(score, span)
    for tone in analysis.non_chord_tones:
        if tone.kind == "suspension" and tone.figures and tone.voice and span[0] <= tone.onset_quarter < span[1]:
            yield f"suspension {tone.figures} in the {score.parts[tone.voice].name.lower()}"


def _applied(chords: Sequence[RomanNumeral]) -> Iterator[str]:
    """Yield the applied dominants of a phrase, those of one degree in a row as one."""
    groups = [(target, list(group)) for target, group in groupby(chords, lambda chord: degree_of(chord).target)]
    for (target, group), (_, following) in pairwise([*groups, ("", [])]):
        if target:
            named = " ".join(dict.fromkeys(chord.figure for chord in group))
            reached = not following or _numeral(following[0].figure) == _numeral(target)
            yield f"{named} leads towards {target}" if reached else f"{named} gives way to {following[0].figure}"


def _numeral(figure: str) -> str:
    """Return a Roman numeral without its figures."""
    found = re.match(r"[b#]*[ivIV]+", figure)
    return found[0].lower() if found else figure


def _scale(score: Score, span: tuple[Fraction, Fraction]) -> Iterator[str]:
    """Yield the longest scale of the bass in one direction, if it is a fourth or more."""
    notes = [note for note in sounding_notes(score.parts[-1]) if span[0] <= note.onset_quarter < span[1]]
    pitches = [note.pitch for note in notes if note.pitch]
    runs = [run for up in (1, -1) for run in _runs([pitch for pitch, _ in groupby(pitches)], up)]
    longest = max(runs, key=len, default=[])
    if len(longest) > _LONG_SCALE:
        size = _SIZES[min(len(longest), len(_SIZES)) - 1]
        yield f"the bass {'rises' if longest[-1].midi > longest[0].midi else 'descends'} a {size} by step"


def _runs(pitches: Sequence[Pitch], direction: int) -> Iterator[list[Pitch]]:
    run: list[Pitch] = []
    for pitch in pitches:
        if run and not 0 < direction * (pitch.midi - run[-1].midi) <= _STEP:
            yield run
            run = []
        run.append(pitch)
    yield run
