"""The changes of pitch from one score to another with the same notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from arranger.editing.repairing.result import Change
from theory.notation.score import Score


def changed_places(before: Score, after: Score) -> Iterator[tuple[int, int]]:
    """Yield (index of the part, index of the note) of the notes that have another pitch."""
    for index, (old, new) in enumerate(zip(before.parts, after.parts, strict=True)):
        for place, (one, other) in enumerate(zip(old.notes, new.notes, strict=True)):
            if one.pitch != other.pitch:
                yield index, place


def changes_between(
    before: Score, after: Score, clears: Mapping[tuple[int, int], Sequence[str]], new: Iterable[Change]
) -> list[Change]:
    """Return the changes of pitch from one score to another, but for new notes; tied notes are one change."""
    found: list[Change] = []
    added = {(change.part, change.notes[0]) for change in new}
    for index, place in changed_places(before, after):
        if (index, place) in added:
            continue
        old, now = before.parts[index].notes[place], after.parts[index].notes[place]
        last = found[-1] if found else None
        if old.tie_stop and last and last.part == index and last.notes[-1] == place - 1:
            found[-1] = replace(last, notes=(*last.notes, place))
            continue
        assert old.pitch is not None
        assert now.pitch is not None
        bar = before.bar_at(old.onset_quarter)
        found.append(
            Change(
                bar=bar.number,
                measure_index=bar.index,
                beat=bar.beat_at(old.onset_quarter),
                onset_quarter=old.onset_quarter,
                voice=before.parts[index].name,
                before=old.pitch,
                after=now.pitch,
                clears=tuple(sorted(set(clears.get((index, place), ())))),
                part=index,
                notes=(place,),
            )
        )
    return found
