"""Standard MIDI files -> staves.

A MIDI file says when keys are pressed and released, not what is written. Onsets and releases are
quantised to sixteenths or triplet eighths, for each quarter to the grid that fits its onsets better.
Gaps shorter than a sixteenth are closed, because players and programs release early. Pitches are
spelled by the key signature, or else by the key whose scale contains most of the sounding time.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from typing import Any

from arranger.formats import limits
from arranger.formats.reading.errors import ReadError
from arranger.formats.reading.midi_bars import MidiEvent, Signatures, measures_of
from arranger.formats.reading.staff import Heading, Sheet, Staff
from theory.notation.key import Key
from theory.notation.mode import estimate_mode
from theory.notation.pitch import Tone
from theory.notation.score import Direction, Meter, Part

_DRUMS = 9  # channel 10 of General MIDI, counted from 0
_GAP = Fraction(1, 4)  # quarters; a shorter gap between two notes is an early release, not a rest
_SIXTEENTH, _TRIPLET = Fraction(1, 4), Fraction(1, 3)
_POLYPHONIC = 0.05  # a track with a larger share of chord notes is not a melody


@dataclass
class _Track:
    """The notes of one track and channel, in ticks."""

    name: str
    spans: list[tuple[int, int, int]] = field(default_factory=list)  # (start, end, MIDI number)
    words: dict[int, str] = field(default_factory=dict)  # tick -> syllable

    @property
    def melody_rank(self) -> tuple[bool, float]:
        """Sort key: monophonic tracks come first, high ones before low ones."""
        onsets = {start for start, _, _ in self.spans}
        mean = sum(midi for _, _, midi in self.spans) / len(self.spans)
        return len(self.spans) > len(onsets) * (1 + _POLYPHONIC), -mean


def parse_midi(data: bytes, source: str) -> Sheet:
    """Return the tracks of a MIDI file as staves, with the most likely melody marked.

    Raises ReadError if the file cannot be read.
    """
    if len(data) > limits.MAX_MIDI_BYTES:
        raise ReadError(
            source, f"larger than {limits.MAX_MIDI_BYTES >> 20} MB, too large for a MIDI song; is it the right file?"
        )
    midi = _parse(data, source)
    if midi.ticks_per_beat <= 0:
        raise ReadError(source, "it uses SMPTE time code; export it again with beats (ticks per quarter note)")
    tracks, meta = _tracks(midi)
    if not tracks:
        raise ReadError(source, "no notes in the file; is it the right file?")
    if len(tracks) > limits.MAX_PARTS:
        raise ReadError(
            source, f"{len(tracks)} tracks with notes, at most {limits.MAX_PARTS} can be read; delete some of them"
        )
    return _sheet(tracks, meta, midi.ticks_per_beat, source)


def _parse(data: bytes, source: str) -> Any:
    import mido
    from mido.midifiles.meta import KeySignatureError

    try:
        return mido.MidiFile(file=io.BytesIO(data), clip=True)
    except (EOFError, OSError, ValueError, KeyError, IndexError, KeySignatureError):
        raise ReadError(source, "not a MIDI file, or an incomplete one; export it again") from None


def _tracks(midi: Any) -> tuple[list[_Track], list[tuple[int, Any]]]:
    """Return the tracks with notes, split by channel, and the meta events as (tick, message)."""
    tracks: list[_Track] = []
    meta: list[tuple[int, Any]] = []
    for source in midi.tracks:
        channels: dict[int, _Track] = {}
        words: dict[int, str] = {}
        held: dict[tuple[int, int], int] = {}
        tick = 0
        for message in source:
            tick += message.time
            if message.type == "lyrics":
                words[tick] = message.text
            elif message.is_meta:
                meta.append((tick, message))
            elif message.type in ("note_on", "note_off") and message.channel != _DRUMS:
                _hold(message, tick, held, channels, source.name)
        for track in channels.values():
            track.words = words
        tracks += [track for track in channels.values() if track.spans]
    return tracks, sorted(meta, key=lambda item: item[0])


def _hold(message: Any, tick: int, held: dict[tuple[int, int], int], channels: dict[int, _Track], name: str) -> None:
    """Process one key press or release; ``held`` has the start tick of the keys that are down."""
    key = (message.channel, message.note)
    start = held.pop(key, None)
    if start is not None and tick > start:
        track = channels.setdefault(message.channel, _Track(name.strip()))
        track.spans.append((start, tick, message.note))
    if message.type == "note_on" and message.velocity:
        held[key] = tick


def _sheet(tracks: Sequence[_Track], meta: Sequence[tuple[int, Any]], ticks: int, source: str) -> Sheet:
    signatures = _signatures(meta, ticks, [span for track in tracks for span in track.spans])
    staves, moved, count = [], Fraction(0), 0
    for number, track in enumerate(tracks, start=1):
        events, farthest, how_many = quantised(track.spans, ticks)
        words = {snap(Fraction(tick, ticks), _SIXTEENTH): text for tick, text in track.words.items()}
        try:
            measures = measures_of(events, signatures, words)
        except ValueError as error:
            raise ReadError(source, f"{error}; export it again") from None
        staves.append(Staff(Part(track.name or f"Track {number}", (), id=f"T{number}"), measures))
        moved, count = max(moved, farthest), count + how_many
    for direction in _tempos(meta, ticks):
        place_direction(staves[0], direction)
    doubts = [] if signatures.key_is_written else [f"no key signature; pitches are spelled in {signatures.keys[0][1]}"]
    if count:
        most = f"{float(moved):.2f} of a quarter"
        doubts.append(f"{count} notes were moved to the nearest sixteenth or triplet eighth, by at most {most}")
    melody = min(range(len(tracks)), key=lambda index: tracks[index].melody_rank)
    return Sheet(staves, Heading(), tuple(doubts), melody, "it is the highest part without chords")


def quantised(spans: Sequence[tuple[int, int, int]], ticks: int) -> tuple[list[MidiEvent], Fraction, int]:
    """Return the quantised notes, the largest move in quarters, and the number of moved notes.

    Notes are sorted by onset, and within an onset from high to low.

    >>> events, _, _ = quantised([(0, 470, 60), (482, 950, 62)], 480)
    >>> [(str(event.onset_quarter), str(event.end_quarter)) for event in events]
    [('0', '1'), ('1', '2')]
    """
    grids = _grids([Fraction(start, ticks) for start, _, _ in spans])
    stems: dict[Fraction, dict[int, Fraction]] = defaultdict(dict)
    moves = []
    for start, stop, midi in spans:
        exact = Fraction(start, ticks)
        onset = snap(exact, grids[int(exact)])
        moves.append(abs(onset - exact))
        release = Fraction(stop, ticks)
        grid = grids.get(int(release), _SIXTEENTH)
        stems[onset][midi] = max(snap(release, grid), onset + grids[int(exact)], stems[onset].get(midi, Fraction(0)))
    onsets = sorted(stems)
    events = []
    for onset, following in zip(onsets, [*onsets[1:], None], strict=True):
        end = max(stems[onset].values())
        if following is not None and (end > following or following - end < _GAP):
            end = following
        events += [MidiEvent(onset, end, midi) for midi in sorted(stems[onset], reverse=True)]
    # smaller moves are rounding errors of the program that wrote the file
    moved = [move for move in moves if move > Fraction(1, 48)]
    return events, max(moved, default=Fraction(0)), len(moved)


def snap(time: Fraction, grid: Fraction) -> Fraction:
    """Return the grid point nearest to a time.

    >>> str(snap(Fraction(49, 100), Fraction(1, 4)))
    '1/2'
    """
    return round(time / grid) * grid


def _grids(onsets: Iterable[Fraction]) -> dict[int, Fraction]:
    """Return, for each quarter with onsets, the grid that moves them less, as its step in quarters."""
    quarters: dict[int, list[Fraction]] = defaultdict(list)
    for onset in onsets:
        quarters[int(onset)].append(onset)
    return {quarter: min((_SIXTEENTH, _TRIPLET), key=partial(_cost, times)) for quarter, times in quarters.items()}


def _cost(times: Sequence[Fraction], grid: Fraction) -> Fraction:
    """Return the total distance by which a grid moves some onsets."""
    return sum((abs(snap(time, grid) - time) for time in times), Fraction(0))


def _signatures(meta: Sequence[tuple[int, Any]], ticks: int, spans: Sequence[tuple[int, int, int]]) -> Signatures:
    meters: list[tuple[Fraction, Meter]] = []
    keys: list[tuple[Fraction, Key]] = []
    for tick, message in meta:
        time = Fraction(tick, ticks)
        if message.type == "time_signature" and message.numerator and message.denominator <= limits.MAX_BEAT_TYPE:
            meters.append((time, Meter(message.numerator, message.denominator)))
        elif message.type == "key_signature":
            keys.append((time, Key.parse(message.key)))
    written = bool(keys)
    return Signatures(meters or [(Fraction(0), Meter(4, 4))], keys or [(Fraction(0), estimate_key(spans))], written)


def estimate_key(spans: Sequence[tuple[int, int, int]]) -> Key:
    """Return the key whose scale contains most of the sounding time; among equals the one with the fewest signs.

    >>> str(estimate_key([(0, 1, 62), (1, 2, 66), (2, 3, 67), (3, 4, 69), (4, 6, 61), (6, 8, 62)]))
    'D major'
    """
    time: dict[int, int] = defaultdict(int)
    for start, end, midi in spans:
        time[midi % 12] += end - start
    fifths = max(
        range(-6, 7),
        key=lambda sharps: (sum(time[pitch_class] for pitch_class in Key.from_fifths(sharps).scale), -abs(sharps)),
    )
    key = Key.from_fifths(fifths)
    _, _, lowest = min((-start, -end, midi) for start, end, midi in spans)
    last: Tone = key.spell(lowest).tone
    return Key.from_fifths(fifths, estimate_mode(fifths, [last]))


def _tempos(meta: Sequence[tuple[int, Any]], ticks: int) -> list[Direction]:
    found = []
    for tick, message in meta:
        if message.type == "set_tempo" and message.tempo:
            onset = snap(Fraction(tick, ticks), _SIXTEENTH)
            found.append(Direction(onset, "tempo", "", f"{60_000_000 / message.tempo:.4g}"))
    return found


def place_direction(staff: Staff, direction: Direction) -> None:
    """Add a direction, whose onset is counted from the beginning of the piece, to the measure it falls in."""
    onset = direction.onset_quarter
    for measure in staff.measures:
        if onset < measure.length_quarter:
            measure.directions.append(replace(direction, onset_quarter=onset))
            return
        onset -= measure.length_quarter
