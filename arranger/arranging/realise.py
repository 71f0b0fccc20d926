"""Notation: from a texture without holes to a written score.

The given line is copied from the sheet, note for note. The other voices are written from their cells: slices without
a new attack merge into one note, notes are cut and tied at bar lines, syllables go to every voice that sings them, and
fermatas and breath marks go to all voices.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from arranger.arranging.ensembles import Ensemble
from arranger.arranging.figuration.band import band_lines
from arranger.arranging.figuration.figuring import Sounding, clipped
from arranger.arranging.figuration.touch import with_touch
from arranger.arranging.plan import Plan
from arranger.arranging.playing.doubling import doubled
from arranger.arranging.playing.dynamics import dynamics_of
from arranger.arranging.playing.tempo import opening_tempo
from arranger.arranging.playing.turns import turn_at
from arranger.arranging.rhythm import REST_MODE
from arranger.arranging.search.beam import Hypothesis
from theory.notation.key import Key
from theory.notation.phrase import BREATHS
from theory.notation.pitch import Pitch
from theory.notation.score import SWING, Bar, Direction, LeadSheet, Lyric, Note, Part, Score
from theory.notation.syllables import with_extenders, with_slurs

OPENING_DYNAMIC = "mf"
FARTHEST_FIFTHS = 8  # from the middle of a key, for notes of diminished chords
OPENING_TEMPO = 92  # beats per minute, if the sheet gives no tempo


def to_score(plan: Plan, hypothesis: Hypothesis, sheet: LeadSheet, ensemble: Ensemble) -> Score:
    """Return the arrangement as a written score; the given part is the melody of the sheet itself."""
    lines = written_lines(plan, hypothesis)
    tune = plan.score.parts[0].notes
    parts = []
    for voice, (part, line) in enumerate(zip(ensemble.parts, lines, strict=True)):
        notes = tune if voice == plan.given and not plan.turns else written_notes(plan, voice, line)
        notes = _with_turns(plan, voice, notes) if plan.turns else notes
        parts.append(Part(part.name, notes, part.instrument.name, part.abbreviation))
    by_name = {part.name: part for part in parts}
    parts += [doubled(part, by_name[part.doubles]) for part in ensemble.doubles]
    chords = sheet.score.chords or plan.score.chords
    directions = _played_directions(plan, [part.name for part in parts]) if plan.scheme else _directions(sheet.score)
    return replace(sheet.score, parts=tuple(parts), chords=chords, directions=directions)


def written_lines(plan: Plan, hypothesis: Hypothesis) -> list[list[Sounding]]:
    """Return the line of each voice, with the figures of its accompaniment, without the stretches of a handed tune."""
    lines = [_line(plan, hypothesis, voice) for voice in range(plan.texture.shape[1])]
    lines = band_lines(plan, lines) if plan.scheme else lines
    return [_outside_turns(plan, voice, line) for voice, line in enumerate(lines)] if plan.turns else lines


def _outside_turns(plan: Plan, voice: int, line: Sequence[Sounding]) -> list[Sounding]:
    """Return a line without the stretches of the tune."""
    others = [turn for turn in plan.turns if turn.voice != voice]
    return [note for turn in others for note in clipped(line, turn.start_quarter, turn.end_quarter)]


def _with_turns(plan: Plan, voice: int, notes: Sequence[Note]) -> tuple[Note, ...]:
    """Return the notes of a voice, with the tune where it is the voice's turn."""
    tune = plan.score.parts[0].notes
    own = (note for note in tune if turn_at(plan.turns, note.onset_quarter).voice == voice)
    return tuple(sorted((*own, *notes), key=lambda note: note.onset_quarter))


def written_notes(plan: Plan, voice: int, line: Sequence[Sounding]) -> tuple[Note, ...]:
    """Return the written notes and rests of a filled voice, or of a stretch of it, with slurs and articulations."""
    number = _slur(plan, voice)
    notes = with_slurs(_voice(plan, line), number=number)
    return tuple(with_touch(notes, line, number)) if plan.scheme else notes


def written_voice(plan: Plan, hypothesis: Hypothesis, voice: int) -> tuple[Note, ...]:
    """Return the written notes and rests of one filled voice of a finished search."""
    return written_notes(plan, voice, _line(plan, hypothesis, voice))


def _slur(plan: Plan, voice: int) -> int:
    """Return the slur number of a filled voice: voices may share a staff, and 1 is the number of the tune."""
    return 2 + sorted({*plan.free, voice}).index(voice)


def _played_directions(plan: Plan, parts: Sequence[str]) -> tuple[Direction, ...]:
    """Return the directions of the sheet, and those of a band where it has none: dynamics, swing, tempo."""
    score, scheme = plan.score, plan.scheme
    found = list(score.directions)
    if scheme and not any(each.kind == "dynamic" for each in found):
        starts = [score.bars[section.start_bar].onset_quarter for section in scheme.sections]
        holders = [parts[turn_at(plan.turns, start).voice if plan.turns else plan.given] for start in starts]
        found += dynamics_of(score, scheme.sections, parts, holders)
    if scheme and scheme.groove.swing:
        found.insert(0, Direction(Fraction(0), "words", SWING))
    if scheme and not any(each.kind == "tempo" and each.value for each in found):
        found.insert(0, opening_tempo(score, scheme.groove.tempo))
    return tuple(sorted(found, key=lambda each: each.onset_quarter))


def _directions(score: Score) -> tuple[Direction, ...]:
    """Return the directions of the sheet, with an opening tempo and dynamic if it has none."""
    found = list(score.directions)
    if not any(each.kind == "dynamic" for each in found):
        found.insert(0, Direction(Fraction(0), "dynamic", OPENING_DYNAMIC))
    if not any(each.kind == "tempo" and each.value for each in found):
        found.insert(0, opening_tempo(score, OPENING_TEMPO))
    return tuple(sorted(found, key=lambda each: each.onset_quarter))


def _line(plan: Plan, hypothesis: Hypothesis, voice: int) -> list[Sounding]:
    """Return a voice as notes and rests; slices without a new attack merge if they are heard one after the other."""
    midi, attack = hypothesis.midi[:, voice], hypothesis.attack[:, voice]
    times = (*plan.texture.onset_quarter, plan.score.end_quarter)
    starts = [t for t in range(len(midi)) if t == 0 or attack[t] or midi[t] != midi[t - 1] or not _follows(plan, t)]
    ends = [*starts[1:], len(midi)]
    late = _late(plan, starts) if plan.suspends else set()
    return [Sounding(times[a], times[b], int(midi[a]), a, a in late) for a, b in zip(starts, ends, strict=True)]


def _late(plan: Plan, starts: Sequence[int]) -> set[int]:
    """Return the notes, by their first slices, that follow one which was held over a new note of the tune."""
    tune = np.flatnonzero(plan.tune_attack)
    latest = {start: int(tune[tune <= start].max(initial=0)) for start in starts}
    return {after for before, after in itertools.pairwise(starts) if before < latest[after] < after}


def _follows(plan: Plan, t: int) -> bool:
    """Whether a slice is heard directly after the one written before it: a second ending is not, after a first."""
    return not t or t - 1 in plan.texture.predecessors[t]


def _is_tied_in(plan: Plan, line: Sequence[Sounding], sounding: Sounding) -> bool:
    """Whether a note goes on from before a repeat, as the tune's does: from before the endings into the second one."""
    t = sounding.slice
    tune = _tune_note(plan, t)
    if t < 0 or _follows(plan, t) or tune is None or not tune.tie_stop or tune.onset_quarter != sounding.start_quarter:
        return False
    if (before := _tune_note(plan, t - 1)) is not None and before.tie_start:  # a tie from one ending into another
        return False
    times = (*plan.texture.onset_quarter, plan.score.end_quarter)
    ends = {times[before + 1] for before in plan.texture.predecessors[t]}
    return any(
        each.midi == sounding.midi and each.start_quarter < end < each.end_quarter for each in line for end in ends
    )


def _voice(plan: Plan, line: Sequence[Sounding]) -> tuple[Note, ...]:
    """Return the written notes and rests of one filled voice."""
    notes: list[Note] = []
    for sounding in line:
        start, end = sounding.start_quarter, sounding.end_quarter
        if sounding.midi < 0:
            notes += _rests(plan, start, end)
            continue
        pitch = written_pitch(plan, plan.texture.slice_at(start), sounding.midi)
        tied_in = _is_tied_in(plan, line, sounding)
        whole = Note(start, end - start, pitch, tie_stop=tied_in, lyrics=_lyrics(plan, sounding))
        notes += _cut(plan, _with_marks(plan, whole))
    return with_extenders(tuple(notes))


def written_pitch(plan: Plan, t: int, midi: int) -> Pitch:
    """Return a note as its chord spells it, or as the key does if the chord would need double flats or sharps.

    In G major, ``Gbm7b5`` is written F# A C E, and ``B7#5`` is written B D# G A.
    """
    fifths, chord, key = int(plan.spelling[t][midi % 12]), plan.texture.chord[t], plan.texture.key[t].spelling
    if chord is not None and chord.root is not None:
        members = [chord.spelling(pitch_class) for pitch_class in range(12)]
        foreign_root = chord.root.fifths != key[chord.root.pitch_class]
        remote = plan.scheme is not None and _is_remote(fifths, plan.texture.key[t]) and chord.quality.startswith("dim")
        if (
            _is_double(fifths)
            or remote
            or (foreign_root and any(_is_double(each) for each in members if each is not None))
        ):
            fifths = plan.texture.key[t].readable(key[midi % 12])
    return Pitch.spelled(midi, fifths)


def _is_remote(fifths: int, key: Key) -> bool:
    """Whether a note is written far from a key, such as F flat in C major, so that players read another one faster."""
    return abs(fifths - key.fifths - 1) > FARTHEST_FIFTHS


def _is_double(fifths: int) -> bool:
    """Whether a position on the line of fifths lies beyond F flat and B sharp."""
    return not -8 <= fifths <= 12


def _cuts(plan: Plan, start: Fraction, end: Fraction) -> list[Fraction]:
    """Return the start, the bar lines between, and the end, in quarters."""
    bars = plan.score.bars
    first = bisect_right(bars, start, key=_onset)
    return [start, *map(_onset, bars[first : bisect_left(bars, end, lo=first, key=_onset)]), end]


def _onset(bar: Bar) -> Fraction:
    return bar.onset_quarter


def _rests(plan: Plan, start: Fraction, end: Fraction) -> list[Note]:
    cuts = _cuts(plan, start, end)
    return [Note(a, b - a, None) for a, b in itertools.pairwise(cuts)]


def _cut(plan: Plan, note: Note) -> list[Note]:
    """Return a note cut at the bar lines into tied notes; fermata and articulations go to the last one."""
    cuts = _cuts(plan, note.onset_quarter, note.end_quarter)
    pieces = []
    for start, end in itertools.pairwise(cuts):
        first, last = start == cuts[0], end == cuts[-1]
        pieces.append(
            replace(
                note,
                onset_quarter=start,
                duration_quarter=end - start,
                tie_stop=note.tie_stop if first else True,
                tie_start=not last,
                lyrics=note.lyrics if first else (),
                fermata=note.fermata and last,
                articulations=note.articulations if last else (),
            )
        )
    return pieces


def _tune_note(plan: Plan, t: int) -> Note | None:
    """Return the note of the tune that sounds in a slice, if any."""
    index = int(plan.texture.note[t, plan.holder[t]])
    return plan.score.parts[0].notes[index] if index >= 0 else None


def _lyrics(plan: Plan, sounding: Sounding) -> tuple[Lyric, ...]:
    """Return the syllables under a note: those of the tune if both attack together, a vowel where held chords begin.

    The vowel is written once in a line of text, and again after a rest or where it changes. A note that resolves a
    suspension has the syllable that began under the suspended note.
    """
    if not (plan.has_words and plan.sung):
        return ()
    t = sounding.slice
    tune = _tune_note(plan, t)
    if plan.sings_words[t]:
        return tune.lyrics if tune and (sounding.late or bool(plan.tune_attack[t])) else ()
    vowel, before = plan.vowel[t], t - 1
    goes_on = t > 0 and not plan.sings_words[before] and not _rests_in(plan, before) and plan.vowel[before] == vowel
    begins = not goes_on or (plan.line[before] != plan.line[t] and bool(plan.boundary[t]))
    return (Lyric(vowel, extend=True),) if begins else ()


def _with_marks(plan: Plan, note: Note) -> Note:
    """Return a note with the fermata of the tune, and with a breath mark where a phrase ends without a rest."""
    last = plan.texture.slice_at(note.end_quarter - Fraction(1, 64))
    tune = _tune_note(plan, last)
    fermata = tune is not None and tune.fermata and tune.end_quarter == note.end_quarter
    goes_on = last + 1 < plan.texture.shape[0] and plan.texture.onset_quarter[last + 1] == note.end_quarter
    breath = goes_on and _breathes(plan, last) and not fermata and not _rests_in(plan, last + 1)
    marks = ("breath-mark",) if breath and plan.marks_breaths and not plan.scheme else ()
    return replace(note, fermata=fermata, articulations=marks)


def _breathes(plan: Plan, last: int) -> bool:
    """Whether a phrase ends with a slice and the tune breathes there, by a breath mark or a rest."""
    tune = _tune_note(plan, last)
    with_tune = tune is None or _tune_note(plan, last + 1) is None or bool(BREATHS & set(tune.articulations))
    return with_tune and bool(plan.texture.phrase_end[last])


def _rests_in(plan: Plan, t: int) -> bool:
    """Whether the filled voices rest in a slice."""
    return bool((plan.mode[t] == REST_MODE).any())
