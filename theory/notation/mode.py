"""Major or minor, where a key signature does not say.

A signature of sharps and flats is shared by a major key and its relative minor. Tunes of the
common practice end on their tonic, in melody and in harmony alike, so the end decides: the root
of the last chord symbol, then the last note of the lowest part, then of the highest.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace

from theory.notation.key import Key
from theory.notation.pitch import Tone
from theory.notation.score import Score


def estimate_mode(fifths: int, final_tones: Sequence[Tone]) -> str:
    """Return major or minor for a signature; the first final tone that is a tonic of either decides.

    Major where none is. It may be wrong: a tune may end away from its tonic.

    >>> estimate_mode(0, [Tone.parse("A")]), estimate_mode(0, [Tone.parse("G"), Tone.parse("C")])
    ('minor', 'major')
    """
    tonics = {Key.from_fifths(fifths, mode).tonic: mode for mode in ("major", "minor")}
    return next((tonics[tone] for tone in final_tones if tone in tonics), "major")


def estimated_modes(score: Score, modeless: Set[int]) -> Score:
    """Return the score with estimated modes in the bars, given by index, whose key came without one."""
    finals = _final_tones(score)
    bars = [
        replace(bar, key=Key.from_fifths(bar.key.fifths, estimate_mode(bar.key.fifths, finals)))
        if bar.index in modeless
        else bar
        for bar in score.bars
    ]
    return replace(score, bars=tuple(bars))


def _final_tones(score: Score) -> list[Tone]:
    """Return what decides a mode: root of the last chord symbol, last note of the bottom part, of the top part."""
    roots = [chord.symbol.root for chord in score.chords if chord.symbol.root is not None]
    tones = roots[-1:]
    for part in score.parts[-1:] + score.parts[:1]:
        pitches = [note.pitch for note in part.notes if note.pitch is not None]
        tones += [pitch.tone for pitch in pitches[-1:]]
    return tones
