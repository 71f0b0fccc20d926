"""Checks a score: runs a profile's rules over all its windows and tells what they find.

The controls that all rules share are applied here, not by each rule: a pair that spans a phrase end
is softened to info, parallels that a non-chord tone makes by a grade, parts that double others are one
voice, one event is one finding. What rests on an estimated harmony is marked as inferred and is never
more than a warning; what a given line does by itself is the composer's choice, and info.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

import numpy as np

from theory.estimate import HarmonicSpan, estimate_harmony
from theory.events import Event, events_of
from theory.facts import voice_pairs
from theory.figuration import Figuration
from theory.instruments import player_of
from theory.key import Key
from theory.profile import Profile, Setting, load_profile
from theory.report import Finding, Report
from theory.rule import Rule
from theory.rules import ALL
from theory.score import Bar, Harmony, Notice, Part, Score
from theory.seams import seam_predecessors
from theory.texture import Texture, slice_onsets, texture_of
from theory.windows import Windows, ranges_of
from theory.written import Remark, Written

_DOUBLED_SHARE, _DOUBLED_ONSETS = 0.8, 8  # of shared onsets in octaves or unison; how many there must be
_IMPOSSIBLE = "RA102"  # the one thing that a given line is to blame for: nobody can sing it
_ORDER = "RH102"  # asks how the parts stand on paper; all else how they sound, from high to low
_PARALLELS = {"VL101", "VL102", "VL103", "VL104", "VL105"}  # weigh less where a non-chord tone makes them
_MILDER = {"error": "warning", "warning": "info"}


@dataclass(frozen=True)
class _Case:
    """One score under examination."""

    score: Score
    windows: Windows
    profile: Profile
    given: Mapping[str, Part]
    inferred: bool
    doubling: dict[int, int] = field(default_factory=dict)  # voice -> the voice that it doubles

    @cached_property
    def written(self) -> Written:
        """The score as rules see it that look at all of it."""
        return Written(self.score, self.windows, self.given)

    @cached_property
    def has_harmony(self) -> bool:
        """Whether chords are known, given or estimated."""
        return any(chord is not None for chord in self.windows.texture.chord)

    @cached_property
    def has_ids(self) -> bool:
        """Whether the score gives any of its notes an id."""
        return any(note.id for part in self.score.parts for note in part.notes)

    @cached_property
    def figuration(self) -> Figuration:
        """The non-chord tones."""
        return Figuration.of(self.score, self.windows.texture)


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
    settings = load_profile(profile) if isinstance(profile, str) else profile
    if not any(note.pitch for part in score.parts for note in part.notes):
        return Report(settings.name, (), (Notice("there are no notes to check"),))
    symbols = tuple(chords) if chords is not None else score.chords
    sounding = _from_high_to_low(score)
    texture = texture_for(replace(sounding, chords=symbols), harmony, infer=infer)
    windows = Windows(texture, ranges_of([player_of(part) for part in sounding.parts]))
    inferred = infer and not (symbols or harmony)
    case = _Case(sounding, windows, settings, given or {}, inferred, _doublings(windows))
    on_paper = case if sounding is score else replace(case, score=score)
    rules = [rule for rule in ALL if rule.code in settings.active and (not rule.needs_chords or case.has_harmony)]
    findings = [finding for rule in rules for finding in _findings(rule, on_paper if rule.code == _ORDER else case)]
    # floats first: they tell what fractions would, much faster
    findings.sort(key=lambda found: (float(found.onset_quarter), found.onset_quarter, found.code, found.voices))
    return Report(settings.name, tuple(findings), tuple(_notices(case, on_paper)), case.inferred)


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
    keys = _keys_at(spans, onsets) if spans else None
    return texture_of(harmonised, onsets=onsets, keys=keys, predecessors=seam_predecessors(score, onsets))


def _keys_at(spans: Sequence[HarmonicSpan], onsets: Sequence[Fraction]) -> list[Key]:
    starts = [span.start_quarter for span in spans]
    return [spans[max(0, bisect_right(starts, onset) - 1)].key for onset in onsets]


def _doublings(windows: Windows) -> dict[int, int]:
    """Return the voices that go with a higher one in octaves or unison most of the time."""
    vertical = windows.verticality
    upper, lower = (places.tolist() for places in voice_pairs(vertical.voices))
    shared = vertical.pair.sounding & vertical.of_upper(vertical.attack) & vertical.of_lower(vertical.attack)
    counts, together = shared.sum(axis=0), (shared & vertical.pair.octave_or_unison).sum(axis=0)
    found = (counts >= _DOUBLED_ONSETS) & (together >= _DOUBLED_SHARE * counts)
    return {lower[pair]: upper[pair] for pair in np.flatnonzero(found).tolist()[::-1]}


def _findings(rule: Rule, case: _Case) -> Iterator[Finding]:
    if rule.steers:
        for event in events_of(rule, case.windows, case.doubling):
            yield _from_event(rule, event, case)
        return
    for remark in rule.remarks(case.written):
        yield _from_remark(rule, remark, case)


@dataclass(frozen=True)
class _Told:
    """What a rule says of one place."""

    onset_quarter: Fraction
    voices: tuple[int, ...]
    message: str
    notes: tuple[str, ...]
    softened: bool  # only worth knowing, whatever the profile thinks of the rule
    at_phrase_end: bool = False


def _from_event(rule: Rule, event: Event, case: _Case) -> Finding:
    texture = case.windows.texture
    chord = texture.chord[event.slice_] if rule.needs_chords and rule.per != "voice" else None
    message = f"{rule.name.replace('-', ' ')}{f' in {chord}' if chord else ''} {event.text}"
    softened = event.boundary or (rule.code != _IMPOSSIBLE and _is_given(case, event.voices))
    onset = texture.onset_quarter[event.slice_]
    told = _Told(onset, event.voices, message, event.notes, softened, event.boundary)
    finding = _finding(rule, told, case, case.score.bars[texture.bar[event.slice_]])
    return _milder(finding, event, case) if rule.code in _PARALLELS else finding


def _milder(finding: Finding, event: Event, case: _Case) -> Finding:
    """Return parallels with the non-chord tones that make them: a grade milder, at a cadence's anticipation info."""
    kinds = case.figuration.kinds(event.voices, (event.before, event.slice_)) if case.has_harmony else ()
    if not kinds:
        return finding
    severity = _MILDER.get(finding.severity, finding.severity)
    if case.figuration.is_cadential(event.voices, event.before, event.slice_):
        severity = "info"
    return replace(finding, severity=severity, non_chord_tones=kinds, inferred=case.inferred)


def _from_remark(rule: Rule, remark: Remark, case: _Case) -> Finding:
    message = " ".join(filter(None, (rule.name.replace("-", " "), " ".join(remark.notes), remark.detail)))
    # a rule of one voice asks how it was written; that a given line is kept, or a bar full, is asked of all parts
    softened = rule.per == "voice" and _is_given(case, remark.voices)
    told = _Told(remark.onset_quarter, remark.voices, message, remark.notes, softened)
    return _finding(rule, told, case, case.score.bar_at(remark.onset_quarter))


def _is_given(case: _Case, voices: Sequence[int]) -> bool:
    """Whether all these voices were given, so that what they do is the composer's choice."""
    return bool(case.given) and all(case.score.parts[voice].name in case.given for voice in voices)


def _finding(rule: Rule, told: _Told, case: _Case, bar: Bar) -> Finding:
    severity = "info" if told.softened else case.profile.of(rule.code).severity
    inferred = rule.needs_chords and case.inferred
    return Finding(
        code=rule.code,
        name=rule.name,
        severity="warning" if inferred and severity == "error" else severity,
        message=told.message,
        bar=bar.number,
        measure_index=bar.index,
        beat=bar.beat_at(told.onset_quarter),
        onset_quarter=told.onset_quarter,
        voices=tuple(case.score.parts[voice].name for voice in told.voices),
        notes=told.notes,
        inferred=inferred,
        at_phrase_end=told.at_phrase_end,
        ids=() if rule.code == _ORDER else _ids(told, case),  # that one is about parts, not notes
    )


def _ids(told: _Told, case: _Case) -> tuple[str, ...]:
    """Return the ids of the notes that sound there, where the score gives its notes any."""
    if not case.has_ids:
        return ()
    texture = case.windows.texture
    sounding = texture.note[texture.slice_at(told.onset_quarter)]
    notes = [case.score.parts[voice].notes[sounding[voice]] for voice in told.voices if sounding[voice] >= 0]
    return tuple(note.id for note in notes if note.id)


def _notices(case: _Case, on_paper: _Case) -> Iterator[Notice]:
    names = [part.name for part in case.score.parts]
    if case.inferred:
        yield Notice("no chord symbols: the harmony is estimated, and what rests on it is marked inferred")
    for voice, other in sorted(case.doubling.items()):
        yield Notice(f"{names[voice]} doubles {names[other]}: counted as one voice")
    if on_paper is not case:
        yield Notice(f"the parts do not stand from high to low; judged as {', '.join(names)}")
