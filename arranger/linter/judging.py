"""From a score to a verdict: check it, then set aside what is suppressed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from arranger.formats.reading.lines import bar_lines
from arranger.formats.reading.voices import shared_staves
from arranger.linter.fingerprint import fingerprints
from arranger.linter.settings import AUTO, Selection, Settings
from arranger.linter.suppression_comments import UNREADABLE, UNUSED, Span, spans_of, unreadable, unused_span
from arranger.linter.suppressions import is_checked, set_aside
from arranger.linter.verdict import Verdict
from theory.checking.check import check
from theory.checking.report import Finding
from theory.checking.suitable_profile import guess_profile
from theory.harmony.estimate import HarmonicSpan
from theory.notation.score import Notice, Score
from theory.rules.profile import Profile


def judge(source: str, score: Score, settings: Settings, harmony: Sequence[HarmonicSpan] = ()) -> Verdict:
    """Return what a score's rules find that counts, and what does not; ``harmony`` is a given analysis."""
    profile, why = chosen_profile(score, settings.selection)
    report = check(score, profile, harmony=harmony)
    spans = spans_of(score)
    named = {place: entry for place, entry in enumerate(settings.suppressions) if entry.names(source)}
    places, entries = list(named), list(named.values())
    counts, asides, used_spans, used_entries = set_aside(report.findings, spans, entries)
    if settings.selection.counts(UNUSED):
        counts += _unused(spans, used_spans, score, profile)
    if settings.selection.counts(UNREADABLE):
        counts += unreadable(score)
    findings = tuple(sorted(counts, key=lambda finding: finding.onset_quarter))
    return Verdict(
        source,
        replace(report, findings=findings, notices=(*report.notices, *_shared(score))),
        tuple(asides),
        fingerprints(score, findings) if settings.fingerprints else (),
        used=frozenset(places[entry] for entry in used_entries),
        matched=frozenset(place for place in places if is_checked(named[place].rules, profile)),
        why=why,
        score=score if settings.keep_score else None,
        lines=_lines(source, score) if settings.lines else {},
    )


def _shared(score: Score) -> Iterator[Notice]:
    """Yield that parts share a staff, where they do."""
    for names in shared_staves(score):
        yield Notice(f"{' and '.join(names)} share a staff: told apart by voice, notes on one stem by pitch")


def _lines(source: str, score: Score) -> dict[tuple[str, int], int]:
    """Return the line of each bar of each part, where the file is text; parts that share a staff have the same."""
    found = bar_lines(Path(source))
    return {
        (part.name, bar.index): found[id_, bar.index]
        for part in score.parts
        for bar in score.bars
        for id_ in (part.id, part.id.rpartition("-")[0])
        if (id_, bar.index) in found
    }


def chosen_profile(score: Score, selection: Selection) -> tuple[Profile, str]:
    """Return the profile that was asked for; where none was, the one that suits the score, and why."""
    if selection.profile != AUTO:
        return selection.of(selection.profile), ""
    name, why = guess_profile(score)
    return selection.of(name), why


def _unused(spans: Sequence[Span], used: set[int], score: Score, profile: Profile) -> list[Finding]:
    return [
        unused_span(span, score)
        for place, span in enumerate(spans)
        if place not in used and is_checked(span.rules, profile)
    ]
