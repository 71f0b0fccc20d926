"""A descant: a further voice above the tune, from the same chords and with the same words.

It is found by the same search and the same rules as the other voices, which are all given.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from arranger.arranging.ensembles import Ensemble
from arranger.arranging.main import Arrangement, Options, search_for
from arranger.arranging.plan import Plan, recurrences, spelling_of
from arranger.arranging.realise import written_voice
from arranger.arranging.rhythm import GIVEN, HOLD, MAY, REST_MODE, Tune, modes_of
from theory.notation.instruments import instrument
from theory.notation.score import Part
from theory.slices.repeats import seam_predecessors
from theory.slices.texture import HOLE, REST, slice_onsets, texture_of
from theory.slices.windows import contexts_of, ranges_of

NAME = "Descant"
TASTE = {"top_repeats": 1.6, "top_leap": 0.5, "leap": 0.1, "tessitura": 0.2, "recurrence": 0.0, "lost_essential": 0.0}


def descant_above(arrangement: Arrangement, ensemble: Ensemble, chosen: Options) -> Part:
    """Return a descant for an arrangement with the tune in its top part."""
    plan = _plan(arrangement, ensemble)
    best = search_for(plan, chosen).run()[0]
    played = instrument("descant")
    return Part(NAME, written_voice(plan, best, 0), played.name, played.abbreviation)


def _plan(arrangement: Arrangement, ensemble: Ensemble) -> Plan:
    """Return the plan of a voice above all voices of an arrangement, which are given."""
    base, score = arrangement.plan, replace(arrangement.score, chords=arrangement.plan.score.chords)
    grid = [time for bar in score.bars for time in bar.onsets_every(bar.meter.beat_quarters)]
    onsets = slice_onsets(score, score.parts, grid=grid)
    keys = tuple(base.texture.key[base.texture.slice_at(onset)] for onset in onsets)
    heard = seam_predecessors(score, onsets)
    tune_part = score.parts[base.given]
    alone = texture_of(replace(score, parts=(tune_part,)), onsets=onsets, keys=keys, predecessors=heard)
    tune = Tune(alone, replace(score, parts=(tune_part,)), np.zeros(len(onsets)), "all")
    parts = (Part(NAME, ()), *score.parts)
    texture = texture_of(replace(score, parts=parts), onsets=onsets, keys=keys, predecessors=heard)
    preferences = base.style.preferences | TASTE
    style = replace(base.style, rhythm="syllables", walking_bass=False, preferences=preferences)
    mode = np.full(texture.shape, GIVEN)
    sung = modes_of(tune, style, voices=2, holder=np.ones(len(onsets), dtype=np.int64))[:, 0]
    mode[:, 0] = np.where((sung == MAY) & ~texture.chord_onset, HOLD, sung)
    pitch = texture.pitch.copy()
    pitch[:, 0] = np.where(mode[:, 0] == REST_MODE, REST, HOLE)
    texture = replace(texture, pitch=pitch, phrase_end=alone.phrase_end)
    given = base.given + 1
    count = len(onsets)
    holder = np.full(count, given)
    return replace(
        base,
        texture=texture,
        mode=mode,
        given=given,
        holder=holder,
        context=contexts_of(texture),
        spelling=spelling_of(texture, given),
        boundary=np.concatenate([[True], texture.phrase_end[:-1]]),
        recurs=recurrences(texture, holder),
        sings_words=~tune.wordless,
        line=tune.line_index,
        vowel=("ah",) * count,
        ranges=ranges_of([instrument("descant"), *(part.instrument for part in ensemble.parts)]),
        style=style,
        score=replace(base.score, parts=(tune_part,)),
        character=np.zeros((count, base.character.shape[1])),
    )


def leaves_room(arrangement: Arrangement) -> bool:
    """Whether the tune is in the top part, so that there can be a voice above it."""
    return arrangement.plan.given == 0 and arrangement.score.end_quarter > Fraction(0)
