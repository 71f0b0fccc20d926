"""Estimates keys and chords from notes and chord symbols.

The model is a hidden Markov model whose states are pairs of a key and a chord in that key, one state per beat,
decoded with the Viterbi algorithm (after Raphael & Stoddard, Functional harmonic analysis using probabilistic
models, Computer Music Journal 28/3, 2004). The transitions come from the harmony graph
(`theory.harmony.states`), the emissions from the notes (`theory.harmony.evidence`). A chord change costs more on
weaker beats, above all for a tune alone, so that the harmony moves with the meter. Phrases end with cadences.
`theory.harmony.path` does the search. For an analysis, the keys are decided again over the whole piece
(`theory.harmony.key_regions`); arranging uses the keys of the Viterbi path.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from itertools import groupby
from operator import attrgetter

import numpy as np

from theory.harmony.church import names_church_mode
from theory.harmony.evidence import Evidence, evidence_of, symbol_costs
from theory.harmony.graph import degrees
from theory.harmony.path import VOICES, Opinion, best_path, is_hymn, is_modal, is_restless, manner_of
from theory.harmony.states import KEYS, state_degrees, state_keys, succession_costs
from theory.notation.chord import ChordSymbol
from theory.notation.key import Key, KeyRegion
from theory.notation.pitch import Tone
from theory.notation.score import Harmony, Score

EXCURSION = 2  # up to this many chords in another key are no modulation if the previous key returns
FOREIGN = 6.0  # cost in nats of a succession to or from a chord outside the key's vocabulary


@dataclass(frozen=True)
class HarmonicSpan:
    """A chord with its key and its time span.

    ``degree`` is the Roman numeral without inversion: ``ii``, ``V7/V``, ``bVI``.
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
    """Return the estimated harmony of a score, with at most one chord per beat.

    Parameters
    ----------
    score
        A score with any number of parts, or a tune alone, which gets a simple harmonisation. Chord symbols in
        the score count as evidence.
    parts
        Indices of the parts to use; by default all. If the last part is used, the lowest sounding note is the bass.
    key
        The key of the whole piece, if it is known; by default keys are estimated together with the chords.
    trust
        Weight of the chord symbols relative to the notes.
    opinion
        Additional costs from a chord model, with one slot per time of `theory.harmony.evidence.slot_onsets`.
    """
    evidence = replace(evidence_of(score, parts), trust=trust)
    if not evidence.onset_quarter:
        return ()
    if key is not None:
        evidence = replace(evidence, signature=(key,) * len(evidence.onset_quarter))
    path = best_path(evidence, None if key is None else (key.tonic.pitch_class, key.mode), opinion)
    return _without_excursions(_merged(evidence, path))


def estimate_harmony(score: Score, *, trust: float = 1.0) -> tuple[HarmonicSpan, ...]:
    """Return the harmony of a score for an analysis: chords as in `estimate_chords`, keys by regions.

    If the score has several voices, the keys are decided again over phrases and the whole piece
    (`theory.harmony.key_regions`), and half closes do not change them (`theory.harmony.half_closes`).

    Parameters
    ----------
    trust
        Weight of the chord symbols relative to the notes.
    """
    from theory.harmony.chord_segments import chord_path
    from theory.harmony.half_closes import without_false_dominants  # arranging needs neither
    from theory.harmony.key_regions import heard_again
    from theory.harmony.segments import is_chordal

    evidence = replace(evidence_of(score), trust=trust)
    if manner_of(evidence) is not VOICES and _is_tune(score):
        return estimate_chords(score, trust=trust)
    path = best_path(evidence)
    if names_church_mode(evidence.signature):  # the weights below were fitted on major and minor
        return _merged(evidence, path)
    has_symbols = any(symbol is not None for symbol in evidence.symbols)
    sung = (is_modal(path) or is_hymn(evidence)) and not _has_chords(score)
    if not (is_restless(path) or sung or is_chordal(score) or has_symbols):
        evidence, path = chord_path(score, evidence)
        return _merged(evidence, without_false_dominants(evidence, path))
    heard = heard_again(evidence, path, "madrigal" if is_modal(path) else "chorale")
    return _merged(evidence, without_false_dominants(evidence, heard))


def _is_tune(score: Score) -> bool:
    """Whether a score is a single line."""
    lines = [part for part in score.parts if any(note.pitch is not None for note in part.notes)]
    return len(lines) < 2 and not _has_chords(score)


def _has_chords(score: Score) -> bool:
    """Whether any part has chords, as keyboards do."""
    return any(note.chord for part in score.parts for note in part.notes)


def estimate_keys(score: Score) -> tuple[KeyRegion, ...]:
    """Return the key regions of a score, estimated from its notes and any chord symbols."""
    regions: list[KeyRegion] = []
    for span in estimate_chords(score):
        if regions and regions[-1].key == span.key:
            regions[-1] = replace(regions[-1], end_quarter=span.end_quarter)
        else:
            regions.append(KeyRegion(span.key, span.start_quarter, span.end_quarter))
    return tuple(regions)


def with_estimated_chords(score: Score) -> Score:
    """Return the score with estimated chord symbols before its first symbol, or throughout if it has none."""
    first = min((chord.onset_quarter for chord in score.chords), default=score.end_quarter)
    added = tuple(
        Harmony(span.start_quarter, span.symbol) for span in estimate_chords(score) if span.start_quarter < first
    )
    return replace(score, chords=(*added, *score.chords))


def succession_cost(key: Key, before: ChordSymbol, after: ChordSymbol) -> float:
    """Return how unusual a chord succession is in a key: its cost in nats above the most usual next chord.

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
    """Return the index of the nearest chord in the mode's vocabulary, None if none has the root of the symbol."""
    if symbol.root is None:
        return None
    costs = symbol_costs(symbol)[state_keys() == KEYS.index((key.tonic.pitch_class, key.mode))]
    best = int(costs.argmin())
    offset = (symbol.root.pitch_class - key.tonic.pitch_class) % 12
    return best if degrees(key.mode)[best].offset == offset else None


def _merged(evidence: Evidence, path: Sequence[int]) -> tuple[HarmonicSpan, ...]:
    """Return the path as spans; equal states in a row become one span."""
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
    """Return the spans with short excursions to another key renamed as chords of the key around them, if possible."""
    regions = [tuple(region) for _, region in groupby(spans, key=attrgetter("key"))]
    for index in range(1, len(regions) - 1):
        home = regions[index - 1][-1].key
        if len(regions[index]) <= EXCURSION and regions[index + 1][0].key == home:
            heard = [_heard_in(home, span) for span in regions[index]]
            regions[index] = tuple(span for span in heard if span) if all(heard) else regions[index]
    return tuple(span for region in regions for span in region)


def _heard_in(key: Key, span: HarmonicSpan) -> HarmonicSpan | None:
    """Return a span renamed as a chord of another key, None if that key has no name for it."""
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
    """Return the key in the spelling nearest to the signature."""
    tonic, mode = key
    if signature.church and (signature.tonic.pitch_class, signature.mode) == key:
        return signature
    fifths = (7 * tonic) % 12 - (3 if mode == "minor" else 0)
    return Key.from_fifths(fifths + 12 * round((signature.fifths - fifths) / 12), mode)
