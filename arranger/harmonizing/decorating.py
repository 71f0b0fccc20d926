"""The harmony of a tune with chord symbols, enriched inside them: a planned bass, and passing chords between them.

As for a bare tune (`arranger.harmonizing.planning`), whole progressions are drawn from the progression model and chosen
by their costs; but only what a musician may sing under each symbol is drawn (`arranger.harmonizing.enrichments`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from arranger.harmonizing.choice import Choice, HarmonicPlan
from arranger.harmonizing.drawn import Drawn, tune_at
from arranger.harmonizing.enrichments import Given, allowed_chords, at_rest, is_plain
from arranger.harmonizing.manners import Manner, manner_of
from arranger.harmonizing.planning import TOP_P, suspended_as
from arranger.harmonizing.progression_closes import weak_closes
from arranger.harmonizing.progression_costs import costs_of
from arranger.harmonizing.recombining import begins_of, recombined, returning, same_again
from arranger.harmonizing.spelling import chord_of
from arranger.models.chords.features import features_of, references_of
from arranger.models.progression.runtime import Form, Progressions, progression_model
from arranger.models.progression.vocabulary import QUALITY_NAMES, STYLES
from theory.harmony.evidence import Evidence, evidence_of
from theory.notation.chord import ChordSymbol
from theory.notation.score import Harmony, Score
from theory.slices.symbols import spread_symbols
from theory.types import Costs, Ints, Mask
from theory.values import Value

_SHARE = 4  # fewer draws than for a bare tune are enough, since few chords are allowed and passages are recombined
PASSAGE = 8  # slots of a passage, at most, that is chosen as one
STRETCH = 512  # slots, at most, whose passages are chosen with regard to each other
_GIVEN_TERMS = ("typical", "same_closes", "variety", "colour")  # the symbols decide these
# nats of an added chord, of one outside the scale, of one that does not lead into the next, of an added seventh
_ADDED, _CHROMATIC, _ASTRAY, _RICHER = 0.8, 3.0, 4.0, 0.6
_WEAK_CLOSE = 2.5  # nats of a dominant over another tone than its root before the last note of a phrase
_HANGING, _ROCKING = 3.0, 0.5  # nats of a seventh in the bass that does not fall by step, and of a bass that returns
_SEVENTH = 3  # inversion


@dataclass(frozen=True, eq=False, repr=False)
class Sheet(Value):
    """A tune with its symbols, or a stretch of it, as the terms of the costs ask for it. T slots."""

    tune: Score
    evidence: Evidence
    head: Mask  # (T,) a symbol begins
    root: Ints  # (T,) pitch class of the symbol in force, -1 where there is none
    quality: Ints  # (T,) of the symbol in force, -1 where the model has none like it
    allowed: Mask  # (T, 12, 9, 4)

    @classmethod
    def of(cls, tune: Score, evidence: Evidence, given: Given, manner: Manner) -> Sheet:
        """Return a tune with the symbols that are given for it."""
        symbols = [given.symbol(slot) for slot in range(len(given.number))]
        return cls(
            tune,
            evidence,
            given.head,
            np.array([each.root.pitch_class if each and each.root else -1 for each in symbols]),
            np.array([QUALITY_NAMES.index(each.quality) if each and is_plain(each) else -1 for each in symbols]),
            allowed_chords(given, tune, evidence, manner),
        )

    def between(self, start: int, end: int) -> Sheet:
        """Return the stretch from one slot to another."""
        times, part, places = self.evidence.onset_quarter[start:end], self.tune.parts[0], slice(start, end)
        notes = [note for note in part.notes if note.end_quarter > times[0] and note.onset_quarter <= times[-1]]
        fields = ("onset_quarter", "weight", "bass", "strength", "arrival", "opening", "signature", "symbols")
        cut = {name: getattr(self.evidence, name)[places] for name in fields}
        own = {name: getattr(self, name)[places] for name in ("head", "root", "quality", "allowed")}
        tune = replace(self.tune, parts=(replace(part, notes=tuple(notes)),))
        return replace(self, tune=tune, evidence=replace(self.evidence, **cut), **own)


def decorated_plans(score: Score, manner: str, choice: Choice | None = None) -> tuple[HarmonicPlan, ...]:
    """Return plans of a sheet's symbols with a chosen bass, and with other chords between them, the cheapest first.

    ``manner`` is one of `arranger.harmonizing.manners.MANNERS`. Each symbol keeps its root and its tones where it
    begins.
    """
    choice, own = choice or Choice(), manner_of(manner)
    tune = replace(score, parts=score.parts[:1], chords=())
    evidence = evidence_of(tune, (0,))
    given = Given.of(spread_symbols(score), evidence.onset_quarter)
    sheet = Sheet.of(tune, evidence, given, own)
    again = _returning(sheet, choice)
    repeats = _held(sheet, np.where(own.returning and not choice.varied, again, -1))
    form = replace(Form.free(len(repeats)), repeats=repeats, allowed=sheet.allowed)
    features = features_of(tune, own.reads_as, STYLES)
    arrivals = [time for time, last in zip(evidence.onset_quarter, evidence.arrival.tolist(), strict=True) if last]
    plans = []
    for number in range(choice.count):
        seed = choice.seed + number
        found = progression_model().draw(features, count=choice.draws // _SHARE, form=form, top_p=TOP_P, seed=seed)
        tokens, cost = _chosen(found, sheet, repeats, manner, again if choice.varied else np.full_like(again, -1))
        chords = suspended_as(own, _written(tokens, given, evidence), tune, arrivals)
        plans.append(HarmonicPlan(chords, cost))
    return tuple(sorted(plans, key=lambda plan: round(plan.cost, 4)))


def _chosen(found: Progressions, sheet: Sheet, repeats: Ints, manner: str, unlike: Ints) -> tuple[Ints, float]:
    """Return the best progression, (T, 3), and its cost, stretch by stretch so that time grows with length alone.

    ``unlike`` is the earlier slot that a slot should differ from, (T,), -1 for none.
    """
    first, total, tokens = _first_times(repeats), 0.0, found.tokens.copy()
    edges = _edges(sheet)
    for start, end in pairwise([*edges[:: STRETCH // PASSAGE], len(repeats)]):
        part, own = sheet.between(start, end), first[start:end]
        before = np.where(unlike[start:end] >= start, unlike[start:end] - start, -1)
        inside = [edge for edge in edges if start <= edge < end]
        passages = [(own >= one) & (own < other) for one, other in pairwise([*inside, end])]

        def cost(
            drawn: Progressions, part: Sheet = part, before: Ints = before, last: bool = end == len(repeats)
        ) -> Costs:
            return _cost(drawn, part, manner, finished=last) + same_again(drawn.tokens, before)

        stretch = Progressions(tokens[:, start:end], found.log_probs[:, start:end])
        best = recombined(stretch, [passage for passage in passages if passage.any()], cost)
        tokens[:, start:end] = best.tokens
        later = np.flatnonzero((first >= start) & (first < end))
        tokens[:, later] = tokens[:, first[later]]
        total += float(cost(best)[0])
    return tokens[0], total


def _cost(found: Progressions, sheet: Sheet, manner: str, *, finished: bool) -> Costs:
    """Return the cost of each progression, (N,): what a musician hears in it, and what was added."""
    drawn = Drawn.of(found, references_of(sheet.evidence), sheet.evidence, sheet.tune)
    terms = costs_of(drawn, manner, finished=finished)
    heard = sum(cost for name, cost in terms.items() if name not in _GIVEN_TERMS)
    return np.asarray(heard + _WEAK_CLOSE * weak_closes(drawn) + _added(drawn, sheet) + _moving(drawn))


def _added(drawn: Drawn, sheet: Sheet) -> Costs:
    """Return the cost of the chords on other roots than their symbol's, (N,), above all of those that lead nowhere."""
    own = sheet.root
    other = (drawn.root != own) & (own >= 0)
    after = np.concatenate([own[1:], own[-1:]])
    astray = other[:, :-1] & (drawn.root[:, 1:] != after[:-1])
    chromatic = other & drawn.outside_scale
    richer = (drawn.root == own) & (drawn.quality != sheet.quality)
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


def _held(sheet: Sheet, repeats: Ints) -> Ints:
    """Return the repeats, (T,), with the chord held under the last note of each phrase until a symbol begins."""
    held = at_rest(sheet.evidence) & ~sheet.evidence.arrival & ~sheet.head
    return np.where(held, np.arange(len(repeats)) - 1, repeats)


def _returning(sheet: Sheet, choice: Choice) -> Ints:
    """Return, for each slot of a passage that returns with its symbols, the slot of the first time, (T,); else -1."""
    pitch, attack, _ = tune_at(sheet.tune, sheet.evidence)
    strength = np.round(8 * sheet.evidence.strength)
    return returning(begins_of(sheet.evidence, choice), (pitch, attack, strength, sheet.head, sheet.allowed))


def _edges(sheet: Sheet) -> list[int]:
    """Return the slots at which the passages begin that are chosen as one: phrases, or parts of them."""
    edges = [0]
    for slot in range(1, len(sheet.head)):
        at_bar = sheet.head[slot] and sheet.evidence.strength[slot] == 1
        gone = slot - edges[-1]
        if sheet.evidence.opening[slot] or gone >= PASSAGE or (at_bar and gone >= PASSAGE // 2):
            edges.append(slot)
    return edges


def _first_times(repeats: Ints) -> Ints:
    """Return the slot whose chord each slot has, (T,): its own, or that of the first time."""
    first = np.arange(len(repeats))
    for slot in np.flatnonzero(repeats >= 0).tolist():
        first[slot] = first[repeats[slot]]
    return first


def _written(tokens: Ints, given: Given, evidence: Evidence) -> tuple[Harmony, ...]:
    """Return the symbols of the sheet with a chosen bass, and the chords between them, each where it begins."""
    references = references_of(evidence).tolist()
    chords = {chord.onset_quarter: chord.symbol for chord in given.chords}
    onsets = set(chords)
    for slot, (root, quality, inversion) in enumerate(tokens.tolist()):
        symbol, onset = given.symbol(slot), evidence.onset_quarter[slot]
        if symbol is None or not is_plain(symbol):
            continue
        assert symbol.root is not None
        pitch_class, name = (root + references[slot]) % 12, QUALITY_NAMES[quality]
        if pitch_class == symbol.root.pitch_class:
            own = ChordSymbol.build(symbol.root, name)
            chords[onset] = own.inverted(inversion) if inversion else own
        else:
            chords[onset] = chord_of(pitch_class, name, inversion, evidence.signature[slot])
    written: list[Harmony] = []
    for onset in sorted(chords):
        if not written or written[-1].symbol != chords[onset] or onset in onsets:
            written.append(Harmony(onset, chords[onset]))
    return tuple(written)
