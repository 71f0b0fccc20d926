"""The vowel that is held while a syllable is sung, guessed from its spelling.

Only the colour of a note depends on it, so that a wrong guess is a slightly different sound and no more.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal, get_args

Vowel = Literal["ah", "eh", "ee", "oh", "oo", "uh", "mm"]
_NAMED: dict[str, Vowel] = {name: name for name in get_args(Vowel)}
_HUMMED = re.compile(r"^(h?m+|hu+m+|n+)$")
_NUCLEUS = re.compile(r"[aeiouyäöüæœ]+")
_SPELLED: dict[str, Vowel] = {  # letters of a syllable's vowel, longest first where they begin alike
    "oo": "oo", "ou": "oo", "u": "oo", "ü": "oo", "eu": "oo",
    "ee": "ee", "ea": "ee", "ie": "ee", "ei": "ah", "i": "ee", "y": "ee",
    "ai": "eh", "ay": "eh", "ey": "eh", "e": "eh", "ä": "eh", "æ": "eh", "ö": "eh", "œ": "eh",
    "au": "ah", "a": "ah", "oa": "oh", "oi": "oh", "o": "oh",
}  # fmt: skip


def vowel_of(syllable: str) -> Vowel:
    """Return the vowel that a syllable is held on, ``ah`` where none can be told.

    >>> [vowel_of(text) for text in ("oo", "sweet", "how", "Glo-", "-ri-", "a,", "mm", "Früh", "strength")]
    ['oo', 'ee', 'oh', 'oh', 'ee', 'ah', 'mm', 'oo', 'eh']
    """
    text = unicodedata.normalize("NFC", syllable).casefold()
    letters = "".join(letter for letter in text if letter.isalpha())
    if letters in _NAMED:
        return _NAMED[letters]
    if _HUMMED.match(letters):
        return "mm"
    nuclei = _NUCLEUS.findall(_plain(letters))
    if not nuclei:
        return "ah"
    found = nuclei[0]
    if found == "y" and len(nuclei) > 1:
        found = nuclei[1]
    return next((vowel for spelled, vowel in _SPELLED.items() if found.startswith(spelled)), "ah")


def _plain(letters: str) -> str:
    """Return letters without accents, but with ä, ö and ü."""
    parts = (letter if letter in "äöü" else unicodedata.normalize("NFD", letter)[0] for letter in letters)
    return "".join(parts)
