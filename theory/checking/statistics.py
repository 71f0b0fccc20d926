"""Descriptive statistics of a four-part piece, which distinguish a hymn from a naive voicing.

The same definitions serve existing music and arrangements. Each figure describes one piece; callers compute
medians and ranges over many pieces. Shares are between 0 and 1, distances in semitones, times in quarters;
a figure is ``nan`` if the piece has nothing to measure.

``bass_fourths``     share of the bass's moves that are a fourth or larger
``tune_alone``       share of the tune's moves under which no other voice moves
``outer_contrary``   share of contrary motion among slices in which both outer voices move
``alto_steps``, ``tenor_steps``  share of a voice's attacks that are reached by step or repetition
``longest_stay``     longest time that an inner voice stays on one pitch
``bass_root``, ``bass_third``, ``bass_fifth``  share of each role in the bass, on beats with a known chord
``clash``            share of slice changes to a semitone clash in which both notes are reached by leap
``span``             mean distance between soprano and bass
``muddy``            share of slices with tenor and bass a third or less apart and the bass below C3
``all_on_syllable``  share of the tune's syllables on which all sounding voices attack
``no_breath``        longest time that some voice goes without a rest or a phrase end
``parallels``        parallel fifths, octaves and unisons per 1,000 notes, including seams and phrase ends
``bars_alike``       among bars whose tune and chords repeat an earlier bar, share that is voiced the same
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

from theory.rules.catalogue import by_code
from theory.slices.facts import FIFTH, NONE, ROOT, THIRD
from theory.slices.texture import Texture
from theory.slices.windows import Windows
from theory.types import Mask

_LOW_C = 48
_THIRD_SEMITONES = 4
_PARALLELS = ("VL101", "VL102", "VL103")


@dataclass(frozen=True)
class Statistics:
    """The figures of one piece, described in the module docstring."""

    bass_fourths: float
    tune_alone: float
    outer_contrary: float
    alto_steps: float
    tenor_steps: float
    longest_stay: float
    bass_root: float
    bass_third: float
    bass_fifth: float
    clash: float
    span: float
    muddy: float
    all_on_syllable: float
    no_breath: float
    parallels: float
    bars_alike: float

    def as_dict(self) -> dict[str, float]:
        """Return the figures by name."""
        return asdict(self)


def statistics_of(texture: Texture, *, syllables: Mask | None = None) -> Statistics:
    """Return the figures of a four-part texture with the tune on top.

    Parameters
    ----------
    syllables
        (T,) mask of slices in which the tune begins a syllable; by default every attack of the tune.
    """
    windows = Windows(texture)
    motion, vertical = windows.motion, windows.verticality
    moves, bass = motion.moves, motion.semitones[..., -1]
    tune_moves, others = moves[..., 0], moves[..., 1:].any(axis=-1)
    outer = moves[..., 0] & moves[..., -1]
    contrary = outer & (motion.direction[..., 0] != motion.direction[..., -1])
    onsets = texture.attack[:, 0] if syllables is None else syllables
    gap = texture.pitch[:, -2] - texture.pitch[:, -1]
    sounding = (texture.pitch >= 0).all(axis=1)
    beats = (texture.strength >= 0.25) & vertical.context.present & (vertical.bass_role != NONE)
    return Statistics(
        bass_fourths=_share(np.abs(bass) >= 5, moves[..., -1]),
        tune_alone=_share(~others, tune_moves),
        outer_contrary=_share(contrary, outer),
        alto_steps=_steps(texture, 1),
        tenor_steps=_steps(texture, 2),
        longest_stay=max(_longest_stay(texture, voice) for voice in range(1, texture.shape[1] - 1)),
        bass_root=_share(vertical.bass_role == ROOT, beats),
        bass_third=_share(vertical.bass_role == THIRD, beats),
        bass_fifth=_share(vertical.bass_role == FIFTH, beats),
        clash=_share(by_code("HA207")(motion).any(axis=-1), np.ones(len(windows.pairs[0]), dtype=bool)),
        span=float(np.mean((texture.pitch[:, 0] - texture.pitch[:, -1])[sounding])) if sounding.any() else float("nan"),
        muddy=_share((gap <= _THIRD_SEMITONES) & (texture.pitch[:, -1] < _LOW_C), sounding),
        all_on_syllable=_share((texture.attack | (texture.pitch < 0)).all(axis=1), onsets),
        no_breath=_longest_without_breath(texture),
        parallels=1000 * parallels_of(windows) / max(1, int(texture.attack.sum())),
        bars_alike=_bars_alike(texture),
    )


def parallels_of(windows: Windows) -> int:
    """Return the number of parallel fifths, octaves and unisons."""
    return int(sum(by_code(code)(windows.motion).sum() for code in _PARALLELS))


def _share(fact: Mask | np.bool_, among: Mask | np.bool_) -> float:
    count = int(np.sum(among))
    return float(np.sum(fact & among) / count) if count else float("nan")


def _steps(texture: Texture, voice: int) -> float:
    """Return the share of attacks that repeat the previous note or move by a second; rests break the line."""
    found = []
    last = -1
    for pitch, attack in zip(texture.pitch[:, voice], texture.attack[:, voice], strict=True):
        if pitch < 0:
            last = -1
        elif attack:
            if last >= 0:
                found.append(abs(int(pitch) - last) <= 2)
            last = int(pitch)
    return float(np.mean(found)) if found else float("nan")


def _longest_stay(texture: Texture, voice: int) -> float:
    longest = current = 0.0
    before = -1
    for pitch, duration in zip(texture.pitch[:, voice].tolist(), texture.duration_quarter, strict=True):
        current = current + float(duration) if pitch == before and pitch >= 0 else float(duration) * (pitch >= 0)
        longest, before = max(longest, current), pitch
    return longest


def _longest_without_breath(texture: Texture) -> float:
    """Return the longest time, in quarters, that a voice sounds without a rest or a phrase end."""
    longest = 0.0
    current = np.zeros(texture.shape[1])
    for t, duration in enumerate(texture.duration_quarter):
        current = np.where(texture.pitch[t] >= 0, current + float(duration), 0.0)
        longest = max(longest, float(current.max()))
        if texture.phrase_end[t]:
            current[:] = 0.0
    return longest


def _bars_alike(texture: Texture) -> float:
    """Return the share of bars that are voiced like the earlier bar with the same tune and chords."""
    first: dict[object, bytes] = {}
    alike = []
    for bar in np.unique(texture.bar):
        own = np.flatnonzero(texture.bar == bar)
        start = texture.onset_quarter[own[0]]
        tune = tuple(
            (texture.onset_quarter[t] - start, int(texture.pitch[t, 0]), bool(texture.attack[t, 0]), texture.chord[t])
            for t in own
            if texture.attack[t, 0] or texture.chord_onset[t] or t == own[0]
        )
        voiced = texture.pitch[own].tobytes()
        if (texture.pitch[own, 0] < 0).all():
            continue
        if tune in first:
            alike.append(first[tune] == voiced)
        first.setdefault(tune, voiced)
    return float(np.mean(alike)) if alike else float("nan")
