"""Converts music21 streams to scores (`Score`); `theory.music21_bridge.writing` converts back.

``from_music21`` copies notes, bars, repeats, endings, chord symbols and directions, always at sounding pitch.
music21 stores times as floats or fractions of a quarter; both become exact Fractions with a small denominator.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from theory.music21_bridge.writing import to_music21
from theory.notation.chord import ChordSymbol
from theory.notation.chord_kinds import ChordSymbolError
from theory.notation.chord_xml import parse_harmony
from theory.notation.durations import TYPE_QUARTERS
from theory.notation.key import Key, mode_named
from theory.notation.mode import estimated_modes
from theory.notation.pitch import Pitch
from theory.notation.score import (
    Bar,
    BarLine,
    Direction,
    Harmony,
    Lyric,
    Meter,
    Notation,
    Note,
    Part,
    Score,
    Tuplet,
    bar_line,
)

if TYPE_CHECKING:
    from music21 import stream

__all__ = ["from_music21", "quarters", "to_music21"]

_LARGEST_DENOMINATOR = 10080  # a multiple of every number up to 10, for tuplets
_BAR_STYLES = {"regular": "", "double": "light-light", "final": "light-heavy"}  # others have the names of MusicXML
# marks whose MusicXML name is not music21's class name in lower case with hyphens
_MARKS = {"trill": "trill-mark"}


def quarters(number: Any) -> Fraction:
    """Return a music21 offset or length as an exact fraction of a quarter.

    >>> str(quarters(0.3333333333))
    '1/3'
    """
    return Fraction(number).limit_denominator(_LARGEST_DENOMINATOR)


def from_music21(source: stream.Stream[Any], *, keep_ids: bool = False) -> Score:
    """Copy a music21 score or part into a ``Score``. Raises ValueError if it has no notes.

    With ``keep_ids`` each note keeps the id of its music21 element, so that findings can refer to it. Unless they
    were set, music21 derives these ids from memory addresses, so they are meaningless in a file.

    >>> from music21 import converter
    >>> score = from_music21(converter.parse("tinyNotation: 3/4 c4 d e f2."))
    >>> [str(note.pitch) for note in score.parts[0].notes], score.bars[1].number
    (['C4', 'D4', 'E4', 'F4'], '2')
    """
    parts = [part for part in _measured_parts(source) if any(note.pitches for note in part.recurse().notes)]
    if not parts:
        raise ValueError("the music21 stream has no notes")
    bars = _bars(parts)
    score = Score(
        tuple(bars),
        tuple(_part(part, bars, keep_ids=keep_ids) for part in parts),
        _chords(parts, bars),
        _directions(parts, bars),
        title=(source.metadata and source.metadata.bestTitle) or "",
        creators=tuple(_creators(source)),
    )
    return estimated_modes(score, _modeless(parts, bars))


def _measured_parts(source: Any) -> list[Any]:
    """Return the parts, divided into measures, at sounding pitch."""
    # this copies the whole stream, so it is done only if an instrument transposes
    transposes = any(instrument.transposition for instrument in source.recurse().getElementsByClass("Instrument"))
    source = source.toSoundingPitch() if transposes else source
    parts = list(source.parts) if source.hasPartLikeStreams() else [source]
    return [part if part.hasMeasures() else part.makeMeasures() for part in parts]


def _measures(part: Any) -> list[Any]:
    return list(part.getElementsByClass("Measure"))


# ---------------------------------------------------------------- bars


def _bars(parts: Sequence[Any]) -> list[Bar]:
    """Return the bars of the first part, each as long as its longest measure in any part."""
    columns = [_measures(part) for part in parts]
    bars: list[Bar] = []
    meter, key = Meter(4, 4), Key.from_fifths(0)
    for index, measure in enumerate(columns[0]):
        meter = _meter(measure.timeSignature) if measure.timeSignature else meter
        key = _key(measure.keySignature) if measure.keySignature else key
        row = [column[index] for column in columns if index < len(column)]
        bars.append(_bar(row, bars, meter, key))
    return _with_voltas(bars, parts[0])


def _bar(row: Sequence[Any], bars: Sequence[Bar], meter: Meter, key: Key) -> Bar:
    """Return one bar from the measures of all parts: that of the first part, with the bar lines of any part."""
    measure, index = row[0], len(bars)
    length = max(map(_length, row)) or meter.quarters
    left = next((each.leftBarline for each in row if each.leftBarline), None)
    right = next((each.rightBarline for each in row if each.rightBarline), None)
    pickup = index == 0 and length < meter.quarters
    number = "0" if pickup else f"{measure.number}{measure.numberSuffix or ''}"
    return Bar(
        index,
        number,
        bars[-1].end_quarter if bars else Fraction(0),
        length,
        meter,
        key,
        implicit=pickup,
        repeat_start=_repeats(left, "start"),
        repeat_end=(getattr(right, "times", None) or 2) if _repeats(right, "end") else 0,
        left_line=_line(left),
        right_line=_line(right),
        shows_key=measure.keySignature is not None,
        shows_meter=measure.timeSignature is not None,
    )


def _length(measure: Any) -> Fraction:
    """Return the end, in quarters, of the last note or rest in a measure; chord symbols may last longer."""
    ends = [offset + quarters(e.quarterLength) for _, elements in _voices(measure) for e, offset in elements]
    return max(ends, default=Fraction(0))


def _repeats(line: Any, direction: str) -> bool:
    return getattr(line, "direction", None) == direction


def _line(line: Any) -> BarLine | None:
    if line is None or hasattr(line, "direction"):
        return None
    return bar_line(_BAR_STYLES.get(line.type, line.type))


def _meter(signature: Any) -> Meter:
    symbol = signature.symbol if signature.symbol in ("common", "cut") else None
    return Meter(signature.numerator, signature.denominator, symbol)


def _key(signature: Any) -> Key:
    return Key.from_fifths(signature.sharps, mode_named(getattr(signature, "mode", None) or "") or "major")


def _modeless(parts: Sequence[Any], bars: Sequence[Bar]) -> set[int]:
    """Return the indices of the bars whose key signature has no mode."""
    found: set[int] = set()
    named = False
    for bar, measure in zip(bars, _measures(parts[0]), strict=True):
        if measure.keySignature:
            named = getattr(measure.keySignature, "mode", None) is not None
        found |= set() if named else {bar.index}
    return found


def _with_voltas(bars: list[Bar], part: Any) -> list[Bar]:
    index_of = {id(measure): index for index, measure in enumerate(_measures(part))}
    for bracket in part.recurse().getElementsByClass("RepeatBracket"):
        indices = sorted(index_of[id(m)] for m in bracket.getSpannedElements() if id(m) in index_of)
        numbers = tuple(int(number) for number in bracket.numberRange if str(number).isdigit())
        for index in range(indices[0], indices[-1] + 1) if indices and numbers else ():
            stop = "stop" if index == indices[-1] else None
            bars[index] = replace(bars[index], volta=numbers, volta_start=index == indices[0], volta_stop=stop)
    return bars


# ---------------------------------------------------------------- notes


def _part(part: Any, bars: Sequence[Bar], *, keep_ids: bool) -> Part:
    slurs = _slurs(part)
    notes = [
        note
        for bar, measure in zip(bars, _measures(part), strict=False)
        for voice, elements in _voices(measure)
        for element, offset in elements
        for note in _stem(element, bar.onset_quarter + offset, voice, slurs)
    ]
    if not keep_ids:
        notes = [replace(note, id="") for note in notes]
    return Part(part.partName or "", tuple(notes), abbreviation=part.partAbbreviation or "", id=str(part.id))


def _voices(measure: Any) -> Iterator[tuple[str, list[tuple[Any, Fraction]]]]:
    """Yield each voice of a measure with pairs of element (note, chord or rest) and offset in quarters."""
    loose = [(element, quarters(element.offset)) for element in measure.notesAndRests if _is_written(element)]
    if loose:
        yield "1", loose
    for number, voice in enumerate(measure.voices, start=1):
        shift = quarters(voice.offset)
        yield str(number), [(e, shift + quarters(e.offset)) for e in voice.notesAndRests if _is_written(e)]


def _is_written(element: Any) -> bool:
    """Whether an element is written on the staff; chord symbols are not."""
    return "Harmony" not in element.classSet


def _stem(element: Any, onset: Fraction, voice: str, slurs: dict[int, tuple[list[int], list[int]]]) -> Iterator[Note]:
    """Yield the notes of a music21 note, chord or rest; those of a chord from the top, with the lyrics on the first."""
    heads: list[Any] = [None] if element.isRest else _heads(element)
    starts, stops = slurs.get(id(element), ([], []))
    for index, head in enumerate(heads):
        tie = getattr(head, "tie", None) or getattr(element, "tie", None)
        yield Note(
            onset,
            quarters(element.quarterLength),
            _pitch(head.pitch) if head else None,
            tie_stop=tie is not None and tie.type in ("stop", "continue"),
            tie_start=tie is not None and tie.type in ("start", "continue"),
            lyrics=() if index else tuple(_lyrics(element)),
            notation=_notation(element.duration),
            grace=_grace(element.duration),
            articulations=tuple(_mark(m) for m in element.articulations if "TechnicalIndication" not in m.classes),
            ornaments=tuple(_mark(mark) for mark in element.expressions if "Ornament" in mark.classes),
            fermata=any("Fermata" in mark.classes for mark in element.expressions),
            slur_starts=() if index else tuple(starts),
            slur_stops=() if index else tuple(stops),
            voice=voice,
            chord=index > 0,
            id=str(element.id),
        )


def _heads(element: Any) -> list[Any]:
    """Return the pitched notes of a note or chord from the highest to the lowest."""
    heads = [head for head in getattr(element, "notes", [element]) if hasattr(head, "pitch")]
    return sorted(heads, key=lambda head: head.pitch.ps, reverse=True)


def _pitch(pitch: Any) -> Pitch:
    return Pitch(pitch.implicitOctave, "CDEFGAB".index(pitch.step), int(pitch.alter))


def _lyrics(element: Any) -> Iterator[Lyric]:
    for lyric in element.lyrics:
        if lyric.text:
            syllabic = lyric.syllabic if lyric.syllabic in ("begin", "middle", "end") else "single"
            yield Lyric(lyric.text, str(lyric.identifier or lyric.number), syllabic)


def _notation(duration: Any) -> Notation | None:
    """Return the notation of a duration, None if music21 has no single note for it."""
    note_type = {"longa": "long"}.get(duration.type, duration.type)
    if note_type not in TYPE_QUARTERS:  # complex durations, and the note values of music21 beyond those of MusicXML
        return None
    tuplets = tuple(
        Tuplet(
            tuplet.numberNotesActual,
            tuplet.numberNotesNormal,
            start=tuplet.type in ("start", "startStop"),
            stop=tuplet.type in ("stop", "startStop"),
        )
        for tuplet in duration.tuplets
    )
    return Notation(note_type, duration.dots, tuplets)


def _grace(duration: Any) -> str | None:
    if not duration.isGrace:
        return None
    return "acciaccatura" if duration.slash else "appoggiatura"


def _mark(mark: Any) -> str:
    """Return the MusicXML name of an articulation or ornament.

    >>> from music21 import articulations
    >>> _mark(articulations.BreathMark())
    'breath-mark'
    """
    name = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in type(mark).__name__).strip("-")
    return _MARKS.get(name, name)


def _slurs(part: Any) -> dict[int, tuple[list[int], list[int]]]:
    """Return the numbers of the slurs that start and stop on each element, by Python id."""
    found: dict[int, tuple[list[int], list[int]]] = {}
    for slur in part.recurse().getElementsByClass("Slur"):
        spanned = slur.getSpannedElements()
        if len(spanned) > 1:
            found.setdefault(id(spanned[0]), ([], []))[0].append(1)
            found.setdefault(id(spanned[-1]), ([], []))[1].append(1)
    return found


# ---------------------------------------------------------------- signs and words


def _placed(parts: Sequence[Any], bars: Sequence[Bar], kind: str) -> Iterator[tuple[Any, Fraction]]:
    """Yield the elements of a class in all parts, with their onsets in quarters."""
    for part in parts:
        for bar, measure in zip(bars, _measures(part), strict=False):
            for element, offset in _inside(measure):
                if kind in element.classSet:
                    yield element, bar.onset_quarter + offset


def _inside(measure: Any) -> Iterator[tuple[Any, Fraction]]:
    """Yield the directions and chord symbols of a measure and its voices, with their offsets in quarters."""
    for stream in (measure, *measure.voices):
        shift = quarters(stream.offset) if stream is not measure else Fraction(0)
        for element in stream.getElementsByClass((*_DIRECTIONS, "ChordSymbol")):
            yield element, shift + quarters(element.offset)


def _chords(parts: Sequence[Any], bars: Sequence[Bar]) -> tuple[Harmony, ...]:
    """Return the chord symbols that can be read; others are skipped. music21 uses the kinds of MusicXML."""
    found = []
    for symbol, onset in _placed(parts, bars, "ChordSymbol"):
        try:
            found.append(Harmony(onset, _symbol(symbol)))
        except ChordSymbolError:
            continue
    return tuple(found)


def _symbol(symbol: Any) -> ChordSymbol:
    if "NoChord" in symbol.classes:
        return ChordSymbol.parse("N.C.")
    degrees = tuple((step.degree, int(step.interval.semitones) if step.interval else 0, step.modType)
                    for step in symbol.chordStepModifications)  # fmt: skip
    root, bass = (_pitch(pitch).tone for pitch in (symbol.root(), symbol.bass()))
    return parse_harmony(root, symbol.chordKind, degrees=degrees, bass=None if bass == root else bass)


def _directions(parts: Sequence[Any], bars: Sequence[Bar]) -> tuple[Direction, ...]:
    """Return tempo marks, words, dynamics and rehearsal marks, each once, sorted by onset."""
    found: dict[Direction, None] = {}
    for kind, read in _DIRECTIONS.items():
        for element, onset in _placed(parts, bars, kind):
            direction = read(element, onset)
            if direction is not None:
                found[direction] = None
    return tuple(sorted(found, key=lambda direction: direction.onset_quarter))


def _tempo(mark: Any, onset: Fraction) -> Direction | None:
    beats = mark.getQuarterBPM()
    if not beats:
        return None
    unit = mark.referent
    return Direction(onset, "tempo", mark.text or "", f"{beats:.6g}", unit.type, unit.dots)


def _words(text: Any, onset: Fraction) -> Direction | None:
    return Direction(onset, "words", text.content) if text.content else None


def _dynamic(mark: Any, onset: Fraction) -> Direction | None:
    return Direction(onset, "dynamic", mark.value, mark.value) if mark.value else None


def _rehearsal(mark: Any, onset: Fraction) -> Direction | None:
    return Direction(onset, "rehearsal", str(mark.content))


_DIRECTIONS = {"MetronomeMark": _tempo, "TextExpression": _words, "Dynamic": _dynamic, "RehearsalMark": _rehearsal}


def _creators(source: Any) -> Iterator[tuple[str, str]]:
    for contributor in source.metadata.contributors if source.metadata else ():
        for name in contributor.names:
            yield contributor.role or "", str(name)
