"""Notes that are no tune: slashes, x heads, and notes that are not printed.

A slash says that the player plays the chord here, and an x head that the word is spoken or the note struck: both
give the rhythm, and their place on the staff is no pitch. A note that is not printed is there for playback only.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

_SLASH, _X, _HIDDEN = "notes with slash heads", "notes with x heads", "notes that are not printed"
_HEADS = {"slash": _SLASH, "x": _X, "cross": _X, "circle-x": _X, "none": _HIDDEN}
MEANING = {
    _SLASH: "mark the beat",
    _X: "are spoken or struck",
    _HIDDEN: "are for playback only",
}


def unsung(element: Element, *, slashed: bool) -> str:
    """Return why a <note> is no tune, a key of ``MEANING``; empty if it is one, or a rest.

    ``slashed`` says that slash notation is in force on its staff.
    """
    if element.find("pitch") is None:
        return ""
    if element.get("print-object") == "no":
        return _HIDDEN
    head = _HEADS.get((element.findtext("notehead") or "").strip(), "")
    return _SLASH if slashed and element.find("grace") is None else head


class StyleRegions:
    """Which staves are in slash notation, and since when the bars are simile signs (<measure-style>)."""

    def __init__(self) -> None:
        self._slashed: set[str] = set()  # staff numbers; "" stands for all staves

    def is_slashed(self, staff: str) -> bool:
        """Whether slash notation is in force on a staff."""
        return bool({staff, ""} & self._slashed)

    def read(self, style: Element) -> None:
        """Take in one <measure-style>."""
        slash = style.find("slash")
        staff = style.get("number") or ""
        if slash is not None and slash.get("type") == "start":
            self._slashed.add(staff)
        elif slash is not None and staff:
            self._slashed.discard(staff)
        elif slash is not None:
            self._slashed.clear()
