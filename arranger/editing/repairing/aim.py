"""What a repair is for: the findings to be cleared, and what a variant leaves, adds and costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from arranger.editing.repairing.tones import Tones
from theory.checking.passage import NewPitch, Variant
from theory.checking.report import Finding
from theory.rules.profile import Profile

_MOVED = 0.1  # nats per semitone that a note is moved
_LEAP = 0.08  # nats per semitone of the intervals to the notes beside it
_FOREIGN = 1.5  # nats of a note outside its chord
_QUANTUM = 1e-4  # costs are compared in steps of this, so that equal input gives equal output

GRAVE = ("error", "warning")
Key = tuple[str, Fraction, tuple[str, ...]]


def key_of(finding: Finding) -> Key:
    """Return what tells one finding from another: code, time and voices."""
    return finding.code, finding.onset_quarter, finding.voices


@dataclass(frozen=True)
class Loss:
    """How far a variant is from its aim; compared field by field."""

    errors: int  # left or new
    warnings: int  # left or new
    notes: int  # changed
    cost: int  # of the rules' weights, and of the way from note to note, in ten-thousandths of a nat

    @property
    def grave(self) -> tuple[int, int]:
        """Errors and warnings."""
        return self.errors, self.warnings

    @property
    def order(self) -> tuple[int, int, int, int]:
        """The fields, in the order of their weight."""
        return self.errors, self.warnings, self.notes, self.cost


@dataclass(frozen=True)
class Aim:
    """The findings that are to be cleared, and those that were there besides."""

    targets: frozenset[Key]
    others: frozenset[tuple[Key, str]]  # with their severities

    @classmethod
    def of(cls, targets: Iterable[Finding], found: Iterable[Finding]) -> Aim:
        """Return the aim of clearing some of the findings."""
        wanted = frozenset(map(key_of, targets))
        return cls(wanted, frozenset((key_of(each), each.severity) for each in found if key_of(each) not in wanted))

    def remaining(self, found: Iterable[Finding]) -> tuple[Finding, ...]:
        """Return the findings that stand in the way: targets that are left, and new errors and warnings."""
        return tuple(
            each
            for each in found
            if key_of(each) in self.targets
            or (each.severity in GRAVE and (key_of(each), each.severity) not in self.others)
        )


@dataclass(frozen=True)
class Attempt:
    """A variant, what stands in its way, and its loss."""

    variant: Variant
    remaining: tuple[Finding, ...]
    loss: Loss

    def with_findings(self, more: tuple[Finding, ...]) -> Attempt:
        """Return the attempt with more findings in its way."""
        errors = sum(each.severity == "error" for each in more)
        loss = replace(self.loss, errors=self.loss.errors + errors, warnings=self.loss.warnings + len(more) - errors)
        return replace(self, remaining=(*self.remaining, *more), loss=loss)

    @property
    def order(self) -> tuple[tuple[int, int, int, int], Variant]:
        """The sort key; no two variants are equal."""
        return self.loss.order, self.variant

    @property
    def is_clean(self) -> bool:
        """Whether nothing stands in its way."""
        return not self.remaining


def attempt_of(variant: Variant, found: Iterable[Finding], aim: Aim, tones: Tones) -> Attempt:
    """Return what the findings in a variant amount to."""
    found = tuple(found)
    remaining = aim.remaining(found)
    errors = sum(each.severity == "error" for each in remaining)
    profile = tones.case.profile
    cost = sum(_weight(each, profile) for each in found) + sum(_way(change, variant, tones) for change in variant)
    return Attempt(variant, remaining, Loss(errors, len(remaining) - errors, len(variant), round(cost / _QUANTUM)))


def _weight(finding: Finding, profile: Profile) -> float:
    """Return the cost of a finding, in nats; one that is softened or doubtful counts little."""
    weight = profile.of(finding.code).weight
    return weight if finding.severity in GRAVE else 0.3 * weight


def _way(change: NewPitch, variant: Variant, tones: Tones) -> float:
    """Return what a change costs by itself: how far the note is moved, how its line goes, whether its chord has it."""
    tone, texture = tones.of(change), tones.case.texture
    heights = {(each.voice, each.notes): each.pitch.midi for each in variant}
    midi = change.pitch.midi
    leaps = 0
    for step in (-1, 1):
        beside = tones.beside(tone, step)
        if beside is not None:
            leaps += abs(heights.get((beside.voice, beside.notes), beside.pitch.midi) - midi)
    chord = texture.chord[tone.slices[0]]
    foreign = chord is not None and not chord.is_no_chord and chord.role_of(midi % 12) is None
    return _MOVED * abs(midi - tone.pitch.midi) + _LEAP * leaps + _FOREIGN * foreign
