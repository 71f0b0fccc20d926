"""Title and creators that stand only in the credits of the first page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from arranger.formats.reading.musicxml.notes import text_of

_CREATORS = ("composer", "lyricist", "arranger")
_WORDS_OF_ROLES = {"words": "lyricist", "lyric": "lyricist", "text": "lyricist", "arr.": "arranger"}


def heading_texts(root: Element) -> Iterator[tuple[str, str, float, bool]]:
    """Yield (type, text, font size, whether it is centred) for each credit of the first page."""
    for credit in root.findall("credit"):
        words = [each for each in credit.findall("credit-words") if (each.text or "").strip()]
        if words and credit.get("page", "1") == "1":
            text = " ".join(" ".join((each.text or "").split()) for each in words)
            size = max(_size(each) for each in words)
            centred = "center" in (words[0].get("justify"), words[0].get("halign"))
            yield text_of(credit, "credit-type").lower(), text, size, centred


def credit_title(root: Element) -> str:
    """Return the title in the credits: the one that is called so, else the largest words in the middle."""
    texts = list(heading_texts(root))
    named = next((text for kind, text, _, _ in texts if kind == "title"), "")
    untyped = [(size, text) for kind, text, size, centred in texts if not kind and centred]
    if named or not untyped:
        return named
    return max(untyped, key=lambda item: item[0])[1]


def credit_creators(root: Element) -> tuple[tuple[str, str], ...]:
    """Return the creators in the credits as (role, name)."""
    found = ((kind, text) for kind, text, _, _ in heading_texts(root))
    return tuple((kind, text) for kind, text in found if kind in _CREATORS)


def with_roles(creators: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Return creators as (role, name). One without a role is told by its words, else is the composer or the lyricist.

    >>> with_roles((("", "Trad."), ("", "Words: A. Smith"), ("arranger", "B. Jones"), ("", "C. Brown")))
    (('composer', 'Trad.'), ('lyricist', 'Words: A. Smith'), ('arranger', 'B. Jones'), ('composer', 'C. Brown'))
    """
    taken = {role for role, _ in creators}
    found = []
    for role, name in creators:
        told = role or next((known for word, known in _WORDS_OF_ROLES.items() if word in name.casefold()), "")
        told = told or next((free for free in ("composer", "lyricist") if free not in taken), "composer")
        taken.add(told)
        found.append((told, name))
    return tuple(found)


def _size(words: Element) -> float:
    text = words.get("font-size") or ""
    return float(text) if re.fullmatch(r"\d{1,4}(\.\d{1,4})?", text) else 0.0
