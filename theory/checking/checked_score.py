"""One score under examination: what is known of it, and how what a rule marks becomes a finding.

The controls that all rules share are applied here, not by each rule: a pair that spans a phrase end
is softened to info, parallels that a non-chord tone makes by a grade. What rests on an estimated harmony is
marked as inferred and is never more than a warning; what a given line does by itself is the composer's
choice, and info.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

from theory.analysis.figuration import Figuration
from theory.checking.events import Event
from theory.checking.report import Finding
from theory.notation.instruments import Instrument, player_of
from theory.notation.score import Bar, Part, Score
from theory.rules.profile import Profile
from theory.rules.rule import Rule
from theory.slices.facts import Ranges
from theory.slices.texture import Texture
from theory.slices.windows import Windows, ranges_of
from theory.slices.written import Remark, Written

_IMPOSSIBLE = "RA102"  # the one thing that a given line is to blame for: nobody can sing it
ORDER = "RH102"  # asks how the parts stand on paper; all else how they sound, from high to low
_PARALLELS = {"VL101", "VL102", "VL103", "VL104", "VL105"}  # weigh less where a non-chord tone makes them
_MILDER = {"error": "warning", "warning": "info"}


@dataclass(frozen=True)
class Case:
    """One score under examination."""

    score: Score  # its parts from high to low
    on_paper: Score  # its parts as they stand
    texture: Texture
    profile: Profile
    given: Mapping[str, Part] = field(default_factory=dict)
    inferred: bool = False

    @cached_property
    def windows(self) -> Windows:
        """The score's own windows; many scores are looked at in common ones, which is faster."""
        return Windows(self.texture, self.ranges)

    @property
    def ranges(self) -> Ranges:
        """What the players can sound."""
        return ranges_of(self.players)

    @cached_property
    def players(self) -> tuple[Instrument | None, ...]:
        """Who sings or plays each part, None where that is not known."""
        return tuple(player_of(part) for part in self.score.parts)

    @cached_property
    def written(self) -> Written:
        """The score as rules see it that look at all of it."""
        return Written(self.score, self.windows, self.given)

    @cached_property
    def as_on_paper(self) -> Case:
        """The case of the same score with its parts as they stand."""
        return self if self.score is self.on_paper else replace(self, score=self.on_paper)

    @cached_property
    def has_harmony(self) -> bool:
        """Whether chords are known, given or estimated."""
        return any(chord is not None for chord in self.texture.chord)

    @cached_property
    def has_ids(self) -> bool:
        """Whether the score gives any of its notes an id."""
        return any(note.id for part in self.score.parts for note in part.notes)

    @cached_property
    def figuration(self) -> Figuration:
        """The non-chord tones."""
        return Figuration.of(self.score, self.texture)


@dataclass(frozen=True)
class _Told:
    """What a rule says of one place."""

    onset_quarter: Fraction
    voices: tuple[int, ...]
    message: str
    notes: tuple[str, ...]
    softened: bool  # only worth knowing, whatever the profile thinks of the rule
    at_phrase_end: bool = False


def from_event(rule: Rule, event: Event, case: Case, first: int = 0) -> Finding:
    """Return the finding that an event is, in windows among which the score's own begin with slice ``first``."""
    texture, slice_ = case.texture, event.slice_ - first
    chord = texture.chord[slice_] if rule.needs_chords and rule.per != "voice" else None
    message = f"{rule.name.replace('-', ' ')}{f' in {chord}' if chord else ''} {event.text}"
    softened = event.boundary or (rule.code != _IMPOSSIBLE and _is_given(case, event.voices))
    told = _Told(texture.onset_quarter[slice_], event.voices, message, event.notes, softened, event.boundary)
    finding = _finding(rule, told, case, case.score.bars[texture.bar[slice_]])
    if rule.code not in _PARALLELS or not case.has_harmony:
        return finding
    return _milder(finding, event.voices, (event.before - first, slice_), case)


def _milder(finding: Finding, voices: Sequence[int], slices: tuple[int, int], case: Case) -> Finding:
    """Return parallels with the non-chord tones that make them: a grade milder, at a cadence's anticipation info."""
    kinds = case.figuration.kinds(voices, slices)
    if not kinds:
        return finding
    severity = _MILDER.get(finding.severity, finding.severity)
    if case.figuration.is_cadential(voices, *slices):
        severity = "info"
    return replace(finding, severity=severity, non_chord_tones=kinds, inferred=case.inferred)


def from_remark(rule: Rule, remark: Remark, case: Case) -> Finding:
    """Return the finding that a remark is."""
    message = " ".join(filter(None, (rule.name.replace("-", " "), " ".join(remark.notes), remark.detail)))
    # a rule of one voice asks how it was written; that a given line is kept, or a bar full, is asked of all parts
    softened = rule.per == "voice" and _is_given(case, remark.voices)
    told = _Told(remark.onset_quarter, remark.voices, message, remark.notes, softened)
    return _finding(rule, told, case, case.score.bar_at(remark.onset_quarter))


def _is_given(case: Case, voices: Sequence[int]) -> bool:
    """Whether all these voices were given, so that what they do is the composer's choice."""
    return bool(case.given) and all(case.score.parts[voice].name in case.given for voice in voices)


def _finding(rule: Rule, told: _Told, case: Case, bar: Bar) -> Finding:
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
        ids=() if rule.code == ORDER else _ids(told, case),  # that one is about parts, not notes
    )


def _ids(told: _Told, case: Case) -> tuple[str, ...]:
    """Return the ids of the notes that sound there, where the score gives its notes any."""
    if not case.has_ids:
        return ()
    texture = case.texture
    sounding = texture.note[texture.slice_at(told.onset_quarter)]
    notes = [case.score.parts[voice].notes[sounding[voice]] for voice in told.voices if sounding[voice] >= 0]
    return tuple(note.id for note in notes if note.id)
