"""Repairing a project's score: the fewest notes are changed that clear what the rules find; pinned notes stay."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from fractions import Fraction

from arranger.editing.repairing.repair import repaired
from arranger.editing.repairing.result import Change
from arranger.editing.repairing.wish import RepairWish
from arranger.linter.settings import Selection
from arranger.studio.answers import Say
from arranger.studio.project import Json, Music
from arranger.studio.work.scores import changed_music, chords_of, given_in, own_parts_of, score_of
from theory.notation.score import Score


def repair(
    say: Say, *, music: Music, document: bytes, select: Sequence[str], bars: Sequence[int], pins: Sequence[Json]
) -> tuple[Music, bytes, list[Json]]:
    """Return a score repaired, its MusicXML, and what was changed.

    ``select`` has the beginnings of the codes whose findings are cleared; without any, errors and warnings are.
    ``bars`` has the indices of the first and last bar in which notes may change; without any, all may.
    """
    score = score_of(music, document)
    own = own_parts_of(music, score)
    wish = RepairWish(
        profile=Selection(music.profile, (), (), tuple(select)).of(music.profile),
        codes=tuple(select),
        tune=own.parts[music.tune[0]["part"]].name if music.tune else "",
        chords=chords_of(music) or None,
        given=given_in(own, music.tune),
    )
    found = repaired(own, wish)
    pinned = {(pin["voice"], Fraction(pin["onset_quarter"])) for pin in pins}
    within = range(bars[0], bars[1] + 1) if bars else range(len(own.bars))
    kept = [each for each in found.changes if each.measure_index in within and not _touches(each, own, pinned)]
    changed = own
    for change in kept:
        changed = _with(changed, found.score, change)
    whole = replace(score, parts=(*changed.parts, *score.parts[len(changed.parts) :]))
    repaired_music, written = changed_music(whole, music)
    return repaired_music, written, [_entry(change, own) for change in kept]


def _touches(change: Change, score: Score, pinned: Collection[tuple[int, Fraction]]) -> bool:
    notes = score.parts[change.part].notes
    return any((change.part, notes[index].onset_quarter) in pinned for index in change.notes)


def _with(score: Score, other: Score, change: Change) -> Score:
    """Return a score with the notes of a change as another score has them."""
    notes = list(score.parts[change.part].notes)
    for index in change.notes:
        notes[index] = other.parts[change.part].notes[index]
    parts = list(score.parts)
    parts[change.part] = replace(parts[change.part], notes=tuple(notes))
    return replace(score, parts=tuple(parts))


def _entry(change: Change, score: Score) -> Json:
    notes = score.parts[change.part].notes
    return {
        **change.to_json(),
        "voice": change.part,
        "part": change.voice,
        "onset_quarter": str(change.onset_quarter),
        "note_ids": [notes[index].id for index in change.notes],
    }
