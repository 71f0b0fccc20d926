"""The scheme of an accompaniment: which pattern each bar has, and at which moment of its phrase it stands."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from arranger.arranging.figuration.figuring import Figure, figure_of
from arranger.arranging.grooves import Groove
from arranger.arranging.patterns import MOVES, Pattern, load_pattern
from arranger.arranging.playing.choice import groove_for
from arranger.arranging.playing.sections import Section, sections_of, upbeat_bars
from arranger.characters import AXES, Character
from theory.notation.phrase import phrase_ends
from theory.notation.score import Bar, Score
from theory.tables import nearest

PLAIN_PLACE = "first"  # in the form, without fills
CLOSING_BARS = 4  # a phrase that closes a multiple of this many bars into its section gets the close of the pattern
RUNGS_CALMER, RUNGS_LIVELIER = 3, 2  # on the ladder of a groove, for a full character


@dataclass(frozen=True)
class Scheme:
    """What instruments play in each bar: a pattern, and the moment that chooses among its lines."""

    sections: tuple[Section, ...]
    patterns: tuple[Pattern | None, ...]  # one for each bar; None: the held chords
    moments: tuple[str, ...]  # one for each bar: "", even, held or close
    groove: Groove
    answered: tuple[bool, ...] = ()  # one for each bar: whether an inner part fills where the tune rests or holds

    def __repr__(self) -> str:
        return "; ".join(f"{each.letter}: {self.name_in(each)}" for each in self.sections)

    def name_in(self, section: Section) -> str:
        """Return the name of the pattern of a section."""
        pattern = self.patterns[section.start_bar]
        return pattern.name if pattern else "held chords"

    def figures(self, score: Score, role: str) -> list[Figure]:
        """Return what a role plays in each bar of the score; the last bar keeps its held chord."""
        rows = zip(score.bars, self.patterns, self.moments, strict=True)
        return [figure_of(bar, pattern, role, moment) for bar, pattern, moment in rows]

    def moves(self, bar: int, role: str) -> str:
        """Return how a role moves in a bar: with the ``chords``, or with every note or beat of the tune."""
        pattern = self.patterns[bar]
        if pattern is None or pattern.moves == MOVES[0]:
            return MOVES[0]
        return MOVES[0] if role == "bass" and pattern.has_line(role) else pattern.moves


def scheme_of(
    score: Score,
    wanted: str = "",
    *,
    family: str = "",
    character: Character | None = None,
    rungs: int = 0,
    fills: bool = True,
) -> Scheme:
    """Return the scheme of a score, whose first part is the tune.

    Parameters
    ----------
    wanted
        Empty: by the groove that suits; the name of a pattern; or patterns by section, ``"A: walking; B: pad"``.
    family
        Family of instruments, such as strings.
    character
        A calm or lively character chooses calmer or livelier patterns.
    rungs
        Rungs by which all patterns are moved up the ladder of the groove.
    fills
        Whether the tune is answered where it rests or holds; nowhere if one pattern is wanted for the whole piece.

    Raises ValueError if a pattern or a section that is wanted does not exist.
    """
    sections = sections_of(score)
    groove = groove_for(score)
    named = _named(wanted, sections)
    shares = [float(score.bars[each.start_bar].onset_quarter / (score.end_quarter or 1)) for each in sections]
    active = (character or Character()).along(shares)[:, AXES.index("activity")].tolist()
    by_bar: list[Pattern | None] = []
    for number, (section, value) in enumerate(zip(sections, active, strict=True)):
        time = sum(each.place == section.place for each in sections[:number])
        usual = groove.pattern_for(section.place, family, time=time, livelier=rungs + _rungs(value))
        name = named.get(section.letter) or named.get("") or usual
        pattern = load_pattern(name)
        by_bar += [
            pattern if pattern.fits(bar.meter) else None for bar in score.bars[section.start_bar : section.end_bar]
        ]
    by_bar[-1] = None
    later = [fills and "" not in named and each.place != PLAIN_PLACE for each in sections]
    answered = [told for told, each in zip(later, sections, strict=True) for _ in range(each.start_bar, each.end_bar)]
    return Scheme(sections, tuple(by_bar), tuple(_moments(score, sections)), groove, tuple(answered))


def _rungs(activity: float) -> int:
    """Return by how many rungs of the ladder an activity changes the pattern; half a rung counts."""
    size = math.floor(abs(activity) * (RUNGS_LIVELIER if activity > 0 else RUNGS_CALMER) + 0.5)
    return size if activity > 0 else -size


def _named(wanted: str, sections: Sequence[Section]) -> Mapping[str, str]:
    """Return the wanted pattern of each letter; under an empty letter, the one for all other sections."""
    found: dict[str, str] = {}
    letters = [section.letter for section in sections]
    for term in filter(None, (term.strip() for term in wanted.split(";"))):
        letter, colon, name = (each.strip() for each in term.rpartition(":"))
        if colon and letter not in letters:
            raise ValueError(
                f"--texture {term!r}: there is no section {letter!r}; {nearest(letter, dict.fromkeys(letters))}"
            )
        load_pattern(name)
        found[letter] = name
    return found


def _moments(score: Score, sections: Sequence[Section]) -> Iterator[str]:
    """Yield the moment of each bar."""
    ends = phrase_ends(score)
    held = _held_bars(score)
    for section in sections:
        first = section.start_bar + (0 if section.start_bar else upbeat_bars(score))
        for index in range(section.start_bar, section.end_bar):
            bar, place = score.bars[index], index - first
            closes = (place + 1) % CLOSING_BARS == 0 or index + 1 == section.end_bar
            if closes and (index + 1 == section.end_bar or _any_inside(ends, bar)):
                yield "close"
            elif index in held:
                yield "held"
            else:
                yield "even" if place % 2 else ""


def _any_inside(times: Sequence[Fraction], bar: Bar) -> bool:
    return any(bar.onset_quarter < time <= bar.end_quarter for time in times)


def _held_bars(score: Score) -> set[int]:
    """Return the indices of bars in which the tune begins no note after the first beat."""
    moving = {
        score.bar_at(note.onset_quarter).index
        for note in score.parts[0].notes
        if note.pitch and not note.tie_stop and not note.grace and not _on_first_beat(score, note.onset_quarter)
    }
    return {bar.index for bar in score.bars} - moving


def _on_first_beat(score: Score, onset_quarter: Fraction) -> bool:
    bar = score.bar_at(onset_quarter)
    return bar.offset_in_meter(onset_quarter) < bar.meter.beat_quarters


def check_texture(wanted: str) -> None:
    """Raise ValueError, with the nearest name, if a texture names an unknown pattern."""
    for term in filter(None, (term.strip() for term in wanted.split(";"))):
        load_pattern(term.rpartition(":")[2].strip())
