"""The figures of many settings together: medians over pieces, kinds of close, final closes, chord distributions.

Besides those of `arranger.lab.evaluation.harmony.voicing`, each piece has these figures:

``chord_types``        different Roman numerals with inversions
``sevenths``           share of the chords that are seventh chords
``applied_dominants``, ``suspensions``, ``key_changes``  number per phrase

and these facts about its end:

``last_approach``      the bass comes from the fourth or fifth degree above its last pitch class
``root_in_bass``       the lowest note at the end is the root of the last chord
``root_position``      the last close is authentic or plagal, so that both chords are in root position
``with_predominant``   it is, and a predominant comes directly before the dominant
``with_predominant_near``  it is, and a predominant is one of the three chords before the dominant
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from arranger.lab.evaluation.distances import total_variation
from arranger.lab.evaluation.harmony import chords
from arranger.lab.evaluation.harmony.voicing import last_approach, voicing_of
from theory.analysis import analyse
from theory.analysis.closes import KINDS, Close, closes_of, ends_on_root
from theory.notation.score import Score
from theory.slices.texture import texture_of

_NEAR = 3  # chords
_BY_PHRASE = ("applied_dominants", "suspensions", "key_changes")
Ends = Sequence[Fraction]  # times, in quarters, at which the phrases of a piece end


@dataclass(frozen=True)
class Measured:
    """The figures of one setting."""

    figures: dict[str, float]
    closes: tuple[Close, ...]  # one per phrase
    final: dict[str, bool]
    unigrams: Counter[str]
    bigrams: Counter[str]


def measured(score: Score, ends: Ends = ()) -> Measured:
    """Return the figures of a four-part setting; ``ends`` are its phrase ends if they are known.

    Chord symbols are left out, so that all settings are analysed by their notes.
    """
    score = replace(score, chords=())
    texture, analysis = texture_of(score), analyse(score)
    closes = closes_of(score, analysis.chords, ends)
    phrases = max(1, len(closes))
    figures = {
        **voicing_of(texture),
        "chord_types": float(chords.chord_types(analysis)),
        "sevenths": chords.seventh_share(analysis),
        "applied_dominants": chords.applied_dominants(analysis) / phrases,
        "suspensions": chords.suspensions(analysis) / phrases,
        "key_changes": chords.key_changes(analysis) / phrases,
    }
    in_root_position = bool(closes) and closes[-1].kind in ("authentic", "plagal")
    final = {
        "last_approach": last_approach(texture),
        "root_in_bass": ends_on_root(score, analysis.chords),
        "root_position": in_root_position,
        "with_predominant": in_root_position and closes[-1].predominant == 1,
        "with_predominant_near": in_root_position and 1 <= closes[-1].predominant <= _NEAR,
    }
    return Measured(figures, closes, final, chords.unigrams(analysis.chords), chords.bigrams(analysis.chords))


def measure_settings(
    settings: Iterable[tuple[str, Score]], *, phrase_ends: Mapping[str, Ends] | None = None
) -> dict[str, Any]:
    """Return the figures of named settings as plain data.

    ``pieces`` has the figures of each setting by name and ``medians`` and ``quartiles`` their distribution;
    ``per_phrase`` has the mean number over the phrases of all pieces. ``closes`` has the share of each
    kind among the closes of all phrases, and as ``elsewhere`` the share of those before the last that are authentic or
    imperfect on another root than the last close. ``final`` has shares of pieces. ``unigrams`` and ``bigrams`` count
    chords in all pieces.

    Parameters
    ----------
    settings
        Names and four-part scores, the tune on top.
    phrase_ends
        The phrase ends of pieces by name, if they are known better than from the settings.
    """
    known = phrase_ends or {}
    return together({name: measured(score, known.get(name, ())) for name, score in settings})


def together(found: Mapping[str, Measured]) -> dict[str, Any]:
    """Return the figures of all settings together; `measure_settings` describes the result."""
    pieces = {name: each.figures for name, each in found.items()}
    return {
        "count": len(found),
        "phrases": sum(len(each.closes) for each in found.values()),
        "pieces": {name: _of_piece(each) for name, each in found.items()},
        "medians": _percentile(pieces, 50),
        "quartiles": [_percentile(pieces, percent) for percent in (25, 75)],
        "per_phrase": _per_phrase(list(found.values())),
        "closes": _close_shares([each.closes for each in found.values()]),
        "final": _shares([each.final for each in found.values()]),
        "unigrams": dict(sum((each.unigrams for each in found.values()), Counter()).most_common()),
        "bigrams": dict(sum((each.bigrams for each in found.values()), Counter()).most_common()),
    }


def chord_distances(own: Mapping[str, Any], reference: Mapping[str, Any]) -> dict[str, float]:
    """Return the total variation between the chord distributions of two results of `measure_settings`."""
    return {kind: total_variation(Counter(own[kind]), Counter(reference[kind])) for kind in ("unigrams", "bigrams")}


def _of_piece(each: Measured) -> dict[str, Any]:
    return {**each.figures, **each.final, "closes": [close.kind for close in each.closes]}


def _percentile(pieces: Mapping[str, Mapping[str, float]], percent: float) -> dict[str, float]:
    """Return a percentile of each figure over all pieces that have it."""
    table = {}
    for name in next(iter(pieces.values()), {}):
        values = np.array([figures[name] for figures in pieces.values()])
        known = values[~np.isnan(values)]
        table[name] = float(np.percentile(known, percent)) if len(known) else float("nan")
    return table


def _per_phrase(found: Sequence[Measured]) -> dict[str, float]:
    """Return what is counted by phrase for the phrases of all pieces together."""
    phrases = [len(each.closes) for each in found]
    return {
        name: float(np.average([each.figures[name] for each in found], weights=phrases))
        if any(phrases)
        else float("nan")
        for name in _BY_PHRASE
    }


def _close_shares(pieces: Sequence[Sequence[Close]]) -> dict[str, float]:
    kinds = Counter(close.kind for closes in pieces for close in closes)
    inner = [(close, closes[-1]) for closes in pieces for close in closes[:-1]]
    away = sum(close.kind in ("authentic", "imperfect") and close.root != last.root for close, last in inner)
    shares = {kind: kinds[kind] / max(1, kinds.total()) for kind in KINDS}
    return {**shares, "elsewhere": away / max(1, len(inner))}


def _shares(facts: Sequence[Mapping[str, bool]]) -> dict[str, float]:
    return {name: sum(each[name] for each in facts) / len(facts) for name in facts[0]} if facts else {}
