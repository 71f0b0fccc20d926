"""The harmony of a tune with chord symbols, enriched inside them: a planned bass, and passing chords between them.

As for a bare tune (`arranger.harmonizing.planning`), whole progressions are drawn from the progression model and chosen
by their costs; but only what a musician may sing under each symbol is drawn (`arranger.harmonizing.enrichments`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

import numpy as np

from arranger.harmonizing.choice import Choice, HarmonicPlan
from arranger.harmonizing.enrichments import Given, allowed_chords, at_rest, is_plain
from arranger.harmonizing.manners import manner_of
from arranger.harmonizing.planning import TOP_P, suspended_as
from arranger.harmonizing.progression_costs import Drawn, costs_of, outside_scale, tune_at, weak_closes
from arranger.harmonizing.recombining import begins_of, recombined, returning, same_again
from arranger.harmonizing.spelling import chord_of
from arranger.models.chords.features import features_of, references_of
from arranger.models.progression.runtime import Form, Progressions, progression_model
from arranger.models.progression.vocabulary import QUALITY_NAMES, STYLES
from theory.harmony.evidence import Evidence, evidence_of
from theory.notation.chord import ChordSymbol
from theory.notation.score import Harmony, Score
from theory.slices.texture import spread_symbols
from theory.types import Costs, Ints, Mask

_SHARE = 4  # fewer draws than for a bare tune are enough, since few chords are allowed and passages are recombined
PASSAGE = 8  # slots of a passage, at most, that is chosen as one
_GIVEN_TERMS = ("typical", "same_closes", "variety", "colour")  # the symbols decide these
# nats of an added chord, of one outside the scale, of one that does not lead into the next, of an added seventh
_ADDED, _CHROMATIC, _ASTRAY, _RICHER = 0.8, 3.0, 4.0, 0.6
_WEAK_CLOSE = 2.5  # nats of a dominant over another tone than its root before the last note of a phrase
_HANGING, _ROCKING = 3.0, 0.5  # nats of a seventh in the bass that does not fall by step, and of a bass that returns
_SEVENTH = 3  # inversion


@dataclass(frozen=True)
class Sheet:
    """A tune with its symbols, as the terms of the costs ask for it."""

    tune: Score
    evidence: Evidence
    given: Given
    allowed: Mask  # (T, 12, 9, 4)


def decorated_plans(score: Score, manner: str, choice: Choice | None = None) -> tuple[HarmonicPlan, ...]:
    """Return plans of a sheet's symbols with a chosen bass, and with other chords between them, the cheapest first.

    ``manner`` is one of `arranger.harmonizing.manners.MANNERS`. Each symbol keeps its root and its tones where it
    begins.
    """
    choice, own = choice or Choice(), manner_of(manner)
    tune = replace(score, parts=score.parts[:1], chords=())
    evidence = evidence_of(tune, (0,))
    given = Given.of(spread_symbols(score), evidence.onset_quarter)
    sheet = Sheet(tune, evidence, given, allowed_chords(given, tune, evidence, own))
    again = _returning(sheet, choice)
    repeats = _held(sheet, np.where(own.returning and not choice.varied, again, -1))
    form = replace(Form.free(len(repeats)), repeats=repeats, allowed=sheet.allowed)
    features, passages = features_of(tune, own.reads_as, STYLES), _passages(sheet, repeats)
    arrivals = [time for time, last in zip(evidence.onset_quarter, evidence.arrival.tolist(), strict=True) if last]

    def cost(found: Progressions) -> Costs:
        return _cost(found, sheet, manner) + (same_again(found.tokens, again) if choice.varied else 0.0)

    plans = []
    for number in range(choice.count):
        seed = choice.seed + number
        found = progression_model().draw(features, count=choice.draws // _SHARE, form=form, top_p=TOP_P, seed=seed)
        best = recombined(found, passages, cost)
        chords = suspended_as(own, _written(best.tokens[0], sheet), tune, arrivals)
        plans.append(HarmonicPlan(chords, float(cost(best)[0])))
    return tuple(sorted(plans, key=lambda plan: round(plan.cost, 4)))


def _cost(found: Progressions, sheet: Sheet, manner: str) -> Costs:
    """Return the cost of each progression, (N,): what a musician hears in it, and what was added."""
    drawn = Drawn.of(found, references_of(sheet.evidence), sheet.evidence, sheet.tune)
    terms = costs_of(drawn, manner)
    heard = sum(cost for name, cost in terms.items() if name not in _GIVEN_TERMS)
    return np.asarray(heard + _WEAK_CLOSE * weak_closes(drawn) + _added(drawn, sheet) + _moving(drawn))


def _added(drawn: Drawn, sheet: Sheet) -> Costs:
    """Return the cost of the chords on other roots than their symbol's, (N,), above all of those that lead nowhere."""
    own = _roots(sheet)
    other = (drawn.root != own) & (own >= 0)
    after = np.concatenate([own[1:], own[-1:]])
    astray = other[:, :-1] & (drawn.root[:, 1:] != after[:-1])
    chromatic = other & outside_scale(drawn)
    richer = (drawn.root == own) & (drawn.quality != _qualities(sheet))
    return np.asarray(
        _ADDED * other.sum(axis=1)
        + _RICHER * richer.sum(axis=1)
        + _CHROMATIC * chromatic.sum(axis=1)
        + _ASTRAY * astray.sum(axis=1)
    )


def _moving(drawn: Drawn) -> Costs:
    """Return the cost of a bass that leaves a seventh otherwise than down by step, or goes back and forth, (N,)."""
    falls = (drawn.bass[:, :-1] - drawn.bass[:, 1:]) % 12
    hanging = (drawn.inversion[:, :-1] == _SEVENTH) & ~np.isin(falls, (0, 1, 2))
    moves = falls > 0
    back = (drawn.bass[:, 2:] == drawn.bass[:, :-2]) & moves[:, 1:] & (drawn.root[:, 2:] == drawn.root[:, 1:-1])
    return np.asarray(_HANGING * hanging.sum(axis=1) + _ROCKING * back.sum(axis=1))


def _roots(sheet: Sheet) -> Ints:
    """Return the root of the symbol in force in each slot, (T,); -1 where there is none."""
    symbols = [sheet.given.symbol(slot) for slot in range(len(sheet.given.number))]
    return np.array([each.root.pitch_class if each and each.root else -1 for each in symbols])


def _qualities(sheet: Sheet) -> Ints:
    """Return the quality of the symbol in force in each slot, (T,); -1 where the model has none like it."""
    symbols = [sheet.given.symbol(slot) for slot in range(len(sheet.given.number))]
    return np.array([QUALITY_NAMES.index(each.quality) if each and is_plain(each) else -1 for each in symbols])


def _held(sheet: Sheet, repeats: Ints) -> Ints:
    """Return the repeats, (T,), with the chord held under the last note of each phrase until a symbol begins."""
    held = at_rest(sheet.evidence) & ~sheet.evidence.arrival & ~sheet.given.head
    return np.where(held, np.arange(len(repeats)) - 1, repeats)


def _returning(sheet: Sheet, choice: Choice) -> Ints:
    """Return, for each slot of a passage that returns with its symbols, the slot of the first time, (T,); else -1."""
    pitch, attack, _ = tune_at(sheet.tune, sheet.evidence)
    strength = np.round(8 * sheet.evidence.strength)
    return returning(begins_of(sheet.evidence, choice), (pitch, attack, strength, sheet.given.head, sheet.allowed))


def _passages(sheet: Sheet, repeats: Ints) -> list[Mask]:
    """Return the slots of each passage that is chosen as one, a phrase or a part of it, with its returns, (T,) each."""
    edges = [0]
    for slot in range(1, len(repeats)):
        begins = sheet.evidence.opening[slot]
        at_bar = sheet.given.head[slot] and sheet.evidence.strength[slot] == 1
        if begins or slot - edges[-1] >= PASSAGE or (at_bar and slot - edges[-1] >= PASSAGE // 2):
            edges.append(slot)
    first = np.arange(len(repeats))
    for slot in np.flatnonzero(repeats >= 0).tolist():
        first[slot] = first[repeats[slot]]
    passages = [(first >= start) & (first < end) for start, end in pairwise([*edges, len(repeats)])]
    return [passage for passage in passages if passage.any()]


def _written(tokens: Ints, sheet: Sheet) -> tuple[Harmony, ...]:
    """Return the symbols of the sheet with a chosen bass, and the chords between them, each where it begins."""
    references = references_of(sheet.evidence).tolist()
    chords = {chord.onset_quarter: chord.symbol for chord in sheet.given.chords}
    for slot, (root, quality, inversion) in enumerate(tokens.tolist()):
        symbol, onset = sheet.given.symbol(slot), sheet.evidence.onset_quarter[slot]
        if symbol is None or not is_plain(symbol):
            continue
        assert symbol.root is not None
        pitch_class, name = (root + references[slot]) % 12, QUALITY_NAMES[quality]
        if pitch_class == symbol.root.pitch_class:
            own = ChordSymbol.build(symbol.root, name)
            chords[onset] = own.inverted(inversion) if inversion else own
        else:
            chords[onset] = chord_of(pitch_class, name, inversion, sheet.evidence.signature[slot])
    written: list[Harmony] = []
    for onset in sorted(chords):
        if not written or written[-1].symbol != chords[onset] or onset in _onsets(sheet):
            written.append(Harmony(onset, chords[onset]))
    return tuple(written)


def _onsets(sheet: Sheet) -> set[Fraction]:
    return {chord.onset_quarter for chord in sheet.given.chords}
