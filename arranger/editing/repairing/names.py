"""Names that tell the parts of a score apart: findings name parts, and files may have parts without names, or alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from theory.notation.instruments import player_of
from theory.notation.score import Part, Score

_UNNAMED = "Part"


@dataclass(frozen=True)
class NamedApart:
    """A score whose parts have different names, and the parts as they are named in the file."""

    score: Score
    own: tuple[Part, ...]

    @classmethod
    def of(cls, score: Score) -> NamedApart:
        """Return a score with a number after each name that several parts have, and a name for those without.

        >>> from theory.notation.score import Part
        >>> score = Score((), (Part("Violin", ()), Part("", ()), Part("Violin", ())))
        >>> NamedApart.of(score).score
        Score('', 0 bars: Violin 1, Part 2, Violin 2)
        """
        named = tuple(_renamed(part, name) for part, name in zip(score.parts, _names(score.parts), strict=True))
        return cls(replace(score, parts=named), score.parts)

    def restored(self, score: Score) -> Score:
        """Return a score with the parts named as in the file."""
        known = {part.name: own for part, own in zip(self.score.parts, self.own, strict=True)}
        parts = (
            replace(part, name=known[part.name].name, instrument=known[part.name].instrument) for part in score.parts
        )
        return replace(score, parts=tuple(parts))

    def name_of(self, name: str) -> str:
        """Return the name here of the first part that has a name in the file; other names stay."""
        pairs = zip(self.own, self.score.parts, strict=True)
        return next((part.name for own, part in pairs if own.name == name), name)


def _names(parts: tuple[Part, ...]) -> Iterator[str]:
    counts, seen = Counter(part.name for part in parts), Counter[str]()
    taken = set(counts)
    for place, part in enumerate(parts, 1):
        seen[part.name] += 1
        name = part.name
        if not name:
            name = f"{_UNNAMED} {place}"
        elif counts[part.name] > 1:
            name = f"{part.name} {seen[part.name]}"
        while name != part.name and name in taken:
            name += "'"
        taken.add(name)
        yield name


def _renamed(part: Part, name: str) -> Part:
    """Return a part with a name and the instrument that its own name tells."""
    if name == part.name:
        return part
    player = player_of(part)
    return replace(part, name=name, instrument=part.instrument or (player.name if player else ""))
