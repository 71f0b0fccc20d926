"""Repairs a score: one finding after the other is cleared by the fewest changes of pitch, and the score checked again.

The changes come from a search near each finding (`arranger.editing.repairing.search`). It judges them with the chords
that the score had; so what it offers is checked once more as a whole, with chords estimated anew where none are given,
and is taken only if it makes no new error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from arranger.editing.repairing.aim import GRAVE, Attempt, Key, key_of
from arranger.editing.repairing.result import Change, Repair
from arranger.editing.repairing.search import RepairSearch
from arranger.editing.repairing.tones import Tones
from theory.checking.check import Submission, opened, report_on
from theory.checking.checked_score import CheckedScore
from theory.checking.passage import Trials, with_pitches
from theory.checking.report import Finding, Report
from theory.harmony.estimate import HarmonicSpan
from theory.notation.score import Harmony, Part, Score
from theory.rules.profile import Profile
from theory.tables import nearest

_TRIED = 6  # changes that are checked as a whole for one finding
_TOGETHER = 1  # slices between findings that are cleared together


@dataclass(frozen=True)
class RepairWish:
    """What is to be repaired, and what may be changed."""

    profile: Profile
    codes: tuple[str, ...] = ()  # beginnings of the codes whose findings are cleared; empty: errors and warnings
    voices: tuple[str, ...] = ()  # names of the parts that may be changed; empty: all but the tune
    tune: str = ""  # name of the part that has the tune; empty: the top part
    also_tune: bool = False
    chords: Sequence[Harmony] | None = None
    harmony: Sequence[HarmonicSpan] = ()
    given: Mapping[str, Part] = field(default_factory=dict)

    def submission(self, score: Score) -> Submission:
        """Return a score as it is submitted to the checker."""
        return Submission(score, self.profile, self.chords, self.harmony, self.given)

    def wants(self, finding: Finding) -> bool:
        """Whether a finding is to be cleared."""
        if self.codes:
            return finding.code.startswith(self.codes)
        return finding.severity in GRAVE

    def parts(self, score: Score) -> frozenset[int]:
        """Return the indices of the parts that may be changed. Raises ValueError for a name that no part has."""
        if self.voices:
            return frozenset(part_named(score, name) for name in self.voices)
        kept = {part_named(score, name) for name in (self.tune, *self.given) if name} or {0}
        return frozenset(range(len(score.parts))) - (frozenset() if self.also_tune else kept)


def part_named(score: Score, name: str) -> int:
    """Return the index of the part with a name, or with the only name that begins so.

    Raises ValueError, with the nearest name, if there is none.
    """
    names = [part.name.lower() for part in score.parts]
    wanted = name.strip().lower()
    found = [index for index, each in enumerate(names) if each == wanted]
    found = found or [index for index, each in enumerate(names) if each.startswith(wanted)]
    if not found or not wanted:
        raise ValueError(f"the score has no part {name!r}; {nearest(wanted, names)}")
    return found[0]


@dataclass(frozen=True)
class _State:
    """A score on the way to its repair."""

    case: CheckedScore
    report: Report

    @classmethod
    def of(cls, score: Score, wish: RepairWish) -> _State | None:
        """Return a score with its report, None if it has no notes."""
        case = opened(wish.submission(score))
        return cls(case, report_on(case)) if isinstance(case, CheckedScore) else None

    @property
    def score(self) -> Score:
        return self.case.on_paper

    def count(self, severity: str) -> int:
        return self.report.counts[severity]


def repaired(score: Score, wish: RepairWish) -> Repair:
    """Return the score with the fewest changes that clear the findings a wish names.

    Raises ValueError for the name of a part that there is not.
    """
    parts = wish.parts(score)
    state = first = _State.of(score, wish)
    if state is None or first is None:
        from theory.checking.check import check

        empty = check(score, wish.profile)
        return Repair(score, (), empty, empty, ())
    given_up: set[Key] = set()
    clears: dict[tuple[int, int], list[str]] = {}
    while targets := _next_targets(state, wish, given_up):
        better = _cleared(state, targets, parts, wish)
        if better is None:
            given_up.update(map(key_of, targets))
            continue
        for place in _changed_places(state.score, better.score):
            clears.setdefault(place, []).extend(_gone(targets, better.report))
        state = better
    left = tuple(finding for finding in state.report.findings if wish.wants(finding))
    return Repair(state.score, tuple(_changes(score, state.score, clears)), first.report, state.report, left)


def _next_targets(state: _State, wish: RepairWish, given_up: Iterable[Key]) -> tuple[Finding, ...]:
    """Return the gravest open finding, with the open ones right beside it; none if all are cleared or given up."""
    known = set(given_up)
    waiting = [each for each in state.report.findings if wish.wants(each) and key_of(each) not in known]
    if not waiting:
        return ()
    first = min(waiting, key=lambda each: (each.severity != "error", each.onset_quarter, each.code, each.voices))
    here = state.case.texture.slice_at(first.onset_quarter)
    near = (each for each in waiting if abs(state.case.texture.slice_at(each.onset_quarter) - here) <= _TOGETHER)
    return (first, *(each for each in near if each is not first))


def _cleared(state: _State, targets: tuple[Finding, ...], parts: frozenset[int], wish: RepairWish) -> _State | None:
    """Return the score with the best changes that clear some findings, None if none was found."""
    case = state.case
    places = [next(i for i, part in enumerate(case.on_paper.parts) if part is own) for own in case.score.parts]
    voices = frozenset(voice for voice, place in enumerate(places) if place in parts)
    search = RepairSearch(Trials(case), Tones(case), voices, targets, state.report.findings)
    second_best: list[_State] = []
    for attempt in islice(search.run(), _TRIED):
        after = _State.of(with_pitches(case, attempt.variant).on_paper, wish)
        assert after is not None
        if _is_clear(attempt, targets, state, after):
            return after
        if not _new(state, after, "error") and _grave(after, wish) < _grave(state, wish):
            second_best.append(after)
    return min(second_best, key=lambda each: _grave(each, wish), default=None)


def _is_clear(attempt: Attempt, targets: Iterable[Finding], before: _State, after: _State) -> bool:
    """Whether a change clears what it is for, and makes no new error or warning."""
    still = {key_of(each) for each in after.report.findings}
    gone = all(key_of(each) not in still for each in targets)
    return attempt.is_clean and gone and not _new(before, after, "error") and not _new(before, after, "warning")


def _new(before: _State, after: _State, severity: str) -> bool:
    """Whether there are findings of a severity that were not there."""
    known = {key_of(each) for each in before.report.findings if each.severity == severity}
    return any(each.severity == severity and key_of(each) not in known for each in after.report.findings)


def _grave(state: _State, wish: RepairWish) -> tuple[int, int]:
    """Return how many errors, and how many other findings that are to be cleared, a score has."""
    wanted = [each for each in state.report.findings if wish.wants(each)]
    errors = sum(each.severity == "error" for each in wanted)
    return errors, len(wanted) - errors


def _gone(targets: Iterable[Finding], report: Report) -> list[str]:
    """Return the codes of the findings that are no longer in a report."""
    still = {key_of(each) for each in report.findings}
    return sorted({each.code for each in targets if key_of(each) not in still})


def _changed_places(before: Score, after: Score) -> Iterator[tuple[int, int]]:
    """Yield (index of the part, index of the note) of the notes that have another pitch."""
    for index, (old, new) in enumerate(zip(before.parts, after.parts, strict=True)):
        for place, (one, other) in enumerate(zip(old.notes, new.notes, strict=True)):
            if one.pitch != other.pitch:
                yield index, place


def _changes(before: Score, after: Score, clears: Mapping[tuple[int, int], Sequence[str]]) -> Iterator[Change]:
    """Yield the changes from one score to another, in the order of the score; tied notes are one change."""
    found: list[Change] = []
    for index, place in _changed_places(before, after):
        old, new = before.parts[index].notes[place], after.parts[index].notes[place]
        last = found[-1] if found else None
        if old.tie_stop and last and last.part == index and last.notes[-1] == place - 1:
            found[-1] = replace(last, notes=(*last.notes, place))
            continue
        assert old.pitch is not None
        assert new.pitch is not None
        bar = before.bar_at(old.onset_quarter)
        found.append(
            Change(
                bar=bar.number,
                measure_index=bar.index,
                beat=bar.beat_at(old.onset_quarter),
                onset_quarter=old.onset_quarter,
                voice=before.parts[index].name,
                before=old.pitch,
                after=new.pitch,
                clears=tuple(sorted(set(clears.get((index, place), ())))),
                part=index,
                notes=(place,),
            )
        )
    yield from sorted(found, key=lambda change: (change.onset_quarter, change.part, change.notes))
