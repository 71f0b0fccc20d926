"""A detector: can a simple classifier tell our settings from Bach's?

Each setting is a bag of four-voice tokens. A logistic regression with a penalty on the size of its
weights learns from some pieces and judges the others; both settings of a piece are always on the
same side. The area under the receiver operating characteristic (AUC) is the chance that a setting of
ours is thought ours more than one of Bach's is: 0.5 where it cannot tell, 1 where it always can.

Nothing here is a choice to be tuned: the penalty and the tokens are fixed.

Tokens of a moment (a slice of the texture), all without absolute pitch:

``chord``   intervals above the bass, by octaves reduced for all but the lowest gap, and the place in the bar
``attack``  who attacks, and the place in the bar
``motion``  how each voice moves from the moment before, and who attacks
``step``    the motions of two neighbouring voices with the interval that they reach
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
PENALTY = 0.1  # on the squared weights, where the rows have the length 1
_FURTHEST = 9  # semitones: larger motions are one
_NEWTON_STEPS = 25


@dataclass(frozen=True)
class Verdict:
    """What a detector found."""

    auc: float
    weights: tuple[tuple[str, float], ...]  # what speaks for ours (above 0) or Bach (below), the strongest first


def tokens_of(score: Score) -> Counter[Token]:
    """Return how often each token occurs in a setting for four voices; its chord symbols make no moments."""
    texture = texture_of(replace(score, chords=()))
    found: Counter[Token] = Counter()
    for t in range(texture.shape[0]):
        if (texture.pitch[t] >= 0).all():
            found.update(_tokens_at(texture, t))
    return found


def _tokens_at(texture: Texture, t: int) -> list[Token]:
    pitch, attacks = texture.pitch[t], tuple(texture.attack[t].tolist())
    place = float(texture.strength[t])
    above = tuple(((pitch[:-1] - pitch[-1]) % 12).tolist())
    found: list[Token] = [("chord", above, place), ("attack", attacks, place)]
    if t and (texture.pitch[t - 1] >= 0).all():
        moved = np.clip(pitch - texture.pitch[t - 1], -_FURTHEST, _FURTHEST).tolist()
        found.append(("motion", tuple(moved), attacks))
        for upper in range(len(pitch) - 1):
            gap = int(pitch[upper] - pitch[upper + 1]) % 12
            found.append(("step", upper, moved[upper], moved[upper + 1], gap, attacks[upper : upper + 2]))
    return found


def detect(ours: Sequence[Score], theirs: Sequence[Score], pieces: Sequence[int], *, strongest: int = 20) -> Verdict:
    """Return how well settings of ours and theirs are told apart.

    Parameters
    ----------
    pieces
        The piece of each setting, ours first: settings of one piece are learnt from or judged together.
    strongest
        So many tokens are told, with the weights that they have if all is learnt from.
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
    return Verdict(auc(score, label > 0), tuple((names[place], round(float(weights[place]), 3)) for place in top))


def _rows(bags: Sequence[Counter[Token]]) -> tuple[Floats, list[str]]:
    """Return rows of the length 1, one a setting, of the tokens that occur in two or more, and their names."""
    spread = Counter(token for bag in bags for token in bag)
    tokens = [token for token, count in spread.items() if count > 1]
    rows = np.log1p([[bag[token] for token in tokens] for bag in bags])
    return rows / np.maximum(1e-12, np.linalg.norm(rows, axis=1, keepdims=True)), [
        " ".join(map(str, token)) for token in tokens
    ]


def fit(rows: Floats, label: Floats) -> tuple[Floats, float]:
    """Return weights and bias of the logistic regression of labels 0 and 1 on rows.

    Newton's method on the settings' side of the problem (there are fewer settings than tokens): the weights
    are a sum of the rows, and only the factors are sought.
    """
    count = len(rows)
    products = rows @ rows.T
    factors, bias = np.zeros(count), 0.0
    for _ in range(_NEWTON_STEPS):
        chance = 1 / (1 + np.exp(-(products @ factors + bias)))
        spread = np.maximum(1e-6, chance * (1 - chance))
        target = products @ factors + bias + (label - chance) / spread
        system = np.ones((count + 1, count + 1))
        system[:count, :count] = products + np.diag(PENALTY / spread)
        system[count, count] = 0.0
        solved = np.linalg.solve(system, np.append(target, 0.0))
        factors, bias = solved[:count], float(solved[count])
    return rows.T @ factors, bias


def auc(score: Floats, positive: Mask) -> float:
    """Return the chance that a positive's score is above a negative's; equal scores count half.

    >>> auc(np.array([3.0, 1.0, 2.0, 0.0]), np.array([True, True, False, False]))
    0.75
    """
    above = score[positive][:, None] - score[~positive][None]
    return float(((above > 0) + 0.5 * (above == 0)).mean())


def halves(settings: Sequence[Score]) -> Verdict:
    """Return how well two halves of the same composer's settings are told apart: what chance gives."""
    one, other = settings[::2], settings[1::2]
    return detect(one, other, list(range(len(one) + len(other))))
