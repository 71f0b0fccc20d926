"""From a score to a verdict: check it, then set aside what is suppressed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from arranger.verdicts.fingerprint import fingerprints
from arranger.verdicts.settings import AUTO, Selection, Settings
from arranger.verdicts.suppression import is_checked, set_aside
from arranger.verdicts.verdict import Verdict
from arranger.verdicts.words import UNREADABLE, UNUSED, Span, spans_of, unreadable, unused_span
from theory.check import check
from theory.estimate import HarmonicSpan
from theory.guess import guess_profile
from theory.profile import Profile
from theory.report import Finding
from theory.score import Score


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
        replace(report, findings=findings),
        tuple(asides),
        fingerprints(score, findings) if settings.fingerprints else (),
        used=frozenset(places[entry] for entry in used_entries),
        matched=frozenset(place for place in places if is_checked(named[place].rules, profile)),
        why=why,
        score=score if settings.keep_score else None,
    )


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
