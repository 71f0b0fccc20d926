"""A whole arrangement explained: note by note, and what it had to accept."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from arranger.arranging.main import Arrangement
from arranger.arranging.search.beam import MODEL
from arranger.editing.grounds import Grounds, Tone, grounds_of_arrangement
from arranger.editing.phrasing import in_general, phrase_of
from arranger.editing.why import Candidate, Reason, reason_of
from theory.notation.beats import spoken_beat
from theory.rules.catalogue import ALL

_LEAST = 0.05  # nats; smaller terms are not told
TENDENCIES = (MODEL, "span", "unsuspended")  # terms that say what is usual, not what a note had to accept
_CODES = {rule.label: rule.code for rule in ALL}


@dataclass(frozen=True)
class Accepted:
    """A term that an arrangement had to accept: its source, its words, the bars of its places, and nats in all."""

    source: str
    words: str
    bars: tuple[str, ...]  # as printed, those of all its places
    nats: float


@dataclass(frozen=True)
class ExplainedBar:
    """The notes that begin in one bar, with their reasons, and its chords."""

    number: str  # as printed
    chords: tuple[str, ...]  # that begin in it, with their beats
    reasons: tuple[Reason, ...]  # by onset, then from the highest voice down

    @property
    def closest(self) -> tuple[Reason, Candidate] | None:
        """The note whose next candidate would cost least, where the choice was closest; None if none had any."""
        choices = [(reason, reason.candidates[0]) for reason in self.reasons if reason.candidates]
        return min(choices, key=lambda choice: round(choice[1].cost, 4), default=None)


@dataclass(frozen=True)
class Explanation:
    """An arrangement explained."""

    title: str
    style: str
    harmony: tuple[str, ...]  # a line for each phrase
    accepted: tuple[Accepted, ...]  # the dearest first
    bars: tuple[ExplainedBar, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the explanation with all its numbers, for programs."""
        return {
            "title": self.title,
            "style": self.style,
            "harmony": list(self.harmony),
            "accepted": [
                {"source": each.source, "words": each.words, "bars": list(each.bars), "nats": round(each.nats, 4)}
                for each in self.accepted
            ],
            "bars": [
                {"bar": bar.number, "chords": list(bar.chords), "notes": [reason.to_json() for reason in bar.reasons]}
                for bar in self.bars
            ],
        }


def explanation_of(arrangement: Arrangement, harmony: tuple[str, ...] = ()) -> Explanation:
    """Return an arrangement explained; ``harmony`` tells it phrase by phrase."""
    grounds = grounds_of_arrangement(arrangement)
    return Explanation(
        title=arrangement.score.title or "Untitled",
        style=arrangement.plan.style.name,
        harmony=harmony,
        accepted=tuple(_accepted(arrangement)),
        bars=tuple(_bars(grounds)),
    )


def _accepted(arrangement: Arrangement) -> list[Accepted]:
    """Return the terms of the search that cost anything, without mere tendencies, the dearest first.

    Where an accompaniment pattern figures the chords, there are none: the search did not choose the written notes.
    """
    if arrangement.plan.scheme is not None:
        return []
    nats: dict[str, float] = defaultdict(float)
    bars: dict[str, list[str]] = defaultdict(list)
    for term in arrangement.terms:
        if term.source not in TENDENCIES and term.cost >= _LEAST:
            source = _CODES.get(term.source, term.source)
            nats[source] += term.cost
            own = max(term.slice - _falls_behind(source), 0)
            bars[source].append(arrangement.score.bars[int(arrangement.plan.texture.bar[own])].number)
    ranked = sorted(nats, key=lambda source: (-round(nats[source], 4), source))
    return [Accepted(source, in_general(source), tuple(bars[source]), nats[source]) for source in ranked]


def _falls_behind(source: str) -> bool:
    """Whether a term is found where the next note fails to follow, one slice behind the note that it is about."""
    return "{before}" in phrase_of(source).thing


def _bars(grounds: Grounds) -> list[ExplainedBar]:
    begun: dict[int, list[Tone]] = {index: [] for index in grounds.texture.bar.tolist()}
    for tone in sorted((tone for line in grounds.lines for tone in line), key=lambda tone: (tone.first, tone.voice)):
        begun[int(grounds.texture.bar[tone.first])].append(tone)
    bars = grounds.score.bars
    return [
        ExplainedBar(bars[index].number, _chords(grounds, index), tuple(reason_of(grounds, tone) for tone in tones))
        for index, tones in begun.items()
    ]


def _chords(grounds: Grounds, bar: int) -> tuple[str, ...]:
    """Return the chords that begin in a bar, each with its beat: ``G7 on beat 1``."""
    texture = grounds.texture
    return tuple(
        f"{chord} on beat {spoken_beat(grounds.score, onset)}"
        for onset, chord, begins, own in zip(
            texture.onset_quarter, texture.chord, texture.chord_onset, texture.bar, strict=True
        )
        if own == bar and begins and chord is not None
    )
