"""Compares our rules with music21's predicates on the same notes of Bach's chorales.

    python -m benchmarks.measure.oracles [--every N]

Both judge every pair of voices in two successive slices, every slice and every melodic interval. The oracles are
``VoiceLeadingQuartet``, ``figuredBass.possibility`` and ``Interval``. Known differences of definition are listed as
reasons and counted separately; any other difference counts as *unexplained*, and there must be none. No chords are
estimated, so that no rule makes an exception because of one.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.make.bach_counts import read_four_part
from theory.notation.pitch import Pitch
from theory.rules.catalogue import by_code
from theory.slices.facts import Motion, Step, Verticality, voice_pairs
from theory.slices.texture import texture_of
from theory.slices.windows import Windows
from theory.types import Mask

BOTH, NEITHER, UNEXPLAINED = "both", "neither", "unexplained"
Names = tuple[str, ...]  # as music21 spells pitches


@dataclass(frozen=True)
class Question:
    """A comparison of rules with one oracle.

    ``asked`` says where to compare, ``ours`` where the rules find something; ``theirs`` is music21's answer for the
    names of the notes; ``reasons`` says where a difference of definition explains different answers.
    """

    codes: str
    oracle: str
    asked: Mask
    ours: Mask
    theirs: Callable[[Names], bool]
    reasons: Mapping[str, Mask] = field(default_factory=dict)

    def outcomes(self, names: NDArray[Any]) -> Counter[str]:
        """Return how often both find something, neither does, or they differ for each reason.

        ``names`` has the axes of ``asked`` and one more, for the notes concerned.
        """
        found: Counter[str] = Counter()
        for place in map(tuple, np.argwhere(self.asked).tolist()):
            ours, theirs = bool(self.ours[place]), self.theirs(tuple(names[place].tolist()))
            if ours == theirs:
                found[BOTH if ours else NEITHER] += 1
            else:
                found[next((why for why, holds in self.reasons.items() if holds[place]), UNEXPLAINED)] += 1
        return found


@cache
def quartet_says(predicate: str, asked: tuple[object, ...], names: Names) -> bool:
    """Return the value of a predicate of music21's ``VoiceLeadingQuartet`` for four notes."""
    from music21 import note, voiceLeading

    quartet = voiceLeading.VoiceLeadingQuartet(*map(note.Note, names))
    return bool(getattr(quartet, predicate)(*asked))


@cache
def possibility_says(predicate: str, names: Names) -> bool:
    """Return the value of a predicate of music21's ``figuredBass.possibility`` for two voices in one or two slices."""
    from music21.figuredBass import possibility

    first, second, *then = (_their_pitch(name) for name in names)
    # names are ordered voice by voice; a possibility holds the notes that sound together
    sonorities = ((first, then[0]), (second, then[1])) if then else ((first, second),)
    return bool(getattr(possibility, predicate)(*sonorities))


@cache
def is_wide(names: Names) -> bool:
    """Return whether music21 measures more than an octave between two upper voices."""
    from music21.figuredBass import possibility

    pitches = tuple(_their_pitch(name) for name in names)
    return not possibility.upperPartsWithinLimit((*pitches, pitches[-1]), 12)  # it ignores the lowest part


def interval_says(wanted: tuple[str, ...], back: int, names: Names) -> bool:
    """Return whether music21's name of a melodic interval is in ``wanted``; if empty, whether it exceeds an octave.

    ``back`` is 1 for the last interval, 2 for the one before it.
    """
    name, semitones = _their_interval(names[-back - 1], names[-back])
    return name in wanted if wanted else abs(semitones) > 12


@cache
def _their_interval(first: str, second: str) -> tuple[str, int]:
    from music21 import interval, note

    found = interval.Interval(note.Note(first), note.Note(second))
    return found.name, found.semitones


@cache
def _their_pitch(name: str) -> Any:
    from music21.pitch import Pitch as TheirPitch

    return TheirPitch(name)


def _named(midi: NDArray[Any], letter: NDArray[Any]) -> NDArray[Any]:
    """Return music21's names of notes, from MIDI numbers and staff positions; "silence" for rests."""
    return np.array(np.frompyfunc(_name, 2, 1)(midi, letter))


@cache
def _name(midi: int, letter: int) -> str:
    return "silence" if midi < 0 else str(Pitch.on_staff(midi, letter)).replace("b", "-")


def _found(codes: str, window: Verticality | Motion | Step, shape: tuple[int, ...]) -> Mask:
    masks = [np.broadcast_to(by_code(code)(window), shape) for code in codes.split()]
    return np.logical_or.reduce(masks)


def _of_motions(m: Motion) -> Iterator[Question]:
    """Yield the questions on two voices in two slices, whether they move or not."""
    both = m.both(m.connected)
    outer = both & m.outer
    first, then = m.before.pair, m.after.pair
    crossed = {"the voices are crossed": first.crossed | then.crossed}
    revoiced = {"both voices leap octaves: no succession here": m.both(m.moves & (m.semitones % 12 == 0))}
    unison = {"one of the two is a unison": first.unison != then.unison}
    by_step = {"the upper voice steps": ~m.of_upper(m.leaps)}
    octave = {"an octave, which it calls a unison": then.octave}
    apart = {"no neighbours": np.broadcast_to(~m.adjacent, both.shape), "the bass leaps an octave": m.bass_octave}

    def quartet(
        codes: str, reasons: Mapping[str, Mask], predicate: str, *named: object, asked: Mask = both
    ) -> Question:
        oracle = f"VoiceLeadingQuartet.{predicate}" + (f" {named[0]}" if named else "")
        says = partial(quartet_says, predicate, named)
        return Question(codes, oracle, asked, _found(codes, m, both.shape), says, reasons)

    def possibility(codes: str, reasons: Mapping[str, Mask], predicate: str, *, asked: Mask = both) -> Question:
        says = partial(possibility_says, predicate)
        return Question(codes, f"possibility.{predicate}", asked, _found(codes, m, both.shape), says, reasons)

    yield quartet("VL101", revoiced, "parallelMotion", "P5", True)  # True: compounds count too
    yield quartet("VL102", revoiced | unison, "parallelMotion", "P8", True)
    yield quartet("VL103", revoiced, "parallelMotion", "P1", True)
    yield quartet("VL104", revoiced, "antiParallelMotion", "P5")
    yield quartet("VL105", revoiced | unison, "antiParallelMotion", "P1")  # P1 includes octaves
    yield quartet("VL201", by_step, "hiddenFifth", asked=outer)
    yield quartet("VL202", by_step | unison, "hiddenOctave", asked=outer)
    yield quartet("VL203", octave, "hiddenInterval", "P1")
    yield quartet("VL302", apart | crossed, "voiceOverlap")
    yield possibility("VL101 VL104", revoiced, "parallelFifths")
    yield possibility("VL102 VL105", revoiced | unison, "parallelOctaves")
    yield possibility("VL201", by_step, "hiddenFifth", asked=outer)
    yield possibility("VL202", by_step | unison, "hiddenOctave", asked=outer)
    yield possibility("VL302", apart | crossed, "voiceOverlap")


def _of_slices(v: Verticality) -> Iterator[Question]:
    """Yield the questions on two voices in one slice."""
    both = v.pair.sounding
    crossing = partial(possibility_says, "voiceCrossing")
    yield Question("VL301", "possibility.voiceCrossing", both, _found("VL301", v, both.shape), crossing)
    upper = both & v.adjacent & ~v.with_bass
    crossed = {"the voices are crossed": v.pair.crossed}
    wide = _found("SP101", v, both.shape)
    yield Question("SP101", "possibility.upperPartsWithinLimit", upper, wide, is_wide, crossed)


def _of_steps(s: Step) -> Iterator[Question]:
    """Yield the questions on the last notes of one voice."""
    for code, wanted in (("ME101", ("A2", "A4", "A5")), ("ME103", ("m7", "M7")), ("ME104", ())):
        ours, says = _found(code, s, s.attacked.shape), partial(interval_says, wanted, 1)
        yield Question(code, "Interval", s.known(2), ours, says)
    ours, says = _found("ME102", s, s.attacked.shape), partial(interval_says, ("d3", "d4", "d5", "d6", "d7"), 2)
    yield Question("ME102", "Interval", s.known(3), ours, says, {"it steps back inside": s.steps_back})


def compare(windows: Windows) -> Iterator[tuple[str, str, Counter[str]]]:
    """Yield rules, oracle and outcomes of every question about one score."""
    v, s = windows.verticality, windows.step
    upper, lower = voice_pairs(v.voices)
    names = _named(v.midi, v.letter)
    before, after = (names[slices] for slices in windows.pairs)
    quartets = np.stack([before[:, upper], after[:, upper], before[:, lower], after[:, lower]], axis=-1)
    lines = _named(s.midi, s.letter)
    for questions, shown in (
        (_of_motions(windows.motion), quartets),
        (_of_slices(v), np.stack([names[:, upper], names[:, lower]], axis=-1)),
        (_of_steps(s), lines),
    ):
        for question in questions:
            yield question.codes, question.oracle, question.outcomes(shown)


def compare_all(every: int = 1) -> dict[tuple[str, str], Counter[str]]:
    """Return the outcomes over every nth chorale, by rules and oracle."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for _, score in read_four_part(every=every):
        for codes, oracle, outcomes in compare(Windows(texture_of(score))):
            found.setdefault((codes, oracle), Counter()).update(outcomes)
    return found


def main() -> None:
    """Compare and print a table."""
    parser = argparse.ArgumentParser(description="Our rules and music21's predicates over the same notes.")
    parser.add_argument("--every", type=int, default=1, help="take only every nth chorale")
    print("| rule | music21 | asked | agree | both find | explained by definition | unexplained |")
    print("|---|---|---|---|---|---|---|")
    for (codes, oracle), outcomes in sorted(compare_all(parser.parse_args().every).items()):
        reasons = [(why, count) for why, count in outcomes.most_common() if why not in (BOTH, NEITHER, UNEXPLAINED)]
        explained = "; ".join(f"{count:,} {why}" for why, count in reasons)
        share = (outcomes[BOTH] + outcomes[NEITHER]) / outcomes.total()
        print(
            f"| {codes} | {oracle} | {outcomes.total():,} | {100 * share:.2f} % | {outcomes[BOTH]:,} | {explained} "
            f"| {outcomes[UNEXPLAINED]:,} |"
        )


if __name__ == "__main__":
    main()
