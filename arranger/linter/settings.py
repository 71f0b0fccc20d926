"""Settings of a check: which rules count, and which findings are suppressed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from arranger.linter.suppressions import Suppression
from theory.checking.check import selected
from theory.rules.profile import Profile, RuleSetting, load_profile

AUTO = "auto"  # the profile is guessed from the score


@dataclass(frozen=True)
class Selection:
    """A profile and which of its rules count; the profile ``auto`` is guessed from each score.

    ``select``, ``ignore`` and ``extend`` are codes or beginnings of codes; the longest one that fits a rule decides.
    """

    profile: str = AUTO
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend: tuple[str, ...] = ()
    severities: tuple[tuple[str, str], ...] = ()  # (code or beginning of codes, severity); the longest decides

    def of(self, name: str) -> Profile:
        """Return the profile of this name with the selection and the configured severities applied."""
        profile = selected(load_profile(name), self.select, self.ignore, extend=self.extend)
        rules = {code: self._weighed(code, setting) for code, setting in profile.rules.items()}
        return replace(profile, rules=rules)

    def _weighed(self, code: str, setting: RuleSetting) -> RuleSetting:
        """Return a rule's setting with its configured severity; a rule that was not selected stays off."""
        fitting = [(len(prefix), severity) for prefix, severity in self.severities if code.startswith(prefix)]
        ruled_out = setting.severity == "off" and bool(self.select)
        return setting if ruled_out or not fitting else replace(setting, severity=max(fitting)[1])

    def counts(self, code: str) -> bool:
        """Whether findings of the checker's own rules (LT101, LT102), which are in no profile, are selected."""
        wanted = (len(prefix) for prefix in (*self.select, *self.extend) if code.startswith(prefix))
        ignored = (len(prefix) for prefix in self.ignore if code.startswith(prefix))
        return max(wanted, default=-1 if self.select else 0) > max(ignored, default=-1)


@dataclass(frozen=True)
class Settings:
    """Everything that the check of one file needs; it can be sent to another process."""

    selection: Selection = Selection()
    suppressions: tuple[Suppression, ...] = ()
    fingerprints: bool = False
    keep_score: bool = False
    analysis: str = ""  # a RomanText file with the harmony of the score
    heeds_score: bool = True  # whether ``lint: off`` in a score suppresses findings
    lines: bool = False  # whether to find the line in the file for each finding
