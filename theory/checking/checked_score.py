"""One score under examination, and how an event that a rule marks becomes a finding.

Adjustments that apply to all rules are made here. A motion across a phrase end that the profile respects is info.
Parallels caused by a non-chord tone are one severity milder. A finding that depends on an estimated harmony is marked
as inferred; it is at most a warning, and info unless its rule is trusted (`theory.checking.inferred`). A finding
about given voices alone is info, since it is the composer's choice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

from theory.analysis.figuration import Figuration
from theory.checking.events import Event
from theory.checking.inferred import may_warn
from theory.checking.phrases import PhraseEnds
from theory.checking.report import Finding
from theory.notation.instruments import Instrument, player_of
from theory.notation.score import Bar, Part, Score
from theory.rules.profile import Profile
from theory.rules.rule import Rule
from theory.slices.facts import Ranges
from theory.slices.texture import Texture
from theory.slices.windows import Windows, ranges_of
from theory.slices.written import Remark, Written

_IMPOSSIBLE = "RA102"  # keeps its severity even in a given line: nobody can sing it
ORDER = "RH102"  # looks at the order of the parts on paper; all other rules see them from high to low
_PARALLELS = {"VL101", "VL102", "VL103", "VL104", "VL105"}  # milder if a non-chord tone causes them
_NON_CHORD_TONE = "non-chord tone"  # see `Profile.softened_by`
_MILDER = {"error": "warning", "warning": "info"}


@dataclass(frozen=True)
class CheckedScore:
    """One score under examination, with what is known about it."""

    score: Score  # parts sorted from high to low
    on_paper: Score  # parts in their written order
    texture: Texture
    profile: Profile
    given: Mapping[str, Part] = field(default_factory=dict)  # lines that had to be kept, by part name
    inferred: bool = False  # the harmony was estimated
    phrases: PhraseEnds | None = None  # None: no phrase end makes a fault milder

    @cached_property
    def windows(self) -> Windows:
        """The windows of this score alone; several scores can share windows, which is faster."""
        return Windows(self.texture, self.ranges)

    @property
    def ranges(self) -> Ranges:
        """The sounding ranges of the parts."""
        return ranges_of(self.players)

    @cached_property
    def players(self) -> tuple[Instrument | None, ...]:
        """The instrument or voice of each part, None if unknown."""
        return tuple(player_of(part) for part in self.score.parts)

    @cached_property
    def written(self) -> Written:
        """The view of the score for Written rules, which look at the whole score."""
        return Written(self.score, self.windows, self.given)

    @cached_property
    def as_on_paper(self) -> CheckedScore:
        """The same `CheckedScore` with its parts in their written order."""
        return self if self.score is self.on_paper else replace(self, score=self.on_paper)

    @cached_property
    def has_harmony(self) -> bool:
        """Whether any chord is known, given or estimated."""
        return any(chord is not None for chord in self.texture.chord)

    @cached_property
    def has_ids(self) -> bool:
        """Whether any note of the score has an id."""
        return any(note.id for part in self.score.parts for note in part.notes)

    @cached_property
    def figuration(self) -> Figuration:
        """The non-chord tones of the score."""
        return Figuration.of(self.score, self.texture)


@dataclass(frozen=True)
class _Told:
    """What a rule reports at one onset."""

    onset_quarter: Fraction
    voices: tuple[int, ...]
    message: str
    notes: tuple[str, ...]
    softened: bool  # info, whatever severity the profile gives the rule
    slices: tuple[int, ...]  # that the rule looked at
    at_phrase_end: bool = False


def from_event(rule: Rule, event: Event, case: CheckedScore) -> Finding:
    """Return the finding of an event, whose slices are those of the score itself."""
    texture, slice_ = case.texture, event.slice_
    chord = texture.chord[slice_] if rule.needs_chords and rule.per != "voice" else None
    message = f"{rule.name.replace('-', ' ')}{f' in {chord}' if chord else ''} {event.text}"
    softened = _is_at_soft_end(event, case) or (rule.code != _IMPOSSIBLE and _is_given(case, event.voices))
    slices = (max(0, event.before), slice_)
    told = _Told(texture.onset_quarter[slice_], event.voices, message, event.notes, softened, slices, event.boundary)
    finding = _finding(rule, told, case, case.score.bars[texture.bar[slice_]])
    if rule.code not in _PARALLELS or not case.has_harmony or _NON_CHORD_TONE not in case.profile.softened_by:
        return finding
    return _milder(finding, event.voices, (event.before, slice_), case)


def _is_at_soft_end(event: Event, case: CheckedScore) -> bool:
    """Whether a phrase ends before the event in a way that makes faults milder in the profile."""
    return event.boundary and case.phrases is not None and case.phrases.softens(event.before, case.profile.softened_by)


def _milder(finding: Finding, voices: Sequence[int], slices: tuple[int, int], case: CheckedScore) -> Finding:
    """Return parallels caused by non-chord tones one severity milder, or as info at a cadential anticipation."""
    kinds = case.figuration.kinds(voices, slices)
    if not kinds:
        return finding
    severity = _MILDER.get(finding.severity, finding.severity)
    if case.figuration.is_cadential(voices, *slices):
        severity = "info"
    return replace(finding, severity=severity, non_chord_tones=kinds, inferred=case.inferred)


def from_remark(rule: Rule, remark: Remark, case: CheckedScore) -> Finding:
    """Return the finding of a remark."""
    message = " ".join(filter(None, (rule.name.replace("-", " "), " ".join(remark.notes), remark.detail)))
    # only rules of one voice spare given lines; whether a given line is kept, or a bar is full, concerns all parts
    softened = rule.per == "voice" and _is_given(case, remark.voices)
    slices = (case.texture.slice_at(remark.onset_quarter),)
    told = _Told(remark.onset_quarter, remark.voices, message, remark.notes, softened, slices)
    return _finding(rule, told, case, case.score.bar_at(remark.onset_quarter))


def _is_given(case: CheckedScore, voices: Sequence[int]) -> bool:
    """Whether all these voices were given, so that their notes are the composer's choice."""
    return bool(case.given) and all(case.score.parts[voice].name in case.given for voice in voices)


def _finding(rule: Rule, told: _Told, case: CheckedScore, bar: Bar) -> Finding:
    inferred = rule.needs_chords and case.inferred
    doubtful = inferred and not may_warn(rule.code, told.slices, case.windows.verticality)
    severity = "info" if told.softened or doubtful else case.profile.of(rule.code).severity
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
        ids=() if rule.code == ORDER else _ids(told, case),  # concerns parts, not notes
    )


def _ids(told: _Told, case: CheckedScore) -> tuple[str, ...]:
    """Return the ids of the notes that sound at a reported onset; empty if the score has no ids."""
    if not case.has_ids:
        return ()
    texture = case.texture
    sounding = texture.note[texture.slice_at(told.onset_quarter)]
    notes = [case.score.parts[voice].notes[sounding[voice]] for voice in told.voices if sounding[voice] >= 0]
    return tuple(note.id for note in notes if note.id)
