"""A sheet written out statement by statement, so that a repeat or a verse can be set anew.

Repeats, endings and jumps are played out. A sheet without repeats whose tune has several verses is written once for
each of them. Each statement has its own verse of the words; a text that has no such verse, as a refrain, is sung again.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from arranger.arranging.excerpt import whole_slurs
from theory.notation.score import Bar, BarLine, Direction, Harmony, LeadSheet, Lyric, Note, Notice, Part, Score
from theory.notation.unfold import ROADMAP, bar_of, playing_order

_DOUBLE: BarLine = "light-light"
_FINAL: BarLine = "light-heavy"
_MOST_VERSES = 12


@dataclass(frozen=True)
class _Played:
    """A bar as it is played: which bar it is, for which time, and when."""

    index: int
    time: int  # counted from 1
    onset_quarter: Fraction
    after: int | None  # index of the bar played before, None for the first
    before: int | None  # index of the bar played after, None for the last


def written_out(sheet: LeadSheet) -> LeadSheet:
    """Return a sheet in which every statement is written out; the sheet itself if there is only one."""
    score = sheet.score
    order = playing_order(score.bars, score.directions)
    verses = _verses(sheet.melody) if len(order) == len(score.bars) else 1
    order = order * min(verses, _MOST_VERSES)
    if len(order) == len(score.bars):
        return sheet
    played = list(_played(score.bars, order))
    out = replace(
        score,
        bars=tuple(_bars(score.bars, played)),
        parts=tuple(replace(part, notes=tuple(whole_slurs(list(_notes(part, score, played))))) for part in score.parts),
        chords=tuple(_chords(score, played)),
        directions=tuple(_directions(score, played)),
    )
    what = f"{verses} verses" if verses > 1 else "repeats"
    notice = Notice(f"its {what} are written out, {len(out.bars)} bars, so that each time may be set anew")
    return replace(sheet, score=out, notices=(*sheet.notices, notice))


def _verses(tune: Part) -> int:
    """Return how many verses the tune has."""
    numbers = {lyric.verse for note in tune.notes for lyric in note.lyrics}
    return max((int(number) for number in numbers if number.isdecimal()), default=1)


def _played(bars: Sequence[Bar], order: Sequence[int]) -> Iterator[_Played]:
    times = [0] * len(bars)
    reached = Fraction(0)
    for place, index in enumerate(order):
        times[index] += 1
        after = order[place - 1] if place else None
        before = order[place + 1] if place + 1 < len(order) else None
        yield _Played(index, times[index], reached, after, before)
        reached += bars[index].length_quarter


def _bars(bars: Sequence[Bar], played: Sequence[_Played]) -> Iterator[Bar]:
    """Yield the bars in playing order; a pickup that completes the bar before it becomes its end."""
    written: list[Bar] = []
    for each in played:
        bar, last = bars[each.index], written[-1] if written else None
        whole = bar.length_quarter + (last.length_quarter if last else 0)
        if last is not None and bar.missing_quarter and whole <= bar.meter.quarters:
            short = whole < bar.meter.quarters
            written[-1] = replace(last, length_quarter=whole, implicit=short, right_line=_right_line(bar, each))
            continue
        number = str(len(written) + (not bars[0].missing_quarter)) if written else bar.number
        written.append(
            replace(
                bar,
                index=len(written),
                number=number,
                onset_quarter=each.onset_quarter,
                implicit=bar.implicit if last is None else False,
                repeat_start=False,
                repeat_end=0,
                volta=(),
                volta_start=False,
                volta_stop=None,
                left_line=None,
                right_line=_right_line(bar, each),
                shows_key=last is None or bar.key != last.key,
                shows_meter=last is None or bar.meter != last.meter,
            )
        )
    yield from written


def _right_line(bar: Bar, played: _Played) -> BarLine | None:
    """Return the line after a bar: double where a statement ends, final at the end."""
    if played.before is None:
        return _FINAL
    return _DOUBLE if played.before <= played.index or bar.right_line == _DOUBLE else None


def _notes(part: Part, score: Score, played: Sequence[_Played]) -> Iterator[Note]:
    starts = [note.onset_quarter for note in part.notes]
    for each in played:
        bar = score.bars[each.index]
        late = each.onset_quarter - bar.onset_quarter
        follows, goes_on = each.after == each.index - 1, each.before == each.index + 1
        first = bisect_left(starts, bar.onset_quarter)
        for note in part.notes[first:]:
            if note.onset_quarter >= bar.end_quarter:
                break
            yield replace(
                note,
                onset_quarter=note.onset_quarter + late,
                tie_stop=note.tie_stop and (note.onset_quarter > bar.onset_quarter or follows),
                tie_start=note.tie_start and (note.end_quarter < bar.end_quarter or goes_on),
                lyrics=_verse(note.lyrics, each.time),
            )


def _verse(lyrics: Sequence[Lyric], time: int) -> tuple[Lyric, ...]:
    """Return the syllable of a verse, as the only one; the first verse's where there is no such verse."""
    own = [lyric for lyric in lyrics if lyric.verse == str(time)] or list(lyrics[:1])
    return tuple(replace(lyric, verse="1") for lyric in own[:1])


def _chords(score: Score, played: Sequence[_Played]) -> Iterator[Harmony]:
    """Yield the symbols of each bar; one that is in force at a seam is written again."""
    for each in played:
        bar = score.bars[each.index]
        inside = [chord for chord in score.chords if bar.onset_quarter <= chord.onset_quarter < bar.end_quarter]
        before = [chord for chord in score.chords if chord.onset_quarter < bar.onset_quarter]
        seam = each.after is not None and each.after != each.index - 1
        if seam and before and not (inside and inside[0].onset_quarter == bar.onset_quarter):
            yield replace(before[-1], onset_quarter=each.onset_quarter)
        for chord in inside:
            yield replace(chord, onset_quarter=chord.onset_quarter + each.onset_quarter - bar.onset_quarter)


def _directions(score: Score, played: Sequence[_Played]) -> Iterator[Direction]:
    """Yield the directions of each bar the first time it is played, without those that say which bar is next."""
    kept = [each for each in score.directions if each.kind not in ROADMAP]
    for each in played:
        if each.time == 1:
            late = each.onset_quarter - score.bars[each.index].onset_quarter
            own = (direction for direction in kept if bar_of(direction, score.bars) == each.index)
            yield from (replace(direction, onset_quarter=direction.onset_quarter + late) for direction in own)
