"""Checks scores: applies a profile's rules to all windows and reports what they find.

A part that doubles another counts as the same voice, and each event is reported once. Scores for the same
instruments are checked together: their slices are joined end to end and each rule is evaluated once for all of
them, which is much faster than checking them one by one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import islice
from typing import TypeVar

from theory.checking.checked_score import ORDER, CheckedScore, from_event, from_remark
from theory.checking.doubling import doubling_voices, doublings
from theory.checking.events import Event, events_of
from theory.checking.excuses import is_excused
from theory.checking.phrases import PhraseEnds
from theory.checking.report import Finding, Report
from theory.checking.spelled_sixths import spelled_sixths
from theory.harmony.estimate import HarmonicSpan, estimate_harmony
from theory.notation.key import keys_at
from theory.notation.score import Harmony, Notice, Part, Score
from theory.rules.catalogue import ALL
from theory.rules.profile import Profile, RuleSetting, load_profile
from theory.rules.rule import Rule
from theory.slices.repeats import seam_predecessors
from theory.slices.texture import Texture, slice_onsets, texture_of
from theory.slices.windows import Windows

_TOGETHER = 32  # scores per batch; arrays of more scores do not fit into the processor's caches
Made = TypeVar("Made")


@dataclass(frozen=True)
class Submission:
    """A score to be checked, with the arguments of `check`."""

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
        Any score; its parts are the voices, and are judged from high to low whatever their written order.
    profile
        A profile or its name.
    chords
        The chords of the score; by default its chord symbols, or an estimate if it has none.
    harmony
        A given analysis, chords with their keys; it takes precedence over chord symbols.
    given
        Lines that had to be kept, by part name.
    infer
        Whether to estimate the harmony of a score without chord symbols. If not, rules that need chords find
        nothing, and rules with an exception for a re-voiced chord do not apply that exception.
    """
    (report,) = check_many([Submission(score, profile, chords, harmony, given, infer)])
    return report


def check_many(
    scores: Iterable[Score | Submission], profile: str | Profile = "chorale", *, infer: bool = True
) -> Iterator[Report]:
    """Yield the report of `check` for each score, in order, much faster than separate calls.

    Some dozens of scores are read ahead and checked together. ``profile`` and ``infer`` apply to plain scores;
    a `Submission` has its own arguments. An error in one score is raised when its turn comes, after the reports
    on the earlier scores; `reports_or_errors` continues with the later ones.
    """
    for outcome in reports_or_errors(
        each if isinstance(each, Submission) else Submission(each, profile, infer=infer) for each in scores
    ):
        if isinstance(outcome, Exception):
            raise outcome
        yield outcome


def reports_or_errors(submissions: Iterable[Submission]) -> Iterator[Report | Exception]:
    """Yield the report on each score, in order, or the exception that it caused."""
    waiting = iter(submissions)
    while taken := list(islice(waiting, _TOGETHER)):
        each_opened = [_attempt(partial(opened, submission)) for submission in taken]
        cases = {index: case for index, case in enumerate(each_opened) if isinstance(case, CheckedScore)}
        reports = _reports_by_place(cases)
        yield from (
            each if not isinstance(each, CheckedScore) else reports[index] for index, each in enumerate(each_opened)
        )


def _reports_by_place(cases: Mapping[int, CheckedScore]) -> dict[int, Report | Exception]:
    """Return the reports by index; scores with the same instruments and rules are checked together."""
    groups: dict[object, list[int]] = {}
    for index, case in cases.items():
        players = tuple(player.name if player else "" for player in case.players)
        groups.setdefault((players, case.profile.active, case.has_harmony, case.inferred), []).append(index)
    return {
        index: report
        for indices in groups.values()
        for index, report in zip(indices, _reports([cases[index] for index in indices]), strict=True)
    }


def _attempt(work: Callable[[], Made]) -> Made | Exception:
    """Return the result or the exception of some work, so that one bad score does not stop the others."""
    try:
        return work()
    except Exception as error:  # noqa: BLE001 - raised or returned when the score's turn comes
        return error


def opened(submission: Submission) -> CheckedScore | Report:
    """Return the case of a score, or its report if there is nothing to check."""
    score, profile, harmony, infer = submission.score, submission.profile, submission.harmony, submission.infer
    settings = load_profile(profile) if isinstance(profile, str) else profile
    if not any(note.pitch for part in score.parts for note in part.notes):
        return Report(settings.name, (), (Notice("there are no notes to check"),))
    symbols = tuple(submission.chords) if submission.chords is not None else score.chords
    infer = infer and not _is_one_line(score)
    sounding = from_high_to_low(score)
    texture = texture_for(replace(sounding, chords=symbols), harmony, infer=infer)
    inferred = infer and not (symbols or harmony)
    phrases = PhraseEnds.of(sounding, texture)
    texture = replace(spelled_sixths(texture), phrase_end=phrases.mask)
    return CheckedScore(sounding, score, texture, settings, submission.given or {}, inferred, phrases)


def report_on(case: CheckedScore) -> Report:
    """Return the report on a score that `opened` has returned."""
    (report,) = _reports([case])
    if isinstance(report, Exception):
        raise report
    return report


def _reports(cases: Sequence[CheckedScore]) -> list[Report | Exception]:
    """Return the reports on scores for the same instruments under the same rules."""
    marked = _attempt(partial(_marked, cases))
    if not isinstance(marked, Exception):
        return [_attempt(partial(_report, case, each)) for case, each in zip(cases, marked, strict=True)]
    if len(cases) == 1:
        return [marked]
    return [report for case in cases for report in _reports([case])]


@dataclass(frozen=True)
class _Marked:
    """What the rules mark in one of the scores that are checked together."""

    events: list[tuple[Rule, Event]]
    doubling: dict[int, int]  # voice -> the voice that it doubles
    first: int  # index of the score's first slice


def _marked(cases: Sequence[CheckedScore]) -> list[_Marked]:
    """Return what the steering rules mark in each score; all scores are checked together."""
    alone = len(cases) == 1
    windows = cases[0].windows if alone else Windows.of_all([case.texture for case in cases], cases[0].ranges)
    doubling = doublings(windows)
    skipped = doubling_voices(windows, doubling)
    found = [_Marked([], doubled, first) for doubled, first in zip(doubling, windows.firsts, strict=True)]
    for rule in rules_for(cases[0]):
        if rule.steers:
            for event in events_of(rule, windows, skipped):
                found[bisect_right(windows.firsts, event.slice_) - 1].events.append((rule, event))
    return found


def rules_for(case: CheckedScore) -> tuple[Rule, ...]:
    """Return the active rules that can judge the score; see `_judging`."""
    return _judging(case.profile.active, case.has_harmony, case.inferred)


@lru_cache(maxsize=64)
def _judging(active: frozenset[str], has_harmony: bool, inferred: bool) -> tuple[Rule, ...]:
    """Return the active rules: those that need chords only if these are known, and no symbol asks where none is."""
    return tuple(
        rule
        for rule in ALL
        if rule.code in active and (has_harmony or not rule.needs_chords) and not (inferred and rule.asks_symbols)
    )


def _report(case: CheckedScore, marked: _Marked) -> Report:
    events = [(rule, event.earlier(marked.first)) for rule, event in marked.events]
    findings = [from_event(rule, event, case) for rule, event in events if not is_excused(rule.code, event, case)]
    for rule in rules_for(case):
        if not rule.steers:
            seen = case.as_on_paper if rule.code == ORDER else case
            findings += (from_remark(rule, remark, seen) for remark in rule.remarks(seen.written))
    findings.sort(key=_by_time)
    return Report(case.profile.name, tuple(findings), tuple(_notices(case, marked.doubling)), case.inferred)


def _by_time(found: Finding) -> tuple[object, ...]:
    """Return the sort key of a finding; the float decides nearly always and compares much faster than a Fraction."""
    return float(found.onset_quarter), found.onset_quarter, found.code, found.voices


def _notices(case: CheckedScore, doubling: Mapping[int, int]) -> Iterator[Notice]:
    names = [part.name for part in case.score.parts]
    if not case.has_harmony and _is_one_line(case.score):
        yield Notice("one line alone: its harmony is not estimated, and rules about chords are not judged")
    if case.inferred:
        yield Notice("no chord symbols: the harmony is estimated, and findings that depend on it are marked inferred")
    for voice, other in sorted(doubling.items()):
        yield Notice(f"{names[voice]} doubles {names[other]}: counted as one voice")
    if case.as_on_paper is not case:
        yield Notice(f"the parts are not in order from high to low; checked in the order {', '.join(names)}")


def _is_one_line(score: Score) -> bool:
    """Whether a single part sounds, without chords; what harmony it has is anybody's guess."""
    lines = [part for part in score.parts if any(note.pitch for note in part.notes)]
    return len(lines) == 1 and not any(note.chord for note in lines[0].notes)


def from_high_to_low(score: Score) -> Score:
    """Return the score with its parts sorted by median pitch from high to low; silent parts come last."""
    middles = [part.columns.middle for part in score.parts]
    heights = [-1.0 if middle is None else middle for middle in middles]
    order = sorted(range(len(heights)), key=heights.__getitem__, reverse=True)
    ordered = tuple(score.parts[index] for index in order)
    return score if order == sorted(order) else replace(score, parts=ordered)


def selected(
    profile: Profile, select: Sequence[str] = (), ignore: Sequence[str] = (), *, extend: Sequence[str] = ()
) -> Profile:
    """Return a profile with only the rules whose codes begin with a selected prefix; the longest prefix wins.

    Rules in ``extend`` are added to the selected rules, or to all rules of the profile if none are selected. A
    selected rule that the profile turns off becomes a warning.
    """
    rules: dict[str, RuleSetting] = {}
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
    """Return a score's texture with seams; chords and keys are given, else from its symbols, else estimated."""
    spans = tuple(harmony) or (() if score.chords or not infer else estimate_harmony(score))
    harmonised = replace(
        score, chords=tuple(Harmony(span.start_quarter, span.symbol) for span in spans) or score.chords
    )
    onsets = slice_onsets(harmonised, harmonised.parts)
    keys = keys_at(spans, onsets) if spans else None
    return texture_of(harmonised, onsets=onsets, keys=keys, predecessors=seam_predecessors(score, onsets))
