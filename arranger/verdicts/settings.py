"""What is asked of a check: which rules, and what may stand."""

from __future__ import annotations

from dataclasses import dataclass

from arranger.verdicts.suppression import Suppression
from theory.check import selected
from theory.profile import Profile, load_profile

AUTO = "auto"  # the profile is guessed from the score


@dataclass(frozen=True)
class Selection:
    """A profile and which of its rules count; ``auto`` is guessed from each score."""

    profile: str = AUTO
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend: tuple[str, ...] = ()

    def of(self, name: str) -> Profile:
        """Return a profile narrowed to what was selected."""
        return selected(load_profile(name), self.select, self.ignore, extend=self.extend)

    def counts(self, code: str) -> bool:
        """Whether a finding of the checker itself, which no profile knows, was not ruled out."""
        wanted = (len(prefix) for prefix in (*self.select, *self.extend) if code.startswith(prefix))
        ignored = (len(prefix) for prefix in self.ignore if code.startswith(prefix))
        return max(wanted, default=-1 if self.select else 0) > max(ignored, default=-1)


@dataclass(frozen=True)
class Settings:
    """All that the check of one file needs to know; it can be sent to another process."""

    selection: Selection = Selection()
    suppressions: tuple[Suppression, ...] = ()
    fingerprints: bool = False
    keep_score: bool = False
    analysis: str = ""  # a RomanText file with the harmony of the score
