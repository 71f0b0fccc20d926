"""What is to be repaired in a score, and what may be changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from arranger.editing.repairing.aim import GRAVE
from theory.checking.check import Submission
from theory.checking.report import Finding
from theory.harmony.estimate import HarmonicSpan
from theory.notation.score import Harmony, Part, Score
from theory.rules.profile import Profile
from theory.tables import matches, nearest


@dataclass(frozen=True)
class RepairWish:
    """What is to be repaired, and what may be changed."""

    profile: Profile
    codes: tuple[str, ...] = ()  # beginnings of the codes whose findings are cleared; empty: errors and warnings
    voices: tuple[str, ...] = ()  # names of the parts that may be changed; empty: all but the tune
    tune: str = ""  # name of the part that has the tune; empty: the top part
    also_tune: bool = False
    kept: frozenset[tuple[int, Fraction]] = frozenset()  # notes that stay: (index of the part, onset in quarters)
    measures: range | None = None  # indices of the bars whose findings are cleared; None: all
    chords: Sequence[Harmony] | None = None
    harmony: Sequence[HarmonicSpan] = ()
    given: Mapping[str, Part] = field(default_factory=dict)

    def submission(self, score: Score) -> Submission:
        """Return a score as it is submitted to the checker."""
        return Submission(score, self.profile, self.chords, self.harmony, self.given)

    def wants(self, finding: Finding) -> bool:
        """Whether a finding is to be cleared."""
        if self.measures is not None and finding.measure_index not in self.measures:
            return False
        return finding.code.startswith(self.codes) if self.codes else finding.severity in GRAVE

    def parts(self, score: Score) -> frozenset[int]:
        """Return the indices of the parts that may be changed. Raises ValueError for a name that no part has."""
        if self.voices:
            return frozenset(part_named(score, name) for name in self.voices)
        kept = {part_named(score, name) for name in (self.tune, *self.given) if name} or {0}
        return frozenset(range(len(score.parts))) - (frozenset() if self.also_tune else kept)


def measures_of(score: Score, bars: str) -> range | None:
    """Return the indices of the bars from one printed number to another, such as ``9-12`` or ``9``; None for no text.

    Raises ValueError if the text is no such span, or the score has no bars with these numbers.
    """
    if not bars:
        return None
    first, _, last = (each.strip() for each in bars.partition("-"))
    numbers = [bar.number for bar in score.bars]
    for number in (first, last or first):
        if number not in numbers:
            raise ValueError(f"the score has no bar {number!r}; its bars are {numbers[0]} to {numbers[-1]}")
    start = numbers.index(first)
    end = len(numbers) - 1 - numbers[::-1].index(last or first)
    if end < start:
        raise ValueError(f"bars {bars} are reversed; write the earlier bar first")
    return range(start, end + 1)


def part_named(score: Score, name: str) -> int:
    """Return the index of the part with a name, or with the only name that begins so.

    Raises ValueError, with the nearest name, if there is none.
    """
    names = [part.name.lower() for part in score.parts]
    wanted = name.strip().lower()
    found = matches(wanted, names)
    if not found or not wanted:
        raise ValueError(f"the score has no part {name!r}; {nearest(wanted, names)}")
    return found[0]
