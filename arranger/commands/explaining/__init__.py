"""``arrange --explain``: an arrangement in words, as text, as a page with the engraved score, or as JSON.

`arranger.commands.explaining.plan_in_words` tells the harmony phrase by phrase. Then come the notes, bar by bar: their
roles, what they do, what speaks against them, and the choice that was closest. The words come from the terms of the
search (`arranger.editing.why`); their numbers are in the JSON alone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import PurePath

from arranger.arranging.main import Arrangement
from arranger.commands.explaining.as_page import page
from arranger.commands.explaining.as_text import text
from arranger.commands.explaining.plan_in_words import plan_in_words
from arranger.editing.explanation import explanation_of


def explain(arrangement: Arrangement, form: str = ".txt") -> str:
    """Return an arrangement explained in a form: ``.txt``, ``.json`` or ``.html``."""
    return explain_all([arrangement], form)


def explain_all(arrangements: Sequence[Arrangement], form: str) -> str:
    """Return arrangements, such as the verses of one song, explained in a form: ``.txt``, ``.json`` or ``.html``."""
    explained = [explanation_of(each, tuple(plan_in_words(each))) for each in arrangements]
    if form == ".json":
        values = [each.to_json() for each in explained]
        return json.dumps(values[0] if len(values) == 1 else values, indent=2, ensure_ascii=False) + "\n"
    if form == ".html":
        return page(explained, [each.score for each in arrangements])
    return "\n".join(text(each) for each in explained)


def form_of(file: str) -> str:
    """Return the form of an explanation by the ending of its file; text for any other ending than json and html.

    >>> form_of("why.HTML"), form_of("why"), form_of("-")
    ('.html', '.txt', '.txt')
    """
    ending = PurePath(file).suffix.lower()
    return ending if ending in (".json", ".html") else ".txt"
