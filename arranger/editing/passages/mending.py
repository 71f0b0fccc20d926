"""A draft repaired: the fewest notes are changed that clear what the rules find in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from arranger.arranging.playing.doubling import doubled
from arranger.arranging.search.beam import Hypothesis
from arranger.editing.passages.written_plan import written_plan
from arranger.editing.repairing.repair import repaired
from arranger.editing.repairing.result import Repair
from arranger.editing.repairing.wish import RepairWish, measures_of
from theory.notation.score import Notice, Score
from theory.rules.profile import load_profile
from theory.types import Ints

if TYPE_CHECKING:
    from arranger.editing.passages.draft import Draft

Edited = TypeVar("Edited", bound="Draft")


def mended(draft: Edited, bars: str, voices: Sequence[str], select: Sequence[str]) -> Edited:
    """Return a draft in whose bars the findings are cleared; see `Draft.repair`."""
    count = draft.plan.texture.shape[1]
    own = replace(draft.score, parts=draft.score.parts[:count])
    wish = RepairWish(
        load_profile(draft.plan.style.profile),
        codes=tuple(select),
        voices=tuple(voices),
        tune=draft.plan.texture.voices[draft.plan.given],
        measures=measures_of(own, bars),
        chords=draft.plan.score.chords,
    )
    found = repaired(own, wish)
    if not found.changes:
        return draft
    by_name = {part.name: part for part in found.score.parts}
    doubles = (doubled(part, by_name[part.doubles]) for part in draft.ensemble.doubles if part.doubles in by_name)
    score = replace(draft.score, parts=(*found.score.parts, *doubles))
    notice = Notice(f"{len(found.changes)} notes repaired, {len(found.left)} findings left")
    new = replace(draft, score=score, notices=(*draft.notices, notice))
    if draft.rhythm == "written" and draft.ready is not None:
        plan, texture = written_plan(replace(score, chords=draft.plan.score.chords), draft.ready)
        return replace(new, plan=plan, hypothesis=texture)
    return new if draft.plan.scheme else replace(new, hypothesis=_texture(draft, found))


def _texture(draft: Draft, found: Repair) -> Hypothesis:
    """Return the texture of a draft with the notes that a repair changed."""
    midi, score = draft.hypothesis.midi.copy(), found.score
    for change in found.changes:
        for index in change.notes:
            _put(score, change.part, index, midi, draft)
    return replace(draft.hypothesis, midi=midi)


def _put(score: Score, part: int, index: int, midi: Ints, draft: Draft) -> None:
    note, times = score.parts[part].notes[index], draft.plan.texture.onset_quarter
    for t in range(draft.plan.texture.slice_at(note.onset_quarter), len(times)):
        if times[t] >= note.end_quarter:
            break
        midi[t, part] = note.pitch.midi if note.pitch else -1
