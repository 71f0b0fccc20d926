"""A second ending for songs that end on a turnaround.

Many songs end on a turnaround such as ``Dm7 G7`` under the last note of the tune. It leads back to the beginning, and
no choir can stop on it. `with_ending` makes the bars from that note on a first ending and adds a second ending, in
which the last note of the tune is held over the tonic.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from theory.harmony.estimate import estimate_keys
from theory.notation.chord import ChordSymbol
from theory.notation.key import Key
from theory.notation.score import Bar, Harmony, LeadSheet, Note, Notice, Score
from theory.notation.unfold import ROADMAP


def leads_back(score: Score) -> bool:
    """Whether the last chord symbol leads back to the beginning, because its root is no tonic of the piece.

    Tonics are those of the last key signature and of the key estimated from the notes, major and relative minor.
    """
    symbol = score.chords[-1].symbol if score.chords else None
    if symbol is None or symbol.root is None:
        return False
    root = symbol.root.pitch_class  # keys are estimated only if the signature does not settle it
    return root not in _home(score.bars[-1].key) and root not in _home(_longest_key(score))


def _longest_key(score: Score) -> Key:
    """Return the key of most of a piece, estimated from the notes because the right signature may be missing."""
    length: dict[Key, Fraction] = {}
    for region in estimate_keys(score):
        length[region.key] = length.get(region.key, Fraction(0)) + region.end_quarter - region.start_quarter
    return max(length, key=lambda key: length[key])


def _home(key: Key) -> set[int]:
    """Return the pitch classes on which a piece may end: its tonic, and in major and minor that of the relative key."""
    tonic = key.tonic.pitch_class
    return {tonic} if key.church else {tonic, (tonic + (3 if key.is_minor else 9)) % 12}


def with_ending(sheet: LeadSheet) -> LeadSheet:
    """If a sheet ends on a turnaround, return it with a first and a second ending; otherwise unchanged.

    If no ending can be written, a notice says why.
    """
    score = sheet.score
    if not leads_back(score):
        return sheet
    tonic = _tonic(score)
    reason = _why_not(score, tonic)
    if reason:
        notice = Notice(f"no ending can be written: {reason}", score.bars[-1].number, score.bars[-1].onset_quarter)
        return replace(sheet, notices=(*sheet.notices, notice))
    last = _last_note(score)
    first_bar = score.bar_at(last.onset_quarter)
    turn = score.bars[first_bar.index :]
    added = replace(
        score,
        bars=(*score.bars[: first_bar.index], *_first_ending(turn), _second_ending(score, first_bar)),
        parts=(replace(sheet.melody, notes=(*sheet.melody.notes, *_tune(score, first_bar, last))), *score.parts[1:]),
        chords=(*score.chords, *_chords(score, first_bar, last, tonic)),
    )
    return replace(sheet, score=added)


def _why_not(score: Score, tonic: ChordSymbol) -> str:
    """Return the reason why no ending can be written; empty if one can."""
    last = _last_note(score)
    turn = score.bars[score.bar_at(last.onset_quarter).index :]
    before = score.bars[: turn[0].index]
    if last.pitch is None or tonic.role_of(last.pitch.midi % 12) is None:
        return f"the tune comes to rest on {last.pitch}, which is not a chord tone of {tonic}"
    if {each.kind for each in score.directions} & (ROADMAP - {"segno"}):
        return "a jump (D.C., D.S., Fine or Coda) leads elsewhere"
    if any(bar.volta or bar.repeat_start for bar in turn) or any(bar.repeat_end for bar in turn[:-1]):
        return "its last bars already have endings or repeats"
    if not turn[-1].repeat_end and any(bar.repeat_start or bar.repeat_end for bar in before):
        return "it has repeats of its own, but none at its end"
    return ""


def _tonic(score: Score) -> ChordSymbol:
    """Return the final chord: that under the last note if its root is a tonic, else a tonic triad with that note."""
    keys, last = (_longest_key(score), score.bars[-1].key), _last_note(score)
    under = [chord.symbol for chord in score.chords if chord.onset_quarter <= last.onset_quarter][-1:]
    at_home = [each for each in under if each.root and any(each.root.pitch_class in _home(key) for key in keys)]
    tonics = [*at_home, *(ChordSymbol.build(key.tonic, "m" if key.is_minor else "") for key in keys)]
    return next((each for each in tonics if last.pitch and each.role_of(last.pitch.midi % 12) is not None), tonics[0])


def _last_note(score: Score) -> Note:
    """Return the last note of the tune; of tied notes, the first."""
    notes = [note for note in score.parts[0].notes if note.pitch is not None and note.grace is None]
    index = len(notes) - 1
    while index > 0 and notes[index].tie_stop:
        index -= 1
    return notes[index]


def _first_ending(turn: tuple[Bar, ...]) -> list[Bar]:
    """Return the bars of the turnaround as a first ending that closes with a repeat."""
    bars = [replace(bar, volta=(1,)) for bar in turn]
    bars[0] = replace(bars[0], volta_start=True)
    bars[-1] = replace(bars[-1], volta_stop="stop", repeat_end=max(2, bars[-1].repeat_end), right_line=None)
    return bars


def _second_ending(score: Score, first: Bar) -> Bar:
    last = score.bars[-1]
    number = str(int(last.number) + 1) if last.number.isdigit() else f"{last.number}a"
    return replace(
        first,
        index=last.index + 1,
        number=number,
        onset_quarter=score.end_quarter,
        length_quarter=first.length_quarter,
        volta=(2,),
        volta_start=True,
        volta_stop="discontinue",
        right_line="light-heavy",
        shows_key=False,
        shows_meter=False,
    )


def _tune(score: Score, first: Bar, last: Note) -> list[Note]:
    """Return the tune of the second ending: the bar as in the first ending, its last note held to the bar line."""
    shift = score.end_quarter - first.onset_quarter
    notes = [note for note in score.parts[0].notes if first.onset_quarter <= note.onset_quarter < last.onset_quarter]
    held = replace(
        last,
        duration_quarter=first.end_quarter - last.onset_quarter,
        tie_start=False,
        slur_starts=(),
        slur_stops=(),
        notation=None,
    )
    return [replace(note, onset_quarter=note.onset_quarter + shift) for note in (*notes, held)]


def _chords(score: Score, first: Bar, last: Note, tonic: ChordSymbol) -> list[Harmony]:
    """Return the chord symbols of the second ending: those before the last note, then the tonic."""
    shift: Fraction = score.end_quarter - first.onset_quarter
    before = [chord for chord in score.chords if first.onset_quarter <= chord.onset_quarter < last.onset_quarter]
    whole = [*before, Harmony(last.onset_quarter, tonic)]
    return [replace(chord, onset_quarter=chord.onset_quarter + shift) for chord in whole]
