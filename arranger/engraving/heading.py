"""What is printed above the music, and below it, on the first page."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from xml.etree.ElementTree import Element

_PREFIXES = {  # what is printed before a name
    "arranger": "Arr. ", "lyricist": "Words: ", "poet": "Words: ", "translator": "Tr. ", "composer": "Music: ",
}  # fmt: skip
_LEFT = frozenset({"lyricist", "poet", "translator"})  # everyone else is on the right
_WIDTH_OF_LETTER = 0.5  # of the size of the letters, in the mean


@dataclass(frozen=True)
class Heading:
    """Title and credits."""

    title: str = ""
    part: str = ""  # for whom a part is
    left: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    rights: str = ""

    def lines(self, size_pt: float, width_mm: float) -> int:
        """Return how many lines the credits need, each side in its half of the width."""
        letters = max(1, int(width_mm / 2 / (size_pt * _WIDTH_OF_LETTER * 0.3528)))
        return max(sum(ceil(len(text) / letters) for text in side) for side in (self.left, self.right))


def heading_of(root: Element) -> Heading:
    """Return the heading of a MusicXML document."""
    title = root.findtext("movement-title") or root.findtext("work/work-title") or ""
    credits = [(each.get("type") or "", " ".join((each.text or "").split())) for each in root.iter("creator")]
    rights = " ".join(" ".join((each.text or "").split()) for each in root.iter("rights"))
    return Heading(
        " ".join(title.split()),
        "",
        tuple(_credit(role, name) for role, name in credits if name and role in _LEFT),
        tuple(_credit(role, name) for role, name in credits if name and role not in _LEFT),
        rights,
    )


def _credit(role: str, name: str) -> str:
    """Return a credit as it is printed; a name that says its role already is left as it is."""
    return name if ":" in name or name.lower().startswith(("arr", "words", "music")) else _PREFIXES.get(role, "") + name
