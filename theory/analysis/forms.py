"""Analyses as text and as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from operator import attrgetter
from typing import Any

from theory.analysis.analysis import Analysis
from theory.analysis.nonchord import NonChordTone
from theory.analysis.romantext import key_text
from theory.notation.beats import beat_of, beat_text, by_bar
from theory.notation.key import Key
from theory.notation.score import Score
from theory.version import program_version


def to_text(score: Score, analysis: Analysis) -> str:
    """Return an analysis as text, one line per bar: keys where they change, beats with numerals, non-chord tones below.

    >>> from theory.analysis import analyse
    >>> from theory.rules.example import example_score
    >>> from theory.rules.rule import passes
    >>> score = example_score(passes("D5 - C5 / B4 - C5 / G4 F4 E4 / G3 - C3", ""))
    >>> print(to_text(score, analyse(score)))
    C major from the beginning
    bar 1: C: 1 V  2 V7  3 I
    """
    lines = ["; ".join(_regions(score, analysis))]
    chords = by_bar(score, analysis.chords, onset=attrgetter("start_quarter"))
    tones = by_bar(score, analysis.non_chord_tones, onset=attrgetter("onset_quarter"))
    key: Key | None = None
    for bar in score.bars:
        words = []
        for chord in chords.get(bar.index, ()):
            words.append(f"{key_text(chord.key)}: " if chord.key != key else "")
            words[-1] += f"{beat_text(beat_of(score, chord.start_quarter))} {chord.figure}"
            key = chord.key
        lines += [f"bar {bar.number}: {'  '.join(words)}"] if words else []
        inside = tones.get(bar.index, ())
        lines += ["    " + "; ".join(_tone(score, tone) for tone in inside)] if inside else []
    return "\n".join(lines)


def _regions(score: Score, analysis: Analysis) -> Iterator[str]:
    for index, region in enumerate(analysis.keys):
        bar, beat = score.bar_at(region.start_quarter).number, beat_text(beat_of(score, region.start_quarter))
        yield f"{region.key} from {f'bar {bar} beat {beat}' if index else 'the beginning'}"


def _tone(score: Score, tone: NonChordTone) -> str:
    words = (
        score.parts[tone.voice].name or f"part {tone.voice + 1}",
        beat_text(beat_of(score, tone.onset_quarter)),
        str(tone.pitch),
        tone.kind,
        tone.figures,
    )
    return " ".join(filter(None, words))


def to_json(score: Score, analysis: Analysis) -> dict[str, Any]:
    """Return an analysis as plain data: keys, chords and non-chord tones with bar, beat, onset and end in quarters."""
    return {
        "version": program_version(),
        "inferred": analysis.inferred,
        "keys": [
            {**_span(score, region.start_quarter, region.end_quarter), "key": str(region.key)}
            for region in analysis.keys
        ],
        "chords": [
            {
                **_span(score, chord.start_quarter, chord.end_quarter),
                "key": str(chord.key),
                "numeral": chord.figure,
                "degree": chord.degree,
                "inversion": chord.inversion,
                "symbol": str(chord.symbol),
            }
            for chord in analysis.chords
        ],
        "non_chord_tones": [
            {
                **_span(score, tone.onset_quarter, tone.end_quarter),
                "kind": tone.kind,
                "part": score.parts[tone.voice].name,
                "part_index": tone.voice,
                "pitch": str(tone.pitch),
                "figures": tone.figures,
            }
            for tone in analysis.non_chord_tones
        ],
    }


def _span(score: Score, start: Fraction, end: Fraction) -> dict[str, Any]:
    return {
        "bar": score.bar_at(start).number,
        "beat": float(beat_of(score, start)),
        "onset_quarter": float(start),
        "end_quarter": float(end),
    }
