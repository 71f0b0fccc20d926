"""Checks scores: runs a profile's rules over all their windows and tells what they find.

Parts that double others are one voice; one event is one finding. Scores of as many voices, for the same
players, are looked at together: their slices are laid end to end, and each rule is asked once of all of them,
which takes much less time than asking it of each.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import islice
from typing import TypeVar

from theory.checking.checked_score import ORDER, Case, from_event, from_remark
from theory.checking.doubling import doubling_voices, doublings
from theory.checking.events import Event, events_of
from theory.checking.report import Finding, Report
from theory.harmony.estimate import HarmonicSpan, estimate_harmony
from theory.notation.key import keys_at
from theory.notation.score import Harmony, Notice, Part, Score
from theory.rules.catalogue import ALL
from theory.rules.profile import Profile, Setting, load_profile
from theory.rules.rule import Rule
from theory.slices.repeats import seam_predecessors
from theory.slices.texture import Texture, slice_onsets, texture_of
from theory.slices.windows import Windows

_TOGETHER = 32  # scores; with more the arrays leave the processor's caches
Made = TypeVar("Made")


@dataclass(frozen=True)
class Submission:
    """A score to be checked, and what is known of it; see `check`."""

    score: Score
    profile: str | Profile = "chorale"
    chords: Sequence[Harmony] | None = None
    harmony: Sequence[HarmonicSpan] = ()
    given: Mapping[str, Part] | None = None
    infer: bool = True


def check(
    score: Score,
    profile: str | Profile = "chorale",
    *,
    chords: Sequence[Harmony] | None = None,
    harmony: Sequence[HarmonicSpan] = (),
    given: Mapping[str, Part] | None = None,
    infer: bool = True,
) -> Report:
    """Return what a profile's rules find in a score.

    Parameters
    ----------
    score
        Any score; its parts are the voices, and judged from high to low, however they stand on paper.
    profile
        A profile or its name.
    chords
        The chords of the score; by default its chord symbols, and where it has none an estimate.
    harmony
        A given analysis, chords with their keys; it goes before chord symbols.
    given
        Lines that were to be kept, by part name.
    infer
        Whether the harmony of a score without chord symbols is estimated. Where it is not, rules that need
        chords say nothing, and those that a re-voiced chord would excuse do not know of it.
    """
    (report,) = check_many([Submission(score, profile, chords, harmony, given, infer)])
    return report


def check_many(
    scores: Iterable[Score | Submission], profile: str | Profile = "chorale", *, infer: bool = True
) -> Iterator[Report]:
    """Yield what `check` returns for each score, in their order, in much less time.

    Some dozens are taken in at a time and looked at together. ``profile`` and ``infer`` are for scores that
    come as they are; one with choices of its own comes as a `Submission`. What goes wrong with one score is
    raised when its turn comes, after the reports on those before it; `outcomes` goes on with the rest.
    """
    for outcome in outcomes(
        each if isinstance(each, Submission) else Submission(each, profile, infer=infer) for each in scores
    ):
        if isinstance(outcome, Exception):
            raise outcome
        yield outcome


def outcomes(submissions: Iterable[Submission]) -> Iterator[Report | Exception]:
    """Yield the report on each score, in their order, or what went wrong with it."""
    waiting = iter(submissions)
    while taken := list(islice(waiting, _TOGETHER)):
        opened = [_attempt(partial(_opened, submission)) for submission in taken]
        cases = {place: case for place, case in enumerate(opened) if isinstance(case, Case)}
        reports = _reports_by_place(cases)
        yield from (each if not isinstance(each, Case) else reports[place] for place, each in enumerate(opened))


def _reports_by_place(cases: Mapping[int, Case]) -> dict[int, Report | Exception]:
    """Return the reports on scores, of which those that are alike are looked at together."""
    groups: dict[object, list[int]] = {}
    for place, case in cases.items():
        players = tuple(player.name if player else "" for player in case.players)
        groups.setdefault((players, case.profile.active, case.has_harmony), []).append(place)
    return {
        place: report
        for places in groups.values()
        for place, report in zip(places, _reports([cases[place] for place in places]), strict=True)
    }


def _attempt(work: Callable[[], Made]) -> Made | Exception:
    """Return what some work comes to, or what went wrong: one score must not keep others from their reports."""
    try:
        return work()
    except Exception as error:  # noqa: BLE001 - it is raised, or given out, in the score's turn
        return error


def _opened(submission: Submission) -> Case | Report:
    """Return the case of a score, or the report where there is nothing to look at."""
    score, profile, harmony, infer = submission.score, submission.profile, submission.harmony, submission.infer
    settings = load_profile(profile) if isinstance(profile, str) else profile
    if not any(note.pitch for part in score.parts for note in part.notes):
        return Report(settings.name, (), (Notice("there are no notes to check"),))
    symbols = tuple(submission.chords) if submission.chords is not None else score.chords
    sounding = _from_high_to_low(score)
    texture = texture_for(replace(sounding, chords=symbols), harmony, infer=infer)
    inferred = infer and not (symbols or harmony)
    return Case(sounding, score, texture, settings, submission.given or {}, inferred)


def _reports(cases: Sequence[Case]) -> list[Report | Exception]:
    """Return the reports on scores for the same players, by the same rules."""
    marked = _attempt(partial(_marked, cases))
    if not isinstance(marked, Exception):
        return [_attempt(partial(_report, case, each)) for case, each in zip(cases, marked, strict=True)]
    if len(cases) == 1:
        return [marked]
    return [report for case in cases for report in _reports([case])]


@dataclass(frozen=True)
class _Marked:
    """What rules mark in one score of some that are looked at together."""

    events: list[tuple[Rule, Event]]
    doubling: dict[int, int]  # voice -> the voice that it doubles
    first: int  # the first slice of the score


def _marked(cases: Sequence[Case]) -> list[_Marked]:
    """Return what the rules that steer mark in each score, all of them looked at together."""
    alone = len(cases) == 1
    windows = cases[0].windows if alone else Windows.of_all([case.texture for case in cases], cases[0].ranges)
    doubling = doublings(windows)
    skipped = doubling_voices(windows, doubling)
    found = [_Marked([], doubled, first) for doubled, first in zip(doubling, windows.firsts, strict=True)]
    for rule in _rules(cases[0].profile.active, cases[0].has_harmony):
        if rule.steers:
            for event in events_of(rule, windows, skipped):
                found[bisect_right(windows.firsts, event.slice_) - 1].events.append((rule, event))
    return found


@lru_cache(maxsize=64)
def _rules(active: frozenset[str], has_harmony: bool) -> tuple[Rule, ...]:
    """Return the rules that are asked, of a score whose chords are known or not."""
    return tuple(rule for rule in ALL if rule.code in active and (has_harmony or not rule.needs_chords))


def _report(case: Case, marked: _Marked) -> Report:
    findings = [from_event(rule, event, case, marked.first) for rule, event in marked.events]
    for rule in _rules(case.profile.active, case.has_harmony):
        if not rule.steers:
            seen = case.as_on_paper if rule.code == ORDER else case
            findings += (from_remark(rule, remark, seen) for remark in rule.remarks(seen.written))
    findings.sort(key=_by_time)
    return Report(case.profile.name, tuple(findings), tuple(_notices(case, marked.doubling)), case.inferred)


def _by_time(found: Finding) -> tuple[object, ...]:
    """Return what findings are sorted by; floats first: they tell what fractions would, much faster."""
    return float(found.onset_quarter), found.onset_quarter, found.code, found.voices


def _notices(case: Case, doubling: Mapping[int, int]) -> Iterator[Notice]:
    names = [part.name for part in case.score.parts]
    if case.inferred:
        yield Notice("no chord symbols: the harmony is estimated, and what rests on it is marked inferred")
    for voice, other in sorted(doubling.items()):
        yield Notice(f"{names[voice]} doubles {names[other]}: counted as one voice")
    if case.as_on_paper is not case:
        yield Notice(f"the parts do not stand from high to low; judged as {', '.join(names)}")


def _from_high_to_low(score: Score) -> Score:
    """Return a score whose parts stand as they sound; silent ones last."""
    middles = [part.columns.middle for part in score.parts]
    heights = [-1.0 if middle is None else middle for middle in middles]
    order = sorted(range(len(heights)), key=heights.__getitem__, reverse=True)
    ordered = tuple(score.parts[place] for place in order)
    return score if order == sorted(order) else replace(score, parts=ordered)


def selected(
    profile: Profile, select: Sequence[str] = (), ignore: Sequence[str] = (), *, extend: Sequence[str] = ()
) -> Profile:
    """Return a profile with only the rules whose codes begin as asked; the longer prefix wins.

    What ``extend`` names is added, to the selected rules or to all that the profile has. A rule that the
    profile leaves off and that is selected is a warning.
    """
    rules: dict[str, Setting] = {}
    for rule in ALL:
        setting = profile.of(rule.code)
        wanted = (len(prefix) for prefix in (*select, *extend) if rule.code.startswith(prefix))
        chosen = max(wanted, default=-1 if select else 0)
        ignored = max((len(prefix) for prefix in ignore if rule.code.startswith(prefix)), default=-1)
        if chosen <= ignored or chosen < 0:
            setting = replace(setting, severity="off")
        elif chosen > 0 and setting.severity == "off":
            setting = replace(setting, severity="warning")
        rules[rule.code] = setting
    return replace(profile, rules=rules)


def texture_for(score: Score, harmony: Sequence[HarmonicSpan] = (), *, infer: bool = True) -> Texture:
    """Return a score's texture with its seams, chords and keys: given, its symbols, or else estimated."""
    spans = tuple(harmony) or (() if score.chords or not infer else estimate_harmony(score))
    harmonised = replace(
        score, chords=tuple(Harmony(span.start_quarter, span.symbol) for span in spans) or score.chords
    )
    onsets = slice_onsets(harmonised, harmonised.parts)
    keys = keys_at(spans, onsets) if spans else None
    return texture_of(harmonised, onsets=onsets, keys=keys, predecessors=seam_predecessors(score, onsets))
