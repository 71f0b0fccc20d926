"""Rests that two voices on a staff share: spelled once, as the upper voice has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import groupby

from arranger.formats.writing.stems import Stem, is_bar_rest
from theory.notation.score import Bar, Note


def with_rests_of(above: Sequence[Stem], stems: Sequence[Stem], bar: Bar) -> list[Stem]:
    """Return a voice's stems of a bar, its rests cut and spelled as those of the voice ``above``, which is drawn.

    Where both rest, the staff then shows one rest and not two of different spelling. The rest of a
    whole bar stays whole, and a rest inside a tuplet is the upper voice's alone.
    """
    spelled: list[Stem] = []
    for rests, group in groupby(stems, lambda stem: stem[0].pitch is None):
        run = list(group)
        spelled += _shared(above, run, bar) if rests else run
    return spelled


def _shared(above: Sequence[Stem], run: Sequence[Stem], bar: Bar) -> list[Stem]:
    """Return a run of rests as the voice above spells it, where that rests too."""
    start, end, voice = run[0][0].onset_quarter, run[-1][0].end_quarter, run[0][0].voice
    common = [stem[0] for stem in above if _is_plain_rest(stem[0]) and _lies_in(stem[0], start, end)]
    if not common or is_bar_rest(Note(start, end - start, None), bar):
        return list(run)
    return [(replace(rest, voice=voice, id=""),) for rest in _filled(common, start, end)]


def _is_plain_rest(note: Note) -> bool:
    return note.pitch is None and note.notation is not None and not note.notation.tuplets


def _lies_in(note: Note, start: Fraction, end: Fraction) -> bool:
    return start <= note.onset_quarter and note.end_quarter <= end


def _filled(rests: Sequence[Note], start: Fraction, end: Fraction) -> Iterator[Note]:
    """Yield rests in order, with new ones where they leave a gap between start and end."""
    for rest in rests:
        if rest.onset_quarter > start:
            yield Note(start, rest.onset_quarter - start, None)
        yield rest
        start = rest.end_quarter
    if start < end:
        yield Note(start, end - start, None)
