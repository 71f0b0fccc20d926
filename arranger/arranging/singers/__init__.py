"""Singers and players one has: what each part can reach, and which parts are missing.

Each limit is one line of text: ``alto=G3-C5`` says which notes the altos may get, ``alto comfortable=A3-A4`` which they
get unless there is no other way, ``alto tessitura=B3-G4`` where they should mostly be, ``tenor loud=E4`` what the
tenors' highest note is where it is loud, and ``alto outside=20%`` how much of their time they may spend outside their
tessitura. A file says the same (`arranger.arranging.singers.reading`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from arranger.arranging.ensembles import Ensemble, EnsemblePart
from arranger.arranging.given.pins import voice_named
from theory.notation.instruments import Instrument, PitchRange
from theory.notation.pitch import Pitch
from theory.tables import matches, nearest

KINDS = ("range", "comfortable", "tessitura", "loud", "outside")
FEWEST = 2  # parts that an arrangement needs
_LINE = re.compile(r"\s*(?P<part>[^=]*?)(?:\s+(?P<kind>[a-z]+))?\s*=\s*(?P<value>[^=]+?)\s*")
_NOTES = re.compile(r"(?P<low>\S*?\d)\s*-\s*(?P<high>\S+)")


@dataclass(frozen=True, slots=True)
class Singers:
    """What the singers or players of one part can do; None: as the ensemble has it."""

    part: str
    range: PitchRange | None = None  # of the notes that they may get
    comfortable: PitchRange | None = None  # of those that they get unless there is no other way
    tessitura: PitchRange | None = None  # where they should mostly be
    loud: Pitch | None = None  # their highest note where it is loud
    outside: float | None = None  # share of their time that they may spend outside the tessitura

    def instrument(self, usual: Instrument) -> Instrument:
        """Return their voice or instrument, with their ranges in place of the usual ones.

        A range alone is comfortable in all its notes. A tessitura is the usual one, as far as it is comfortable.
        """
        comfortable = self.comfortable or self.range or usual.comfortable
        absolute = self.range or _joined(usual.absolute, comfortable)
        comfortable = _within(comfortable, absolute)
        tessitura = _within(self.tessitura or usual.tessitura, comfortable)
        return replace(usual, absolute=absolute, comfortable=comfortable, tessitura=tessitura)


def _within(inner: PitchRange, outer: PitchRange) -> PitchRange:
    """Return the part of a range that lies within another, which is all of the other if they do not meet."""
    low, high = max(inner.low, outer.low, key=_midi), min(inner.high, outer.high, key=_midi)
    return PitchRange(low, high) if low.midi <= high.midi else outer


def _joined(one: PitchRange, other: PitchRange) -> PitchRange:
    return PitchRange(min(one.low, other.low, key=_midi), max(one.high, other.high, key=_midi))


def _midi(pitch: Pitch) -> int:
    return pitch.midi


def parse_singers(texts: Sequence[str], parts: Sequence[str]) -> dict[int, Singers]:
    """Return the singers of the parts that limits are given for, by the index of the part.

    Raises ValueError, which quotes the limit and shows how it is written, if one cannot be read or names no part.

    >>> parse_singers(["alto=G3-C5", "tenor loud=E4"], ["Soprano", "Alto", "Tenor", "Bass"])[1].range
    PitchRange(low=Pitch(octave=3, step=4, alter=0), high=Pitch(octave=5, step=0, alter=0))
    """
    found: dict[int, Singers] = {}
    for text in texts:
        match = _LINE.fullmatch(text)
        if match is None or not match["part"]:
            raise ValueError(f"range {text!r}: write part, lowest and highest note, such as 'alto=G3-C5'")
        part, kind = match["part"], match["kind"] or "range"
        if kind not in KINDS:
            whole = f"{part} {kind}"  # a name of two words, such as tenor two
            part, kind = (whole, "range") if _is_part(whole, parts) else (part, kind)
        try:
            voice = voice_named(part, parts)
            value = parse_limit(kind, match["value"])
        except ValueError as error:
            raise ValueError(f"range {text!r}: {error}") from error
        singers = found.get(voice, Singers(parts[voice]))
        found[voice] = replace(singers, **{kind: value})  # type: ignore[arg-type]
    return found


def _is_part(name: str, parts: Sequence[str]) -> bool:
    return bool(matches(name, parts))


def parse_limit(kind: str, value: str) -> PitchRange | Pitch | float:
    """Return the value of one kind of limit. Raises ValueError, which shows how it is written.

    >>> str(parse_limit("range", "G3-C5")), str(parse_limit("loud", "E4")), parse_limit("outside", "20%")
    ('G3-C5', 'E4', 0.2)
    """
    if kind not in KINDS:
        raise ValueError(f"there is no limit {kind!r}; {nearest(kind, KINDS)}")
    if kind == "loud":
        return Pitch.parse(value)
    if kind == "outside":
        return _share(value)
    match = _NOTES.fullmatch(value.strip())
    if match is None:
        raise ValueError(f"write the lowest and the highest note, such as G3-C5, not {value!r}")
    return PitchRange.parse(match["low"], match["high"])


def _share(text: str) -> float:
    number = text.strip().removesuffix("%")
    try:
        share = float(number) / (100 if number != text.strip() else 1)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise ValueError(f"write a share of the time, such as 20% or 0.2, not {text!r}")
    return share


def for_singers(
    ensemble: Ensemble, limits: Sequence[str], missing: Sequence[str] = ()
) -> tuple[Ensemble, dict[int, Singers]]:
    """Return an ensemble as it is there, without the parts that are missing, and its singers by the index of the part.

    If the part with the tune is missing, the highest part that is there has the tune. Raises ValueError if a limit
    cannot be read, a part is unknown, or fewer than two parts are left.
    """
    names = [part.name for part in ensemble.parts]
    gone = {names[voice_named(name, names)] for name in missing}
    left = [part for part in ensemble.parts if part.name not in gone]
    if len(left) < FEWEST:
        raise ValueError(f"without {' and '.join(missing)} {len(left)} part is left; an arrangement needs {FEWEST}")
    if not any(part.role == "melody" for part in left):
        left[0] = replace(left[0], role="melody")
    known = {each.part: each for each in parse_singers(limits, names).values()}
    there = replace(
        ensemble,
        parts=tuple(_sung_by(part, known.get(part.name)) for part in left),
        doubles=tuple(part for part in ensemble.doubles if part.doubles not in gone),
    )
    return there, {index: known[part.name] for index, part in enumerate(left) if part.name in known}


def _sung_by(part: EnsemblePart, singers: Singers | None) -> EnsemblePart:
    return replace(part, instrument=singers.instrument(part.instrument)) if singers else part
