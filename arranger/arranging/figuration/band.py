"""The lines of a band: the held chords of all parts with their patterns, walking basses, and parallels mended."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from arranger.arranging.figuration.bass import rooted
from arranger.arranging.figuration.completing import completed
from arranger.arranging.figuration.figuring import Player, Sounding, clipped, figured
from arranger.arranging.figuration.fills import Fill, Setting, fills_of, with_fill
from arranger.arranging.figuration.mending import parallel_places, without_parallels
from arranger.arranging.figuration.touch import phrased
from arranger.arranging.figuration.walking import walked
from arranger.arranging.playing.roles import roles_of
from arranger.arranging.playing.turns import Turn
from theory.notation.pitch import Pitch
from theory.notation.score import Harmony
from theory.slices.symbols import spread_symbols

if TYPE_CHECKING:
    from arranger.arranging.plan import Plan


def band_lines(plan: Plan, skeleton: Sequence[Sequence[Sounding]]) -> list[list[Sounding]]:
    """Return the lines of all parts with the figures of the plan's scheme, without the stretches of the tune."""
    if plan.scheme is None:
        raise ValueError("the plan has no scheme")
    chords = spread_symbols(plan.score)
    turns = plan.turns or (Turn(Fraction(0), plan.score.end_quarter, plan.given),)
    lines: list[list[Sounding]] = [[] for _ in skeleton]
    tune: list[Sounding] = []
    by_holder = {turn.voice: _accompaniment(plan, skeleton, turn.voice, chords) for turn in turns}
    for turn in turns:
        tune += clipped(skeleton[turn.voice], turn.start_quarter, turn.end_quarter)
        for voice, line in enumerate(by_holder[turn.voice]):
            lines[voice] += clipped(line, turn.start_quarter, turn.end_quarter) if voice != turn.voice else ()
    lines = completed([*lines, tune], chords, plan.score.end_quarter, inner=range(len(skeleton)))[:-1]
    lines = without_parallels(lines, plan.score, partial(_spelled, plan))
    return _answered(plan, lines, tune, chords)


def _answered(
    plan: Plan, lines: Sequence[list[Sounding]], tune: Sequence[Sounding], chords: Sequence[Harmony]
) -> list[list[Sounding]]:
    """Return lines with fills where the tune rests or holds, leaving out those that would make parallels."""
    if plan.scheme is None or not any(plan.scheme.answered):
        return list(lines)
    setting = Setting(
        plan.score,
        chords,
        plan.scheme.groove.fill,
        plan.scheme.answered,
        {voice: _player(plan, voice, "inner") for voice in range(len(lines))},
        partial(_scale_at, plan),
    )
    fills = list(fills_of(lines, tune, setting))
    faults = set(parallel_places(_with_fills(lines, fills), plan.score, partial(_spelled, plan)))
    return _with_fills(lines, [fill for fill in fills if not faults & fill.places])


def _with_fills(lines: Sequence[list[Sounding]], fills: Sequence[Fill]) -> list[list[Sounding]]:
    found = [list(line) for line in lines]
    for fill in fills:
        found[fill.voice] = with_fill(found[fill.voice], fill)
    return found


def _scale_at(plan: Plan, onset_quarter: Fraction) -> frozenset[int]:
    """Return the pitch classes of the key at a time."""
    return frozenset(plan.texture.key[plan.texture.slice_at(onset_quarter)].scale)


def _accompaniment(
    plan: Plan, skeleton: Sequence[Sequence[Sounding]], holder: int, chords: Sequence[Harmony]
) -> list[list[Sounding]]:
    """Return the figured lines of all parts while one of them has the tune."""
    lines = [list(line) for line in skeleton]
    for voice, role in enumerate(roles_of(len(lines), holder)):
        if voice == holder or plan.scheme is None:
            continue
        player = _player(plan, voice, role)
        held = lines[voice]
        if player.is_bass:
            held = rooted(held, chords, player, [line for other, line in enumerate(skeleton) if other != voice])
        line = figured(held, plan.scheme.figures(plan.score, role), player, chords)
        lines[voice] = walked(line, chords, plan.score, player) if player.is_bass else phrased(line, plan.score)
    return lines


def _player(plan: Plan, voice: int, role: str) -> Player:
    lowest, highest = int(plan.ranges.low[voice]), int(plan.ranges.high[voice])
    ceiling = highest if role == "bass" else min(highest, int(plan.ranges.tessitura_high[voice]))
    return Player(role, lowest, ceiling)


def _spelled(plan: Plan, onset_quarter: Fraction, midi: int) -> Pitch:
    return Pitch.spelled(midi, int(plan.spelling[plan.texture.slice_at(onset_quarter)][midi % 12]))
