"""The key and register of the tune, chosen before anything else is decided, as a human arranger does.

``auto`` keeps the key of the sheet if the tune lies in the comfortable range of its part; otherwise it takes the
nearest key that brings the tune there, whole octaves included. ``keep`` moves the tune only by whole octaves, where
its part needs that (a tune in the tenor). The name of a key transposes to that key.
"""

from __future__ import annotations

from collections.abc import Iterator

from arranger.arranging.ensembles import EnsemblePart
from arranger.arranging.playing.level import Signatures
from theory.notation.instruments import Instrument
from theory.notation.key import Key
from theory.notation.pitch import Interval, Pitch, Tone
from theory.notation.score import LeadSheet, Notice

MOST_ACCIDENTALS = 6
_READABLE = 4  # accidentals in a key signature that is easy to read
HARD_KEY = 3  # semitones that an accidental too many for the players is worth
UNISON = Interval.parse("P1")


def in_key(
    sheet: LeadSheet, part: EnsemblePart, key: str = "auto", *, wish: int = 0, easy: Signatures | None = None
) -> tuple[LeadSheet, list[Notice]]:
    """Return the sheet in a key and register that suit the part with the tune, and notices of what was changed.

    With ``key="auto"`` the tune is moved by ``wish`` semitones, or as near to that as is comfortable. A tune in a
    lower voice or an instrument is moved by octaves into its tessitura; the tune of a top voice keeps its octave
    unless the key changes. ``easy`` are the key signatures that suit all players.
    """
    instrument = part.instrument
    octaves = 0 if instrument.is_voice and part.role == "melody" else suitable_octaves(sheet, instrument)
    interval = choose_interval(sheet, instrument, key=key, octaves=octaves, wish=wish, easy=easy)
    moved = sheet.up(interval)
    return moved, [*_was_moved(sheet, moved, interval, instrument), *_out_of_reach(moved, instrument)]


def _was_moved(sheet: LeadSheet, moved: LeadSheet, interval: Interval, instrument: Instrument) -> Iterator[Notice]:
    """Yield a notice if the tune was transposed."""
    if interval != UNISON:
        home, now = sheet.score.bars[0].key, moved.score.bars[0].key
        what = f"from {home} to {now}" if interval.semitones % 12 else "by octaves"
        steps = f"{abs(interval.semitones)} half steps {'up' if interval.semitones > 0 else 'down'}"
        yield Notice(f"the tune was moved {what}, {steps}, for the {instrument.title.lower()}")


def _out_of_reach(sheet: LeadSheet, instrument: Instrument) -> Iterator[Notice]:
    """Yield a notice if the tune still has notes outside the absolute range of its part."""
    reach = instrument.absolute
    outside = [note for note in sheet.melody.notes if note.pitch and not reach.contains(note.pitch.midi)]
    if outside:
        message = f"{len(outside)} notes of the tune are outside {reach}, the range of the {instrument.title.lower()}"
        onset = outside[0].onset_quarter
        yield Notice(f"{message}; the first of them is in this bar", sheet.score.bar_at(onset).number, onset)


def choose_interval(
    sheet: LeadSheet,
    instrument: Instrument,
    *,
    key: str = "auto",
    octaves: int = 0,
    wish: int = 0,
    easy: Signatures | None = None,
) -> Interval:
    """Return the interval by which to move the sheet so that the tune suits the instrument.

    Parameters
    ----------
    key
        ``auto``, ``keep`` or the name of the key to arrange in.
    octaves
        Octaves that the tune moves in any case (-1 for a soprano's tune in the tenor).
    wish
        Semitones by which ``auto`` should raise the key.
    easy
        Key signatures to prefer where the key changes.
    """
    pitches = [note.pitch for note in sheet.melody.notes if note.pitch is not None]
    base = Interval(7 * octaves, 12 * octaves)
    if not pitches or key == "keep":
        return base
    home = sheet.score.bars[0].key
    if key == "auto":
        return _nearest_comfortable(pitches, instrument, home, base, wish, easy)
    wanted = Key.named(key)
    tonic = wanted.tonic if wanted.is_minor == home.is_minor else _relative_tonic(wanted, home)
    offsets = [interval for interval in _intervals(home) if home.tonic.up(interval) == tonic]
    offsets = offsets or [_to_tone(home.tonic, tonic)]
    choices = [_plus(_plus(base, offset), Interval(7 * o, 12 * o)) for offset in offsets for o in (-1, 0, 1)]
    return min(choices, key=lambda interval: (_outside(pitches, instrument, interval), abs(interval.semitones)))


def suitable_octaves(sheet: LeadSheet, instrument: Instrument) -> int:
    """Return the shift in octaves that brings the tune into the comfortable range, near the middle of the tessitura."""
    pitches = [note.pitch for note in sheet.melody.notes if note.pitch is not None]
    if not pitches:
        return 0
    middle = (instrument.tessitura.low.midi + instrument.tessitura.high.midi) / 2
    mean = sum(pitch.midi for pitch in pitches) / len(pitches)

    def cost(octaves: int) -> tuple[tuple[int, int], float]:
        return _outside(pitches, instrument, Interval(7 * octaves, 12 * octaves)), abs(mean + 12 * octaves - middle)

    return min(sorted(range(-4, 5), key=abs), key=cost)


def _relative_tonic(wanted: Key, home: Key) -> Tone:
    """Return the tonic of the key that has the wanted signature and the mode of the sheet."""
    return Key.from_fifths(wanted.fifths, home.mode_name).tonic


def _nearest_comfortable(
    pitches: list[Pitch], instrument: Instrument, home: Key, base: Interval, wish: int, suits: Signatures | None
) -> Interval:
    """Return the interval nearest to the wish that brings the tune into the comfortable range, or nearest to it.

    Each accidental beyond a key signature that is easy to read counts as one semitone away from the wish.
    """
    easy = max(_READABLE, abs(home.fifths)) if wish else MOST_ACCIDENTALS
    choices = [
        _plus(_plus(base, interval), Interval(7 * o, 12 * o))
        for interval in _intervals(home)
        for o in (-2, -1, 0, 1, 2)
    ]

    def hard(interval: Interval) -> int:
        stays = interval == base and not (suits and suits.moves_key)
        return 0 if suits is None or stays else HARD_KEY * suits.beyond(home.up(interval).fifths)

    def cost(interval: Interval) -> tuple[tuple[int, int], int, int]:
        key = home.up(interval)
        return (
            _outside(pitches, instrument, interval),
            abs(interval.semitones - base.semitones - wish) + max(0, abs(key.fifths) - easy) + hard(interval),
            abs(key.fifths),
        )

    return min(choices, key=cost)


def _intervals(home: Key) -> list[Interval]:
    """Return the intervals up to a tritone that lead to keys of at most ``MOST_ACCIDENTALS`` accidentals."""
    names = ("P1", "m2", "M2", "m3", "M3", "P4", "A4", "d5", "A1")
    up = [Interval.parse(name) for name in names]
    both = up + [-interval for interval in up if interval.semitones]
    return [interval for interval in both if abs(home.up(interval).fifths) <= MOST_ACCIDENTALS] or [UNISON]


def _outside(pitches: list[Pitch], instrument: Instrument, interval: Interval) -> tuple[int, int]:
    """Return the number of notes outside the absolute range, and the semitones outside the comfortable range.

    Compared in this order, so that a tune of two octaves is moved until all of its notes can be sung.
    """
    low, high = instrument.comfortable.low.midi, instrument.comfortable.high.midi
    moved = [pitch.midi + interval.semitones for pitch in pitches]
    out_of_reach = sum(not instrument.absolute.contains(midi) for midi in moved)
    return out_of_reach, sum(max(0, low - midi) + max(0, midi - high) for midi in moved)


def _plus(one: Interval, other: Interval) -> Interval:
    return Interval(one.steps + other.steps, one.semitones + other.semitones)


def _to_tone(start: Tone, end: Tone) -> Interval:
    """Return the smallest interval, up or down, from one tone to another."""
    steps = (end.step - start.step + 3) % 7 - 3
    semitones = (end.pitch_class - start.pitch_class + 6) % 12 - 6
    return Interval(steps, semitones)
