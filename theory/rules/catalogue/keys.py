"""Notes against their key (KE)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import chain

import numpy as np

from theory.notation.key import Key
from theory.rules.rule import finds, passes, rule
from theory.slices.facts import THIRD, Motion, Succession
from theory.slices.written import Remark, Written
from theory.types import Ints, Mask

_ALDWELL = "E. Aldwell and C. Schachter, Harmony and Voice Leading, on chromaticism"
_KOSTKA = "S. Kostka and D. Payne, Tonal Harmony, on the minor mode"
_OWN = "our own: the scale of a signature holds most of the notes written under it"
_GAP = 0.1  # share of the notes by which another signature must fit better


@rule(
    "KE101",
    "note-foreign-to-key",
    per="voice",
    source=_ALDWELL,
    needs_chords=True,
    examples=(
        finds("F#4 D4", "F# over F in C major, left by leap", chords="F -"),
        passes("F#4 G4", "it goes on by a half step", chords="F C"),
        passes("F#4 D4", "it belongs to the chord", chords="D -"),
        passes("D4 G4", "D is in the key", chords="F -"),
    ),
)
def note_foreign_to_key(m: Motion) -> Mask:
    """A note of neither the key nor the chord is left otherwise than by a half step."""
    return m.before.chromatic & m.moves & ~m.by_half_step


@rule(
    "KE102",
    "leading-tone-not-raised",
    per="voice",
    source=_KOSTKA,
    needs_chords=True,
    examples=(
        finds("G4 A4 / E3 A3", "G over E before the tonic of A minor", chords="Em Am", key="a"),
        passes("G#4 A4 / E3 A3", "raised", chords="E Am", key="a"),
        passes("G4 A4 / E3 F3", "no cadence", chords="Em F", key="a"),
        passes("B4 C5 / E3 A3", "a major key", chords="Em Am", key="C"),
    ),
)
def leading_tone_not_raised(m: Succession) -> Mask:
    """In a minor key the third of the dominant is not raised before the tonic."""
    return m.before.plays(THIRD) & m.before.subtonic & m.minor_cadence[..., None]


@rule(
    "KE103",
    "melodic-minor",
    per="voice",
    source=_KOSTKA,
    needs_chords=True,
    examples=(
        finds("F4 G4 A4", "6 and 7 natural on the way up, in passing", chords="Am - -", key="a"),
        finds("G4 F#4 E4", "6 raised on the way down, in passing", chords="Am - -", key="a"),
        passes("F#4 G#4 A4", "both raised", chords="Am - -", key="a"),
        passes("G4 F4 E4", "both natural", chords="Am - -", key="a"),
        passes("F4 G4 A4", "the chord has the natural seventh degree", chords="F C F", key="a"),
        passes("G#4 F#4 E4", "the line falls from the leading tone of the dominant", chords="E - -", key="a"),
        passes("F4 G4 A4", "a major key", chords="C - F"),
    ),
)
def melodic_minor(m: Motion) -> Mask:
    """In minor a line steps up to the natural seventh degree or down to the raised sixth, foreign to the chord."""
    return m.natural_rise | m.raised_fall


@rule(
    "KE104",
    "unfitting-signature",
    per="whole",
    source=_OWN,
    examples=(
        finds("D4 E4 F#4 G4 A4 B4 C#5 D5", "D major without its sharps"),
        passes("D4 E4 F#4 G4 A4 B4 C#5 D5", "with them", key="D"),
        passes("A4 B4 C5 D5 E5 F5 G#5 A5", "a raised leading tone in minor", key="a"),
        passes("C4 D4 E4 F#4 G4 A4 G4 F4 E4 D4 C4", "one chromatic tone"),
    ),
)
def unfitting_signature(w: Written) -> Iterator[Remark]:
    """Another key signature fits the notes much better than the one that holds for most of the piece."""
    held: defaultdict[int, int] = defaultdict(int)
    for bar, length in zip(w.score.bars, w.bars[1].tolist(), strict=True):
        held[bar.key.fifths] += length
    written = max(held, key=lambda fifths: held[fifths], default=0)
    fits = _fits(w, range(written - 6, written + 6))
    best = max(fits, key=lambda fifths: (fits[fifths], -abs(fifths - written)))
    if fits[best] - fits[written] > _GAP:
        own, other = (f"{round(100 * fits[fifths])} %" for fifths in (written, best))
        detail = f"fits {own} of the notes, that of {Key.from_fifths(best)} {other}"
        yield Remark(Fraction(0), tuple(range(len(w.score.parts))), detail=detail)


def _fits(w: Written, signatures: range) -> dict[int, float]:
    """Return how great a share of the notes, by time, belongs to the scales of signatures of so many sharps."""
    classes = np.fromiter(chain.from_iterable(line.midi for line in w.lines), dtype=np.int64) % 12
    lengths = np.fromiter(chain.from_iterable(line.length for line in w.lines), dtype=np.float64)
    times = np.bincount(classes, lengths, minlength=12)
    shares = times[_scales(signatures)].sum(axis=-1) / (times.sum() or 1)
    return dict(zip(signatures, shares.tolist(), strict=True))


@lru_cache(maxsize=32)
def _scales(signatures: range) -> Ints:
    """(signatures, 7) The pitch classes of their major scales."""
    return np.array([Key.from_fifths(fifths).scale for fifths in signatures])


@rule(
    "KE105",
    "open-end",
    per="whole",
    source=_ALDWELL,
    needs_chords=True,
    examples=(
        finds("C5 D5 / C3 G3", "the piece ends on the dominant", chords="C G"),
        passes("D5 C5 / G3 C3", "on the tonic", chords="G C"),
        passes("G#4 C#5 / E3 A3", "a Picardy third", chords="E A", key="a"),
    ),
)
def open_end(w: Written) -> Iterator[Remark]:
    """The last chord is built neither on the tonic of the key that it ends in nor on that of the main key."""
    texture = w.texture
    held: defaultdict[Key, Fraction] = defaultdict(Fraction)
    for key, duration in zip(texture.key, texture.duration_quarter, strict=True):
        held[key] += duration
    last = texture.chord[-1]
    home = max(held, key=lambda key: held[key])
    tonics = {home.tonic.pitch_class, texture.key[-1].tonic.pitch_class}
    if last is not None and last.root is not None and last.root.pitch_class not in tonics:
        yield Remark(texture.onset_quarter[-1], tuple(range(texture.shape[1])), detail=f"on {last} in {home}")
