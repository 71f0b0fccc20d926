"""From a score to a verdict: check the score, then set suppressed findings aside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise
from pathlib import Path

from arranger.formats.reading.lines import bar_lines
from arranger.formats.reading.voices import shared_staves
from arranger.linter.fingerprint import fingerprints
from arranger.linter.settings import AUTO, Selection, Settings
from arranger.linter.suppression_comments import UNREADABLE, UNUSED, SuppressedSpan, spans_of, unreadable, unused_span
from arranger.linter.suppressions import is_checked, set_aside
from arranger.linter.verdict import Verdict
from theory.checking.check import Submission, check_many
from theory.checking.report import Finding, Report
from theory.checking.suitable_profile import estimate_profile
from theory.harmony.estimate import HarmonicSpan
from theory.notation.score import Notice, Part, Score
from theory.rules.profile import Profile


@dataclass(frozen=True)
class ScoreFile:
    """A score that was read from a file, and its analysis if one is given."""

    source: str
    score: Score
    harmony: tuple[HarmonicSpan, ...] = ()  # replaces chord symbols and estimates; empty: there is none
    notices: tuple[Notice, ...] = ()  # what was read with doubt
    given: Mapping[str, Part] = field(default_factory=dict)  # lines that had to be kept, by part name


def judge(file: ScoreFile, settings: Settings) -> Verdict:
    """Return the verdict on a score."""
    (verdict,) = judge_many([file], settings)
    return verdict


def judge_many(files: Sequence[ScoreFile], settings: Settings) -> list[Verdict]:
    """Return the verdict on each score; together they take less time than one by one."""
    profiles = [chosen_profile(file.score, settings.selection) for file in files]
    reports = check_many(
        Submission(file.score, profile, harmony=file.harmony, given=file.given)
        for file, (profile, _) in zip(files, profiles, strict=True)
    )
    return [
        _verdict(file, report, profile, why, settings)
        for file, report, (profile, why) in zip(files, reports, profiles, strict=True)
    ]


def _verdict(file: ScoreFile, report: Report, profile: Profile, why: str, settings: Settings) -> Verdict:
    """Return the verdict on a score: its report with the suppressed findings set aside."""
    source, score = file.source, file.score
    spans = spans_of(score) if settings.heeds_score else []
    named = {number: entry for number, entry in enumerate(settings.suppressions) if entry.names(source)}
    numbers, entries = list(named), list(named.values())
    counts, asides, used_spans, used_entries = set_aside(report.findings, spans, entries)
    if settings.selection.counts(UNUSED):
        counts += _unused(spans, used_spans, score, profile)
    if settings.selection.counts(UNREADABLE):
        counts += unreadable(score)
    findings = tuple(sorted(counts, key=lambda finding: finding.onset_quarter))
    return Verdict(
        source,
        replace(report, findings=findings, notices=(*file.notices, *report.notices, *_shared(score))),
        tuple(asides),
        fingerprints(score, findings) if settings.fingerprints else (),
        used=frozenset(numbers[entry] for entry in used_entries),
        matched=frozenset(number for number in numbers if is_checked(named[number].rules, profile)),
        why=why,
        score=score if settings.keep_score else None,
        lines=_lines(source, score) if settings.lines else {},
    )


def _shared(score: Score) -> Iterator[Notice]:
    """Yield a notice for each staff that several parts share."""
    for names in shared_staves(score):
        yield Notice(
            f"{' and '.join(names)} share a staff; they were separated by voice number, and on a common stem by pitch"
        )


def _lines(source: str, score: Score) -> dict[tuple[str, int], int]:
    """Return the line in the file of each (part name, bar index), empty unless the file is uncompressed MusicXML.

    Parts that share a staff have the same lines, and so have the bars into which one bar of the file was divided.
    """
    found = bar_lines(Path(source))
    written = _written_bars(score, 1 + max((index for _, index in found), default=-1))
    return {
        (part.name, bar.index): found[id_, written[bar.index]]
        for part in score.parts
        for bar in score.bars
        for id_ in (part.id, part.id.rpartition("-")[0])
        if (id_, written[bar.index]) in found
    }


def _written_bars(score: Score, count: int) -> list[int]:
    """Return the index in the file, which has ``count`` bars, of each bar; a reader may have divided some of them."""
    if len(score.bars) <= count:
        return [bar.index for bar in score.bars]
    goes_on = [after.implicit and after.number == bar.number for bar, after in pairwise(score.bars)]
    return [0, *accumulate(not each for each in goes_on)]


def chosen_profile(score: Score, selection: Selection) -> tuple[Profile, str]:
    """Return the selected profile, or the one guessed from the score with the reason for it."""
    if selection.profile != AUTO:
        return selection.of(selection.profile), ""
    guess = estimate_profile(score)
    return selection.of(guess.profile), guess.reason


def _unused(spans: Sequence[SuppressedSpan], used: set[int], score: Score, profile: Profile) -> list[Finding]:
    return [
        unused_span(span, score)
        for number, span in enumerate(spans)
        if number not in used and is_checked(span.rules, profile)
    ]
