"""An introduction from the tune's own last phrase.

Instruments that lead a group of singers, or a dance, begin with the end of the tune: four bars that close on the
dominant, so that everyone knows tempo and key. `with_introduction` writes these bars before the sheet.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from theory.notation.chord import ChordSymbol
from theory.notation.pitch import Interval
from theory.notation.score import Bar, Direction, Harmony, LeadSheet, Note, Notice, Score
from theory.notation.unfold import ROADMAP

BARS = 4
HEADING = "Intro"


def with_introduction(sheet: LeadSheet) -> LeadSheet:
    """Return a sheet with four bars before it; if none can be written, unchanged with a notice that says why."""
    score = sheet.score
    phrase = _last_phrase(score)
    reason = _why_not(score, phrase)
    if reason:
        notice = Notice(f"no introduction can be written: {reason}", score.bars[0].number, Fraction(0))
        return replace(sheet, notices=(*sheet.notices, notice))
    bars = _bars(score, phrase)
    length = bars[-1].end_quarter
    old = _later(score, length, len(bars))
    shift = -phrase[0].onset_quarter
    added = replace(
        old,
        bars=(*bars, *old.bars),
        parts=(replace(old.parts[0], notes=(*_tune(score, phrase, bars), *old.parts[0].notes)), *old.parts[1:]),
        chords=(*_chords(score, phrase, bars, shift), *old.chords),
        directions=(Direction(Fraction(0), "words", HEADING), *old.directions),
    )
    return replace(sheet, score=added)


def _last_phrase(score: Score) -> list[Bar]:
    """Return the last full bars as they are heard the last time: of several endings the last one."""
    last = score.bars[-1].volta
    heard = [bar for bar in score.bars if not bar.volta or bar.volta == last]
    return [bar for bar in heard if bar.length_quarter == bar.meter.quarters][-BARS:]


def _why_not(score: Score, phrase: list[Bar]) -> str:
    if len(phrase) < BARS or len(score.bars) < 2 * BARS:
        return "the tune is too short"
    if {each.kind for each in score.directions} & ROADMAP:
        return "a jump (D.C., D.S., Fine or Coda) leads elsewhere"
    first = score.bars[0]
    if any(bar.meter != first.meter or bar.key != first.key for bar in phrase):
        return "the tune ends in another key or meter than it begins in"
    return ""


def _bars(score: Score, phrase: list[Bar]) -> list[Bar]:
    """Return the bars of the introduction; the last one leaves room for the upbeat of the tune."""
    first = score.bars[0]
    upbeat = first.length_quarter if first.missing_quarter else Fraction(0)
    found = []
    for number, bar in enumerate(phrase):
        last = number == len(phrase) - 1
        length = bar.length_quarter - (upbeat if last else 0)
        found.append(
            Bar(
                index=number,
                number=f"i{number + 1}",
                onset_quarter=bar.meter.quarters * number,
                length_quarter=length,
                meter=bar.meter,
                key=bar.key,
                right_line="light-light" if last else None,
                shows_key=number == 0,
                shows_meter=number == 0,
            )
        )
    return found


def _later(score: Score, by_quarter: Fraction, bars: int) -> Score:
    """Return a score that begins later, whose repeats still lead to its own first bar."""
    shifted = [replace(b, index=b.index + bars, onset_quarter=b.onset_quarter + by_quarter) for b in score.bars]
    shifted[0] = replace(shifted[0], shows_key=False, shows_meter=False)
    if any(bar.repeat_end for bar in shifted):
        early = [bar.index for bar in shifted if bar.repeat_start or bar.repeat_end]
        if not shifted[early[0] - bars].repeat_start:
            shifted[0] = replace(shifted[0], repeat_start=True)
    return replace(
        score,
        bars=tuple(shifted),
        parts=tuple(
            replace(part, notes=tuple(_moved(note, by_quarter) for note in part.notes)) for part in score.parts
        ),
        chords=tuple(replace(each, onset_quarter=each.onset_quarter + by_quarter) for each in score.chords),
        directions=tuple(
            replace(
                each, onset_quarter=each.onset_quarter + by_quarter * (each.onset_quarter > 0 or each.kind != "tempo")
            )
            for each in score.directions
        ),
    )


def _moved(note: Note, by_quarter: Fraction) -> Note:
    return replace(note, onset_quarter=note.onset_quarter + by_quarter)


def _tune(score: Score, phrase: list[Bar], bars: list[Bar]) -> list[Note]:
    """Return the tune of the introduction, without words; it rests in the last bar."""
    found: list[Note] = []
    for bar, new in zip(phrase[:-1], bars, strict=False):
        for note in score.parts[0].notes:
            if not bar.onset_quarter <= note.onset_quarter < bar.end_quarter:
                continue
            onset = note.onset_quarter - bar.onset_quarter + new.onset_quarter
            plain = replace(note, onset_quarter=onset, lyrics=(), slur_starts=(), slur_stops=(), fermata=False)
            end = min(plain.end_quarter, new.end_quarter)
            found.append(
                replace(
                    plain, duration_quarter=end - onset, notation=None if end < plain.end_quarter else note.notation
                )
            )
    if found and found[0].tie_stop:
        found[0] = replace(found[0], tie_stop=False)
    if found and found[-1].tie_start:
        found[-1] = replace(found[-1], tie_start=False)
    return [*found, Note(bars[-1].onset_quarter, bars[-1].length_quarter, None)]


def _chords(score: Score, phrase: list[Bar], bars: list[Bar], shift: Fraction) -> list[Harmony]:
    """Return the chords of the phrase, with the dominant in the last bar."""
    if not score.chords:
        return []
    found = []
    for bar, new in zip(phrase[:-1], bars, strict=False):
        inside = [each for each in score.chords if bar.onset_quarter <= each.onset_quarter < bar.end_quarter]
        if not new.index and (not inside or inside[0].onset_quarter > bar.onset_quarter):
            before = [each for each in score.chords if each.onset_quarter <= bar.onset_quarter]
            found += [Harmony(new.onset_quarter, before[-1].symbol)] if before else []
        found += [
            replace(each, onset_quarter=each.onset_quarter - bar.onset_quarter + new.onset_quarter) for each in inside
        ]
    key = score.bars[0].key
    dominant = ChordSymbol.build(key.tonic.up(Interval.parse("P5")), "7")
    return [*found, Harmony(bars[-1].onset_quarter, dominant)]
