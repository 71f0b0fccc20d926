"""A detector: can a simple classifier tell our settings from Bach's?

Each setting is a bag of four-voice tokens. An L2-regularised logistic regression is cross-validated; both
settings of a piece are always in the same fold. The figure is the area under the receiver operating
characteristic (AUC): the probability that one of our settings gets a higher score than one of Bach's. It is 0.5
if the classifier cannot tell them apart, and 1 if it always can.

The penalty and the tokens are fixed and are not tuned.

Tokens of a slice, all without absolute pitch:

``chord``   pitch classes above the bass, in semitones per voice, and the metric strength
``attack``  which voices attack, and the metric strength
``motion``  the motion of each voice from the previous slice, in semitones, and which voices attack
``step``    the motions of two neighbouring voices, the interval class that they reach, and which of them attack
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from theory.notation.score import Score
from theory.slices.texture import Texture, texture_of
from theory.types import Floats, Mask

Token = tuple[object, ...]

FOLDS = 10
PENALTY = 0.1  # of the squared weights, for rows of norm 1
_FURTHEST = 9  # semitones; larger motions are clipped
_NEWTON_STEPS = 25


@dataclass(frozen=True)
class Detection:
    """The result of a detector."""

    auc: float
    weights: tuple[tuple[str, float], ...]  # the strongest tokens; positive weights speak for ours, negative for Bach


def tokens_of(score: Score) -> Counter[Token]:
    """Return how often each token occurs in a four-part setting; chord symbols start no slices."""
    texture = texture_of(replace(score, chords=()))
    found: Counter[Token] = Counter()
    for t in range(texture.shape[0]):
        if (texture.pitch[t] >= 0).all():
            found.update(_tokens_at(texture, t))
    return found


def _tokens_at(texture: Texture, t: int) -> list[Token]:
    pitch, attacks = texture.pitch[t], tuple(texture.attack[t].tolist())
    strength = float(texture.strength[t])
    above = tuple(((pitch[:-1] - pitch[-1]) % 12).tolist())
    found: list[Token] = [("chord", above, strength), ("attack", attacks, strength)]
    if t and (texture.pitch[t - 1] >= 0).all():
        moved = np.clip(pitch - texture.pitch[t - 1], -_FURTHEST, _FURTHEST).tolist()
        found.append(("motion", tuple(moved), attacks))
        for upper in range(len(pitch) - 1):
            gap = int(pitch[upper] - pitch[upper + 1]) % 12
            found.append(("step", upper, moved[upper], moved[upper + 1], gap, attacks[upper : upper + 2]))
    return found


def detect(ours: Sequence[Score], theirs: Sequence[Score], pieces: Sequence[int], *, strongest: int = 20) -> Detection:
    """Return how well our settings can be told from theirs, in `FOLDS`-fold cross-validation.

    Parameters
    ----------
    pieces
        Index of the piece of each setting, our settings first, then Bach's; settings of the same piece are in the same
        fold.
    strongest
        How many tokens to report, with their weights in a fit to all settings.
    """
    rows, names = _rows([tokens_of(score) for score in [*ours, *theirs]])
    label = np.repeat([1.0, 0.0], [len(ours), len(theirs)])
    order = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
    fold = np.array([order[piece] % FOLDS for piece in pieces])
    score = np.empty(len(rows))
    for each in np.unique(fold):
        held = fold == each
        weights, bias = fit(rows[~held], label[~held])
        score[held] = rows[held] @ weights + bias
    weights, _ = fit(rows, label)
    top = np.argsort(-np.abs(weights))[:strongest]
    return Detection(auc(score, label > 0), tuple((names[index], round(float(weights[index]), 3)) for index in top))


def _rows(bags: Sequence[Counter[Token]]) -> tuple[Floats, list[str]]:
    """Return one row of norm 1 per setting, with a column for each token that occurs in at least two, and names."""
    spread = Counter(token for bag in bags for token in bag)
    tokens = [token for token, count in spread.items() if count > 1]
    rows = np.log1p([[bag[token] for token in tokens] for bag in bags])
    return rows / np.maximum(1e-12, np.linalg.norm(rows, axis=1, keepdims=True)), [
        " ".join(map(str, token)) for token in tokens
    ]


def fit(rows: Floats, label: Floats) -> tuple[Floats, float]:
    """Return weights (token,) and bias of a logistic regression of labels 0 and 1 on rows (setting, token).

    Newton's method on the dual problem, as there are fewer settings than tokens: the weights are a linear
    combination of the rows.
    """
    count = len(rows)
    products = rows @ rows.T
    factors, bias = np.zeros(count), 0.0
    for _ in range(_NEWTON_STEPS):
        probability = 1 / (1 + np.exp(-(products @ factors + bias)))
        spread = np.maximum(1e-6, probability * (1 - probability))
        target = products @ factors + bias + (label - probability) / spread
        system = np.ones((count + 1, count + 1))
        system[:count, :count] = products + np.diag(PENALTY / spread)
        system[count, count] = 0.0
        solved = np.linalg.solve(system, np.append(target, 0.0))
        factors, bias = solved[:count], float(solved[count])
    return rows.T @ factors, bias


def auc(score: Floats, positive: Mask) -> float:
    """Return the probability that a positive has a higher score than a negative; equal scores count half.

    >>> auc(np.array([3.0, 1.0, 2.0, 0.0]), np.array([True, True, False, False]))
    0.75
    """
    above = score[positive][:, None] - score[~positive][None]
    return float(((above > 0) + 0.5 * (above == 0)).mean())


def halves(settings: Sequence[Score]) -> Detection:
    """Return how well two halves of one composer's settings can be told apart: the level of chance."""
    one, other = settings[::2], settings[1::2]
    return detect(one, other, list(range(len(one) + len(other))))
