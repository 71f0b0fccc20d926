"""Single values of notes and bars: pitches, lengths, words, slurs, note values, time and key signatures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from arranger.formats import limits
from arranger.formats.reading.staff import Measure
from arranger.formats.reading.texts import clean, token
from theory.notation.pitch import Pitch
from theory.notation.score import Lyric, Meter, Notation, Note

Doubt = Callable[[str], None]  # remembers a notice about the bar
_SYLLABIC = ("single", "begin", "middle", "end")


def check_signatures(measure: Measure) -> None:
    """Raise ValueError for a time signature, a key signature or a length that no bar has."""
    if measure.meter is not None:
        _check_meter(measure.meter)
    if measure.key is not None and abs(measure.key[0]) > limits.MAX_KEY_FIFTHS:
        raise ValueError(
            f"a key signature of {abs(measure.key[0])} sharps or flats; at most {limits.MAX_KEY_FIFTHS} are possible"
        )
    if not 0 <= measure.length_quarter <= limits.MAX_BAR_QUARTERS:
        lasts = f"{float(measure.length_quarter):.6g}"
        raise ValueError(f"the bar lasts {lasts} quarters; at most {limits.MAX_BAR_QUARTERS} are possible")


def _check_meter(meter: Meter) -> None:
    power_of_two = meter.beat_type > 0 and meter.beat_type & (meter.beat_type - 1) == 0
    if not (0 < meter.beats <= limits.MAX_BEATS and power_of_two and meter.beat_type <= limits.MAX_BEAT_TYPE):
        raise ValueError(
            f"a time signature of {meter} is impossible: it has 1 to {limits.MAX_BEATS} beats, and their note value is "
            f"1, 2, 4 ... or {limits.MAX_BEAT_TYPE}"
        )


def mended_notes(notes: Sequence[Note], doubt: Doubt) -> list[Note]:
    """Return the notes of one staff in a bar with values that can be written.

    Raises ValueError for a pitch outside the octaves 0 to 9 and for a negative length.
    """
    found = [_mended(note, doubt) for note in notes if _lasts(note, doubt)]
    _limit_graces(found)
    return found


def _lasts(note: Note, doubt: Doubt) -> bool:
    """Whether a note or rest has a length; one that has none is left out. Raises ValueError for a negative length."""
    what = str(note.pitch) if note.pitch else "rest"
    if note.duration_quarter < 0:
        raise ValueError(f"the length of the note {what} is negative")
    if note.duration_quarter == 0 and note.grace is None:
        doubt(f"the {what} lasts 0 quarters and is left out")
        return False
    return True


def _limit_graces(notes: Sequence[Note]) -> None:
    count = 0
    for note in notes:
        count = count + 1 if note.grace else 0
        if count > limits.MAX_GRACE_NOTES:
            raise ValueError(f"more than {limits.MAX_GRACE_NOTES} grace notes before one note")


def _mended(note: Note, doubt: Doubt) -> Note:
    changes: dict[str, object] = {}
    if note.pitch is not None and _is_too_low(note.pitch):
        doubt(f"the note {note.pitch} lies below C0, the lowest that can be written, and is left out")
        changes |= {"pitch": None, "tie_start": False, "tie_stop": False, "chord": False}
    if note.lyrics:
        lyrics = tuple(_lyrics(note.lyrics, doubt))
        changes |= {"lyrics": lyrics} if lyrics != note.lyrics else {}
    for name in ("slur_starts", "slur_stops"):
        numbers: tuple[int, ...] = getattr(note, name)
        if any(not 1 <= number <= limits.MAX_SLUR_NUMBER for number in numbers):
            changes[name] = tuple(dict.fromkeys((number - 1) % limits.MAX_SLUR_NUMBER + 1 for number in numbers))
            doubt(f"slurs are numbered 1 to {limits.MAX_SLUR_NUMBER}; a slur {numbers[0]} gets another number")
    if note.notation is not None and not _is_drawable(note.notation):
        changes["notation"] = None
    return replace(note, **changes) if changes else note  # type: ignore[arg-type]  # names and values belong together


def _is_too_low(pitch: Pitch) -> bool:
    """Whether a pitch is one of the lowest MIDI notes, below C0. Raises ValueError for other impossible pitches."""
    if abs(pitch.alter) > limits.MAX_ALTER:
        raise ValueError(f"a note with {abs(pitch.alter)} accidentals; at most {limits.MAX_ALTER} are possible")
    if pitch.octave == -1 and pitch.midi >= 0:
        return True
    if not (0 <= pitch.octave <= limits.MAX_OCTAVE and 0 <= pitch.midi <= limits.MAX_MIDI_NUMBER):
        raise ValueError(f"the note {pitch} lies outside C0 to G9; octaves are 0 to {limits.MAX_OCTAVE}")
    return False


def _is_drawable(notation: Notation) -> bool:
    sizes = [number for tuplet in notation.tuplets for number in (tuplet.actual, tuplet.normal)]
    return notation.dots <= limits.MAX_DOTS and all(0 < size <= limits.MAX_TUPLET for size in sizes)


def _lyrics(lyrics: Sequence[Lyric], doubt: Doubt) -> Iterator[Lyric]:
    if len(lyrics) > limits.MAX_VERSES:
        raise ValueError(f"{len(lyrics)} syllables under one note; at most {limits.MAX_VERSES} are possible")
    for lyric in lyrics:
        text = clean(lyric.text)
        if text != lyric.text:
            doubt(f"the syllable '{text}' had control characters, which are left out")
        if text.strip():
            syllabic = lyric.syllabic if lyric.syllabic in _SYLLABIC else "single"
            yield Lyric(text, token(lyric.verse), syllabic, lyric.extend)
