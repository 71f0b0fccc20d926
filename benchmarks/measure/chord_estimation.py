"""How well `estimate_chords` agrees with human analyses, as shares of beats.

    python -m benchmarks.measure.chord_estimation bach_split.json [LEADSHEET_FOLDER]

1. Against human Roman-numeral analyses of the chorales on the validation list: root, root and quality, and key of
   the chord at each beat; compared with music21 (chordify, the key found by its `analyze`, `romanNumeralFromChord`).
2. The estimate from the soprano alone of each validation chorale, against the estimate from all four voices.
3. The estimate from the tunes of held-out lead sheets, against their chord symbols (root only).
"""

from __future__ import annotations

import json
import sys
import time
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from benchmarks.make.count_progressions import read_sheets
from corpora.chorales import read_chorale
from corpora.roman_analyses import AnalysedChord, quality_of, roman_analyses
from theory.harmony.estimate import HarmonicSpan, estimate_chords
from theory.harmony.evidence import slot_onsets
from theory.notation.score import Score
from theory.slices.symbols import spread_symbols


@dataclass(frozen=True)
class Heard:
    """A chord and the time from which it holds; root and tonic are pitch classes, None if not given."""

    start_quarter: Fraction
    root: int | None
    quality: str = ""
    key: tuple[int, str] | None = None


@dataclass(frozen=True)
class Agreement:
    """Agreement as shares of the beats, 0 to 1, and the number of beats."""

    root: float
    quality: float  # root and quality
    key: float
    beats: int


def human_spans(chords: Sequence[AnalysedChord], score: Score) -> list[Heard]:
    """Return a human analysis as chords of a score; its first chord holds from the beginning."""
    times = [Fraction(0), *(chord.onset_quarter for chord in chords[1:])]
    return [
        Heard(time, chord.root, chord.quality, (chord.tonic, chord.mode))
        for time, chord in zip(times, chords, strict=True)
        if time < score.end_quarter
    ]


def estimated_spans(spans: Iterable[HarmonicSpan]) -> list[Heard]:
    """Return an estimate as chords."""
    return [
        Heard(
            span.start_quarter,
            span.symbol.root.pitch_class if span.symbol.root else None,
            span.symbol.quality,
            (span.key.tonic.pitch_class, span.key.mode),
        )
        for span in spans
    ]


def music21_spans(stream: Any) -> list[Heard]:
    """Return music21's analysis: the chords of the chordified score as Roman numerals in the key it finds."""
    from music21 import roman

    key = stream.analyze("key")
    spans = []
    for chord in stream.chordify().flatten().getElementsByClass("Chord"):
        numeral = roman.romanNumeralFromChord(chord, key)
        tonic = (key.tonic.pitchClass, key.mode)
        spans.append(Heard(Fraction(chord.offset), numeral.root().pitchClass, quality_of(numeral), tonic))
    return spans


def agreement(score: Score, truth: Sequence[Heard], spans: Iterable[HarmonicSpan] | Sequence[Heard]) -> Agreement:
    """Return the agreement of two analyses of a score, over the beats at which the first has a root."""
    listed = list(spans)
    guesses = [one for one in listed if isinstance(one, Heard)] or estimated_spans(
        one for one in listed if isinstance(one, HarmonicSpan)
    )
    pairs = [(at(truth, time), at(guesses, time)) for time in slot_onsets(score)]
    known = [(one, other) for one, other in pairs if one and other and one.root is not None]
    beats = max(1, len(known))
    return Agreement(
        sum(one.root == other.root for one, other in known) / beats,
        sum((one.root, one.quality) == (other.root, other.quality) for one, other in known) / beats,
        sum(one.key == other.key for one, other in known) / beats,
        len(known),
    )


def at(spans: Sequence[Heard], time: Fraction) -> Heard | None:
    """Return the chord that holds at a time, or None before the first chord."""
    index = bisect_right([span.start_quarter for span in spans], time) - 1
    return spans[index] if index >= 0 else None


def mean(found: Sequence[Agreement]) -> Agreement:
    """Return the mean agreement over all beats of several pieces."""
    beats = sum(one.beats for one in found)
    root, quality, key = (
        sum(getattr(one, name) * one.beats for one in found) / max(1, beats) for name in ("root", "quality", "key")
    )
    return Agreement(root, quality, key, beats)


def report(label: str, found: Iterable[Agreement]) -> None:
    """Print one line."""
    one = mean(list(found))
    print(f"{label:<52} root {one.root:.3f}  and quality {one.quality:.3f}  key {one.key:.3f}  ({one.beats} beats)")


def against_humans(split: dict[str, list[str]]) -> None:
    """Print agreement with the human analyses of validation chorales."""
    from music21 import corpus

    ours, theirs = [], []
    for name, chords in roman_analyses(split, ["valid"]):
        score = read_chorale(name)
        truth = human_spans(chords, score)
        ours.append(agreement(score, truth, estimate_chords(score)))
        theirs.append(agreement(score, truth, music21_spans(corpus.parse(f"bach/{name}"))))
    report("human analyses, estimate_chords", ours)
    report("human analyses, music21", theirs)


def from_sopranos(split: dict[str, list[str]]) -> Iterator[Agreement]:
    """Yield per validation chorale the agreement of the soprano's estimate with that of all voices; print the time."""
    seconds: list[float] = []
    for name in split["valid"]:
        score = read_chorale(name)
        start = time.perf_counter()
        all_voices = estimate_chords(score)
        seconds.append(time.perf_counter() - start)
        yield agreement(score, estimated_spans(all_voices), estimate_chords(score, parts=[0]))
    print(f"seconds per chorale: median {sorted(seconds)[len(seconds) // 2]:.3f}, maximum {max(seconds):.3f}")


def from_tunes(folder: Path) -> Iterator[Agreement]:
    """Yield per held-out lead sheet the agreement of the tune's estimate with its chord symbols."""
    for _, score in read_sheets(folder, held_out=True):
        symbols = [
            Heard(harmony.onset_quarter, harmony.symbol.root.pitch_class if harmony.symbol.root else None)
            for harmony in spread_symbols(score)
        ]
        yield agreement(score, symbols, estimate_chords(replace(score, chords=())))


def main(split_path: str, sheet_folder: str = "") -> None:
    """Print all figures."""
    split = json.loads(Path(split_path).read_text())
    against_humans(split)
    report("chorale sopranos alone, against all voices", from_sopranos(split))
    if sheet_folder:
        one = mean(list(from_tunes(Path(sheet_folder))))
        print(f"{'tunes alone, against their lead sheets':<52} root {one.root:.3f}  ({one.beats} beats)")


if __name__ == "__main__":
    main(*sys.argv[1:3])
