"""Faults of notation, which no other pitch clears: a bar that is not full, and parts whose order is not their height.

What is missing in a bar is filled with one note, or with a rest if no note suits. Two parts exchange their lines if
each suits the other better; if not, their order in the score is changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from arranger.editing.repairing.aim import GRAVE
from arranger.editing.repairing.result import Change
from theory.checking.check import Submission, check_many
from theory.checking.report import Finding
from theory.notation.instruments import player_of
from theory.notation.pitch import Pitch
from theory.notation.score import Bar, Note, Part, Score
from theory.rules.profile import Profile
from theory.slices.texture import Texture

BAR_LENGTH, PART_ORDER = "RH101", "RH102"
REST_COST = 3.0  # nats of a rest in place of the note that is missing
_NEAR = 5  # semitones from the notes beside a gap
_WAY = 0.1  # nats per semitone of the intervals to the notes beside it
_FOREIGN = 1.5  # nats of a note outside its chord


@dataclass(frozen=True)
class Remedy:
    """A score in which a fault of notation is cleared, and what was done."""

    score: Score
    changes: tuple[Change, ...] = ()
    moves: tuple[str, ...] = ()  # what was done with whole parts, in words


def filled(score: Score, texture: Texture, finding: Finding, profile: Profile) -> Iterator[Remedy]:
    """Yield the score with a bar that is too short filled, the best filling first; none if it is too long."""
    index = next((place for place, part in enumerate(score.parts) if part.name in finding.voices), None)
    bar = score.bars[finding.measure_index]
    gap = None if index is None else _gap(score.parts[index], bar)
    if index is None or gap is None:
        return
    options = [_with_note(score, index, gap, pitch) for pitch in (None, *_pitches(score.parts[index], texture, gap))]
    reports = check_many([Submission(each, profile, infer=False) for each, _ in options])
    ranked = []
    for place, ((each, note), report) in enumerate(zip(options, reports, strict=True)):
        grave = sum(found.severity in GRAVE for found in report.findings)
        ranked.append((grave, _cost(score.parts[index], texture, each.parts[index].notes[note]), place))
    for *_, place in sorted(ranked):
        after, note = options[place]
        yield Remedy(after, (_change(after, index, note, finding.code),))


def _gap(part: Part, bar: Bar) -> tuple[Fraction, Fraction, str] | None:
    """Return begin and end of what is missing in a bar, in quarters, and the voice; None if it is not one gap."""
    timed = [
        note
        for note in part.notes
        if bar.onset_quarter <= note.onset_quarter < bar.end_quarter and note.grace is None and not note.chord
    ]
    voice = min((note.voice for note in timed), default="1")
    time, gaps = bar.onset_quarter, []
    for note in sorted((note for note in timed if note.voice == voice), key=lambda note: note.onset_quarter):
        if note.onset_quarter > time:
            gaps.append((time, note.onset_quarter))
        time = max(time, note.end_quarter)
    if time < bar.end_quarter:
        gaps.append((time, bar.end_quarter))
    return (*gaps[0], voice) if len(gaps) == 1 else None


def _beside(part: Part, start: Fraction, end: Fraction) -> list[Pitch]:
    """Return the pitches before and after a time span."""
    before = [note.pitch for note in part.notes if note.pitch and note.end_quarter <= start]
    after = [note.pitch for note in part.notes if note.pitch and note.onset_quarter >= end]
    return [*before[-1:], *after[:1]]


def _pitches(part: Part, texture: Texture, gap: tuple[Fraction, Fraction, str]) -> list[Pitch]:
    """Return the pitches that may fill a gap: tones of the chord and of the key near the notes beside it."""
    slice_ = texture.slice_at(gap[0])
    chord, key = texture.chord[slice_], texture.key[slice_]
    found = set()
    for beside in _beside(part, *gap[:2]):
        for midi in range(beside.midi - _NEAR, beside.midi + _NEAR + 1):
            name = None if chord is None else chord.spelling(midi % 12)
            if name is not None or midi % 12 in key.scale:
                found.add(Pitch.spelled(midi, key.spelling[midi % 12] if name is None else name))
    return sorted(found, key=lambda pitch: (pitch.midi, pitch.diatonic))


def _with_note(score: Score, index: int, gap: tuple[Fraction, Fraction, str], pitch: Pitch | None) -> tuple[Score, int]:
    """Return the score with a note or rest in a gap, and its index in the part."""
    start, end, voice = gap
    part = score.parts[index]
    place = sum(note.onset_quarter < start for note in part.notes)
    note = Note(start, end - start, pitch, voice=voice)
    notes = (*part.notes[:place], note, *part.notes[place:])
    parts = (*score.parts[:index], replace(part, notes=notes), *score.parts[index + 1 :])
    return replace(score, parts=parts), place


def _cost(part: Part, texture: Texture, note: Note) -> float:
    if note.pitch is None:
        return REST_COST
    chord = texture.chord[texture.slice_at(note.onset_quarter)]
    midi = note.pitch.midi
    foreign = chord is not None and not chord.is_no_chord and chord.role_of(midi % 12) is None
    beside = _beside(part, note.onset_quarter, note.end_quarter)
    return _WAY * sum(abs(midi - other.midi) for other in beside) + _FOREIGN * foreign


def _change(score: Score, index: int, place: int, code: str) -> Change:
    """Return the change that a new note is."""
    note = score.parts[index].notes[place]
    bar = score.bar_at(note.onset_quarter)
    return Change(
        bar=bar.number,
        measure_index=bar.index,
        beat=bar.beat_at(note.onset_quarter),
        onset_quarter=note.onset_quarter,
        voice=score.parts[index].name,
        before=None,
        after=note.pitch,
        clears=(code,),
        part=index,
        notes=(place,),
    )


def ordered(score: Score, finding: Finding, *, may_change: frozenset[int]) -> Iterator[Remedy]:
    """Yield the score with the lines of two parts exchanged, if that suits both, else with the parts in another order.

    Lines are exchanged only between parts that may be changed.
    """
    names = [part.name for part in score.parts]
    upper, lower = (names.index(name) for name in finding.voices)
    parts = list(score.parts)
    high, low = parts[upper], parts[lower]
    exchanged = replace(high, notes=low.notes), replace(low, notes=high.notes)
    if {upper, lower} <= may_change and sum(map(_misfit, exchanged)) < sum(map(_misfit, (high, low))):
        parts[upper], parts[lower] = exchanged
        words = f"{high.name} and {low.name} exchange their lines ({finding.code})"
    else:
        parts[upper], parts[lower] = low, high
        words = f"{low.name} is printed above {high.name} ({finding.code})"
    yield Remedy(replace(score, parts=tuple(parts)), moves=(words,))


def _misfit(part: Part) -> int:
    """Return by how many semitones the notes of a part lie outside its tessitura, all together."""
    player = player_of(part)
    if player is None:
        return 0
    low, high = player.tessitura.low.midi, player.tessitura.high.midi
    return sum(max(low - note.pitch.midi, note.pitch.midi - high, 0) for note in part.notes if note.pitch)
