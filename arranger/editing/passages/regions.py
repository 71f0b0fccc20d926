"""A region of a score: stretches of time in some of its voices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from arranger.arranging.given.pins import voice_named
from arranger.arranging.given.places import Span, joined, parse_spans
from theory.notation.score import Part, Score
from theory.slices.texture import Texture
from theory.types import Mask

AGAIN = "again"  # word over a bar that is to be composed anew


@dataclass(frozen=True)
class Region:
    """Stretches of time for each voice; a voice without any stays as it is."""

    spans: tuple[tuple[Span, ...], ...]  # one for each voice

    def __bool__(self) -> bool:
        return any(self.spans)

    @property
    def voices(self) -> tuple[int, ...]:
        """Indices of the voices that the region touches."""
        return tuple(voice for voice, spans in enumerate(self.spans) if spans)

    def without(self, parts: Sequence[Part]) -> Region:
        """Return the region without the notes, with their ties, that begin before one of its edges and end after it.

        Such a note would change what is outside, so it stays.
        """
        return Region(tuple(_cut(spans, part) for spans, part in zip(self.spans, parts, strict=False)))

    def cells(self, texture: Texture) -> Mask:
        """Return the cells (T, V) that lie wholly in the region."""
        found = np.zeros(texture.shape, dtype=bool)
        for voice, spans in enumerate(self.spans):
            for span in spans:
                for t in range(texture.slice_at(span.start_quarter), texture.shape[0]):
                    start = texture.onset_quarter[t]
                    if start >= span.end_quarter:
                        break
                    ends = start + texture.duration_quarter[t] <= span.end_quarter
                    found[t, voice] |= span.holds(start) and ends
        return found


def region_of(
    score: Score, bars: str = "", voices: Sequence[str] = (), *, names: Sequence[str], tune: int | None
) -> Region:
    """Return the region of some bars in some voices of a score.

    Parameters
    ----------
    bars
        Places such as "9-12", "9.3-12.1, 20" or a rehearsal mark; empty: what is marked in the score, that is coloured
        notes and bars with the word "again" over them.
    voices
        Names of parts, or their beginnings; empty: all parts but the tune.
    names
        Names of the voices.
    tune
        The voice that is left alone unless it is named; None: there is none.

    Raises ValueError if a place or voice does not exist, or if no bars are named and nothing is marked.
    """
    chosen = {voice_named(name, names) for name in voices} if voices else set(range(len(names))) - {tune}
    if bars.strip():
        spans = parse_spans(bars, score)
        return Region(tuple(spans if voice in chosen else () for voice in range(len(names))))
    everywhere = joined(_words(score))
    marked = [tuple(_coloured(part)) for part in score.parts[: len(names)]]
    found = Region(
        tuple(
            joined((*own, *everywhere)) if voice in chosen or (own and not voices) else ()
            for voice, own in enumerate(marked)
        )
    )
    if not found:
        raise ValueError('nothing is marked; name bars, such as --bars 9-12, colour notes, or write "again" over a bar')
    return found


def _words(score: Score) -> Iterator[Span]:
    """Yield the bars with the word "again" over them."""
    for each in score.directions:
        if each.kind == "words" and each.text.strip().strip("!.").lower() == AGAIN:
            bar = score.bar_at(each.onset_quarter)
            yield Span(bar.onset_quarter, bar.end_quarter)


def _coloured(part: Part) -> Iterator[Span]:
    for note in part.notes:
        if note.colour and note.duration_quarter:
            yield Span(note.onset_quarter, note.end_quarter)


def sounding_spans(part: Part) -> Iterator[Span]:
    """Yield the times of the notes of a part; tied notes are one."""
    start: Fraction | None = None
    for note in part.notes:
        if note.pitch is None or not note.duration_quarter:
            continue
        start = note.onset_quarter if start is None or not note.tie_stop else start
        if not note.tie_start:
            yield Span(start, note.end_quarter)
            start = None
        elif not note.tie_stop:
            start = note.onset_quarter


def _cut(spans: Sequence[Span], part: Part) -> tuple[Span, ...]:
    """Return stretches without the notes of a part that cross their edges."""
    notes = list(sounding_spans(part)) if spans else []
    return tuple(each for span in spans for each in [_between(span, notes)] if each.start_quarter < each.end_quarter)


def _between(span: Span, notes: Sequence[Span]) -> Span:
    start, end = span.start_quarter, span.end_quarter
    for note in notes:
        if note.start_quarter < span.start_quarter < note.end_quarter:
            start = max(start, note.end_quarter)
        if note.start_quarter < span.end_quarter < note.end_quarter:
            end = min(end, note.start_quarter)
    return Span(start, end)
