"""What is asked of a passage, one thing at a time: pinned and forbidden notes, the tune, chords, ranges and rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from arranger.editing.conflicts.frame import Frame
from theory.rules.catalogue import by_code
from theory.rules.profile import Profile
from theory.rules.rule import Rule
from theory.slices.facts import Motion, Verticality

PIN, FORBIDDEN, TUNE, CHORD, RANGE, RULE = "pin", "forbidden", "tune", "chord", "range", "rule"
OUT_OF_RANGE = "RA102"  # as a demand it is the range of one voice


@dataclass(frozen=True, order=True)
class Demand:
    """One thing that is asked of a passage."""

    slice_: int  # index; of a rule about motion, the later slice
    kind: str
    voice: int = -1  # -1: all
    midi: int = -1  # of a pinned, given or forbidden note
    code: str = ""  # of a rule

    @property
    def rule(self) -> Rule:
        """The rule that is to be kept."""
        return by_code(self.code)

    @property
    def is_motion(self) -> bool:
        """Whether it is asked of the step from the slice before."""
        return self.kind == RULE and issubclass(self.rule.scope, Motion)

    def of(self, voices: Sequence[int]) -> bool:
        """Whether it is asked of one of some voices."""
        return self.voice < 0 or self.voice in voices


def usual_demands(frame: Frame, profile: Profile) -> tuple[Demand, ...]:
    """Return what is asked of every passage: given notes, chords, ranges, and the rules that the profile forbids.

    Of the forbidden rules, those about one slice or two successive slices are asked.
    """
    return tuple(sorted(_usual(frame, profile)))


def _usual(frame: Frame, profile: Profile) -> Iterator[Demand]:
    forbidden = [code for code, setting in profile.rules.items() if setting.forbid]
    rules = [rule for rule in map(by_code, forbidden) if rule.scope in (Verticality, Motion)]
    for slice_ in range(frame.slices):
        if frame.chord[slice_] is not None:
            yield Demand(slice_, CHORD)
        for voice in range(len(frame.voices)):
            midi = int(frame.given[slice_, voice])
            if midi >= 0:
                yield Demand(slice_, TUNE, voice, midi)
            elif midi == frame.free and OUT_OF_RANGE in forbidden:
                yield Demand(slice_, RANGE, voice)
        for rule in rules:
            if rule.code != OUT_OF_RANGE and (slice_ or rule.scope is Verticality):
                yield Demand(slice_, RULE, code=rule.code)


def pinned(slice_: int, voice: int, midi: int) -> Demand:
    """Return the demand that a voice has a note."""
    return Demand(slice_, PIN, voice, midi)


def forbidden(slice_: int, voice: int, midi: int) -> Demand:
    """Return the demand that a voice does not have a note."""
    return Demand(slice_, FORBIDDEN, voice, midi)
