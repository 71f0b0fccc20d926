"""Tunes composed: phrases sampled from the melody model under constraints, the best of several kept.

Each phrase is sampled several times from where the tune stands; what it repeats is repeated literally.
The model proposes (temperature, top-p), `constraints` disposes, and of the finished phrases the one with
the best score is taken: as surprising to the model as real tunes are (Meister et al., Locally Typical
Sampling, 2023), less what a musician would wince at. The whole is deterministic for a seed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from arranger.composing.constraints import LEAPS, lengths_allowed, pitches_allowed
from arranger.composing.idiom import distaste
from arranger.composing.logit_bias import lengths_tilted, pitches_tilted
from arranger.composing.setting import Setting, Span, Sung
from arranger.models.melody.events import Walk
from arranger.models.melody.runtime import NOTHING_BEFORE, MelodyModel, State
from arranger.models.melody.vocabulary import DURATIONS, LOWEST, RECALLED_BARS, REST, length_token, pitch_token
from theory.types import Floats32

_MOTIF_BARS = 2
_TYPICAL = 1.4  # nats per note: a little less than the model finds of real tunes; likelier phrases are dull, others odd
_ATTEMPTS = 6  # at a phrase, for each one that is kept


@dataclass(frozen=True)
class Sampling:
    """How freely the model's proposals are taken."""

    temperature: float = 0.9
    top_p: float = 0.95
    seed: int = 0
    candidates: int = 16  # phrases of which the best is taken


class DeadEndError(Exception):
    """No note is allowed here."""


@dataclass
class Draft:
    """A tune as far as it has come."""

    setting: Setting
    state: State
    walk: Walk = field(default_factory=Walk)
    heard: list[Sung] = field(default_factory=list)
    before: tuple[int, int] = NOTHING_BEFORE
    log_probs: list[float] = field(default_factory=list)

    def copy(self) -> Draft:
        """Return another draft that has come as far."""
        return replace(self, walk=self.walk.copy(), heard=list(self.heard), log_probs=list(self.log_probs))

    @property
    def onset(self) -> int:
        """Where the next note stands."""
        return self.walk.onset


class Composer:
    """Writes phrases."""

    def __init__(self, model: MelodyModel, setting: Setting, sampling: Sampling) -> None:
        self._model, self._setting, self._sampling = model, setting, sampling

    def start(self, onset: int) -> Draft:
        """Return an empty tune that begins at a place."""
        draft = Draft(self._setting, self._model.start())
        draft.walk.onset = onset
        return draft

    def hear(self, draft: Draft, span: Span, notes: Sequence[Sung]) -> None:
        """Let the draft go on with given notes."""
        for note in notes:
            self._tell(draft, span)
            length = length_token(note.ticks, nearest=True)
            pitch = REST if note.midi is None else pitch_token(note.midi - self._setting.reference)
            lengths = self._model.length_log_probs(draft.state)
            pitches = self._model.pitch_log_probs(draft.state, length)
            self._add(draft, span, note, (pitch, length), float(lengths[length] + pitches[pitch]))

    def write(self, draft: Draft, span: Span) -> Draft:
        """Return the draft with one phrase more, the best of several; DeadEndError where none can be written.

        Where nothing can follow what it repeats, it repeats a bar less.
        """
        for copied in range(span.copied, -1, -self._setting.bar):
            shorter = replace(span, copied=copied)
            found = self._candidates(self._repeated(draft, shorter), shorter)
            if found:
                return max(found, key=lambda one: self.score(one, shorter))
        raise DeadEndError

    def _repeated(self, draft: Draft, span: Span) -> Draft:
        """Return the draft with what the phrase repeats."""
        copied = [note for note in draft.heard if span.copy_from <= note.onset < span.copy_from + span.copied]
        shift = span.start - span.copy_from
        draft = draft.copy()
        self.hear(draft, span, [replace(note, onset=note.onset + shift) for note in copied])
        return draft

    def _candidates(self, draft: Draft, span: Span) -> list[Draft]:
        """Return several completed phrases; fewer where the constraints leave few."""
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

    def score(self, draft: Draft, span: Span) -> float:
        """Return how good a phrase is: as likely as real ones by the model, less what one would wince at."""
        own = sum(note.onset >= span.start + span.copied for note in draft.heard)
        if not own:
            return 0.0
        nats = -float(np.mean(draft.log_probs[-own:]))
        return -abs(nats - _TYPICAL) - distaste(draft.heard, span, self._setting)

    def _sampled(self, draft: Draft, span: Span, number: tuple[int, int]) -> Draft:
        """Return the draft with the phrase completed by sampling."""
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

    def _pitches(self, draft: Draft, ticks: int, span: Span) -> list[int]:
        allowed = pitches_allowed(draft.heard, ticks, span, self._setting)
        if span.leads_to is None or draft.onset + ticks < span.end:
            return allowed
        following = next((note.midi for note in draft.heard if note.onset >= span.leads_to and note.midi), None)
        return [midi for midi in allowed if following is None or abs(midi - following) in LEAPS]

    def _pitch(
        self, draft: Draft, span: Span, log_probs: Floats32, allowed: Sequence[int], rng: np.random.Generator
    ) -> int:
        """Return the token of one of the allowed pitches."""
        tokens = [pitch_token(midi - self._setting.reference) for midi in allowed]
        before = next((note.midi for note in reversed(draft.heard) if note.midi is not None), None)
        tilt = pitches_tilted(self._setting, draft.onset, span, allowed, before)
        return tokens[self._draw(log_probs[tokens] + tilt, rng)]

    def _draw(self, log_probs: Floats32, rng: np.random.Generator) -> int:
        """Return the place of one of these log-probabilities, drawn by temperature and top-p."""
        scaled = log_probs.astype(np.float64) / max(self._sampling.temperature, 1e-3)
        probabilities = np.exp(scaled - scaled.max())
        probabilities /= probabilities.sum()
        order = np.argsort(-probabilities, kind="stable")
        kept = order[: 1 + int(np.searchsorted(np.cumsum(probabilities[order]), self._sampling.top_p))]
        chances = np.cumsum(probabilities[kept])
        return int(kept[min(np.searchsorted(chances, rng.random() * chances[-1]), len(kept) - 1)])

    def _tell(self, draft: Draft, span: Span) -> None:
        # a phrase that is to be new must not hear the one it differs from
        recalls = _MOTIF_BARS if span.number and not span.copied else max(RECALLED_BARS)
        context = draft.walk.context(self._setting.place(draft.onset, span), recalls=recalls)
        draft.state = self._model.advance(draft.state, context, draft.before)

    def _add(self, draft: Draft, span: Span, note: Sung, tokens: tuple[int, int], log_prob: float) -> None:
        place = self._setting.place(draft.onset, span)
        draft.walk.advance(place, *tokens, ticks=note.ticks)
        draft.heard.append(note)
        draft.before = tokens
        draft.log_probs.append(log_prob)


def compose_line(
    composer: Composer, draft: Draft, spans: Sequence[Span], told: Callable[[int], None] = lambda _: None
) -> list[Sung]:
    """Return the tune that a draft becomes, phrase by phrase; ValueError where the constraints leave none."""
    for span in spans:
        try:
            draft = composer.write(draft, span)
        except DeadEndError:
            raise ValueError(
                f"phrase {span.number + 1} cannot be written with these chords; try other chords, key or --seed"
            ) from None
        told(span.number)
    return draft.heard
