"""Punctuation, and the words of six languages that lean on the next word (`function_words.toml`)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from theory.tables import TableFolder

STRONG = ".;:!?。；：！？…"  # ends a clause
CLOSING = STRONG + ",，、"
_QUOTES = "\"'”’»)]）」』"
_OPENING_QUOTES = "\"'“‘„«([（「『¿¡"
_TABLES = TableFolder("table of words", __name__.rpartition(".")[0])
_AS_SURE = 0.8  # languages with at least this share of the hits of the best one count as well


@cache
def _function_words() -> dict[str, frozenset[str]]:
    return {language: frozenset(words.split()) for language, words in _TABLES.read("function_words").items()}


def bare(text: str) -> str:
    """Return the last word of a text in lower case, without punctuation and quotation marks at its edges.

    >>> bare("“Lomond,”"), bare("to the"), bare("’Tis")
    ('lomond', 'the', 'tis')
    """
    word = (text.split() or [""])[-1].replace("’", "'").replace("‘", "'").casefold()
    return word.strip(f"{CLOSING}{_QUOTES}{_OPENING_QUOTES}-–—_")


def punctuation_after(text: str) -> str:
    """Return the closing punctuation mark at the end of a text, or an empty string.

    >>> punctuation_after("home,”"), punctuation_after("天。"), punctuation_after("home")
    (',', '。', '')
    """
    mark = text.rstrip(f"{_QUOTES} ")[-1:]
    return mark if mark and mark in CLOSING else ""


def opens_with_capital(text: str) -> bool:
    """Whether a text begins with a capital letter, except the word I.

    >>> opens_with_capital("“Then"), opens_with_capital("I’m"), opens_with_capital("then")
    (True, False, False)
    """
    word = text.lstrip(_OPENING_QUOTES + _QUOTES)
    return word[:1].isupper() and bare(word).partition("'")[0] != "i"


def leaning_words(words: Iterable[str]) -> frozenset[str]:
    """Return the function words of the language of a text, given its words as `bare` returns them.

    The language is the one with the most function words among the words; others with nearly as many count as well.

    >>> "die" in leaning_words("stille nacht hört ihr die engel und das lied".split())
    True
    >>> "die" in leaning_words("they say that old soldiers never die and the sun is here".split())
    False
    """
    sung = list(words)
    hits = {language: sum(word in known for word in sung) for language, known in _function_words().items()}
    most = max(hits.values())
    near = [language for language, count in hits.items() if most and count >= _AS_SURE * most]
    return frozenset().union(*(_function_words()[language] for language in near))
