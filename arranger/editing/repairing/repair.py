"""Repairs a score: one finding after the other is cleared by the fewest changes of pitch, and the score checked again.

The changes come from a search near each finding (`arranger.editing.repairing.search`). It judges them with the chords
that the score had; so what it offers is checked once more as a whole, with chords estimated anew where none are given,
and is taken only if it makes no new error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from arranger.editing.repairing.aim import Attempt, Key, key_of
from arranger.editing.repairing.changes import changed_places, changes_between
from arranger.editing.repairing.names import NamedApart
from arranger.editing.repairing.notation import BAR_LENGTH, PART_ORDER, Remedy, filled, ordered
from arranger.editing.repairing.result import Change, Repair
from arranger.editing.repairing.search import RepairSearch
from arranger.editing.repairing.tones import Tones
from arranger.editing.repairing.wish import RepairWish
from theory.checking.check import opened, report_on
from theory.checking.checked_score import CheckedScore
from theory.checking.passage import Trials, with_pitches
from theory.checking.report import Finding, Report
from theory.notation.score import Score

_BY_NOTATION = (BAR_LENGTH, PART_ORDER)
_GIVEN_LINE = "HA205"
_NO_PITCH = (*_BY_NOTATION, "RH103", "KE104")  # findings that no change of pitch clears
_TRIED = 6  # changes that are checked as a whole for one finding
_TOGETHER = 1  # slices between findings that are cleared together


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

    Parts without names, or with the same, are told apart by numbers in the changes and reports.

    Raises ValueError for the name of a part that there is not.
    """
    apart = NamedApart.of(score)
    given = {apart.name_of(name): part for name, part in wish.given.items()}
    found = _repaired(apart.score, replace(wish, given=given))
    return replace(found, score=apart.restored(found.score))


def _repaired(score: Score, wish: RepairWish) -> Repair:
    """Return the repair of a score whose parts have different names."""
    parts = wish.parts(score)
    state = first = _State.of(score, wish)
    if state is None or first is None:
        from theory.checking.check import check

        empty = check(score, wish.profile)
        return Repair(score, (), empty, empty, ())
    state, remedies = _with_remedies(state, parts, wish)
    written = state.score
    given_up: set[Key] = {key_of(each) for each in state.report.findings if each.code in _NO_PITCH}
    clears: dict[tuple[int, int], list[str]] = {}
    while targets := _next_targets(state, wish, given_up):
        better = _cleared(state, targets, parts, wish)
        if better is None:
            given_up.update(map(key_of, targets))
            continue
        for place in changed_places(state.score, better.score):
            clears.setdefault(place, []).extend(_gone(targets, better.report))
        state = better
    left = tuple(finding for finding in state.report.findings if wish.wants(finding))
    new = [_as_it_is(change, state.score) for remedy in remedies for change in remedy.changes]
    changes = sorted([*new, *changes_between(written, state.score, clears, new)], key=_by_time)
    moves = tuple(words for remedy in remedies for words in remedy.moves)
    return Repair(state.score, tuple(changes), first.report, state.report, left, moves)


def _with_remedies(state: _State, parts: frozenset[int], wish: RepairWish) -> tuple[_State, list[Remedy]]:
    """Return a score without the faults of notation that can be cleared, and how they were."""
    done: list[Remedy] = []
    tried: set[Key] = set()
    while True:
        wanted = (each for each in state.report.findings if each.code in _BY_NOTATION and wish.wants(each))
        finding = min(
            (each for each in wanted if key_of(each) not in tried),
            key=lambda each: (each.code != PART_ORDER, each.onset_quarter, each.voices),
            default=None,
        )
        if finding is None:
            return state, done
        tried.add(key_of(finding))
        for remedy in islice(_remedies(state, finding, parts), _TRIED):
            after = _State.of(remedy.score, wish)
            if after is not None and _is_gone(finding, after) and _is_no_worse(state, after, finding):
                done.append(remedy)
                state = after
                break


def _remedies(state: _State, finding: Finding, parts: frozenset[int]) -> Iterator[Remedy]:
    score = state.score
    concerned = {index for index, part in enumerate(score.parts) if part.name in finding.voices}
    if finding.code == PART_ORDER:
        yield from ordered(score, finding, may_change=parts)
    elif concerned <= parts:
        yield from filled(score, state.case.texture, finding, state.case.profile)


def _as_it_is(change: Change, score: Score) -> Change:
    """Return the change that a new note is, with the pitch that it has in the end."""
    return replace(change, after=score.parts[change.part].notes[change.notes[0]].pitch)


def _by_time(change: Change) -> tuple[object, ...]:
    return change.onset_quarter, change.part, change.notes


def _next_targets(state: _State, wish: RepairWish, given_up: Iterable[Key]) -> tuple[Finding, ...]:
    """Return the gravest open finding, with the open ones right beside it; none if all are cleared or given up."""
    known = set(given_up)
    waiting = [each for each in state.report.findings if wish.wants(each) and key_of(each) not in known]
    if not waiting:
        return ()
    first = min(waiting, key=lambda each: (each.severity != "error", each.onset_quarter, each.code, each.voices))
    here = _slice_of(first, state)
    near = (each for each in waiting if abs(_slice_of(each, state) - here) <= _TOGETHER)
    return (first, *(each for each in near if each is not first))


def _slice_of(finding: Finding, state: _State) -> int:
    return state.case.texture.slice_at(finding.onset_quarter)


def _cleared(state: _State, targets: tuple[Finding, ...], parts: frozenset[int], wish: RepairWish) -> _State | None:
    """Return the score with the best changes that clear some findings, None if none was found."""
    case = state.case
    places = [next(i for i, part in enumerate(case.on_paper.parts) if part is own) for own in case.score.parts]
    voices = frozenset(voice for voice, place in enumerate(places) if place in parts)
    if targets[0].code == _GIVEN_LINE:
        return _restored(state, targets[0], wish)
    tones = Tones(case)
    kept = frozenset(
        tone for voice in voices for tone in tones.lines[voice] if (places[voice], tones.onset(tone)) in wish.kept
    )
    search = RepairSearch(Trials(case), tones, voices, kept, targets, state.report.findings)
    second_best: list[_State] = []
    for attempt in islice(search.run(), _TRIED):
        after = _State.of(with_pitches(case, attempt.variant).on_paper, wish)
        assert after is not None
        if _is_clear(attempt, targets, state, after):
            return after
        if not _new(state, after, "error") and _grave(after, wish) < _grave(state, wish):
            second_best.append(after)
    return min(second_best, key=lambda each: _grave(each, wish), default=None)


def _restored(state: _State, finding: Finding, wish: RepairWish) -> _State | None:
    """Return the score with the given pitch where a given line was changed, None if that makes an error."""
    names = [part.name for part in state.case.score.parts]
    voice = next((voice for voice, name in enumerate(names) if name in finding.voices), None)
    given = None if voice is None else wish.given.get(names[voice])
    tone = None if voice is None else Tones(state.case).at(_slice_of(finding, state), voice)
    asked = [note.pitch for note in given.notes if note.onset_quarter == finding.onset_quarter] if given else []
    variant = [tone.to(pitch) for pitch in asked[:1] if tone is not None and pitch is not None and pitch != tone.pitch]
    after = _State.of(with_pitches(state.case, variant).on_paper, wish) if variant else None
    return after if after is not None and _is_gone(finding, after) and _is_no_worse(state, after, finding) else None


def _is_gone(finding: Finding, state: _State) -> bool:
    return key_of(finding) not in {key_of(each) for each in state.report.findings}


def _is_no_worse(before: _State, after: _State, finding: Finding) -> bool:
    """Whether a remedy makes no new error.

    Where parts change places every finding has other voices, and a given line is kept whatever follows from that: there
    it is enough that the errors do not become more.
    """
    if finding.code in (PART_ORDER, _GIVEN_LINE):
        return after.count("error") <= before.count("error")
    return not _new(before, after, "error")


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
