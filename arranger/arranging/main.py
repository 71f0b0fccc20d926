"""The main job: from a lead sheet to an arrangement.

sheet = read_lead_sheet("song.musicxml")
arrangement = arrange(sheet, ensemble="satb", style="song")
write_score(arrangement.score, "song-satb.musicxml")
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from threadpoolctl import threadpool_limits

from arranger.arranging.breaths import with_breaths
from arranger.arranging.ending import leads_back, with_ending
from arranger.arranging.ensembles import Ensemble, load_ensemble
from arranger.arranging.key import in_key
from arranger.arranging.patterns import Pattern, load_pattern, pattern_for
from arranger.arranging.plan import Plan, has_symbols, plan_of
from arranger.arranging.realise import to_score
from arranger.arranging.search.beam import Hypothesis, Search, Term
from arranger.arranging.search.objective import Objective
from arranger.arranging.search.proposer import Proposer, Silent
from arranger.arranging.search.variety import LEAST_SHARE, LIKENESS_COSTS, NOISE, share_new, tilted, unlike
from arranger.arranging.styles import RHYTHMS, Style, load_style
from arranger.characters import Character
from theory.checking.check import check
from theory.checking.report import Report
from theory.notation.key import Key
from theory.notation.score import LeadSheet, Notice, Score
from theory.rules.profile import load_profile
from theory.types import Ints

HIGHER_KEY = 2.0  # semitones by which a bright arrangement may lie higher, where the tune's comfort allows
CALM_PATTERN = "pad"  # of instruments, instead of a dance


@dataclass(frozen=True)
class Options:
    """What a user may choose for an arrangement."""

    ensemble: str = "satb"
    style: str = "song"
    texture: str = ""  # a rhythm or an accompaniment pattern instead of the style's
    melody: str = ""  # part that has the tune; empty: the ensemble's melody part
    key: str = "auto"  # auto, keep or a key's name
    ending: bool = False  # write one for the last time round, where the sheet ends on a turnaround
    character: str = ""  # such as "lively=0..1, dark", see `arranger.characters`
    temperature: float = 0.0  # how much is left to chance, and the seed; 0: the best that is found
    top_p: float = 1.0  # of the model's chances, those to choose from
    variants: int = 1
    seed: int = 0
    beam: int = 16
    model: str | None = "default"  # None: rules alone


@dataclass(frozen=True, repr=False)
class Arrangement:
    """A finished arrangement, what was said while making it, and what each choice cost."""

    score: Score
    plan: Plan
    hypothesis: Hypothesis
    search: Search
    notices: tuple[Notice, ...]

    def __repr__(self) -> str:
        return f"Arrangement({self.score!r}, cost={self.hypothesis.cost:.1f}, {len(self.notices)} notices)"

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """Every cause of the arrangement's cost."""
        return tuple(self.search.explain(self.hypothesis))

    def report(self) -> Report:
        """Return what the rules of the style's profile say of the arrangement."""
        tune = self.plan.score.parts[0]
        given = {self.score.parts[self.plan.given].name: tune}
        found = check(self.score, self.plan.style.profile, chords=self.plan.score.chords, given=given)
        return replace(found, notices=(*self.notices, *self._gave_way(found), *found.notices))

    def _gave_way(self, report: Report) -> Iterator[Notice]:
        """Yield a notice for each finding of a rule that the search breaks only where nothing else is left."""
        profile, texture = load_profile(self.plan.style.profile), self.plan.texture
        for finding in report.findings:
            if not profile.of(finding.code).forbid:
                continue
            t = texture.slice_at(finding.onset_quarter)
            given = self.score.parts[self.plan.given].name
            message = (
                f"{finding.code} {finding.message} was unavoidable: of the voicings of {texture.chord[t]} that suit "
                f"the given {given} and what sounds before, none that the search kept is free of forbidden findings"
            )
            yield Notice(message, finding.bar, finding.onset_quarter)


def arrange(sheet: LeadSheet, options: Options | None = None, **choices: object) -> Arrangement:
    """Return the best arrangement of a lead sheet; choices are the fields of `Options`.

    Raises ValueError for an unknown ensemble, style, part or key.
    """
    return next(arrange_variants(sheet, options, **choices))


def arrange_variants(sheet: LeadSheet, options: Options | None = None, **choices: object) -> Iterator[Arrangement]:
    """Yield as many different arrangements of a lead sheet as ``variants`` says, the best one first."""
    chosen = replace(options or Options(), **choices)  # type: ignore[arg-type]
    ensemble, style = load_ensemble(chosen.ensemble), load_style(chosen.style)
    melody = melody_voice(ensemble, chosen.melody)
    character = Character.parse(chosen.character)
    sheet = with_ending(sheet) if chosen.ending else sheet
    wish = round(HIGHER_KEY * character.mean("brightness"))
    moved, notices = in_key(sheet, ensemble.parts[melody], chosen.key, wish=wish)
    if ensemble.family == "choir":
        moved = with_breaths(moved)
    if not has_symbols(moved.score) and _has_model(len(ensemble.parts), chosen.model):
        style = style.unguided()
    if chosen.model is None:
        style = style.alone()
    style, pattern = _texture(chosen.texture, style, ensemble, moved, character)
    plan = plan_of(moved, ensemble, style, melody=melody, pattern=pattern, character=character)
    said = (*moved.notices, *notices, *_turnaround(plan))
    with threadpool_limits(limits=1):  # matrices this small are three times slower on several threads
        search = _search(plan, chosen)
        earlier: list[Ints] = []
        for number in range(chosen.variants):
            best = _unlike_earlier(search, earlier, seed=chosen.seed + number, temperature=chosen.temperature)
            score = to_score(plan, best, moved, ensemble)
            yield Arrangement(score, plan, best, search, said)
            earlier.append(best.midi)


def _unlike_earlier(search: Search, earlier: list[Ints], *, seed: int, temperature: float) -> Hypothesis:
    """Return the best hypothesis that differs enough from the earlier ones; the best of all where there are none."""
    if not earlier:
        chance = (tilted(search.plan, seed=seed, temperature=temperature),) if temperature else ()
        return replace(search, extra=chance).run()[0]
    chance = (tilted(search.plan, seed=seed, temperature=temperature or NOISE),)
    for likeness in LIKENESS_COSTS:
        best = replace(search, extra=(unlike(earlier, search.plan, likeness=likeness), *chance)).run()[0]
        if share_new(best.midi, earlier, search.plan) >= LEAST_SHARE:
            break
    return best


def check_choices(chosen: Options) -> None:
    """Raise ValueError, with the way out, for an ensemble, style, part, texture, key or character that there is not."""
    melody_voice(load_ensemble(chosen.ensemble), chosen.melody)
    load_style(chosen.style)
    Character.parse(chosen.character)
    if chosen.texture and chosen.texture not in RHYTHMS:
        load_pattern(chosen.texture)
    if chosen.key not in ("auto", "keep"):
        Key.parse(chosen.key)


def _search(plan: Plan, chosen: Options) -> Search:
    """Return the search for the best way to fill a plan."""
    free = np.isin(np.arange(plan.texture.shape[1]), plan.free)
    proposer = _proposer(plan, chosen.model)
    weight = 0.0 if isinstance(proposer, Silent) else plan.style.model_weight
    objective = Objective.of(plan.style, free)
    return Search(plan, objective, proposer, width=chosen.beam, model_weight=weight, top_p=chosen.top_p)


def _turnaround(plan: Plan) -> Iterator[Notice]:
    """Yield a notice where the last symbol leads back to the beginning: no ending is written for the last time."""
    if leads_back(plan.score):
        symbol, bar = plan.score.chords[-1].symbol, plan.score.bars[-1]
        message = f"the sheet ends on {symbol}, which leads back; --ending writes one for the last time round"
        yield Notice(message, bar.number, bar.onset_quarter)


def melody_voice(ensemble: Ensemble, name: str) -> int:
    """Return the number of the part that has the tune: the named one, else the ensemble's melody part."""
    names = [part.name.lower() for part in ensemble.parts]
    if not name:
        return next(place for place, part in enumerate(ensemble.parts) if part.role == "melody")
    matches = [place for place, each in enumerate(names) if each == name.lower()]
    matches = matches or [place for place, each in enumerate(names) if each.startswith(name.lower())]
    if not matches:
        raise ValueError(f"{ensemble.title} has no part {name!r}; choose from {', '.join(names)}")
    return matches[0]


def _texture(
    texture: str, style: Style, ensemble: Ensemble, sheet: LeadSheet, character: Character
) -> tuple[Style, Pattern | None]:
    """Return the style with the rhythm that is wanted, and the pattern that figures it, if any.

    ValueError where the texture is neither a rhythm nor a pattern.
    """
    played = ensemble.family != "choir"
    if played and style.played_profile:
        style = replace(style, profile=style.played_profile)
    wanted = texture or (style.played_texture if played else "")
    if not wanted or wanted in RHYTHMS:
        return replace(style, rhythm=wanted or style.rhythm), None
    if wanted == "by-meter" and character.mean("activity") < 0:
        wanted = CALM_PATTERN
    pattern = pattern_for(sheet.score) if wanted == "by-meter" else load_pattern(wanted)
    return replace(style, rhythm="sustained"), pattern


def _proposer(plan: Plan, model: str | None) -> Proposer:
    """Return the neural proposer, or one without an opinion where no model is wanted or ships."""
    if not _has_model(plan.texture.shape[1], model):
        return Silent()
    from arranger.arranging.part_proposer import load_proposer

    return load_proposer(plan, None if model == "default" else model)


def _has_model(parts: int, model: str | None) -> bool:
    """Whether a model is wanted, and there is one for so many parts."""
    return model is not None and parts == 4
