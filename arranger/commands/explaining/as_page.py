"""An explanation as a page: the engraved score, whose notes tell their reasons, and the same bar by bar in words.

The page is one file, needs no network and runs no script. Without Verovio it has the words alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape

from arranger.commands.explaining.as_text import accepted_words
from arranger.editing.explanation import ExplainedBar, Explanation
from arranger.editing.why import Reason
from arranger.formats.writing import to_musicxml
from arranger.linter.annotation import note_id
from arranger.linter.reports.engraving import engrave
from arranger.linter.reports.html import HEAD, STYLE
from theory.notation.score import Score

_MORE = "details { margin: .2rem 0 } details p { margin: .2rem 1.2rem } summary { cursor: pointer }"


def page(explained: Sequence[Explanation], scores: Sequence[Score]) -> str:
    """Return one page about the explained arrangements with their scores."""
    body = [
        line
        for number, (each, score) in enumerate(zip(explained, scores, strict=True), start=1)
        for line in _section(each, score, number)
    ]
    title = escape(explained[0].title)
    return "\n".join(
        [
            f'<!DOCTYPE html>\n<html lang="en"><head>{HEAD}',
            f"<title>{title}</title><style>{STYLE}{_MORE}</style></head><body>",
            *body,
            "</body></html>\n",
        ]
    )


def _section(explained: Explanation, score: Score, number: int) -> Iterator[str]:
    yield f"<h1>{escape(explained.title)} in style {escape(explained.style)}</h1>"
    yield _list("Harmony", explained.harmony)
    yield _list("What it had to accept, the heaviest first", accepted_words(explained))
    yield from _music(explained, score, number)
    for bar in explained.bars:
        yield from _bar(bar)


def _list(heading: str, texts: Sequence[str]) -> str:
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return f"<h2>{heading}</h2><ul>{items}</ul>" if texts else ""


def _bar(bar: ExplainedBar) -> Iterator[str]:
    yield f"<h2>Bar {escape(bar.number)}</h2><p>{escape(', '.join(bar.chords))}</p>"
    for reason in bar.reasons:
        does = reason.doing or (reason.motion,)
        head = f"beat {reason.spoken_beat}, {reason.voice} <b>{escape(reason.note)}</b>, {escape(reason.role)}"
        lines = "".join(f"<p>{escape(line)}</p>" for line in reason.lines)
        yield f"<details><summary>{head}: {escape('; '.join(does))}</summary>{lines}</details>"


def _music(explained: Explanation, score: Score, number: int) -> Iterator[str]:
    """Yield the engraved score, with the reason of each note as its title."""
    reasons = {(each.voice, each.onset_quarter): each for bar in explained.bars for each in bar.reasons}
    titles: dict[str, str] = {}
    parts = []
    for p, part in enumerate(score.parts):
        notes = []
        for n, note in enumerate(part.notes):
            reason: Reason | None = reasons.get((part.name, note.onset_quarter))
            name = note_id((p, n), prefix=f"score{number}")
            if reason and note.pitch and str(note.pitch) == reason.note:
                titles[name] = reason.text
            notes.append(replace(note, id=name) if name in titles else note)
        parts.append(replace(part, notes=tuple(notes)))
    try:
        yield from engrave(to_musicxml(replace(score, parts=tuple(parts))).decode(), reasons=titles, seed=number)
    except ValueError as error:
        yield f'<p class="aside">{escape(str(error))}</p>'
