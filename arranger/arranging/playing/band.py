"""The lines of a band: the held chords of all parts with their patterns, walking basses, and parallels mended."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from arranger.arranging.playing.bass import rooted
from arranger.arranging.playing.completing import completed
from arranger.arranging.playing.figuring import Player, Sounding, figured
from arranger.arranging.playing.mending import without_parallels
from arranger.arranging.playing.roles import roles_of
from arranger.arranging.playing.touch import phrased
from arranger.arranging.playing.walking import walked
from theory.notation.pitch import Pitch
from theory.slices.texture import spread_symbols

if TYPE_CHECKING:
    from arranger.arranging.plan import Plan


def band_lines(plan: Plan, skeleton: Sequence[Sequence[Sounding]]) -> list[list[Sounding]]:
    """Return the lines of all parts, the tune's as it is, the others with the figures of the plan's scheme."""
    if plan.scheme is None:
        raise ValueError("the plan has no scheme")
    chords = spread_symbols(plan.score)
    lines = [list(line) for line in skeleton]
    inner = []
    for voice, role in enumerate(roles_of(len(lines), plan.given)):
        if voice == plan.given:
            continue
        player = Player(role, int(plan.ranges.low[voice]), int(plan.ranges.high[voice]))
        held = lines[voice]
        if player.is_bass:
            held = rooted(held, chords, player, [line for other, line in enumerate(skeleton) if other != voice])
        line = figured(held, plan.scheme.figures(plan.score, role), player, chords)
        lines[voice] = phrased(walked(line, chords, plan.score, player) if player.is_bass else line, plan.score)
        inner += [] if player.is_bass else [voice]
    lines = completed(lines, chords, plan.score.end_quarter, inner=inner)
    return without_parallels(lines, plan.score, partial(_spelled, plan), given=plan.given)


def _spelled(plan: Plan, onset_quarter: Fraction, midi: int) -> Pitch:
    return Pitch.spelled(midi, int(plan.spelling[plan.texture.slice_at(onset_quarter)][midi % 12]))
