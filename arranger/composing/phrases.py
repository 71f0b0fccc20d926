"""Composition phrase by phrase: phrases sampled from the melody model under constraints, the best of several kept.

Each phrase is sampled several times, continuing the tune so far; what a phrase repeats is copied literally. Notes are
drawn from the model (temperature, nucleus sampling) among those that `arranger.composing.constraints` allows. Of the
finished phrases, the one with the best score is kept. The score is minus the distance of the phrase's loss from that of
real tunes (Meister et al., Locally Typical Sampling, 2023), minus a penalty for unidiomatic features
(`arranger.composing.idiom`). The result is deterministic for a given seed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from arranger.composing.constraints import LEAPS, lengths_allowed, pitches_allowed
from arranger.composing.idiom import idiom_penalty
from arranger.composing.logit_bias import lengths_tilted, pitches_tilted
from arranger.composing.setting import PhraseSpan, Sung, TuneSetting
from arranger.models.melody.events import Walk
from arranger.models.melody.runtime import NOTHING_BEFORE, MelodyModel, MelodyState
from arranger.models.melody.vocabulary import DURATIONS, LOWEST, RECALLED_BARS, REST, length_token, pitch_token
from theory.types import Floats32

_MOTIF_BARS = 2
_TYPICAL = 1.8  # nats per note: a little below the loss on real hymns and songs; lower is dull, higher is odd
_ATTEMPTS = 6  # at sampling a phrase, per candidate


@dataclass(frozen=True)
class Sampling:
    """Options of sampling from the model."""

    temperature: float = 0.9
    top_p: float = 0.95
    seed: int = 0
    candidates: int = 16  # phrases sampled, of which the best is kept


class DeadEndError(Exception):
    """The constraints allow no further note."""


@dataclass
class Draft:
    """A tune in the making: the notes so far and the state of the model."""

    setting: TuneSetting
    state: MelodyState
    walk: Walk = field(default_factory=Walk)
    heard: list[Sung] = field(default_factory=list)  # notes so far
    before: tuple[int, int] = NOTHING_BEFORE  # tokens (pitch, duration) of the last event
    log_probs: list[float] = field(default_factory=list)  # of the notes so far

    def copy(self) -> Draft:
        """Return an independent copy."""
        return replace(self, walk=self.walk.copy(), heard=list(self.heard), log_probs=list(self.log_probs))

    @property
    def onset(self) -> int:
        """Onset of the next note, in ticks."""
        return self.walk.onset


class Composer:
    """Samples the phrases of a tune from the melody model."""

    def __init__(self, model: MelodyModel, setting: TuneSetting, sampling: Sampling) -> None:
        self._model, self._setting, self._sampling = model, setting, sampling

    def start(self, onset: int) -> Draft:
        """Return an empty draft that begins at an onset in ticks."""
        draft = Draft(self._setting, self._model.start())
        draft.walk.onset = onset
        return draft

    def hear(self, draft: Draft, span: PhraseSpan, notes: Sequence[Sung]) -> None:
        """Append given notes to the draft."""
        for note in notes:
            self._tell(draft, span)
            length = length_token(note.ticks, nearest=True)
            pitch = REST if note.midi is None else pitch_token(note.midi - self._setting.reference)
            lengths = self._model.length_log_probs(draft.state)
            pitches = self._model.pitch_log_probs(draft.state, length)
            self._add(draft, span, note, (pitch, length), float(lengths[length] + pitches[pitch]))

    def write(self, draft: Draft, span: PhraseSpan) -> Draft:
        """Return the draft with one more phrase, the best of several.

        If the constraints allow nothing after the bars that the phrase repeats, one bar fewer is repeated. Raises
        DeadEndError if no phrase is possible.
        """
        for copied in range(span.copied, -1, -self._setting.bar):
            shorter = replace(span, copied=copied)
            found = self._candidates(self._repeated(draft, shorter), shorter)
            if found:
                return max(found, key=lambda one: self.score(one, shorter))
        raise DeadEndError

    def _repeated(self, draft: Draft, span: PhraseSpan) -> Draft:
        """Return the draft with the bars that the phrase repeats."""
        copied = [note for note in draft.heard if span.copy_from <= note.onset < span.copy_from + span.copied]
        shift = span.start - span.copy_from
        draft = draft.copy()
        self.hear(draft, span, [replace(note, onset=note.onset + shift) for note in copied])
        return draft

    def _candidates(self, draft: Draft, span: PhraseSpan) -> list[Draft]:
        """Return drafts with completed phrases; fewer than wanted if the constraints leave few."""
        if draft.onset >= span.end:
            return [draft]
        found: list[Draft] = []
        for attempt in range(self._sampling.candidates * _ATTEMPTS):
            try:
                found.append(self._sampled(draft.copy(), span, (span.number, attempt)))
            except DeadEndError:
                continue
            if len(found) == self._sampling.candidates:
                break
        return found

    def score(self, draft: Draft, span: PhraseSpan) -> float:
        """Return the score of a phrase: minus its distance in nats from the loss of real tunes, minus its penalties."""
        own = sum(note.onset >= span.start + span.copied for note in draft.heard)
        if not own:
            return 0.0
        nats = -float(np.mean(draft.log_probs[-own:]))
        return -abs(nats - _TYPICAL) - idiom_penalty(draft.heard, span, self._setting)

    def _sampled(self, draft: Draft, span: PhraseSpan, number: tuple[int, int]) -> Draft:
        """Return the draft with the phrase completed by sampling. Raises DeadEndError if no note is allowed."""
        rng = np.random.default_rng([self._sampling.seed, *number])
        while draft.onset < span.end:
            self._tell(draft, span)
            lengths = self._model.length_log_probs(draft.state)
            tilted = lengths + lengths_tilted(self._setting, draft.onset, span)
            tokens = lengths_allowed(draft.onset, span, self._setting)
            while tokens:
                length = tokens[self._draw(tilted[tokens], rng)]
                allowed = self._pitches(draft, DURATIONS[length], span)
                if allowed:
                    break
                tokens.remove(length)
            else:
                raise DeadEndError
            pitches = self._model.pitch_log_probs(draft.state, length)
            pitch = self._pitch(draft, span, pitches, allowed, rng)
            note = Sung(draft.onset, DURATIONS[length], self._setting.reference + pitch + LOWEST)
            self._add(draft, span, note, (pitch, length), float(lengths[length] + pitches[pitch]))
        return draft

    def _pitches(self, draft: Draft, ticks: int, span: PhraseSpan) -> list[int]:
        allowed = pitches_allowed(draft.heard, ticks, span, self._setting)
        if span.leads_to is None or draft.onset + ticks < span.end:
            return allowed
        following = next((note.midi for note in draft.heard if note.onset >= span.leads_to and note.midi), None)
        return [midi for midi in allowed if following is None or abs(midi - following) in LEAPS]

    def _pitch(
        self, draft: Draft, span: PhraseSpan, log_probs: Floats32, allowed: Sequence[int], rng: np.random.Generator
    ) -> int:
        """Return the token of a pitch drawn from the allowed MIDI numbers."""
        tokens = [pitch_token(midi - self._setting.reference) for midi in allowed]
        before = next((note.midi for note in reversed(draft.heard) if note.midi is not None), None)
        tilt = pitches_tilted(self._setting, draft.onset, span, allowed, before)
        return tokens[self._draw(log_probs[tokens] + tilt, rng)]

    def _draw(self, log_probs: Floats32, rng: np.random.Generator) -> int:
        """Return an index drawn from log-probabilities by temperature and nucleus sampling."""
        scaled = log_probs.astype(np.float64) / max(self._sampling.temperature, 1e-3)
        probabilities = np.exp(scaled - scaled.max())
        probabilities /= probabilities.sum()
        order = np.argsort(-probabilities, kind="stable")
        kept = order[: 1 + int(np.searchsorted(np.cumsum(probabilities[order]), self._sampling.top_p))]
        cumulative = np.cumsum(probabilities[kept])
        return int(kept[min(np.searchsorted(cumulative, rng.random() * cumulative[-1]), len(kept) - 1)])

    def _tell(self, draft: Draft, span: PhraseSpan) -> None:
        # a new phrase must not look back at the phrase from which it should differ
        recalls = _MOTIF_BARS if span.number and not span.copied else max(RECALLED_BARS)
        context = draft.walk.context(self._setting.place(draft.onset, span), recalls=recalls)
        draft.state = self._model.advance(draft.state, context, draft.before)

    def _add(self, draft: Draft, span: PhraseSpan, note: Sung, tokens: tuple[int, int], log_prob: float) -> None:
        place = self._setting.place(draft.onset, span)
        draft.walk.advance(place, *tokens, ticks=note.ticks)
        draft.heard.append(note)
        draft.before = tokens
        draft.log_probs.append(log_prob)


def compose_line(
    composer: Composer, draft: Draft, spans: Sequence[PhraseSpan], told: Callable[[int], None] = lambda _: None
) -> list[Sung]:
    """Return the notes of a draft continued by all phrases. Raises ValueError if the constraints allow no phrase."""
    for span in spans:
        try:
            draft = composer.write(draft, span)
        except DeadEndError:
            raise ValueError(
                f"phrase {span.number + 1} cannot be written with these chords; try other chords, another key or --seed"
            ) from None
        told(span.number)
    return draft.heard
