"""Text that can be written: without control characters and without code points that are no characters."""

from __future__ import annotations

import re

# outside the characters of XML 1.0, section 2.2, or discouraged there: controls but tab and line ends, surrogates,
# and the noncharacters of Unicode (chapter 23.7)
_BEYOND = "".join(f"{chr((plane << 16) | 0xFFFE)}{chr((plane << 16) | 0xFFFF)}" for plane in range(17))
_NO_TEXT = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef{_BEYOND}]+")
_NO_TOKEN = re.compile(r"[^\w.:-]+")


def clean(text: str) -> str:
    r"""Return a text without control characters and noncharacters.

    >>> clean("A\x00 \x1b[1mtune\ufffe")
    'A [1mtune'
    """
    return _NO_TEXT.sub("", text)


def token(text: str) -> str:
    """Return a name as one token, as XML wants the number of a verse to be.

    >>> token("verse 1"), token("2"), token("")
    ('verse-1', '2', '1')
    """
    return _NO_TOKEN.sub("-", clean(text)).strip("-") or "1"
