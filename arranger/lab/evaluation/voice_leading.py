"""Voice-leading figures of many settings, from `theory.checking.statistics` and the rules, for ours and Bach's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from arranger.lab.evaluation.settings import Setting
from theory.checking.statistics import parallels_of, statistics_of
from theory.harmony.estimate import with_estimated_chords
from theory.notation.score import Score
from theory.slices.texture import Texture, texture_of
from theory.slices.windows import Windows

VOICES = ("soprano", "alto", "tenor", "bass")


def voice_leading(settings: Sequence[Setting], *, ours: bool) -> dict[str, float]:
    """Return the figures over all pieces.

    ``parallels``, ``crossings``, ``wide gaps`` and findings by rule code are per 1,000 notes; ``attacks of alto``
    and so on are notes per note of the soprano; ``span of alto`` and so on are medians of the compass in semitones.
    The others are medians of `theory.checking.statistics`. Chords are those that our settings follow, and in the real
    settings those estimated from all voices.
    """
    scores = [setting.ours if ours else with_estimated_chords(setting.real) for setting in settings]
    textures = [texture_of(score) for score in scores]
    attacks = np.sum([texture.attack.sum(axis=0) for texture in textures], axis=0)
    thousands = attacks.sum() / 1000
    table = {
        "parallels": sum(parallels_of(Windows(texture)) for texture in textures) / thousands,
        "crossings": sum(_crossings(texture) for texture in textures) / thousands,
        "wide gaps": sum(_wide_gaps(texture) for texture in textures) / thousands,
    }
    table |= {f"attacks of {name}": float(attacks[v] / attacks[0]) for v, name in enumerate(VOICES) if v}
    table |= {f"span of {name}": _compass(scores, v) for v, name in enumerate(VOICES)}
    figures = [statistics_of(texture).as_dict() for texture in textures]
    table |= {name: float(np.nanmedian([each[name] for each in figures])) for name in figures[0] if name != "parallels"}
    found: Counter[str] = sum((Counter(setting.findings(ours=ours)) for setting in settings), Counter())
    return table | {code: found[code] / thousands for code in sorted(found)}


def _crossings(texture: Texture) -> int:
    """Return the number of attacks at which a voice sounds above the next higher one, per pair of voices."""
    sounding = (texture.pitch[:, :-1] >= 0) & (texture.pitch[:, 1:] >= 0)
    crossed = sounding & (texture.pitch[:, 1:] > texture.pitch[:, :-1])
    begins = texture.attack[:, 1:] | texture.attack[:, :-1]
    return int((crossed & begins).sum())


def _wide_gaps(texture: Texture) -> int:
    """Return the number of attacks with more than an octave between soprano and alto, or between alto and tenor."""
    upper = texture.pitch[:, :-1]
    sounding = (upper[:, :-1] >= 0) & (upper[:, 1:] >= 0)
    wide = sounding & (upper[:, :-1] - upper[:, 1:] > 12)
    return int((wide & (texture.attack[:, :2] | texture.attack[:, 1:3])).sum())


def _compass(scores: Sequence[Score], voice: int) -> float:
    """Return the median over pieces of a voice's compass, in semitones."""
    found = []
    for score in scores:
        pitches = [note.pitch.midi for note in score.parts[voice].notes if note.pitch]
        found.append(max(pitches) - min(pitches))
    return float(np.median(found))
