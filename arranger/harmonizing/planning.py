"""The harmonic plan of a bare tune: chords with their bass for every beat, drawn as wholes and chosen by ear.

The most probable progression is a dull one. So many whole progressions are drawn from the progression model, which
gives what is typical of chorales and hymns, and the best is chosen by what a musician hears in it
(`arranger.harmonizing.progression_costs`): closes, the bass as a line against the tune, variety.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np

from arranger.harmonizing.progression_costs import Drawn, costs_of, tune_at
from arranger.harmonizing.suspensions import with_suspensions
from arranger.models.chords.features import features_of, references_of
from arranger.models.progression.runtime import Form, Progressions, Selection, progression_model
from arranger.models.progression.vocabulary import QUALITY_NAMES, STYLES
from theory.harmony.evidence import Evidence, evidence_of
from theory.harmony.states import QUALITIES
from theory.notation.chord import ChordSymbol
from theory.notation.key import Key
from theory.notation.pitch import Tone
from theory.notation.score import Harmony, Score
from theory.types import Ints, Mask

DRAWN = 512  # progressions drawn side by side
KEPT = 32  # the best of them, which go on after a phrase
TOP_P = 0.88
RETURNING = ("hymn",)  # styles in which a phrase of the tune that returns has the same harmony again
BRIGHTNESS = 2.0  # nats per minor triad at full brightness
SUSPENDED = {"chorale": Fraction(1), "hymn": Fraction(1)}  # quarters that a dominant lasts at least, to be suspended
_LAST_QUARTERS = 4
_ENDS_MAJOR, _ENDS_MINOR = (0, 4, 7), (4, 9)  # last notes of a tune, in semitones above the reference
_LEADS_UP = ("dim", "m7b5", "dim7")  # chords whose root is the leading tone of what follows


def planned_chords(score: Score, style: str, *, brightness: float = 0.0, seed: int = 0) -> tuple[Harmony, ...]:
    """Return chord symbols with their bass for the first part of a score, whatever symbols it has.

    ``style`` is chorale or hymn; ``brightness`` is that of a character (`arranger.characters`), from -1 to 1.
    """
    if not score.parts or not score.bars or not any(note.pitch for note in score.parts[0].notes):
        return ()
    tune = replace(score, parts=score.parts[:1], chords=())
    evidence = evidence_of(tune, (0,))
    features, form = features_of(tune, style, STYLES), _form(tune, evidence, style)

    def ranked(found: Progressions) -> Ints:
        """Return the progressions from the best to the worst, (N,)."""
        drawn = Drawn.of(found, references_of(evidence), evidence, tune)
        minor = (drawn.quality == QUALITY_NAMES.index("m")).sum(axis=1)
        costs = costs_of(drawn, style, finished=found.tokens.shape[1] == len(features))
        return np.argsort(np.round(sum(costs.values()) + BRIGHTNESS * brightness * minor, 4), kind="stable")

    def best(found: Progressions) -> Ints:
        return np.resize(ranked(found)[:KEPT], DRAWN)

    selection = Selection(evidence.opening & (np.arange(len(features)) > 0), best)
    found = progression_model().draw(features, count=DRAWN, form=form, selection=selection, top_p=TOP_P, seed=seed)
    chords = _harmonies(found.tokens[ranked(found)[0]], evidence)
    arrivals = [time for time, last in zip(evidence.onset_quarter, evidence.arrival.tolist(), strict=True) if last]
    return with_suspensions(chords, tune, arrivals, least_quarters=SUSPENDED[style])


def _form(tune: Score, evidence: Evidence, style: str) -> Form:
    """Return the close of a tune, and its repeats: in a hymn, a phrase that returns has its harmony again."""
    pitch, attack, _ = tune_at(tune, evidence)
    repeats = np.full(len(pitch), -1)
    heard: dict[bytes, int] = {}
    starts = [0, *np.flatnonzero(evidence.opening).tolist()]
    for start, end in pairwise([*dict.fromkeys(starts), len(pitch)]):
        line = np.stack([pitch[start:end], attack[start:end], np.round(8 * evidence.strength[start:end])])
        first = heard.setdefault(line.astype(np.int64).tobytes(), start)
        if first != start:
            repeats[start:end] = np.arange(first, first + end - start)
    closing = _closing(tune, evidence)
    held = closing.any(axis=1)
    repeats = np.where(held, np.argmax(held), repeats if style in RETURNING else -1)
    begins = held & (np.cumsum(held) == 1)
    return Form(closing & begins[:, None], np.where(begins, -1, repeats))


def _closing(tune: Score, evidence: Evidence) -> Mask:
    """Return where the last note is a tone of the tonic triad, of the major key and of its relative minor, (T, 2).

    A modal close is left to the model, and so is the mode of a tune that ends on mi.
    """
    last = [note for note in tune.parts[0].notes if note.pitch and not note.tie_stop][-1]
    assert last.pitch is not None
    above = (last.pitch.midi - int(references_of(evidence)[-1])) % 12
    begins = max(last.onset_quarter, tune.end_quarter - _LAST_QUARTERS)  # under a longer last note harmony may move
    held = np.array([time >= begins for time in evidence.onset_quarter])
    return held[:, None] & np.array([above in _ENDS_MAJOR, above in _ENDS_MINOR])


def _harmonies(tokens: Ints, evidence: Evidence) -> tuple[Harmony, ...]:
    """Return one progression, (T, 3), as chord symbols; a chord that goes on over its bass is not written again."""
    references = references_of(evidence)
    minor = _closes_in_minor(tokens)
    written: list[Harmony] = []
    for slot, (root, quality, inversion) in enumerate(tokens.tolist()):
        signature = evidence.signature[slot]
        key = Key(Tone.from_fifths(signature.fifths + 3), "minor") if minor else Key.from_fifths(signature.fifths)
        symbol = _symbol((root + int(references[slot])) % 12, QUALITY_NAMES[quality], inversion, key)
        if not written or written[-1].symbol != symbol:
            written.append(Harmony(evidence.onset_quarter[slot], symbol))
    return tuple(written)


def _closes_in_minor(tokens: Ints) -> bool:
    root, quality, _ = tokens[-1]
    return bool(root == 9 or (quality == QUALITY_NAMES.index("m")))


def _symbol(root: int, quality: str, inversion: int, key: Key) -> ChordSymbol:
    """Return a chord over one of its tones, spelled for a key and for where the chord usually leads."""
    symbol = ChordSymbol.build(Tone.from_fifths(_root_fifths(root, quality, key)), quality)
    steps = QUALITIES[quality]
    if not 0 < inversion < len(steps):
        return symbol
    bass = symbol.spelling((root + steps[inversion]) % 12)
    assert bass is not None
    return ChordSymbol.build(Tone.from_fifths(_root_fifths(root, quality, key)), quality, Tone.from_fifths(bass))


def _root_fifths(root: int, quality: str, key: Key) -> int:
    """Return the root on the line of fifths: a fifth above, or a half step below, the chord that it leads to."""
    if quality in _LEADS_UP:
        return key.spelling[(root + 1) % 12] + 5
    return key.spelling[(root + 5) % 12] + 1 if quality == "7" else key.spelling[root]
