"""Reference records of Humdrum (``!!!OTL: title``) -> heading.

Source: Huron, The Humdrum Toolkit: Reference Manual (1995), appendix I.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from arranger.formats.reading.humdrum.spines import Row
from arranger.formats.reading.humdrum.words import decoded
from arranger.formats.reading.staff import Heading

_RECORD = re.compile(r"!!!([A-Za-z]{3})((?:\d|@|[A-Z]{2,3}(?=:))*):\s*(.*)")
_ROLES = {"COM": "composer", "LYR": "lyricist", "LAR": "arranger", "TRN": "translator"}
_TITLES = ("OTL", "OPR", "OTA")  # title, title of the work it belongs to, other title


def heading_of(rows: Sequence[Row]) -> tuple[Heading, list[str]]:
    """Return title, creators and copyright, and doubts about them.

    A title in the original language (``OTL@@DE``) comes before its translations.
    """
    found: dict[str, list[tuple[bool, str]]] = {}
    doubts = []
    for row in rows:
        match = _RECORD.match(row.text)
        text = decoded(match[3]) if match else ""
        if match is None or not text:
            continue
        translated = "@" in match[2] and "@@" not in match[2]
        found.setdefault(match[1].upper(), []).append((translated, text))
        if any(ord(sign) < ord(" ") and sign != "\t" for sign in match[3]):
            doubts.append(f"line {row.line}: control characters in '{text[:40]}' are left out")
    texts = {key: [text for _, text in sorted(pairs, key=lambda pair: pair[0])] for key, pairs in found.items()}
    title = next((texts[name][0] for name in _TITLES if name in texts), "")
    creators = tuple((role, name) for key, role in _ROLES.items() for name in dict.fromkeys(texts.get(key, ())))
    return Heading(title, creators, next(iter(texts.get("YEC", ())), "")), doubts
