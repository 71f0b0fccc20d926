"""Keys and chords, estimated from whatever is known.

A hidden Markov model whose states are pairs of a key and a chord of that key, one a beat, solved by
the Viterbi algorithm (Raphael & Stoddard, Functional harmonic analysis using probabilistic models,
Computer Music Journal 28/3, 2004, for the kind of model). The transitions come from the harmony graph
(`theory.harmony.states`), the emissions from the notes (`theory.harmony.evidence`). A chord change costs
more the weaker the beat is, above all where only a tune is known, so that harmony moves with the
meter; a phrase ends with a cadence. See `theory.harmony.path` for the search. For an analysis the keys are
decided once more, over the whole (`theory.harmony.key_regions`); arranging goes by the first hearing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from itertools import groupby
from operator import attrgetter

import numpy as np

from theory.harmony.evidence import Evidence, evidence_of, symbol_costs
from theory.harmony.graph import degrees
from theory.harmony.key_regions import heard_again
from theory.harmony.path import VOICES, Opinion, best_path, is_modal, manner_of
from theory.harmony.states import KEYS, state_degrees, state_keys, succession_costs
from theory.notation.chord import ChordSymbol
from theory.notation.key import Key, KeyRegion
from theory.notation.pitch import Tone
from theory.notation.score import Harmony, Score

EXCURSION = 2  # chords of another key that make no modulation, if the key before comes back
FOREIGN = 6.0  # nats of a succession that leaves the chords of the key


@dataclass(frozen=True)
class HarmonicSpan:
    """A chord that holds from one time to another, in its key.

    ``degree`` is its Roman numeral without inversion: ``ii``, ``V7/V``, ``bVI``.
    """

    start_quarter: Fraction
    end_quarter: Fraction
    key: Key
    symbol: ChordSymbol
    degree: str


def estimate_chords(
    score: Score,
    *,
    parts: Sequence[int] | None = None,
    key: Key | None = None,
    trust: float = 1.0,
    opinion: Opinion | None = None,
) -> tuple[HarmonicSpan, ...]:
    """Return the harmony of a score, estimated from the notes of the given parts, at most one chord a beat.

    Parameters
    ----------
    score
        A score with any number of parts, or a bare tune, which is then harmonised simply. Chord symbols
        in the score count as evidence where they stand.
    parts
        Indices of the parts to hear; by default all. The lowest sounding note is the bass, if the last part is heard.
    key
        The only key there is, where it is known; by default keys are estimated with the chords.
    trust
        How much chord symbols count beside the notes.
    opinion
        What a model of the style has to say; its rows are the slots of `theory.harmony.evidence.slot_onsets`.
    """
    evidence = replace(evidence_of(score, parts), trust=trust)
    if not evidence.onset_quarter:
        return ()
    if key is not None:
        evidence = replace(evidence, signature=(key,) * len(evidence.onset_quarter))
    path = best_path(evidence, None if key is None else (key.tonic.pitch_class, key.mode), opinion)
    return _without_excursions(_merged(evidence, path))


def estimate_harmony(score: Score, *, trust: float = 1.0) -> tuple[HarmonicSpan, ...]:
    """Return the harmony of a score as people write it down: chords as `estimate_chords` has them, keys by regions.

    Where several voices are heard, the keys are decided a second time, over phrases and the whole
    (`theory.harmony.key_regions`).

    Parameters
    ----------
    trust
        How much chord symbols count beside the notes.
    """
    evidence = replace(evidence_of(score), trust=trust)
    if manner_of(evidence) is not VOICES:
        return estimate_chords(score, trust=trust)
    path = best_path(evidence)
    return _merged(evidence, heard_again(evidence, path, "madrigal" if is_modal(path) else "chorale"))


def estimate_keys(score: Score) -> tuple[KeyRegion, ...]:
    """Return the key regions of a score, from its notes and, where given, its chord symbols."""
    regions: list[KeyRegion] = []
    for span in estimate_chords(score):
        if regions and regions[-1].key == span.key:
            regions[-1] = replace(regions[-1], end_quarter=span.end_quarter)
        else:
            regions.append(KeyRegion(span.key, span.start_quarter, span.end_quarter))
    return tuple(regions)


def with_estimated_chords(score: Score) -> Score:
    """Return the score with chord symbols where it has none: everywhere, or before its first symbol."""
    first = min((chord.onset_quarter for chord in score.chords), default=score.end_quarter)
    added = tuple(
        Harmony(span.start_quarter, span.symbol) for span in estimate_chords(score) if span.start_quarter < first
    )
    return replace(score, chords=(*added, *score.chords))


def succession_cost(key: Key, before: ChordSymbol, after: ChordSymbol) -> float:
    """Return how unusual it is in a key that one chord follows another: nats above its most usual follower.

    >>> C, G, F = (ChordSymbol.build(Tone.parse(name), "") for name in "CGF")
    >>> succession_cost(Key.parse("C"), G, C) < succession_cost(Key.parse("C"), G, F)
    True
    """
    one, other = _degree_in(key, before), _degree_in(key, after)
    if one is None or other is None:
        return 0.0 if before == after else FOREIGN
    if one == other:
        return 0.0
    row = succession_costs(key.mode)[one]
    return float(row[other] - np.delete(row, one).min())


@lru_cache(maxsize=4096)
def _degree_in(key: Key, symbol: ChordSymbol) -> int | None:
    """Return the place of the chord in the mode's vocabulary that a symbol is nearest to, None if foreign."""
    if symbol.root is None:
        return None
    costs = symbol_costs(symbol)[state_keys() == KEYS.index((key.tonic.pitch_class, key.mode))]
    best = int(costs.argmin())
    offset = (symbol.root.pitch_class - key.tonic.pitch_class) % 12
    return best if degrees(key.mode)[best].offset == offset else None


def _merged(evidence: Evidence, path: Sequence[int]) -> tuple[HarmonicSpan, ...]:
    """Return the path as spans, equal neighbours joined."""
    ends = (*evidence.onset_quarter[1:], evidence.end_quarter)
    spans: list[HarmonicSpan] = []
    before = -1
    for slot, state in enumerate(path):
        if state == before:
            spans[-1] = replace(spans[-1], end_quarter=ends[slot])
            continue
        before = state
        number, degree = state_degrees()[state]
        key = _spelled_key(KEYS[number], evidence.signature[slot])
        symbol = _symbol(key.tonic.fifths + degree.fifths, degree.quality)
        spans.append(HarmonicSpan(evidence.onset_quarter[slot], ends[slot], key, symbol, degree.name))
    return tuple(spans)


def _without_excursions(spans: Sequence[HarmonicSpan]) -> tuple[HarmonicSpan, ...]:
    """Return the spans with a key of two chords that comes back heard as applied chords, where they have names so."""
    regions = [tuple(region) for _, region in groupby(spans, key=attrgetter("key"))]
    for place in range(1, len(regions) - 1):
        home = regions[place - 1][-1].key
        if len(regions[place]) <= EXCURSION and regions[place + 1][0].key == home:
            heard = [_heard_in(home, span) for span in regions[place]]
            regions[place] = tuple(span for span in heard if span) if all(heard) else regions[place]
    return tuple(span for region in regions for span in region)


def _heard_in(key: Key, span: HarmonicSpan) -> HarmonicSpan | None:
    """Return a span as a chord of another key, None where that has no name for it."""
    assert span.symbol.root is not None
    offset = (span.symbol.root.pitch_class - key.tonic.pitch_class) % 12
    same = (degree for degree in degrees(key.mode) if (degree.offset, degree.quality) == (offset, span.symbol.quality))
    found = next(same, None)
    return None if found is None else replace(span, key=key, degree=found.name)


@lru_cache(maxsize=256)
def _symbol(fifths: int, quality: str) -> ChordSymbol:
    return ChordSymbol.build(Tone.from_fifths(fifths), quality)


@lru_cache(maxsize=256)
def _spelled_key(key: tuple[int, str], signature: Key) -> Key:
    """Return the key spelled as near as can be to the signature."""
    tonic, mode = key
    place = (7 * tonic) % 12 - (3 if mode == "minor" else 0)
    return Key.from_fifths(place + 12 * round((signature.fifths - place) / 12), mode)
