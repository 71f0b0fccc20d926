"""Chord symbols of lead sheets.

A :class:`ChordSymbol` is a root, the tones above it with their roles, and a slash bass. The roles
decide which tones a four-part voicing must contain and which it may omit. The third (or suspended
tone), the seventh or sixth, an altered fifth and named tensions define the chord. The perfect fifth is
omitted first. Next is the root of a large chord, which the bass or the ear supplies (Levine, The Jazz
Theory Book, 1995, ch. 3; Nettles and Graf, The Chord Scale Theory, 1997, ch. 1).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from theory.notation.chord_kinds import ChordDegree, ChordSymbolError, Degrees, normalized
from theory.notation.chord_text import NO_CHORD, parse_suffix, parse_symbol, suffix_of
from theory.notation.pitch import Interval, Tone

__all__ = ["ChordSymbol", "ChordSymbolError", "ChordTone"]

# four voices cannot be asked for more tones than this
_MOST_ESSENTIAL = 4
_PERFECT_FIFTH = ChordDegree(5)


@dataclass(frozen=True)
class ChordTone:
    """A tone of a chord: its role, and its interval above the root (M9 for a ninth).

    Roles are root, third, fifth, seventh, sixth and tension; a suspended second or fourth has the
    role third.
    """

    role: str
    interval: Interval


@dataclass(frozen=True)
class ChordSymbol:
    """A chord symbol: root, chord tones from the root up, and the slash bass if one is written.

    ``text`` keeps the symbol as the source wrote it and does not count in comparisons.

    >>> symbol = ChordSymbol.parse("B♭-7b5/Db")
    >>> str(symbol), symbol.pitch_classes, symbol.bass_pitch_class
    ('Bbm7b5/Db', (10, 1, 4, 8), 1)
    >>> symbol == ChordSymbol.parse("Bbø7/Db")
    True
    """

    root: Tone | None  # None: no chord
    tones: tuple[ChordTone, ...]
    bass: Tone | None = None
    text: str = field(default="", compare=False)

    @classmethod
    def parse(cls, text: str) -> ChordSymbol:
        """Read a symbol as lead sheets write it, including ``N.C.``. Raises ChordSymbolError if it is not understood.

        >>> ChordSymbol.parse("C6/9/E").figure, ChordSymbol.parse("n.c.").is_no_chord
        ('C6/9/E', True)
        """
        if NO_CHORD.match(text.strip()):
            return cls(None, (), None, text)
        root, degrees, bass = parse_symbol(text)
        return cls.of_degrees(root, degrees, bass=bass, text=text)

    @classmethod
    def build(cls, root: Tone, quality: str, bass: Tone | None = None) -> ChordSymbol:
        """Return the symbol with this root and a suffix such as "", "m7" or "sus4".

        >>> str(ChordSymbol.build(Tone.parse("F#"), "m7b5"))
        'F#m7b5'
        """
        return cls.of_degrees(root, parse_suffix(quality), bass=bass)

    @classmethod
    def of_degrees(cls, root: Tone, degrees: Degrees, *, bass: Tone | None = None, text: str = "") -> ChordSymbol:
        """Return the symbol with this root and these degrees (see :mod:`theory.notation.chord_kinds`)."""
        ordered = sorted(normalized(degrees))
        tones = tuple(ChordTone(degree.role, degree.interval) for degree in ordered)
        symbol = cls(root, tones, bass, text)
        return symbol if text else cls(root, tones, bass, symbol.figure)

    @classmethod
    def of_tones(cls, root: Tone, tones: Iterable[Tone], *, bass: Tone) -> ChordSymbol:
        """Return the chord of some tones over a root; it has a slash bass unless the bass is the root.

        >>> tones = [Tone.parse(name) for name in ("F#", "A", "D")]
        >>> str(ChordSymbol.of_tones(Tone.parse("D"), tones, bass=Tone.parse("F#")))
        'D/F#'
        """
        degrees = frozenset(ChordDegree.of(_above(root, tone)) for tone in tones)
        return cls.of_degrees(root, degrees, bass=None if bass == root else bass)

    def inverted(self, inversion: int) -> ChordSymbol:
        """Return the chord with the bass of an inversion: 1 the third, 2 the fifth, 3 the seventh, 4 the ninth.

        Raises ValueError if the chord has no such tone.

        >>> str(ChordSymbol.parse("G7").inverted(3)), str(ChordSymbol.parse("F").inverted(2))
        ('G7/F', 'F/C')
        """
        over = [degree for degree in sorted(self.degrees) if degree.number > 1]
        if self.root is None or not 0 < inversion <= len(over):
            raise ValueError(f"{self} has no inversion {inversion}")
        bass = self.root.up(over[inversion - 1].interval)
        return ChordSymbol.of_degrees(self.root, self.degrees, bass=bass)

    @cached_property
    def degrees(self) -> Degrees:
        """The chord tones as degrees above the root."""
        return frozenset(ChordDegree.of(tone.interval) for tone in self.tones)

    @property
    def is_no_chord(self) -> bool:
        """Whether the symbol means that no chord sounds (N.C.)."""
        return self.root is None

    @property
    def lowest(self) -> Tone | None:
        """The bass tone: the slash bass if there is one, else the root; None for N.C."""
        return self.bass or self.root

    @cached_property
    def _degree_at(self) -> dict[int, ChordDegree]:
        """The degree of each pitch class, root first; of enharmonic degrees the lower one counts."""
        found: dict[int, ChordDegree] = {}
        for degree in sorted(self.degrees):
            found.setdefault(self._pitch_class(degree), degree)
        return found

    def _pitch_class(self, degree: ChordDegree) -> int:
        assert self.root is not None
        return (self.root.pitch_class + degree.interval.semitones) % 12

    @cached_property
    def pitch_classes(self) -> tuple[int, ...]:
        """Pitch classes of the chord tones, root first; a slash bass outside the chord is not included."""
        return tuple(self._degree_at)

    @cached_property
    def bass_pitch_class(self) -> int | None:
        """Pitch class of the bass tone; None for N.C."""
        return None if self.lowest is None else self.lowest.pitch_class

    @property
    def has_foreign_bass(self) -> bool:
        """Whether the slash bass is not a chord tone, as in C/D."""
        return self.bass is not None and self.bass.pitch_class not in self._degree_at

    def role_of(self, pitch_class: int) -> str | None:
        """Return the role of a pitch class: "bass" for a slash bass outside the chord, None for a non-chord tone."""
        degree = self._degree_at.get(pitch_class)
        if degree is not None:
            return degree.role
        return "bass" if self.bass is not None and self.bass.pitch_class == pitch_class else None

    @cached_property
    def _named_tension(self) -> ChordDegree | None:
        """The natural tension that names the chord: the thirteenth of C13, the ninth of Cadd9."""
        natural = [degree for degree in self.degrees if degree.role == "tension" and not degree.alter]
        return max(natural, default=None)

    @cached_property
    def essential(self) -> frozenset[int]:
        """Pitch classes that must sound for the chord to be recognised, at most four.

        These are the third or suspended tone, the seventh or sixth, an altered fifth, altered tensions and
        the tension that names the chord. If the chord has both b9 and #9 (C7alt), neither is essential.

        >>> sorted(ChordSymbol.parse("C13").essential), sorted(ChordSymbol.parse("C").essential)
        ([4, 9, 10], [4])
        """
        ranked = [degree for degree in sorted(self.degrees, key=self._rank) if self._is_essential(degree)]
        pitch_classes = dict.fromkeys(self._pitch_class(degree) for degree in ranked)
        return frozenset(list(pitch_classes)[:_MOST_ESSENTIAL])

    def _is_essential(self, degree: ChordDegree) -> bool:
        if degree.number == 1:
            return len(self.degrees) == 1
        if degree == _PERFECT_FIFTH:  # essential only in a power chord
            return all(other.number in (1, 5) for other in self.degrees)
        if degree.number == 9 and {ChordDegree(9, -1), ChordDegree(9, 1)} <= self.degrees:
            return False
        return degree.role != "tension" or degree.alter != 0 or degree == self._named_tension

    @staticmethod
    def _rank(degree: ChordDegree) -> tuple[int, int]:
        if degree.role == "tension":
            return (3 if degree.alter else 4), degree.number
        return {"third": 0, "seventh": 1, "sixth": 1}.get(degree.role, 2), degree.number

    @cached_property
    def omissible(self) -> tuple[int, ...]:
        """Pitch classes that four voices may omit, in the order in which they are omitted.

        First the perfect fifth; then the root of a seventh chord that has tensions or a bass outside the chord;
        then tensions that the name only implies, and b9 and #9 if the chord has both; last the ninth of a ninth
        chord, although it is also essential. The slash bass is never omitted.

        >>> ChordSymbol.parse("C13").omissible
        (7, 0, 2)
        """
        order = [*self._omissible_stable(), *sorted(degree for degree in self.degrees if self._is_implied(degree))]
        if self._has_seventh and self._named_tension == ChordDegree(9):
            order.append(ChordDegree(9))
        pitch_classes = dict.fromkeys(self._pitch_class(degree) for degree in order)
        return tuple(pc for pc in pitch_classes if self.bass is None or pc != self.bass.pitch_class)

    def _omissible_stable(self) -> list[ChordDegree]:
        """The perfect fifth and the root, if they may be omitted."""
        has_tension = any(degree.role == "tension" for degree in self.degrees)
        stable = [_PERFECT_FIFTH] if _PERFECT_FIFTH in self.degrees and not self._is_essential(_PERFECT_FIFTH) else []
        if self._has_seventh and (has_tension or self.has_foreign_bass):
            stable.append(ChordDegree(1))
        return stable

    def _is_implied(self, degree: ChordDegree) -> bool:
        return degree.role == "tension" and not self._is_essential(degree)

    @property
    def _has_seventh(self) -> bool:
        return any(degree.number == 7 for degree in self.degrees)

    @cached_property
    def _spelling(self) -> dict[int, int]:
        if self.root is None:
            return {}
        positions = {pc: self.root.fifths + degree.interval.fifths for pc, degree in self._degree_at.items()}
        if self.bass is not None:
            positions[self.bass.pitch_class] = self.bass.fifths
        return positions

    def spelling(self, pitch_class: int) -> int | None:
        """Return the position on the line of fifths of a chord tone or the slash bass, None for other tones.

        >>> str(Tone.from_fifths(ChordSymbol.parse("Bdim7").spelling(8)))
        'Ab'
        """
        return self._spelling.get(pitch_class)

    def up(self, interval: Interval) -> ChordSymbol:
        """Return the chord an interval higher.

        >>> str(ChordSymbol.parse("Cm7/Bb").up(Interval.parse("M2")))
        'Dm7/C'
        """
        if self.root is None:
            return self
        bass = None if self.bass is None else self.bass.up(interval)
        return ChordSymbol.of_degrees(self.root.up(interval), self.degrees, bass=bass)

    def popular(self) -> ChordSymbol:
        """Return the chord as popular songs mean it: plain ``dim`` becomes the diminished seventh chord.

        >>> str(ChordSymbol.parse("F#dim").popular())
        'F#dim7'
        """
        if self.root is None or self.quality != "dim":
            return self
        return ChordSymbol.build(self.root, "dim7", self.bass)

    @cached_property
    def quality(self) -> str:
        """Canonical suffix, such as "m7b5"; empty for a major triad and for N.C."""
        return "" if self.root is None else suffix_of(self.degrees)

    @cached_property
    def figure(self) -> str:
        """Canonical text, such as "Bbm7b5/Db" or "N.C."."""
        if self.root is None:
            return "N.C."
        return f"{self.root}{self.quality}" + (f"/{self.bass}" if self.bass is not None else "")

    def __str__(self) -> str:
        return self.figure


def _above(root: Tone, tone: Tone) -> Interval:
    return Interval((tone.step - root.step) % 7, (tone.pitch_class - root.pitch_class) % 12)
