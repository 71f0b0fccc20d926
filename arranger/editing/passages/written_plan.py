"""The plan of a finished score in its own rhythm: each voice moves exactly where it does, at other pitches."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from arranger.arranging.given.pins import with_pins
from arranger.arranging.main import Prepared
from arranger.arranging.plan import Plan, check_length, recurrences, spelling_of
from arranger.arranging.rhythm import GIVEN, HOLD, MUST, REST_MODE
from arranger.arranging.search.beam import Hypothesis
from arranger.characters import AXES
from theory.harmony.estimate import estimate_chords, estimate_keys
from theory.notation.key import keys_at
from theory.notation.score import Harmony, Score
from theory.slices.repeats import seam_predecessors
from theory.slices.texture import slice_onsets, texture_of
from theory.slices.windows import contexts_of, ranges_of


def chords_of(score: Score) -> tuple[Harmony, ...]:
    """Return the chord symbols of a score or, where it has none, an estimate from its notes."""
    if score.has_symbols:
        return score.chords
    return tuple(Harmony(span.start_quarter, span.symbol) for span in estimate_chords(replace(score, chords=())))


def written_plan(score: Score, ready: Prepared) -> tuple[Plan, Hypothesis]:
    """Return the plan of a score in its own rhythm, with its notes as a texture.

    The first parts of the score are those of the ensemble, in its order; parts beyond them are left alone. The pins of
    ``ready`` are in force. Raises LimitError if the score is too long.
    """
    count, melody = len(ready.ensemble.parts), ready.melody
    own = replace(score, parts=score.parts[:count], chords=chords_of(score))
    onsets = slice_onsets(own, own.parts)
    check_length(len(onsets))
    tune = replace(own, parts=(own.parts[melody],))
    keys, heard_before = keys_at(estimate_keys(tune), onsets), seam_predecessors(own, onsets)
    texture = texture_of(own, onsets=onsets, keys=keys, predecessors=heard_before)
    slices = len(onsets)
    mode = np.where(texture.pitch < 0, REST_MODE, np.where(texture.attack, MUST, HOLD))
    mode[:, melody] = GIVEN
    holder = np.full(slices, melody)
    ranges = ranges_of([part.instrument for part in ready.ensemble.parts])
    plan = Plan(
        texture=texture,
        mode=mode.astype(np.int64),
        given=melody,
        turns=(),
        holder=holder,
        context=contexts_of(texture),
        spelling=spelling_of(texture, melody),
        boundary=np.concatenate([[True], texture.phrase_end[:-1]]),
        recurs=recurrences(texture, holder),
        sings_words=np.zeros(slices, dtype=bool),
        line=np.zeros(slices, dtype=np.int64),
        vowel=("",) * slices,
        has_words=False,
        sung=ready.ensemble.family == "choir",
        marks_breaths=False,
        scheme=None,
        ranges=ranges,
        style=ready.style,
        score=tune,
        character=np.zeros((slices, len(AXES))),
    )
    return _on_whole_notes(plan, ready), Hypothesis(texture.pitch, texture.attack, 0.0)


def with_notes_of(plan: Plan, score: Score) -> Plan:
    """Return the plan of a score in its own rhythm, for a score that differs from it in pitches only."""
    own, old = replace(score, parts=score.parts[: plan.texture.shape[1]]), plan.texture
    now = texture_of(own, onsets=old.onset_quarter, keys=old.key, predecessors=old.predecessors)
    tune = replace(plan.score, parts=(own.parts[plan.given],))
    return replace(plan, texture=replace(old, pitch=now.pitch, fifths=now.fifths), score=tune)


def _on_whole_notes(plan: Plan, ready: Prepared) -> Plan:
    """Return a plan with pins, each of which concerns the whole note that sounds there, since the rhythm stays."""
    pinned = with_pins(plan, ready.options.pins)
    found = {}
    for (t, voice), pitches in pinned.pinned.items():
        if plan.mode[t, voice] == REST_MODE:
            bar = plan.score.bar_at(plan.texture.onset_quarter[t]).number
            raise ValueError(f"{plan.texture.voices[voice]} rests at the pin in bar {bar}, and its rhythm stays")
        begins = t
        while begins and plan.mode[begins, voice] == HOLD:
            begins -= 1
        found[begins, voice] = pitches
    return replace(pinned, mode=plan.mode, pinned=found)
