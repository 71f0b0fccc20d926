"""Chord symbols as MusicXML ``<harmony>`` elements.

Converts between a :class:`~theory.notation.chord.ChordSymbol` and plain values: kind, kind text, degrees. The kinds
are those of MusicXML 4.0; nonstandard kinds of other programs are read but never written. According to the
standard, a degree of type ``alter`` is relative to the degree in the chord, and a degree of type ``add`` is
relative to the dominant chord, whose seventh is minor. Where the standard leaves the meaning open: an altered
fifth replaces the perfect fifth even if its type is ``add``; altering a degree that the kind does not have
adds it; an empty kind without text or degrees is a major triad, because a bare root letter is printed; a
functional sixth chord has its own root, and the Neapolitan is a major triad over its third.
"""

from __future__ import annotations

from collections.abc import Sequence

from theory.notation.chord import ChordSymbol
from theory.notation.chord_kinds import (
    KIND_DEGREES,
    ChordDegree,
    ChordSymbolError,
    Degrees,
    nearest_qualities,
    normalized,
)
from theory.notation.chord_text import NO_CHORD, parse_suffix, suffix_of
from theory.notation.pitch import Interval, Tone

XmlDegree = tuple[int, int, str]  # value, alter, type (add, alter, subtract)

# suffixes of kinds that occur in files but are not in the standard
_FOREIGN_KINDS = {
    "minor-major": "m(maj7)",
    "minor-major-seventh": "m(maj7)",
    "minor-major-ninth": "m(maj9)",
    "minor-major-11th": "m(maj11)",
    "minor-major-13th": "m(maj13)",
    "dominant-seventh": "7",
    "seventh-flat-five": "7b5",
    "half-diminished-seventh": "m7b5",
    "half-diminished-ninth": "m9b5",
    "half-diminished-minor-ninth": "m7b5b9",
    "half-diminished-11th": "m11b5",
    "half-diminished-13th": "m13b5",
    "diminished-ninth": "dim9",
    "diminished-minor-ninth": "dim7b9",
    "diminished-11th": "dim11",
    "augmented-major-seventh": "maj7#5",
    "augmented-major-ninth": "maj9#5",
    "augmented-major-11th": "maj11#5",
    "augmented-major-13th": "maj13#5",
    "augmented-ninth": "9#5",
    "augmented-dominant-ninth": "9#5",
    "augmented-11th": "11#5",
    "augmented-dominant-13th": "13#5",
    "suspended-fourth-seventh": "7sus4",
    "suspended-fourth-ninth": "9sus4",
}
_ALTERABLE = (5, 9, 11, 13)


def parse_harmony(
    root: Tone | None,
    kind: str,
    *,
    kind_text: str = "",
    degrees: Sequence[XmlDegree] = (),
    bass: Tone | None = None,
) -> ChordSymbol:
    """Return the chord symbol of a ``<harmony>`` element. Raises ChordSymbolError if it names no known chord.

    The text is used if the kind does not name the chord ("other", empty, unknown), and also if there are no degrees and
    the text describes the same chord more fully ("dominant" with text "7b9").

    >>> str(parse_harmony(Tone.parse("C"), "suspended-fourth", degrees=[(7, 0, "add")]))
    'C7sus4'
    """
    if kind == "none" and degrees:  # music21 10 writes C69 like this
        raise ChordSymbolError(f"harmony on {root} of kind 'none' has degrees and so names no known chord")
    if kind == "none" or (kind in ("", "other") and NO_CHORD.match(kind_text.strip())):
        return ChordSymbol(None, (), None, kind_text)
    if root is None:
        raise ChordSymbolError(f"harmony of kind {kind!r} has no root")
    if kind.casefold() == "neapolitan" and bass is None:
        bass = root.up(Interval.parse("M3"))
    found = normalized(_apply(_start(kind.strip(), kind_text.strip(), degrees), degrees))
    suffix_of(found)  # raises an error if no symbol has these degrees
    text = f"{root}{kind_text}" + (f"/{bass}" if bass else "") if kind_text else ""
    return ChordSymbol.of_degrees(root, found, bass=bass, text=text)


def _start(kind: str, text: str, degrees: Sequence[XmlDegree]) -> Degrees:
    """Return the degrees of kind and text, before the ``<degree>`` elements change them."""
    written = _parsed(text) if text else None
    if not (kind or text or degrees):  # only the root letter is printed
        kind = "major"
    if kind == "other":
        if written is None and not degrees:
            raise ChordSymbolError(f"harmony of kind 'other' with text {text!r} names no known chord")
        return frozenset({ChordDegree(1)}) if written is None else written
    named = _of_kind(kind)
    if named is None:
        named = written
    if named is None:
        raise ChordSymbolError(f"harmony of kind {kind!r} with text {text!r} names no known chord")
    return written if written and not degrees and _says_more(written, named) else named


def _of_kind(kind: str) -> Degrees | None:
    """Return the degrees of a kind, None if it is unknown."""
    if kind in KIND_DEGREES:
        return KIND_DEGREES[kind]
    folded = kind.casefold()
    if folded == "neapolitan":
        return KIND_DEGREES["major"]
    if folded.capitalize() in KIND_DEGREES:
        return KIND_DEGREES[folded.capitalize()]
    return _parsed(_FOREIGN_KINDS.get(folded, kind)) if kind else None


def _parsed(suffix: str) -> Degrees | None:
    try:
        return parse_suffix(suffix)
    except ChordSymbolError:
        return None


def _says_more(written: Degrees, named: Degrees) -> bool:
    """Whether a text has every degree of a kind, possibly suspended or altered."""
    return all(any(_covers(other, degree) for other in written) for degree in named)


def _covers(written: ChordDegree, named: ChordDegree) -> bool:
    if named.number == 3:
        return written == named or written.number in (2, 4)
    return written == named or (written.number == named.number and named.number in _ALTERABLE)


def _apply(start: Degrees, changes: Sequence[XmlDegree]) -> set[ChordDegree]:
    """Return the degrees after the changes of the ``<degree>`` elements."""
    found = set(start)
    for number, alter, change in changes:
        present = min((degree for degree in found if degree.number == number), key=lambda d: abs(d.alter), default=None)
        if number not in (1, 2, 3, 4, 5, 6, 7, 9, 11, 13) or change not in ("add", "alter", "subtract"):
            raise ChordSymbolError(f"harmony degree {number} {change!r} is not understood")
        if present and change != "add":
            found.discard(present)
        if change == "alter" and present:
            found.add(ChordDegree(number, present.alter + alter))
        elif change != "subtract":
            found.add(ChordDegree(number, alter - (number == 7)))
    return found


def to_harmony(symbol: ChordSymbol) -> tuple[str, str, tuple[XmlDegree, ...]]:
    """Return kind, kind text and degrees of a symbol in MusicXML 4.0.

    :func:`parse_harmony` reads them back. The text holds the whole suffix, so the degrees should be written
    with ``print-object="no"``.

    >>> to_harmony(ChordSymbol.parse("C7sus4"))
    ('suspended-fourth', '7sus4', ((7, 0, 'add'),))
    """
    if symbol.is_no_chord:
        return "none", "N.C.", ()
    base = next(quality for quality in nearest_qualities(symbol.degrees) if quality.kind)
    numbers = sorted({degree.number for degree in base.degrees | symbol.degrees})
    changes = [change for number in numbers for change in _changes(number, base.degrees, symbol.degrees)]
    return base.kind, symbol.quality, tuple(changes)


def _changes(number: int, base: Degrees, wanted: Degrees) -> list[XmlDegree]:
    """Return the ``<degree>`` elements that change the degrees of one number from the kind to the wanted chord."""
    gone = sorted(degree.alter for degree in base - wanted if degree.number == number)
    new = sorted(degree.alter for degree in wanted - base if degree.number == number)
    paired = min(len(gone), len(new))
    altered = [(number, after - before, "alter") for before, after in zip(gone, new, strict=False)]
    added = [(number, alter + (number == 7), "add") for alter in new[paired:]]
    return altered + added + [(number, 0, "subtract") for _ in gone[paired:]]
