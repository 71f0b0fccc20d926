"""Marks of scores against an assignment: read, place, check by the rules, add the homework's own faults, and count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from arranger.homework.analyses import asked_names, of_analysis
from arranger.homework.asked import Moment, moments_of
from arranger.homework.assignment import Assignment
from arranger.homework.faults import KEPT, Fault, lost_notes, of_bars, of_chords, of_lines, of_voices
from arranger.homework.placing import Placement, placed
from arranger.homework.points import costs_of
from arranger.linter.judging import ScoreFile, judge_many
from arranger.linter.settings import Settings
from arranger.linter.suppressions import Suppression, set_aside
from arranger.linter.verdict import Aside, Verdict
from theory.harmony.estimate import HarmonicSpan
from theory.notation.chord import ChordSymbol
from theory.notation.score import Notice, Part, Score
from theory.rules.catalogue import ALL
from theory.rules.profile import load_profile
from theory.slices.written import sounding_notes

_RULES = {rule.code: rule for rule in ALL}
# where chords are asked: whether they are there is asked once only, and how they follow each other is not the student's
_ASKED_ONCE = {"HA102", "HA103", "HA104", "HA201", "HA202", "HA109", "HA110", "HA111", "HA112"}
_NO_CHORD = ChordSymbol.parse("N.C.")


@dataclass(frozen=True)
class Charge:
    """A fault, the kind whose points it costs (empty: none), and the points."""

    fault: Fault
    kind: str
    cost: Fraction


@dataclass(frozen=True)
class Marked:
    """A score with its faults and its mark."""

    verdict: Verdict  # the findings are those of the charges, in order
    charges: tuple[Charge, ...]
    points: Fraction  # earned, never below 0
    total: Fraction

    @property
    def source(self) -> str:
        """The file."""
        return self.verdict.source

    @property
    def percent(self) -> int:
        """The points earned in per cent of the total."""
        return round(100 * self.points / self.total)

    def lost(self, kind: str) -> Fraction:
        """Return the points that the faults of a kind cost."""
        return sum((charge.cost for charge in self.charges if charge.kind == kind), Fraction(0))


def settings_for(assignment: Assignment, settings: Settings) -> Settings:
    """Return the settings of the check: rules with a cost of their own count, whatever the profile says of them."""
    profile = load_profile(settings.selection.profile)
    raised = tuple(
        (code, "warning")
        for code in assignment.points.rule_codes
        if code in _RULES and profile.of(code).severity in ("off", "info")
    )
    selection = replace(
        settings.selection,
        extend=(*settings.selection.extend, KEPT, *(code for code, _ in raised)),
        severities=(*settings.selection.severities, *raised),
    )
    return replace(settings, selection=selection, heeds_score=False, keep_score=True)


def mark_many(files: Sequence[ScoreFile], assignment: Assignment, settings: Settings) -> list[Marked]:
    """Return the marks of scores; their own chord symbols and suppressions count for nothing.

    ``settings`` are those that `settings_for` returns.
    """
    plain = [replace(file, score=_plain(file.score)) for file in files]
    placements = [placed(assignment.outline, assignment.roles, file.score) for file in plain]
    moments = [moments_of(file.score) for file in plain]
    asked = [
        replace(
            file,
            harmony=tuple(_harmony(assignment, placement)),
            given=placement.given_parts(),
            notices=(*file.notices, *_notices(assignment, placement)),
        )
        for file, placement in zip(plain, placements, strict=True)
    ]
    return [
        _marked(verdict, assignment, placement, sounding, settings)
        for verdict, placement, sounding in zip(judge_many(asked, settings), placements, moments, strict=True)
    ]


def _plain(score: Score) -> Score:
    """Return a score without chord symbols, and with part names of which each occurs once."""
    names = Counter(part.name for part in score.parts)
    parts: list[Part] = []
    for number, part in enumerate(score.parts, start=1):
        unique = part.name and names[part.name] == 1
        parts.append(part if unique else replace(part, name=f"{part.name or 'Part'} {number}"))
    return replace(score, chords=(), parts=tuple(parts))


def _notices(assignment: Assignment, placement: Placement) -> Iterator[Notice]:
    """Yield what a teacher should know that costs nothing."""
    score = placement.score
    if any(each.text.strip().lower().startswith("lint:") for each in score.directions):
        yield Notice("the score says 'lint: off' somewhere; in homework that excuses nothing")
    asked, found = placement.outline.bars[0].key.up(placement.interval), score.bars[0].key
    if asked.fifths != found.fifths:
        yield Notice(f"the key signature is that of {found}; the assignment is in {asked}")


def _harmony(assignment: Assignment, placement: Placement) -> Iterator[HarmonicSpan]:
    """Yield the asked chords with times of the score; between them stands no chord."""
    time = Fraction(0)
    last: HarmonicSpan | None = None
    for asked in assignment.harmony:
        span = placement.span(asked.start_quarter, asked.end_quarter)
        if span is None or span[0] < time:
            continue
        if time < span[0]:
            yield HarmonicSpan(time, span[0], asked.key.up(placement.interval), _NO_CHORD, "")
        last = HarmonicSpan(*span, asked.key.up(placement.interval), asked.symbol.up(placement.interval), asked.degree)
        yield last
        time = span[1]
    if last is not None and time < placement.score.end_quarter:
        yield replace(last, start_quarter=time, end_quarter=placement.score.end_quarter, symbol=_NO_CHORD)


def _marked(
    verdict: Verdict, assignment: Assignment, placement: Placement, moments: Sequence[Moment], settings: Settings
) -> Marked:
    """Return the mark of a score: what its faults cost, within the limits of their kinds."""
    chords = list(of_chords(assignment, placement, moments))
    wrong = [(fault.finding.onset_quarter, end) for fault, end in chords]
    own = [
        *of_lines(assignment, placement),
        *of_bars(placement, moments),
        *of_voices(assignment, placement, moments),
        *(fault for fault, _ in chords),
        *lost_notes(placement),
        *of_analysis(assignment, placement, moments),
    ]
    own, forgiven = _forgiven(own, [entry for entry in settings.suppressions if entry.names(verdict.source)])
    faults = sorted(
        [*own, *_of_rules(verdict, placement, wrong, asked=bool(assignment.asked))],
        key=lambda fault: (fault.finding.onset_quarter, fault.finding.code),
    )
    points = assignment.points
    kinds = [points.kind_of(each.kind, each.finding.code, each.finding.severity) for each in faults]
    counts = _counts(assignment, placement)
    costs = costs_of([(kind, each.count) for kind, each in zip(kinds, faults, strict=True)], points, counts)
    charges = tuple(
        Charge(_heard(fault, kind), kind, cost) for fault, kind, cost in zip(faults, kinds, costs, strict=True)
    )
    report = replace(verdict.report, findings=tuple(charge.fault.finding for charge in charges))
    earned = points.rounded(max(Fraction(0), points.total - sum(costs, Fraction(0))))
    verdict = replace(verdict, report=report, asides=(*verdict.asides, *forgiven))
    return Marked(verdict, charges, earned, points.total)


def _forgiven(faults: Sequence[Fault], entries: Sequence[Suppression]) -> tuple[list[Fault], list[Aside]]:
    """Return the faults that count, and those that the configuration suppresses."""
    counts, asides, _, _ = set_aside([each.finding for each in faults], [], entries)
    return [each for each in faults if any(each.finding is finding for finding in counts)], asides


def _heard(fault: Fault, kind: str) -> Fault:
    """Return a fault of the homework's own as info if its kind costs nothing."""
    if not fault.kind or kind:
        return fault
    return replace(fault, finding=replace(fault.finding, severity="info"))


def _of_rules(
    verdict: Verdict, placement: Placement, wrong: Sequence[tuple[Fraction, Fraction]], *, asked: bool
) -> Iterator[Fault]:
    """Yield the findings of the rules, without those that say once more that an asked chord or a bar is wrong."""
    given = {placement.score.parts[line.part].name for line in placement.lines if not line.is_strange}
    additional = {bar.index for printed in placement.additional for bar, _ in printed.parts}
    for finding in verdict.report.findings:
        rule = _RULES.get(finding.code)
        if asked and finding.code in _ASKED_ONCE:
            continue
        if rule and rule.needs_chords and any(start <= finding.onset_quarter < end for start, end in wrong):
            continue
        if finding.code == KEPT:
            if finding.measure_index not in additional:
                yield Fault(finding, "given")
        elif rule and rule.per == "voice" and set(finding.voices) <= given:
            yield Fault(replace(finding, severity="info"))  # the range of a given line is not the student's choice
        else:
            yield Fault(finding)


def _counts(assignment: Assignment, placement: Placement) -> dict[str, int]:
    """Return how many things can be wrong, by kind."""
    notes = sum(len(sounding_notes(part)) for part in assignment.outline.parts)
    typed, asked = asked_names(assignment, placement), len(assignment.asked)
    return {
        "given": notes,
        "complete": len(placement.asked_bars),
        "numerals": asked,
        "figures": asked,
        "analysis": typed,
    }
