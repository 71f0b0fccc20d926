"""Chords for a bare tune: the chord model combined with the harmony graph as a prior.

The model gives, for each beat, probabilities of each chord, each key and a chord change. The Viterbi search of
`theory.harmony.estimate` finds the keys and chords that best fit the model, the tune and the usual chord successions
together. This is a product of experts, whose weights (`MIXTURES`) were chosen on the validation lists
(docs/harmonize.md). With a temperature, Gumbel noise is added to the model's log-probabilities before the search
(Papandreou & Yuille, Perturb-and-MAP random fields, ICCV 2011), which gives other harmonisations.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from arranger.models.chords.features import features_of, references_of
from arranger.models.chords.runtime import ChordModel, Predictions, chord_model
from arranger.models.chords.vocabulary import QUALITY_NAMES
from theory.harmony.estimate import HarmonicSpan, estimate_chords
from theory.harmony.evidence import evidence_of
from theory.harmony.path import Opinion
from theory.harmony.states import KEYS, QUALITIES, state_degrees
from theory.notation.key import Key
from theory.notation.score import Score
from theory.types import Floats, Floats32, Ints

BRIGHTNESS = 2.0  # nats per beat against minor chords in minor keys at full brightness
MINOR_THIRD = 3


@dataclass(frozen=True)
class Mixture:
    """Weights of the experts, by which their log-probabilities are multiplied."""

    notes: float  # the notes of the tune, relative to their weight in `theory.harmony.path`
    chord: float  # chords of the model
    key: float  # keys of the model
    rhythm: float  # chord changes of the model
    prior: float  # chord successions of the harmony graph


MIXTURES = {
    "chorale": Mixture(notes=0.2, chord=1.0, key=1.0, rhythm=1.0, prior=0.3),
    "hymn": Mixture(notes=0.2, chord=1.0, key=1.0, rhythm=1.0, prior=0.3),
    "folk": Mixture(notes=0.3, chord=0.8, key=1.5, rhythm=1.2, prior=0.3),
    "song": Mixture(notes=0.3, chord=0.7, key=0.7, rhythm=0.8, prior=0.5),
}


@dataclass(frozen=True)
class Freedom:
    """How far a proposal may stray from the most probable chords, and in which direction."""

    temperature: float = 0.0  # scale of the Gumbel noise
    seed: int = 0
    brightness: float = 0.0  # of a character (`arranger.characters`): below 0 towards minor, above 0 away from it


def propose_chords(
    score: Score,
    style: str = "song",
    *,
    freedom: Freedom | None = None,
    mixture: Mixture | None = None,
    model: ChordModel | None = None,
) -> tuple[HarmonicSpan, ...]:
    """Return chords for the first part of a score, ignoring its chord symbols.

    ``style`` is one of `arranger.models.chords.vocabulary.STYLES`. Raises ValueError if it is another.
    """
    if not score.parts or not score.bars:
        return ()
    tune = replace(score, parts=score.parts[:1], chords=())
    heard = _without_church_modes(tune)
    features = features_of(heard, style)
    predicted = (model or chord_model()).predict(features)
    freedom = freedom or Freedom()
    if freedom.temperature > 0:
        predicted = replace(predicted, chord=_perturbed(predicted.chord, freedom))
    opinion = opinion_of(heard, predicted, mixture or MIXTURES[style])
    against = opinion.against + BRIGHTNESS * freedom.brightness * _darkness()
    return estimate_chords(tune, opinion=replace(opinion, against=against))


def _without_church_modes(score: Score) -> Score:
    """Return the score with the major or minor signature on the tonic of a church mode, the keys that the model knows.

    So it hears the tonic; chords outside the mode are then made unlikely by the search.
    """
    bars = [replace(bar, key=Key(bar.key.tonic, bar.key.mode)) if bar.key.church else bar for bar in score.bars]
    return replace(score, bars=tuple(bars))


def opinion_of(tune: Score, predicted: Predictions, mixture: Mixture) -> Opinion:
    """Return the costs that the model gives to each state of the search, (slot, state), and to chord changes."""
    chord, key = _columns(references_of(evidence_of(tune, (0,))))
    liked = mixture.chord * np.take_along_axis(predicted.chord, chord, axis=1)
    keyed = mixture.key * np.take_along_axis(predicted.key, key, axis=1)
    change = -mixture.rhythm * predicted.change.astype(np.float64)
    return Opinion(
        -(liked + keyed).astype(np.float64), change[:, 1], change[:, 0], notes=mixture.notes, prior=mixture.prior
    )


def _columns(references: Ints) -> tuple[Ints, Ints]:
    """Return the class of the chord and of the key of each state of the search, (slot, state) each."""
    states = [(*KEYS[number], degree) for number, degree in state_degrees()]
    root = np.array([tonic + degree.offset for tonic, _, degree in states])
    quality = np.array([QUALITY_NAMES.index(degree.quality) for _, _, degree in states])
    tonics = np.array([tonic for tonic, _, _ in states])
    minor = np.array([12 * (mode == "minor") for _, mode, _ in states])
    chord = (root[None, :] - references[:, None]) % 12 * len(QUALITY_NAMES) + quality
    return chord, (tonics[None, :] - references[:, None]) % 12 + minor


def _darkness() -> Floats:
    """Return how dark each state is, (state,): 0.5 for a minor key plus 0.5 for a minor third."""
    states = state_degrees()
    keys = [KEYS[number][1] == "minor" for number, _ in states]
    thirds = [QUALITIES[degree.quality][1] == MINOR_THIRD for _, degree in states]
    return np.asarray(np.mean([keys, thirds], axis=0))


def _perturbed(log_probs: Floats32, freedom: Freedom) -> Floats32:
    noise: Floats = np.random.default_rng(freedom.seed).gumbel(size=log_probs.shape)
    return (log_probs + freedom.temperature * noise).astype(np.float32)
