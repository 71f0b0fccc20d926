"""How the phrases of a setting close.

A phrase ends where the tune does as `theory.notation.phrase.breathing_ends` finds it; breath marks do not count, since
the program adds some. The *last chord* of a phrase is the last one in root position under the tune's last note (a
tonic is preferred to a dominant, and that to others, so that a lead into the next phrase does not count); if none is
in root position, simply the last. The chord *before* is the nearest one with another root in the same phrase.

``authentic``  dominant to tonic, both in root position
``imperfect``  dominant to tonic, one of them inverted; or leading-tone chord to tonic
``plagal``     IV to I, both in root position
``half``       V or V7 in root position, however it is approached
``deceptive``  dominant to the sixth degree in root position
``other``      anything else

A tonic is the first degree of the key of the passage, not as a six-four chord, or another degree but V to which an
applied dominant leads. V/V to V is a half close if the analysis hears no new key. A *predominant* is a chord on the
second or fourth degree, a leading-tone chord of V, a Neapolitan or an augmented sixth; it comes before the dominant and
its six-four chord. The IV of a plagal close is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import dropwhile, pairwise

from theory.analysis.numeral import RomanNumeral, degree_of
from theory.harmony.graph import degrees
from theory.notation.chord import ChordSymbol
from theory.notation.phrase import BREATHS, breathing_ends
from theory.notation.pitch import Tone
from theory.notation.score import Score
from theory.slices.texture import texture_of
from theory.slices.written import sounding_notes

KINDS = ("authentic", "imperfect", "half", "plagal", "deceptive", "other")
_FOURTH, _FIFTH, _SEVENTH = 5, 7, 11  # semitones of a root above the tonic
_TRIADS, _DOMINANTS, _LEADING = ("", "m"), ("", "7"), ("dim", "dim7", "m7b5")
_SUBDOMINANTS = ("", "m", "maj7", "m7")
_PREDOMINANT_ROOTS = {2, 5, 6}  # ii and V/V, IV, viio/V
_CHROMATIC = ("N6", "It6", "Fr", "Ger")
_SUBMEDIANT, _SIX_FOUR = 6, 2


@dataclass(frozen=True)
class Close:
    """The end of a phrase."""

    kind: str
    root: int  # pitch class of the last chord's root
    predominant: int  # how many chords before the dominant the nearest predominant comes: 1 is directly, 0 is none
    chords: tuple[RomanNumeral, ...] = field(default=(), compare=False, repr=False)  # of the phrase, to its last one

    @property
    def preparation(self) -> RomanNumeral | None:
        """The chord before the dominant of the close, or in other closes before its last chord; None at the start."""
        earlier = list(dropwhile(lambda chord: not _above(chord, self.chords[-1]), reversed(self.chords)))
        through = self.kind in ("authentic", "imperfect", "deceptive") and bool(earlier)
        dominant = earlier[0] if through else self.chords[-1]
        earlier = list(dropwhile(lambda chord: not _above(chord, dominant) or _over(chord, dominant), earlier))
        return earlier[0] if earlier else None

    @property
    def six_four(self) -> bool:
        """Whether a six-four chord comes before the dominant of the close, over the same bass."""
        return any(_over(one, other) for one, other in pairwise(self.chords[-4:]))


def phrases_of(score: Score) -> tuple[Fraction, ...]:
    """Return the times, in quarters, at which phrases of the top part end."""
    top, *others = score.parts
    notes = [
        replace(note, articulations=tuple(a for a in note.articulations if a not in BREATHS)) for note in top.notes
    ]
    plain = replace(score, parts=(replace(top, notes=tuple(notes)), *others))
    ends = (Fraction(0), *breathing_ends(plain))
    onsets = [note.onset_quarter for note in notes if note.pitch]
    return tuple(end for start, end in pairwise(ends) if any(start <= onset < end for onset in onsets))


def closes_of(score: Score, chords: Sequence[RomanNumeral], ends: Sequence[Fraction] = ()) -> tuple[Close, ...]:
    """Return the close of each phrase.

    Parameters
    ----------
    score
        A setting with the tune on top.
    chords
        Its analysis.
    ends
        The times, in quarters, at which phrases end, if they are known better than from the score.
    """
    return tuple(_closes(score, chords, ends or phrases_of(score)))


def _closes(score: Score, chords: Sequence[RomanNumeral], ends: Sequence[Fraction]) -> Iterator[Close]:
    tune, texture = sounding_notes(score.parts[0]), texture_of(score)
    for start, end in pairwise((Fraction(0), *ends)):
        sung = [note for note in tune if start <= note.onset_quarter < end]
        if not sung:
            continue
        begins, stops = sung[-1].onset_quarter, min(end, sung[-1].end_quarter)
        phrase = [chord for chord in chords if chord.start_quarter < stops and chord.end_quarter > start]
        for place, chord in enumerate(phrase):
            if chord.end_quarter > begins:
                row = texture.pitch[texture.slice_at(max(begins, chord.start_quarter))]
                phrase[place] = as_heard(chord, row[row >= 0].tolist())
        under = [place for place, chord in enumerate(phrase) if chord.end_quarter > begins]
        if under:
            yield _close(phrase[: max(under, key=lambda place: (_weight(phrase[place]), place)) + 1])


def as_heard(chord: RomanNumeral, sounding: Sequence[int]) -> RomanNumeral:
    """Return a chord renamed if its bass is foreign to it and is the root of the triad that sounds.

    An analysis expects a tonic at the end of a phrase, so that it may hear the sixth degree with its third doubled as a
    tonic over a wrong bass.
    """
    bass = min(sounding, default=0) % 12
    above = {(pitch - bass) % 12 for pitch in sounding}
    if bass in chord.symbol.pitch_classes or above not in ({0, 4, 7}, {0, 3, 7}):
        return chord
    offset, quality = (bass - chord.key.tonic.pitch_class) % 12, "" if 4 in above else "m"
    for degree in degrees(chord.key.mode):
        if (degree.offset, degree.quality) == (offset, quality):
            symbol = ChordSymbol.build(Tone.from_fifths(chord.key.tonic.fifths + degree.fifths), quality)
            return replace(chord, symbol=symbol, degree=degree.name, figure=degree.name, inversion=0)
    return chord


def _weight(chord: RomanNumeral) -> int:
    """Return how well a chord serves as the last one of a phrase."""
    if chord.inversion:
        return 0
    degree = degree_of(chord)
    return 3 if degree.is_tonic else 2 if degree.is_dominant else 1


def _close(phrase: Sequence[RomanNumeral]) -> Close:
    """Return the close of a phrase whose chords are given up to its last one."""
    last = phrase[-1]
    earlier = [chord for chord in phrase if _above(chord, last)]
    kind = _kind(earlier[-1] if earlier else None, last)
    return Close(kind, _root(last), 1 if kind == "plagal" else _predominant(phrase, last), tuple(phrase))


def _kind(before: RomanNumeral | None, last: RomanNumeral) -> str:
    if before and _is_goal(before, last):
        rooted = not before.inversion and not last.inversion
        if _is_dominant(before, last):
            return "authentic" if rooted and _above(before, last) == _FIFTH else "imperfect"
        if rooted and _above(before, last) == _FOURTH and before.symbol.quality in _SUBDOMINANTS:
            return "plagal"
    if last.degree in ("V", "V7") and not last.inversion:
        return "half"
    is_sixth = degree_of(last).stem == _SUBMEDIANT and last.symbol.quality in _TRIADS and not last.inversion
    return "deceptive" if before and is_sixth and degree_of(before).is_dominant else "other"


def _is_goal(before: RomanNumeral, last: RomanNumeral) -> bool:
    """Whether a chord is a tonic, or is made one by the applied dominant before."""
    target = degree_of(before).target
    is_tonic = degree_of(last).is_tonic or (target not in ("", "V") and target == last.degree)
    return is_tonic and last.inversion != _SIX_FOUR


def _is_dominant(chord: RomanNumeral, last: RomanNumeral) -> bool:
    above, quality = _above(chord, last), chord.symbol.quality
    return (above == _FIFTH and quality in _DOMINANTS) or (above == _SEVENTH and quality in _LEADING)


def _predominant(phrase: Sequence[RomanNumeral], last: RomanNumeral) -> int:
    """Return how many chords before the dominant the nearest predominant comes, 0 if there is none in the phrase."""
    before = dropwhile(lambda chord: not _above(chord, last), reversed(phrase))
    chords = dropwhile(lambda chord: _is_dominant(chord, last) or _is_six_four(chord, last), before)
    return next((count for count, chord in enumerate(chords, 1) if _prepares(chord, last)), 0)


def _over(chord: RomanNumeral, dominant: RomanNumeral) -> bool:
    """Whether a chord is the six-four chord over the root of a dominant."""
    return chord.inversion == _SIX_FOUR and _above(chord, dominant) == _FOURTH and not dominant.inversion


def _is_six_four(chord: RomanNumeral, last: RomanNumeral) -> bool:
    return not _above(chord, last) and chord.inversion == _SIX_FOUR


def _prepares(chord: RomanNumeral, last: RomanNumeral) -> bool:
    return _above(chord, last) in _PREDOMINANT_ROOTS or chord.figure.startswith(_CHROMATIC)


def _root(chord: RomanNumeral) -> int:
    assert chord.symbol.root is not None
    return chord.symbol.root.pitch_class


def _above(chord: RomanNumeral, last: RomanNumeral) -> int:
    """Return the semitones of a chord's root above the last chord's root."""
    return (_root(chord) - _root(last)) % 12


def ends_on_root(score: Score, chords: Sequence[RomanNumeral]) -> bool:
    """Return whether the lowest note at the end of a score is the root of its last chord."""
    pitch = texture_of(score).pitch
    sounding = [row[row >= 0] for row in pitch if (row >= 0).any()]
    return bool(chords and sounding) and int(sounding[-1].min()) % 12 == _root(chords[-1])
