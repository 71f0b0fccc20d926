"""Choice sets from real settings: for every slice the real verticality and some alternatives.

A setting is planned as if its top voice, with chords estimated from all voices, were the lead sheet. The
search then follows the real voices and computes the features of the real verticality and of the alternatives,
with every weight 1. Slices in which a real voice rests, or for which there is no alternative, are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from arranger.arranging.ensembles import load_ensemble
from arranger.arranging.part_proposer import load_proposer
from arranger.arranging.plan import Plan, plan_of
from arranger.arranging.search.beam import MODEL, RECURRING_BAR, Beam, Search
from arranger.arranging.search.candidates import HELD, attacks_of, candidates_at
from arranger.arranging.search.objective import RECURRENCE, Objective
from arranger.arranging.search.preferences import MOTION, STEP, VERTICAL
from arranger.arranging.search.proposer import Silent
from arranger.arranging.styles import Style
from arranger.lab.fitting.logit import Choices
from corpora.views import pitches_at
from theory.harmony.estimate import with_estimated_chords
from theory.notation.score import LeadSheet, Score
from theory.rules.catalogue import ALL
from theory.rules.profile import load_profile
from theory.rules.rule import Rule
from theory.slices.facts import Motion, Step, Succession, Verticality
from theory.slices.texture import REST
from theory.types import AnyFloats, Ints, Mask

ALTERNATIVES = 100  # most alternatives per slice, drawn at random


@dataclass(frozen=True)
class Setup:
    """The style, ensemble and model by which features of real music are computed."""

    style: Style
    ensemble: str = "satb"
    model: bool = True  # whether the part model's log-probability is a feature


def choices_of(scores: Iterable[Score], setup: Setup, *, seed: int) -> Choices:
    """Return the choice sets of real settings; the same settings and seed give the same sets."""
    rng = np.random.default_rng(seed)
    return Choices.join([_of_score(score, setup, rng) for score in scores])


def feature_names(setup: Setup) -> tuple[str, ...]:
    """Return the names of the features: rules that steer the search in this profile, preferences, the part model."""
    rules = [each.label for each in _rules(setup.style)]
    return (*rules, *VERTICAL, *MOTION, *STEP, RECURRING_BAR, MODEL)


def _rules(style: Style) -> list[Rule]:
    profile = load_profile(style.profile)
    return [each for each in ALL if each.steers and profile.of(each.code).severity != "off"]


def _of_score(score: Score, setup: Setup, rng: np.random.Generator) -> Choices:
    search = _search(score, setup)
    plan = search.plan
    real = pitches_at(score, plan.texture.onset_quarter)
    real[:, plan.given] = plan.texture.pitch[:, plan.given]
    before = np.vstack([np.full_like(real[:1], REST), real[:-1]])
    attack = np.stack([attacks_of(plan, t, real[t], before[t]) for t in range(len(real))])
    names = feature_names(setup)
    sets = []
    for t, beam in search.replay(real, attack):
        others = _others(plan, t, real[t], before[t])
        if len(others) and (real[t] >= 0).all():
            drawn = others[np.sort(rng.permutation(len(others))[:ALTERNATIVES])]
            sets.append(_judged(search, beam, t, np.vstack([real[t][None], drawn]), names))
    return Choices(names, *(np.stack(column) for column in zip(*sets, strict=True)))


def _search(score: Score, setup: Setup) -> Search:
    """Return a search for the lower voices of a score in which every weight is 1."""
    source = with_estimated_chords(score)
    sheet = LeadSheet(replace(source, parts=score.parts[:1]))
    plan = plan_of(sheet, load_ensemble(setup.ensemble), setup.style, melody=0)
    scopes: tuple[type, ...] = (Verticality, Motion, Succession, Step)
    rules = {scope: tuple((each, 1.0) for each in _rules(setup.style) if each.scope is scope) for scope in scopes}
    free = np.isin(np.arange(plan.texture.shape[1]), plan.free)
    objective = Objective(rules, dict.fromkeys((*VERTICAL, *MOTION, *STEP, RECURRENCE), 1.0), free)
    proposer = load_proposer(plan) if setup.model else Silent()
    return Search(plan, objective, proposer, model_weight=float(setup.model))


def _others(plan: Plan, t: int, real: Ints, before: Ints) -> Ints:
    """Return the alternatives to the real verticality, (candidate, voice)."""
    listed = candidates_at(plan, t)
    found = np.where(listed == HELD, before, listed)
    return found[(found >= 0).all(axis=-1) & (found != real).any(axis=-1)]


def _judged(search: Search, beam: Beam, t: int, midi: Ints, names: tuple[str, ...]) -> tuple[AnyFloats, Mask]:
    """Return the features of verticalities (C, V), padded to (1 + ALTERNATIVES, F), and which rows are present."""
    before = search.sounding_before(beam, t)
    attack = attacks_of(search.plan, t, midi, before)
    found = np.zeros((1 + ALTERNATIVES, len(names)), dtype=np.float32)
    column = {name: index for index, name in enumerate(names)}
    for name, cost in search.judge(beam, t, midi[None], attack[None]):
        found[: len(midi), column[name]] += np.broadcast_to(cost, (1, len(midi)))[0]
    return found, np.arange(1 + ALTERNATIVES) < len(midi)
