"""Arranging: from a lead sheet to an arrangement, through the stages in this folder.

The steps of `arrange_variants` are, in order: key, breaths, plan, search, score. `arranger.arrange` calls it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from arranger.arranging.breaths import CHOICES as BREATH_CHOICES
from arranger.arranging.breaths import with_breaths
from arranger.arranging.effort import effort_of
from arranger.arranging.ending import leads_back, with_ending
from arranger.arranging.ensembles import Ensemble, load_ensemble, resolved
from arranger.arranging.given.pins import Pins, pin_costs, pinned_times, with_pinned_chords, with_pins
from arranger.arranging.harmony import (
    AUTO,
    DECORATE,
    FOLLOW,
    FREE,
    HARMONIES,
    HarmonyWish,
    enrichment_notices,
    harmonies_for,
    treatment_of,
    with_treatment,
)  # fmt: skip
from arranger.arranging.heard_key import in_heard_key
from arranger.arranging.key import in_key
from arranger.arranging.plan import Plan, check_length, plan_of
from arranger.arranging.playing.introduction import with_introduction
from arranger.arranging.playing.level import USUAL, Level, level, signatures_for
from arranger.arranging.playing.scheme import Scheme, check_texture, scheme_of
from arranger.arranging.playing.turns import Turn, handed, is_handed, stretch, turns_of
from arranger.arranging.realise import to_score
from arranger.arranging.search.beam import Hypothesis, Search, Term
from arranger.arranging.search.objective import RECURRENCE, Objective
from arranger.arranging.search.proposer import Proposer, Silent
from arranger.arranging.search.variety import LEAST_SHARE, LIKENESS_COSTS, NOISE, share_new, tilted, unlike
from arranger.arranging.singers import Singers, for_singers
from arranger.arranging.singers.keys import BEST, KeyCost, chosen_text, rank_keys
from arranger.arranging.singers.strain import strain_notices, with_loud_limits, within_shares
from arranger.arranging.statements import written_out
from arranger.arranging.styles import BY_GROOVE, RHYTHMS, Style, load_style
from arranger.arranging.text import WORDS
from arranger.characters import Character
from arranger.formats import limits
from arranger.harmonizing.choice import Choice, HarmonicPlan
from theory.notation.key import Key
from theory.notation.score import Harmony, LeadSheet, Notice, Score
from theory.rules.profile import load_profile
from theory.tables import matches, nearest
from theory.types import Ints

if TYPE_CHECKING:
    from theory.checking.report import Report

HIGHER_KEY = 2.0  # semitones by which full brightness raises the key, as far as the tune stays in its comfortable range
UNLIKE_BEFORE = -0.3  # nats per voice of a recurring bar that is unlike its first appearance, where repeats are varied
MODELLED = (3, 4)  # numbers of parts that the part model helps; see `arranger.arranging.part_proposer`
TRIAL_BEAM = 4  # beam width of arrangements that only compare keys
NARROW_BEAM = 8  # the widest beam for very long sheets


@dataclass(frozen=True)
class Options:
    """The choices of a user for an arrangement."""

    ensemble: str = "satb"
    style: str = "song"
    texture: str = ""  # a rhythm or an accompaniment pattern in place of the style's own
    melody: str = ""  # name of the part that has the tune; empty: the ensemble's melody part
    key: str = "auto"  # auto, keep, best for the singers, or the name of a key
    harmony: str = AUTO  # what is made of chord symbols: follow, decorate, free, or what the style does
    vary: str = ""  # "repeats": each repeat and verse is written out and set anew
    words: str = "auto"  # which words the lower voices of a choir sing: all, lines, none or auto
    breaths: str = "auto"  # breath marks of a choir: auto, source or none
    ending: bool = False  # write a second ending if the sheet ends on a turnaround
    introduction: bool = False  # write four bars before the tune, from its last phrase
    level: str = USUAL  # of the players: beginner, school or pro
    character: str = ""  # for example "lively=0..1, dark"; see `arranger.characters`
    temperature: float = 0.0  # randomness; 0: the best arrangement found
    top_p: float = 1.0  # nucleus sampling: keep the most probable options that sum to this probability
    variants: int = 1  # number of arrangements
    seed: int = 0  # random seed for variants and temperature
    range: tuple[str, ...] = ()  # what the singers of the parts can do; see `arranger.arranging.singers`
    without: tuple[str, ...] = ()  # parts that are missing
    pin: tuple[str, ...] = ()  # notes that are asked for; see `arranger.arranging.given.pins`
    forbid: tuple[str, ...] = ()  # notes that are not wanted
    chord: tuple[str, ...] = ()  # chords that are asked for
    effort: str = "normal"  # low, normal, high or a number of settings; see `arranger.arranging.effort`
    beam: int = 0  # beam width; 0: that of the effort
    model: str | None = "default"  # None: by rules alone

    @property
    def pins(self) -> Pins:
        """All pins."""
        return Pins(tuple(self.pin), tuple(self.forbid), tuple(self.chord))

    def with_pins(self, pins: Pins) -> Options:
        """Return the options with further pins."""
        return self.with_only_pins(self.pins + pins)

    def with_only_pins(self, pins: Pins) -> Options:
        """Return the options with these pins in place of their own."""
        return replace(self, pin=pins.notes, forbid=pins.forbidden, chord=pins.chords)


@dataclass(frozen=True, repr=False)
class Arrangement:
    """A finished arrangement, with its plan, the search that made it, and the notices given on the way."""

    score: Score
    plan: Plan
    hypothesis: Hypothesis
    search: Search = field(compare=False)  # how it was found
    notices: tuple[Notice, ...]
    harmony_cost: float = 0.0  # of the harmonic plan that it follows, in nats; 0 if symbols are followed
    ready: Prepared | None = field(default=None, compare=False)  # what its plan was made from
    source: LeadSheet | None = field(default=None, compare=False)  # the sheet as it was read

    def __repr__(self) -> str:
        return f"Arrangement({self.score!r}, cost={self.hypothesis.cost:.1f}, {len(self.notices)} notices)"

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """Every term of the arrangement's cost."""
        return tuple(self.search.explain(self.hypothesis))

    def report(self) -> Report:
        """Return the findings of the style's rule profile in the arrangement, and all notices."""
        from theory.checking.check import check

        tune, names = self.plan.score.parts[0], [part.name for part in self.score.parts]
        given = {names[turn.voice]: stretch(tune, self.plan.turns, turn.voice) for turn in self.plan.turns}
        given = given or {names[self.plan.given]: tune}
        own = replace(self.score, parts=self.score.parts[: self.plan.texture.shape[1]])  # without doubling parts
        found = check(own, self.plan.style.profile, chords=self.plan.score.chords, given=given)
        return replace(found, notices=(*self.notices, *self._gave_way(found), *found.notices))

    def _gave_way(self, report: Report) -> Iterator[Notice]:
        """Yield a notice for each finding of a forbidden rule: the search breaks one only if nothing else is left."""
        profile, texture = load_profile(self.plan.style.profile), self.plan.texture
        for finding in report.findings:
            if not profile.of(finding.code).forbid:
                continue
            t = texture.slice_at(finding.onset_quarter)
            given = self.score.parts[self.plan.given].name
            message = (
                f"{finding.code} {finding.message} could not be avoided: no voicing of {texture.chord[t]} was found "
                f"that fits the given {given} and the notes before it without breaking a forbidden rule"
            )
            yield Notice(message, finding.bar, finding.onset_quarter)


@dataclass(frozen=True, repr=False)
class Prepared:
    """A sheet in its final key, with all that its plan is made from."""

    sheet: LeadSheet
    ensemble: Ensemble
    style: Style
    melody: int  # index of the part that has the tune
    scheme: Scheme | None
    turns: tuple[Turn, ...]
    players: Level | None
    treatment: str  # what is made of the chord symbols
    options: Options
    notices: tuple[Notice, ...]
    moments: tuple[Fraction, ...] = ()  # in quarters: where voices may move besides the slices of tune and style
    singers: Mapping[int, Singers] = field(default_factory=dict)  # by index of the part

    def __repr__(self) -> str:
        return f"Prepared({self.sheet!r}, {self.ensemble.name}, {self.style.name})"

    @property
    def character(self) -> Character:
        """The character of the arrangement."""
        return Character.parse(self.options.character)

    def plan(self, chords: tuple[Harmony, ...]) -> Plan:
        """Return the plan of an arrangement that follows these chords."""
        pins, score = self.options.pins, self.sheet.score
        plan = plan_of(
            self.sheet,
            self.ensemble,
            self.style,
            melody=self.melody,
            scheme=self.scheme,
            turns=self.turns,
            character=self.character,
            players=self.players,
            words=_words_sung(self.options, self.ensemble),
            breaths=self.options.breaths,
            chords=with_pinned_chords(chords, pins, score),
            moments=(*self.moments, *pinned_times(pins, score, [part.name for part in self.ensemble.parts])),
        )
        check_length(plan.texture.shape[0])
        return with_loud_limits(with_pins(plan, pins), self.singers)

    def harmonies(self) -> tuple[HarmonicPlan, ...]:
        """Return the harmonies that the arrangement may follow, the best first."""
        effort = effort_of(self.options.effort)
        seed = self.options.seed if self.options.temperature else 0  # the best plan, unless randomness is wanted
        choice = Choice(
            effort.draws,
            effort.settings,
            seed=seed,
            brightness=self.character.mean("brightness"),
            varied=bool(self.options.vary),
        )
        return harmonies_for(self.sheet.score, self.style, HarmonyWish(self.treatment, choice))


def prepare(sheet: LeadSheet, chosen: Options) -> Prepared:
    """Return a sheet in the key of its arrangement, with style, patterns and turns of the tune settled.

    Raises ValueError if the ensemble, style, part, texture, key or character is unknown.
    """
    usual = load_ensemble(resolved(chosen.ensemble, sheet.source))
    ensemble, singers = for_singers(usual, chosen.range, chosen.without)
    style = load_style(chosen.style)
    melody = melody_voice(ensemble, "" if is_handed(chosen.melody) else chosen.melody)
    character = Character.parse(chosen.character)
    moments = max(len({note.onset_quarter for note in sheet.melody.notes}), _beats(sheet.score))
    check_length(moments)
    chosen, sparing = _sparing(chosen, moments)
    sheet = in_heard_key(sheet)
    sheet = with_ending(sheet) if chosen.ending else sheet
    sheet = written_out(sheet) if chosen.vary else sheet
    sheet = with_introduction(sheet) if chosen.introduction else sheet
    higher = round(HIGHER_KEY * character.mean("brightness"))
    players = level(chosen.level) if ensemble.family != "choir" else None
    easy = signatures_for([part.instrument for part in ensemble.parts], players) if players else None
    moved, notices = in_key(sheet, ensemble.parts[melody], chosen.key, wish=higher, easy=easy)
    if ensemble.family == "choir":
        moved = with_breaths(moved, chosen.breaths)
    has_model = _has_model(len(ensemble.parts), chosen.model)
    treatment = treatment_of(moved.score, style, chosen.harmony, has_model=has_model)
    moved = _with_chords(with_treatment(moved, treatment), chosen.pins, treatment)
    if has_model and treatment != FOLLOW:
        style = style.enriched() if treatment == DECORATE else style.unguided()
    if chosen.model is None:
        style = style.alone()
    if not any(part.role == "bass" for part in ensemble.parts):
        style = style.for_upper_voices()
    style, scheme = _texture(chosen.texture, style, ensemble, moved, character, players)
    style = players.asked_of(style) if players else style
    turns = turns_of(moved.score, ensemble, chosen.melody, melody) if is_handed(chosen.melody) else ()
    moved = handed(moved, turns) if turns else moved
    if chosen.vary:
        style = style.with_preferences({RECURRENCE: UNLIKE_BEFORE})
    style = style.singing(_words_sung(chosen, ensemble))
    said = (*moved.notices, *notices, *sparing)
    return Prepared(moved, ensemble, style, melody, scheme, turns, players, treatment, chosen, said, singers=singers)


def _words_sung(chosen: Options, ensemble: Ensemble) -> str:
    return chosen.words if ensemble.family == "choir" else "auto"


def arrange_variants(sheet: LeadSheet, chosen: Options) -> Iterator[Arrangement]:
    """Yield ``chosen.variants`` different arrangements of a lead sheet, the best one first.

    Raises ValueError if the ensemble, style, part, texture, key or character is unknown.
    """
    because: tuple[Notice, ...] = ()
    if chosen.key == BEST:
        ranked = ranked_keys(sheet, chosen)
        chosen, because = replace(chosen, key=str(ranked[0].key)), (Notice(chosen_text(ranked)),)
    ready = prepare(sheet, chosen)
    chosen = ready.options
    with threadpool_limits(limits=1):  # matrices this small are three times slower on several threads
        searches = [(search_for(ready.plan(each.chords), chosen), each.cost) for each in ready.harmonies()]
        search, first, cost = _cheapest(searches, chosen)
        search, first = within_shares(search, first, ready.singers)
        plan = search.plan
        decorated = ready.treatment == DECORATE
        added = enrichment_notices(ready.sheet.score, plan.score.chords) if decorated else ()
        said = (*because, *ready.notices, *added, *_turnaround(plan), *_by_rules(plan, chosen))
        earlier: list[Ints] = []
        for number in range(chosen.variants):
            best = first if not number else _unlike_earlier(search, earlier, chosen, number)
            score = to_score(plan, best, ready.sheet, ready.ensemble)
            strained = strain_notices(plan, best.midi, ready.singers)
            yield Arrangement(score, plan, best, search, (*said, *strained), cost, ready, sheet)
            earlier.append(best.midi)


def ranked_keys(sheet: LeadSheet, chosen: Options) -> tuple[KeyCost, ...]:
    """Return the keys that suit the singers, the best first, with what each costs whom.

    The sheet is arranged in each of them, quickly and by rules alone.
    """
    ensemble, _ = for_singers(load_ensemble(resolved(chosen.ensemble, sheet.source)), chosen.range, chosen.without)
    melody = melody_voice(ensemble, "" if is_handed(chosen.melody) else chosen.melody)
    quick = replace(chosen, model=None, effort="low", beam=TRIAL_BEAM, variants=1, temperature=0.0)

    def trial(key: Key) -> tuple[Plan, Ints]:
        found = next(arrange_variants(sheet, replace(quick, key=str(key))))
        return found.plan, found.hypothesis.midi

    return rank_keys(in_heard_key(sheet), ensemble.parts[melody], trial)


def _with_chords(sheet: LeadSheet, pins: Pins, treatment: str) -> LeadSheet:
    """Return a sheet with the pinned chords among its symbols; a sheet without symbols gets them with its harmony."""
    if treatment == FREE or not pins.chords:
        return sheet
    return replace(sheet, score=replace(sheet.score, chords=with_pinned_chords(sheet.chords, pins, sheet.score)))


def _cheapest(searches: Sequence[tuple[Search, float]], chosen: Options) -> tuple[Search, Hypothesis, float]:
    """Return the search, of those of several harmonies with their costs, whose best arrangement is cheapest with it.

    With it come the arrangement and the cost of the harmony.
    """
    found = [(search, _first(search, chosen), cost) for search, cost in searches]
    return min(found, key=lambda each: round(each[1].cost + each[2], 4))


def _first(search: Search, chosen: Options) -> Hypothesis:
    """Return the best hypothesis of a search, with the noise of a temperature if there is one."""
    heat = chosen.temperature
    noise = (tilted(search.plan, seed=chosen.seed, temperature=heat),) if heat else ()
    return replace(search, extra=(*search.extra, *noise)).run()[0]


def _sparing(chosen: Options, moments: int) -> tuple[Options, list[Notice]]:
    """Return the options for a sheet of this many moments: a very long one is arranged by rules alone."""
    if chosen.model is None or moments <= limits.MAX_MODEL_SLICES:
        return chosen, []
    message = (
        f"the sheet has {moments} moments at which something changes; above {limits.MAX_MODEL_SLICES} it is arranged "
        "by rules alone, with a narrow beam; a passage (--only-bars) is arranged with the neural model"
    )
    beam = min(chosen.beam or NARROW_BEAM, NARROW_BEAM)
    return replace(chosen, model=None, effort="low", beam=beam), [Notice(message)]


def _beats(score: Score) -> int:
    """Return the number of beats of a score, at which voices may move although the tune does not."""
    return sum(int(bar.length_quarter / bar.meter.beat_quarters) for bar in score.bars)


def _unlike_earlier(search: Search, earlier: list[Ints], chosen: Options, number: int) -> Hypothesis:
    """Return the best hypothesis that differs enough from the earlier variants, each (slice, voice) MIDI numbers.

    If none differs enough, the last one tried is returned.
    """
    noise = tilted(search.plan, seed=chosen.seed + number, temperature=chosen.temperature or NOISE)
    for likeness in LIKENESS_COSTS:
        best = replace(search, extra=(*search.extra, unlike(earlier, search.plan, likeness=likeness), noise)).run()[0]
        if share_new(best.midi, earlier, search.plan) >= LEAST_SHARE:
            break
    return best


def check_choices(chosen: Options) -> None:
    """Raise ValueError, with a suggestion, if the ensemble, style, part, texture, key or character is unknown."""
    ensemble, _ = for_singers(load_ensemble(chosen.ensemble), chosen.range, chosen.without)
    melody_voice(ensemble, "" if is_handed(chosen.melody) else chosen.melody)
    style = load_style(chosen.style)
    Character.parse(chosen.character)
    level(chosen.level)
    for kind, value, known in (("words", chosen.words, WORDS), ("breaths", chosen.breaths, BREATH_CHOICES)):
        if value not in known:
            raise ValueError(f"there is no choice of {kind} {value!r}; {nearest(value, known)}")
    if ensemble.family == "choir":
        replace(style, rhythm=chosen.texture if chosen.texture in RHYTHMS else style.rhythm).singing(chosen.words)
    if chosen.texture and chosen.texture not in RHYTHMS:
        check_texture(chosen.texture)
    if chosen.key not in ("auto", "keep", BEST):
        Key.named(chosen.key)
    effort_of(chosen.effort)
    if chosen.vary not in ("", "repeats"):
        raise ValueError(f"what is varied is repeats, not {chosen.vary!r}")
    if chosen.harmony not in HARMONIES:
        raise ValueError(f"there is no harmony {chosen.harmony!r}; {nearest(chosen.harmony, HARMONIES)}")


def search_for(plan: Plan, chosen: Options) -> Search:
    """Return the search that fills a plan."""
    free = np.isin(np.arange(plan.texture.shape[1]), plan.free)
    proposer = _proposer(plan, chosen.model)
    weight = 0.0 if isinstance(proposer, Silent) else plan.style.model_weight
    objective = Objective.of(plan.style, free)
    return Search(
        plan,
        objective,
        proposer,
        width=chosen.beam or effort_of(chosen.effort).beam,
        model_weight=weight,
        top_p=chosen.top_p,
        extra=(pin_costs(plan),) if plan.pinned or plan.forbidden else (),
    )


def _turnaround(plan: Plan) -> Iterator[Notice]:
    """Yield a notice if the last chord symbol leads back to the beginning and no ending is written."""
    if leads_back(plan.score):
        symbol, bar = plan.score.chords[-1].symbol, plan.score.bars[-1]
        message = f"the sheet ends on {symbol}, which leads back to the beginning; --ending adds a second ending"
        yield Notice(message, bar.number, bar.onset_quarter)


def _by_rules(plan: Plan, chosen: Options) -> Iterator[Notice]:
    """Yield a notice if the part model is wanted but does not know this number of parts."""
    parts = plan.texture.shape[1]
    if chosen.model is not None and not _has_model(parts, chosen.model):
        yield Notice(f"the neural model knows three and four parts; these {parts} parts were arranged by rules alone")


def melody_voice(ensemble: Ensemble, name: str) -> int:
    """Return the index of the part that has the tune: the named part, or the ensemble's melody part for an empty name.

    The beginning of a name is enough. Raises ValueError if the ensemble has no such part.
    """
    names = [part.name.lower() for part in ensemble.parts]
    if not name:
        return next(voice for voice, part in enumerate(ensemble.parts) if part.role == "melody")
    found = matches(name, names)
    if not found:
        raise ValueError(f"{ensemble.title} has no part {name!r}; choose from {', '.join(names)}")
    return found[0]


def _texture(
    texture: str, style: Style, ensemble: Ensemble, sheet: LeadSheet, character: Character, players: Level | None
) -> tuple[Style, Scheme | None]:
    """Return the style with the wanted rhythm, and the scheme of the accompaniment, if instruments play patterns.

    Raises ValueError if the texture is neither a rhythm nor a pattern, nor patterns of sections that exist.
    """
    played = ensemble.family != "choir"
    style = style.for_players() if played else style
    wanted = texture or (style.played_texture if played else "")
    if not wanted or wanted in RHYTHMS:
        return replace(style, rhythm=wanted or style.rhythm), None
    named = "" if wanted == BY_GROOVE else wanted
    family = ensemble.parts[0].instrument.family
    rungs = players.rungs if players else 0
    fills = players.fills if players else True
    scheme = scheme_of(sheet.score, named, family=family, character=character, rungs=rungs, fills=fills)
    return replace(style, rhythm="sustained"), scheme


def _proposer(plan: Plan, model: str | None) -> Proposer:
    """Return the part model as a proposer, or `Silent` if no model is wanted or none has this number of parts."""
    if not _has_model(plan.texture.shape[1], model):
        return Silent()
    from arranger.arranging.part_proposer import load_proposer

    return load_proposer(plan, None if model == "default" else model)


def _has_model(parts: int, model: str | None) -> bool:
    """Whether a model is wanted and there is one for this number of parts."""
    return model is not None and parts in MODELLED
