"""Which findings may warn where the harmony is only estimated.

An estimate is sometimes wrong, and a rule that rests on it then finds faults that are none. So a finding on estimated
harmony is a warning only if, in human analyses of other music, at least four in five findings of its kind are
confirmed (`benchmarks/measure/inferred_findings.py`). All others are mentioned as info. Some rules are right often
enough only where the chord is *clear*: all that sounds belongs to it, its root and third sound, and a third tone too.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from theory.slices.facts import NONE, ROOT, THIRD
from theory.slices.verticality import Verticality

TRUSTED_SHARE = Fraction(4, 5)
FEWEST = 10  # findings; a rule that found less in the analysed music is not trusted
# confirmed findings: HA108 99 of 122, HA112 88 of 107, KE103 13 of 15, VL401 13 of 16
TRUSTED = frozenset({"HA108", "HA112", "KE103", "VL401"})
# of findings on clear chords: HA105 16 of 18, HA111 43 of 53, VL402 13 of 15
TRUSTED_IF_CLEAR = frozenset({"HA105", "HA111", "VL402"})


def may_warn(code: str, slices: Iterable[int], vertical: Verticality) -> bool:
    """Whether a rule's finding in some slices is trusted although its chords are estimated."""
    return code in TRUSTED or (code in TRUSTED_IF_CLEAR and all(is_clear(slice_, vertical) for slice_ in slices))


def is_clear(slice_: int, vertical: Verticality) -> bool:
    """Whether a slice sounds its chord and nothing else: root, third and at least one more tone."""
    sounding = vertical.sounding[slice_]
    roles = set(vertical.role[slice_][sounding].tolist())
    return NONE not in roles and {ROOT, THIRD} < roles
