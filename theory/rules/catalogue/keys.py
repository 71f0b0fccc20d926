"""Notes and their key: chromatic notes, the minor mode, key signature and final chord (KE)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from itertools import chain

import numpy as np

from theory.notation.key import Key
from theory.rules.rule import finds, passes, rule
from theory.rules.sources import ALDWELL_SCHACHTER, KOSTKA_PAYNE, OPEN_MUSIC_THEORY, OUR_CHOICE, cite
from theory.slices.facts import THIRD, Motion, Succession
from theory.slices.written import Remark, Written
from theory.types import Ints, Mask

_CHROMATIC = cite((ALDWELL_SCHACHTER, 'ch. 32, "Chromatic Voice-Leading Techniques"'))
_MINOR = cite((KOSTKA_PAYNE, "ch. 4, on the minor scale"), (OPEN_MUSIC_THEORY, '"Composing a cantus firmus"'))
_SIGNATURE = cite((OUR_CHOICE, "the scale of a key signature should contain most of the notes written under it"))
_PHRASE = cite((OPEN_MUSIC_THEORY, '"Harmonic syntax - the idealized phrase"'))
_GAP = 0.1  # how much larger a share of the notes another signature must fit


@rule(
    "KE101",
    "note-foreign-to-key",
    per="voice",
    source=_CHROMATIC,
    needs_chords=True,
    examples=(
        finds("F#4 D4", "F# over an F major chord in C major, left by leap", chords="F -"),
        passes("F#4 G4", "it moves on by a half step", chords="F C"),
        passes("F#4 D4", "it belongs to the chord", chords="D -"),
        passes("D4 G4", "D is in the key", chords="F -"),
    ),
)
def note_foreign_to_key(m: Motion) -> Mask:
    """A note outside both the key and the chord is not left by a half step."""
    return m.before.chromatic & m.moves & ~m.by_half_step


@rule(
    "KE102",
    "leading-tone-not-raised",
    per="voice",
    source=_MINOR,
    needs_chords=True,
    examples=(
        finds("G4 A4 / E3 A3", "G in the chord on E before the tonic of A minor", chords="Em Am", key="a"),
        passes("G#4 A4 / E3 A3", "the leading tone is raised", chords="E Am", key="a"),
        passes("G4 A4 / E3 F3", "the tonic does not follow", chords="Em F", key="a"),
        passes("B4 C5 / E3 A3", "a major key", chords="Em Am", key="C"),
    ),
)
def leading_tone_not_raised(m: Succession) -> Mask:
    """In a minor key, the third of the dominant is not raised before the tonic."""
    return m.before.plays(THIRD) & m.before.subtonic & m.minor_cadence[..., None]


@rule(
    "KE103",
    "melodic-minor",
    per="voice",
    source=_MINOR,
    needs_chords=True,
    examples=(
        finds("F4 G4 A4", "natural 6 and 7 on the way up, in passing", chords="Am - -", key="a"),
        finds("G4 F#4 E4", "raised 6 on the way down, in passing", chords="Am - -", key="a"),
        passes("F#4 G#4 A4", "both raised", chords="Am - -", key="a"),
        passes("G4 F4 E4", "both natural", chords="Am - -", key="a"),
        passes("F4 G4 A4", "the natural seventh degree is a chord tone", chords="F C F", key="a"),
        passes("G#4 F#4 E4", "the line descends from the leading tone as a chord tone", chords="E - -", key="a"),
        passes("F4 G4 A4", "a major key", chords="C - F"),
    ),
)
def melodic_minor(m: Motion) -> Mask:
    """In minor, a non-chord natural seventh degree is reached by step from below, or a raised sixth by step from above.

    A descent to the raised sixth degree from a chord tone is exempt.
    """
    return m.natural_rise | m.raised_fall


@rule(
    "KE104",
    "unfitting-signature",
    per="whole",
    source=_SIGNATURE,
    examples=(
        finds("D4 E4 F#4 G4 A4 B4 C#5 D5", "D major without its key signature"),
        passes("D4 E4 F#4 G4 A4 B4 C#5 D5", "with its key signature", key="D"),
        passes("A4 B4 C5 D5 E5 F5 G#5 A5", "a raised leading tone in minor", key="a"),
        passes("C4 D4 E4 F#4 G4 A4 G4 F4 E4 D4 C4", "one chromatic note"),
    ),
)
def unfitting_signature(w: Written) -> Iterator[Remark]:
    """The key signature that is used for most of the piece fits the notes much worse than another would."""
    held: defaultdict[int, int] = defaultdict(int)
    for bar, length in zip(w.score.bars, w.bars[1].tolist(), strict=True):
        held[bar.key.fifths] += length
    written = max(held, key=lambda fifths: held[fifths], default=0)
    fits = _fits(w, range(written - 6, written + 6))
    best = max(fits, key=lambda fifths: (fits[fifths], -abs(fifths - written)))
    if fits[best] - fits[written] > _GAP:
        own, other = (f"{round(100 * fits[fifths])} %" for fifths in (written, best))
        detail = f"fits {own} of the notes; that of {Key.from_fifths(best)} fits {other}"
        yield Remark(Fraction(0), tuple(range(len(w.score.parts))), detail=detail)


def _fits(w: Written, signatures: range) -> dict[int, float]:
    """Return, by key signature (number of sharps), the share of the notes, by duration, in its major scale."""
    classes = np.fromiter(chain.from_iterable(line.midi for line in w.lines), dtype=np.int64) % 12
    lengths = np.fromiter(chain.from_iterable(line.length for line in w.lines), dtype=np.float64)
    times = np.bincount(classes, lengths, minlength=12)
    shares = times[_scales(signatures)].sum(axis=-1) / (times.sum() or 1)
    return dict(zip(signatures, shares.tolist(), strict=True))


@lru_cache(maxsize=32)
def _scales(signatures: range) -> Ints:
    """Return the pitch classes of the major scale of each signature, (signatures, 7)."""
    return np.array([Key.from_fifths(fifths).scale for fifths in signatures])


@rule(
    "KE105",
    "open-end",
    per="whole",
    source=_PHRASE,
    needs_chords=True,
    examples=(
        finds("C5 D5 / C3 G3", "the piece ends on the dominant", chords="C G"),
        passes("D5 C5 / G3 C3", "it ends on the tonic", chords="G C"),
        passes("G#4 C#5 / E3 A3", "a Picardy third", chords="E A", key="a"),
    ),
)
def open_end(w: Written) -> Iterator[Remark]:
    """The piece ends on a chord that is not built on the tonic of its main key or of the key it last reached."""
    texture = w.texture
    held: defaultdict[Key, Fraction] = defaultdict(Fraction)
    for key, duration in zip(texture.key, texture.duration_quarter, strict=True):
        held[key] += duration
    last = texture.chord[-1]
    home = max(held, key=lambda key: held[key])
    tonics = {home.tonic.pitch_class, texture.key[-1].tonic.pitch_class}
    if last is not None and last.root is not None and last.root.pitch_class not in tonics:
        yield Remark(texture.onset_quarter[-1], tuple(range(texture.shape[1])), detail=f"on {last} in {home}")
