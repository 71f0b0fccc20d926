"""Fits the network that hears chords in segments, and writes its weights with their card.

    python -m benchmarks.make.fit_chord_segments bach_split.json theory/harmony/weights/segments-v1 [EPOCHS [SEED]]

The music is that of the human analyses in music21's corpus (chorales of the training and validation lists,
Monteverdi's third book of madrigals), the same chords set as keyboard figuration under the original tunes, and drawn
progressions set in the same ways (`benchmarks.make.figured_music`). The weights maximise the likelihood of the
analysts' keys and chords under the semi-Markov model (`theory.harmony.chord_segments`), summed over all
divisions into segments that agree with them; a chord that the harmony graph does not have may be any chord of its key.
"""

from __future__ import annotations

import json
import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import torch

from benchmarks.make.figured_music import drawn_plan, plan_of, realised
from benchmarks.measure.roman_numerals import FITS
from corpora.roman_analyses import AnalysedChord, analysed_pieces
from theory.harmony.chord_segments import explained, inputs_of, state_chords
from theory.harmony.evidence import evidence_at
from theory.harmony.path import endings, steps_from_signature
from theory.harmony.segments import FEATURES, SHARES, Moments, Segments, levels, moments_of, segments_of
from theory.harmony.states import KEYS, QUALITIES, UNIT, opening_costs, state_keys, transition_costs
from theory.notation.score import Score
from theory.types import Floats32, Ints, Mask

HIDDEN, RATE, PULL, EPOCHS = 48, 6e-3, 1e-4, 8
BARS = 24  # in an excerpt
DRAWN = 240  # pieces
SETTINGS = {"chorale": 3, "madrigal": 1}  # figured settings of each human analysis
COPIES = {"chorale": 4, "madrigal": 1}  # of each analysed piece as it is
NEVER = -1e5
CARD = {
    "name": "segments-v1",
    "what": "network that hears chords in segments of a score: the quality of the chord on each root",
    "command": "python -m benchmarks.make.fit_chord_segments bach_split.json theory/harmony/weights/segments-v1",
    "network": f"{FEATURES} inputs, {HIDDEN} hidden units and a direct path, {len(QUALITIES)} outputs, for each root",
    "corpora": {
        "chorales": "human Roman-numeral analyses in music21's corpus (bach/choraleAnalyses; analysts Andrew Jones, "
        "Dmitri Tymoczko, Hamish Robb), lists train and valid",
        "madrigals": "human Roman-numeral analyses of Monteverdi's third book in music21's corpus (analysts Noam D. "
        "Elkies, Ian Quinn, Jon Wild, Steve Taylor and others)",
        "figuration": "the same chords and drawn progressions set for the keyboard (benchmarks/make/figured_music.py)",
    },
    "figures": "docs/analysis.md",
}


@dataclass(frozen=True)
class Lesson:
    """An excerpt with its segments and the chords of its analysis."""

    manner: str
    inputs: Floats32  # (segment, root, FEATURES)
    segments: Segments
    moments: Moments
    tones: Floats32  # (segment, 12) pulses of each pitch class
    pulses: Floats32  # (segment,)
    level: Ints  # (moment,) class of metrical strength
    kind: Ints  # (moment,) 0 inside a phrase, 1 at its last chord, 2 at its beginning
    away: Floats32  # (segment, key) steps from the signature times pulses
    gold: Mask  # (moment, state) states that agree with the analysis
    keys: tuple[int, ...]  # keys to search


def lessons(split_path: str, seed: int) -> Iterator[Lesson]:
    """Yield all excerpts: human analyses as they are and set as figuration, and drawn progressions."""
    random = np.random.default_rng(seed)
    split = json.loads(Path(split_path).read_text())
    for piece in analysed_pieces(split, ("train", "valid"), (3,)):
        if piece.fit < FITS:
            continue
        yield from COPIES[piece.manner] * list(_lessons_of(piece.score, piece.chords, piece.manner, random))
        for number in range(SETTINGS[piece.manner]):
            tune = None if number % 2 else piece.score.parts[0]
            score = realised(plan_of(piece.chords, piece.score), random, tune)
            yield from _lessons_of(score, piece.chords, piece.manner, random)
    for _ in range(DRAWN):
        plan = drawn_plan(random)
        yield from _lessons_of(realised(plan, random), plan.chords, "chorale", random)


def _lessons_of(
    score: Score, chords: Sequence[AnalysedChord], manner: str, random: np.random.Generator
) -> Iterator[Lesson]:
    for first in range(0, len(score.bars), BARS):
        part = _excerpt(score, first)
        if any(part_.notes for part_ in part.parts):
            yield _lesson(part, chords, manner, random)


def _excerpt(score: Score, first: int) -> Score:
    bars = score.bars[first : first + BARS]
    start, end = bars[0].onset_quarter, bars[-1].end_quarter
    parts = tuple(
        replace(part, notes=tuple(note for note in part.notes if start <= note.onset_quarter < end))
        for part in score.parts
    )
    return replace(score, bars=bars, parts=parts, chords=(), directions=())


def _lesson(score: Score, chords: Sequence[AnalysedChord], manner: str, random: np.random.Generator) -> Lesson:
    moments = moments_of(score)
    segments = segments_of(moments)
    evidence = evidence_at(score, moments.onset_quarter, moments.tones)
    gold, keys = _gold(chords, moments.onset_quarter, score.end_quarter)
    others = random.choice(len(KEYS), 2, replace=False)
    near = np.argsort(steps_from_signature(evidence)[0], kind="stable")[:4]
    running = np.concatenate([np.zeros((1, 12)), np.cumsum(moments.tones, axis=0)])
    pulses = np.concatenate([[0.0], np.cumsum(moments.pulses)])
    length = pulses[segments.stop] - pulses[segments.start]
    return Lesson(
        manner=manner,
        inputs=inputs_of(segments.shares, segments.other),
        segments=segments,
        moments=moments,
        tones=(running[segments.stop] - running[segments.start]).astype(np.float32),
        pulses=length.astype(np.float32),
        level=levels(moments.strength),
        kind=np.where(evidence.opening, 2, np.where(evidence.arrival, 1, 0)),
        away=(steps_from_signature(evidence)[segments.start] * length[:, None]).astype(np.float32),
        gold=gold,
        keys=tuple(sorted({*keys, *near.tolist(), *others.tolist()})),
    )


def _gold(chords: Sequence[AnalysedChord], onsets: Sequence[Fraction], end: Fraction) -> tuple[Mask, set[int]]:
    """Return the states that agree with the analysis, (moment, state), and its keys."""
    roots, qualities = state_chords()
    starts, names, keys = [chord.onset_quarter for chord in chords], list(QUALITIES), set()
    gold = np.zeros((len(onsets), len(roots)), dtype=bool)
    for moment, (time, stop) in enumerate(zip(onsets, (*onsets[1:], end), strict=True)):
        chord = chords[max(bisect_right(starts, (time + stop) / 2) - 1, 0)]
        key = KEYS.index((chord.tonic, chord.mode))
        keys.add(key)
        in_key = state_keys() == key
        same = in_key & (roots == chord.root)
        if chord.quality in names:
            same &= qualities == names.index(chord.quality)
        gold[moment] = same if same.any() else in_key
    return gold, keys


class Model(torch.nn.Module):
    """The weights of `theory.harmony.chord_segments.Weights` as parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = torch.nn.Linear(FEATURES, HIDDEN), torch.nn.Linear(HIDDEN, len(QUALITIES))
        self.direct = torch.nn.Linear(FEATURES, len(QUALITIES))
        with torch.no_grad():
            self.direct.weight.copy_(torch.from_numpy(_first_guess()))
        self.profiles = torch.nn.Parameter(torch.tensor([1.0, 0.3]))
        self.scale = torch.nn.Parameter(torch.zeros(2, 12))
        self.change, self.stay = (
            torch.nn.Parameter(torch.tensor(values)) for values in ([2.0, 1, 0.5, 0], [0.0, 0, 0, 0.5])
        )
        self.signature, self.settled, self.ending = (torch.nn.Parameter(torch.tensor([v])) for v in (0.05, 0.5, 0.3))

    def loss(self, lesson: Lesson) -> torch.Tensor:
        """Return the negative log-likelihood of the analysis per moment."""
        keys = list(lesson.keys)
        states = np.flatnonzero(np.isin(state_keys(), keys))
        score = self._scores(lesson, states)
        gold = torch.from_numpy(_agreeing(lesson)[:, states])
        both = torch.stack([score, torch.where(gold, score, NEVER)], dim=1)  # (segment, 2, state)
        whole, right = self._totals(lesson, both, states, keys)
        return (whole - right) / len(lesson.level)

    def _scores(self, lesson: Lesson, states: Ints) -> torch.Tensor:
        roots, qualities = state_chords()
        inputs = torch.from_numpy(lesson.inputs)
        heard = self.second(torch.relu(self.first(inputs))) + self.direct(inputs)
        local = heard[:, roots[states], qualities[states]]
        turned = torch.stack([torch.roll(self.scale[int(mode == "minor")], tonic) for tonic, mode in KEYS])
        by_key = torch.from_numpy(lesson.tones) @ turned.T - self.signature * torch.from_numpy(lesson.away)
        local = local + by_key[:, state_keys()[states]]
        running = torch.stack([_explained(lesson.moments, states, each) for each in (0, 1)], dim=2) @ self.profiles
        local = local + running[lesson.segments.stop] - running[lesson.segments.start]
        arrives = torch.from_numpy((lesson.kind == 1)[lesson.segments.start])
        return local - self.ending * torch.from_numpy(endings()[states].astype(np.float32)) * arrives[:, None]

    def _totals(self, lesson: Lesson, score: torch.Tensor, states: Ints, keys: list[int]) -> torch.Tensor:
        moves = _odds(tuple(keys), lesson.manner)
        state_key = torch.from_numpy(state_keys()[states].astype(np.int64))
        other = (state_key[:, None] != state_key[None, :]).float()
        kept = torch.exp(-self.settled) * other + (1 - other)
        odds = [move * kept for move in moves]
        start = np.concatenate([opening_costs(mode, lesson.manner) for _, mode in KEYS])[states]
        begin = lesson.segments.start
        bounds = np.searchsorted(lesson.segments.stop, np.arange(len(lesson.level) + 2))
        arrive = [(-torch.from_numpy(start.astype(np.float32))).expand(2, -1)]
        for moment in range(1, len(lesson.level) + 1):
            chosen = slice(int(bounds[moment]), int(bounds[moment + 1]))
            before = torch.stack([arrive[index] for index in begin[chosen]]) + score[chosen]
            end = torch.logsumexp(before, dim=0)
            if moment == len(lesson.level):
                return torch.logsumexp(end, dim=1)
            level, kind = int(lesson.level[moment]), int(lesson.kind[moment])
            most = end.max(dim=1, keepdim=True).values.detach()
            moved = torch.log(torch.exp(end - most) @ odds[kind].T + 1e-30) + most - self.change[level]
            arrive.append(torch.logaddexp(moved, end - self.stay[level]))
        raise AssertionError

    def arrays(self) -> dict[str, Floats32]:
        """Return the weights by the names of `Weights`."""
        named = {
            "first": self.first.weight.T,
            "first_bias": self.first.bias,
            "second": self.second.weight.T,
            "second_bias": self.second.bias + self.direct.bias,
            "direct": self.direct.weight.T,
        }
        alone = ("scale", "profiles", "change", "stay", "signature", "settled", "ending")
        named |= {name: getattr(self, name) for name in alone}
        return {name: value.detach().numpy().astype(np.float32) for name, value in named.items()}


def _explained(moments: Moments, states: Ints, kind: int) -> torch.Tensor:
    """Return the sums of what the profiles of all notes (0) or of the bass (1) explain until each moment."""
    notes, chords = explained(moments, np.eye(2, dtype=np.float32)[kind], states)
    found = notes @ chords
    running = np.concatenate([np.zeros((1, found.shape[1])), np.cumsum(found, axis=0)])
    return torch.from_numpy(running.astype(np.float32))


def _first_guess() -> Floats32:
    """Return weights from which the fit begins, (quality, FEATURES): the tones of the chord, and its root lowest."""
    guess = np.zeros((len(QUALITIES), len(SHARES), 12), dtype=np.float32)
    for number, members in enumerate(QUALITIES.values()):
        guess[number, SHARES.index("present")] = -0.5
        guess[number, SHARES.index("present"), list(members)] = 0.5
        guess[number, SHARES.index("tones"), list(members)] = 8.0 - 0.5 * len(members)
        guess[number, SHARES.index("lowest"), 0] = 1.0
    flat = guess.reshape(len(QUALITIES), -1)
    return np.concatenate([flat, np.zeros((len(flat), FEATURES - flat.shape[1]), dtype=np.float32)], axis=1)


def _agreeing(lesson: Lesson) -> Mask:
    """Return the states that agree with the analysis over whole segments, (segment, state)."""
    counts = np.concatenate([np.zeros((1, lesson.gold.shape[1])), np.cumsum(lesson.gold, axis=0)])
    start, stop = lesson.segments.start, lesson.segments.stop
    return np.asarray(counts[stop] - counts[start] == (stop - start)[:, None])


_KEPT: dict[tuple[tuple[int, ...], str], list[torch.Tensor]] = {}


def _odds(keys: tuple[int, ...], manner: str) -> list[torch.Tensor]:
    """Return the probabilities of the transitions (to, from) inside a phrase, at its end and at its beginning."""
    if (keys, manner) not in _KEPT:
        matrices = [np.exp(-matrix / UNIT).astype(np.float32) for matrix in transition_costs(keys, manner)]
        for matrix in matrices:
            np.fill_diagonal(matrix, 0)
        _KEPT[keys, manner] = [torch.from_numpy(matrix) for matrix in matrices]
    return _KEPT[keys, manner]


def fitted(examples: Sequence[Lesson], epochs: int, seed: int) -> Model:
    """Return the model after some passes through the examples in random order."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    random, model = np.random.default_rng(seed), Model()
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=PULL)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, RATE, total_steps=epochs * (len(examples) // 4 + 1), pct_start=0.1
    )
    for epoch in range(epochs):
        total, order = 0.0, random.permutation(len(examples))
        for place, index in enumerate(order, 1):
            loss = model.loss(examples[index])
            loss.backward()
            total += loss.item()
            if place % 4 == 0 or place == len(order):
                torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
                optimiser.step()
                optimiser.zero_grad()
                schedule.step()
        print(f"epoch {epoch + 1}: {total / len(examples):.4f} nats per moment", flush=True)
    return model


def main(split_path: str, out: str, epochs: str = str(EPOCHS), seed: str = "1") -> None:
    """Fit the weights, and write them with their card."""
    examples = list(lessons(split_path, int(seed)))
    print(f"{len(examples)} excerpts", flush=True)
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / "weights.npz", **fitted(examples, int(epochs), int(seed)).arrays())
    card = {**CARD, "seed": int(seed), "epochs": int(epochs), "excerpts": len(examples), "start": None}
    (folder / "card.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
