"""The harmonic plan of a bare tune: chords with their bass for every beat, drawn as wholes and chosen by ear.

The most probable progression is a dull one. So many whole progressions are drawn from the progression model, which
gives what is typical of chorales and hymns, and the best is chosen by what a musician hears in it
(`arranger.harmonizing.progression_costs`): closes, the bass as a line against the tune, variety; and by a critic that
tells the program's plans from a composer's (`arranger.models.progression.critic`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from fractions import Fraction

import numpy as np

from arranger.harmonizing.choice import Choice, HarmonicPlan
from arranger.harmonizing.drawn import Drawn, tune_at
from arranger.harmonizing.manners import Manner, allowed_in, manner_of
from arranger.harmonizing.progression_costs import costs_of
from arranger.harmonizing.recombining import begins_of, noise, returning, same_again
from arranger.harmonizing.spelling import chord_of
from arranger.harmonizing.suspensions import with_suspensions
from arranger.models.chords.features import features_of, references_of
from arranger.models.progression.critic import ProgressionCritic, progression_critic
from arranger.models.progression.runtime import Form, Progressions, Selection, progression_model
from arranger.models.progression.vocabulary import QUALITY_NAMES, STYLES
from theory.harmony.evidence import Evidence, evidence_of
from theory.notation.key import Key
from theory.notation.pitch import Tone
from theory.notation.score import Harmony, Score
from theory.types import Costs, Ints, Mask

KEPT = 16  # one in as many progressions goes on after a phrase, the best of them
HEARD = 4  # the critic hears one in as many progressions, those that cost least without it
CRITIC_WEIGHT = 0.25  # nats per nat of its loss
TOP_P = 0.88
BRIGHTNESS = 2.0  # nats per minor triad at full brightness
_LAST_QUARTERS = 4
_ENDS_MAJOR, _ENDS_MINOR = (0, 4, 7), (4, 9)  # last notes of a tune, in semitones above the reference


def planned_chords(score: Score, manner: str, choice: Choice | None = None) -> tuple[Harmony, ...]:
    """Return chord symbols with their bass for the first part of a score, whatever symbols it has.

    ``manner`` is one of those of `arranger.harmonizing.manners.MANNERS` whose chords are drawn.
    """
    found = plans(score, manner, choice)
    return found[0].chords if found else ()


def plans(score: Score, manner: str, choice: Choice | None = None) -> tuple[HarmonicPlan, ...]:
    """Return as many plans as wanted for the first part of a score, the cheapest first; none if it has no notes."""
    if not score.parts or not score.bars or not any(note.pitch for note in score.parts[0].notes):
        return ()
    choice, own = choice or Choice(), manner_of(manner)
    tune = replace(score, parts=score.parts[:1], chords=())
    evidence = evidence_of(tune, (0,))
    critic = progression_critic() if own.criticised else None
    arrivals = [time for time, last in zip(evidence.onset_quarter, evidence.arrival.tolist(), strict=True) if last]
    chosen = []
    for seed in range(choice.seed, choice.seed + choice.count):
        found, cost = drawn_and_judged(tune, manner, replace(choice, seed=seed), critic)
        cost = cost + choice.temperature * noise(choice.draws, evidence, seed=seed)
        place = int(np.argmin(cost))
        chords = suspended_as(own, _harmonies(found.tokens[place], evidence), tune, arrivals)
        chosen.append(HarmonicPlan(chords, float(cost[place])))
    return tuple(sorted(chosen, key=lambda plan: plan.cost))


def drawn_and_judged(
    tune: Score,
    manner: str,
    choice: Choice,
    critic: ProgressionCritic | None,
    *,
    critic_weight: float = CRITIC_WEIGHT,
) -> tuple[Progressions, Costs]:
    """Return ``choice.draws`` progressions for a tune, a score of one part, and the cost of each in nats, (N,)."""
    own, evidence = manner_of(manner), evidence_of(tune, (0,))
    again = _returning(tune, evidence, choice)
    features = features_of(tune, own.reads_as, STYLES)
    form = _form(tune, evidence, own, again if own.returning and not choice.varied else None)

    def costs(found: Progressions) -> Costs:
        """Return the cost of each progression, (N,), rounded so that equal input gives equal choices."""
        drawn, slots = Drawn.of(found, references_of(evidence), evidence, tune), found.tokens.shape[1]
        total = sum(costs_of(drawn, manner, finished=slots == len(features)).values())
        total = total + BRIGHTNESS * choice.brightness * (drawn.quality == QUALITY_NAMES.index("m")).sum(axis=1)
        total = np.round(total + (same_again(found.tokens, again[:slots]) if choice.varied else 0.0), 4)
        if critic is None:
            return total
        heard = cheapest(total)
        return criticised(total, heard, critic_weight * critic.costs(features[:slots], found.tokens[heard]))

    def best(found: Progressions) -> Ints:
        kept = max(1, choice.draws // KEPT)
        return np.resize(np.argsort(costs(found), kind="stable")[:kept], choice.draws)

    selection = Selection(evidence.opening & (np.arange(len(features)) > 0), best)
    found = progression_model().draw(
        features, count=choice.draws, form=form, selection=selection, top_p=TOP_P, seed=choice.seed
    )
    return found, costs(found)


def cheapest(cost: Costs) -> Ints:
    """Return which progressions the critic hears, (H,), the cheapest first."""
    return np.argsort(cost, kind="stable")[: max(1, len(cost) // HEARD)]


def criticised(cost: Costs, heard: Ints, said: Costs) -> Costs:
    """Return the costs of progressions, (N,), with what the critic said, (H,), of those that it heard, (H,).

    The others cost too much to be chosen; they are taken to be as bad as the worst that it heard.
    """
    added = np.full(len(cost), said.max())
    added[heard] = said
    return np.round(cost + added, 4)


def suspended_as(
    manner: Manner, chords: tuple[Harmony, ...], tune: Score, arrivals: Collection[Fraction]
) -> tuple[Harmony, ...]:
    """Return the chords with the suspensions of a manner."""
    least = manner.suspended_quarters
    return chords if least is None else with_suspensions(chords, tune, arrivals, least_quarters=least)


def _form(tune: Score, evidence: Evidence, manner: Manner, again: Ints | None) -> Form:
    """Return the close of a tune, which chords its manner has, and the passages that return with their harmony."""
    closing = _closing(tune, evidence)
    held = closing.any(axis=1)
    repeats = np.where(held, np.argmax(held), -1 if again is None else again)
    begins = held & (np.cumsum(held) == 1)
    return Form(closing & begins[:, None], np.where(begins, -1, repeats), allowed_in(manner, evidence))


def _returning(tune: Score, evidence: Evidence, choice: Choice) -> Ints:
    """Return, for each slot of a passage that returns, the slot of its first time, (T,); elsewhere -1."""
    pitch, attack, _ = tune_at(tune, evidence)
    return returning(begins_of(evidence, choice), (pitch, attack, np.round(8 * evidence.strength)))


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
        symbol = chord_of((root + int(references[slot])) % 12, QUALITY_NAMES[quality], inversion, key)
        if not written or written[-1].symbol != symbol:
            written.append(Harmony(evidence.onset_quarter[slot], symbol))
    return tuple(written)


def _closes_in_minor(tokens: Ints) -> bool:
    root, quality, _ = tokens[-1]
    return bool(root == 9 or (quality == QUALITY_NAMES.index("m")))
