"""Where a new system or a page turn is welcome: at the ends of phrases, sections and repeats, and at rests."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from theory.notation.phrase import DOUBLE_LINES, phrase_ends
from theory.notation.score import Bar, Note, Score

_SECTION, _PHRASE, _NEAR_PHRASE = -0.9, -0.5, -0.25  # what a break costs there, where a loose system costs 1
_TIED = 0.2  # a tie over the break
_INSIDE_ENDING = 0.8  # within a first or second ending
_NO_REST = 2.0  # turning the page while everyone plays
_SHORT_REST = 0.8
_TOGETHER = 0.3  # share of these costs where a singer or a conductor turns, who needs no hand free
_TURN_QUARTERS = 3  # a page is turned in a rest of this length


@dataclass(frozen=True)
class Breaks:
    """What it costs to begin a new system, or to turn the page, after each bar."""

    systems: tuple[float, ...] = ()
    turns: tuple[float, ...] = ()

    def joined(self, bars: Sequence[int]) -> Breaks:
        """Return the costs after the bars that are drawn, each of which stands for so many bars of the score."""
        last = [sum(bars[: index + 1]) - 1 for index in range(len(bars))]
        if not self.systems or last[-1] != len(self.systems) - 1:
            return NO_PREFERENCE
        return Breaks(tuple(self.systems[each] for each in last), tuple(self.turns[each] for each in last))


NO_PREFERENCE = Breaks()


def breaks_of(score: Score, *, turning: int | None = None) -> Breaks:
    """Return the costs of breaks and turns after each bar of a score, whose pages all or only one of its parts turn."""
    ends = phrase_ends(score)
    turners = score.parts if turning is None else score.parts[turning : turning + 1]
    rests = [_rests(part.notes) for part in turners]
    weight = 1.0 if turning is not None else _TOGETHER
    return Breaks(
        tuple(_system_cost(score, bar, ends) for bar in score.bars),
        tuple(weight * _turn_cost(bar.end_quarter, rests) for bar in score.bars),
    )


def _system_cost(score: Score, bar: Bar, ends: Sequence[Fraction]) -> float:
    following = score.bars[bar.index + 1] if bar.index + 1 < len(score.bars) else None
    if following is None:
        return 0.0
    cost = _at_phrase(bar, ends)
    if bar.repeat_end or bar.right_line in DOUBLE_LINES or following.repeat_start or _is_marked(score, following):
        cost = _SECTION
    if bar.volta and following.volta == bar.volta and not bar.volta_stop:
        cost += _INSIDE_ENDING
    is_tied = any(note.tie_start and note.end_quarter == bar.end_quarter for part in score.parts for note in part.notes)
    return cost + (_TIED if is_tied else 0.0)


def _at_phrase(bar: Bar, ends: Sequence[Fraction]) -> float:
    """Return the cost of a break where a phrase ends at the bar line, or in the second half of the bar."""
    index = bisect_left(ends, bar.onset_quarter + bar.length_quarter / 2)
    if index == len(ends) or ends[index] > bar.end_quarter:
        return 0.0
    return _PHRASE if bar.end_quarter in ends[index : index + 3] else _NEAR_PHRASE


def _is_marked(score: Score, bar: Bar) -> bool:
    """Whether a letter, or the sign to which a jump leads, stands at the beginning of a bar."""
    return any(
        each.onset_quarter == bar.onset_quarter and each.kind in ("rehearsal", "segno", "coda")
        for each in score.directions
    )


def _rests(notes: Sequence[Note]) -> list[tuple[Fraction, Fraction]]:
    """Return where a part rests: from when to when, in quarters."""
    found: list[tuple[Fraction, Fraction]] = []
    reached = Fraction(0)
    for note in sorted(notes, key=lambda note: note.onset_quarter):
        if note.pitch is None:
            continue
        if note.onset_quarter > reached:
            found.append((reached, note.onset_quarter))
        reached = max(reached, note.end_quarter)
    return found


def _turn_cost(end_quarter: Fraction, parts: Sequence[Sequence[tuple[Fraction, Fraction]]]) -> float:
    """Return the mean over the parts: nothing for a rest that is long enough to turn a page in."""
    lengths = [
        max((end - start for start, end in rests if start <= end_quarter <= end), default=Fraction(0))
        for rests in parts
    ]
    costs = [0.0 if length >= _TURN_QUARTERS else _SHORT_REST if length else _NO_REST for length in lengths]
    return sum(costs) / len(costs) if costs else 0.0
