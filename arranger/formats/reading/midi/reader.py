"""Standard MIDI files -> staves.

A MIDI file says when keys are pressed and released, not what is written: onsets and releases are
quantised. Pitches are spelled by the key signature, or else by the key whose scale contains most of
the sounding time. Words may stand in a track of their own; they go to the track that they are sung to.
"""

from __future__ import annotations

import io
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import accumulate
from typing import Any

from arranger.formats import limits
from arranger.formats.reading.errors import ReadError
from arranger.formats.reading.midi.bars import BarSpan, Signatures, measures_of, spans_of
from arranger.formats.reading.midi.grid import Quantised, quantised, snap
from arranger.formats.reading.midi.keys import Keys, Span
from arranger.formats.reading.midi.words import (
    Text,
    coincidence,
    decoded,
    is_karaoke,
    placed,
    syllables_of,
    title_of,
)
from arranger.formats.reading.staff import Heading, Sheet, Staff
from arranger.formats.reading.tally import bars_named
from theory.notation.key import Key
from theory.notation.mode import estimate_mode
from theory.notation.pitch import Tone
from theory.notation.score import Direction, Lyric, Meter, Part

_DRUMS = 9  # channel 10 of General MIDI, counted from 0
_SIXTEENTH = Fraction(1, 4)
_MANY_TEXTS, _AT_NOTES = 8, 0.9  # text events are words if there are so many, and this share of them at notes
_SHOWN = 12  # syllables that a notice quotes
_NO_TITLES = {
    "",
    "conductor",
    "tempo",
    "tempo track",
    "control track",
    "meta",
    "track 0",
    "track 1",
    "untitled",
    "soft karaoke",
}
_POLYPHONIC = 0.05  # a track with a larger share of chord notes is not a melody


@dataclass
class _Track:
    """The notes of one track and channel, in ticks."""

    name: str
    source: int  # index of the track in the file
    spans: list[Span] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)  # the words that are sung to it

    @property
    def melody_rank(self) -> tuple[bool, float]:
        """Sort key: monophonic tracks come first, high ones before low ones."""
        mean = sum(midi for _, _, midi in self.spans) / len(self.spans)
        return len(self.spans) > len(self.onsets) * (1 + _POLYPHONIC), -mean

    @property
    def onsets(self) -> list[int]:
        """The ticks at which keys are pressed, in order."""
        return sorted({start for start, _, _ in self.spans})


@dataclass
class _Events:
    """All that a file holds, apart from what is played on drums."""

    tracks: list[_Track] = field(default_factory=list)
    meta: list[tuple[int, Any]] = field(default_factory=list)
    lyrics: dict[int, list[Text]] = field(default_factory=dict)  # index of the track -> lyric events
    texts: dict[int, list[Text]] = field(default_factory=dict)  # index of the track -> text events
    names: dict[int, str] = field(default_factory=dict)
    held: list[int] = field(default_factory=list)  # ticks of keys that are never released
    silent: list[int] = field(default_factory=list)  # ticks of notes without length
    doubts: list[str] = field(default_factory=list)


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
    found = _events(midi)
    _limit(found, source)
    if not found.tracks:
        raise ReadError(source, "no notes in the file; is it the right file?")
    if len(found.tracks) > limits.MAX_PARTS:
        count = len(found.tracks)
        raise ReadError(
            source, f"{count} tracks with notes, at most {limits.MAX_PARTS} can be read; delete some of them"
        )
    return _sheet(found, midi.ticks_per_beat, source)


def _parse(data: bytes, source: str) -> Any:
    import mido
    from mido.midifiles.meta import KeySignatureError

    try:
        return mido.MidiFile(file=io.BytesIO(data), clip=True)
    except (EOFError, OSError, ValueError, KeyError, IndexError, KeySignatureError):
        raise ReadError(source, "not a MIDI file, or an incomplete one; export it again") from None


def _events(midi: Any) -> _Events:
    """Return the tracks with notes, split by channel, the meta events as (tick, message), and all texts."""
    found = _Events()
    for index, source in enumerate(midi.tracks):
        channels: dict[int, Keys] = {}
        tick = 0
        for message in source:
            tick += message.time
            if message.type in ("lyrics", "text") and len(message.text) > limits.MAX_FIELD_CHARACTERS:
                found.doubts.append(f"a text of {len(message.text)} characters is left out: '{message.text[:40]} ...'")
            elif message.type in ("lyrics", "text"):
                texts = found.lyrics if message.type == "lyrics" else found.texts
                texts.setdefault(index, []).append((tick, message.text))
            elif message.type == "track_name":
                found.names.setdefault(index, message.name)
            elif message.is_meta:
                found.meta.append((tick, message))
            elif message.type in ("note_on", "note_off") and message.channel != _DRUMS:
                pressed = message.type == "note_on" and message.velocity > 0
                channels.setdefault(message.channel, Keys()).add(message.note, tick, pressed=pressed)
        for keys in channels.values():
            _add_track(found, keys, index, tick)
    found.meta.sort(key=lambda item: item[0])
    _decode(found)
    return found


def _limit(found: _Events, source: str) -> None:
    """Raise ReadError for more notes, words or signatures than a song has."""
    notes = sum(len(track.spans) for track in found.tracks)
    texts = sum(len(each) for group in (found.lyrics, found.texts) for each in group.values())
    kinds = Counter(message.type for _, message in found.meta)
    most = max(kinds.values(), default=0)
    for count, what, limit in (
        (notes, "notes", limits.MAX_MIDI_NOTES),
        (texts, "texts", limits.MAX_MIDI_NOTES),
        (most, "signatures or tempi of one kind", limits.MAX_SIGNATURES),
    ):
        if count > limit:
            raise ReadError(source, f"{count} {what} in the MIDI file; at most {limit} can be read")


def _add_track(found: _Events, keys: Keys, index: int, end: int) -> None:
    """Add the notes of one channel as a track, if it has any."""
    spans, held = keys.spans(end)
    found.held += [start for start, _, _ in held]
    found.silent += [start for start, stop, _ in spans if stop <= start]
    sounding = [span for span in spans if span[1] > span[0]]
    if sounding:
        found.tracks.append(_Track("", index, sounding))


def _decode(found: _Events) -> None:
    """Read all names and words in the encoding they were written in."""
    groups = [*found.lyrics.values(), *found.texts.values()]
    texts = [*found.names.values(), *(text for group in groups for _, text in group)]
    as_meant, doubt = decoded(texts)
    for group in groups:
        group[:] = [(tick, as_meant[text]) for tick, text in group]
    found.names = {index: as_meant[name].strip() for index, name in found.names.items()}
    found.doubts += [doubt] if doubt else []
    for track in found.tracks:
        track.name = found.names.get(track.source, "")


def _give_words(found: _Events, ticks: int) -> None:
    """Give the words of each track to the notes that they are sung to: the track whose onsets they meet most often."""
    lyrics = {index: texts for index, texts in found.lyrics.items() if syllables_of(texts)}
    every = [text for texts in found.texts.values() for text in texts]
    karaoke = is_karaoke(every) or (not lyrics and _are_words(every, found, ticks))
    texts = {
        index: texts
        for index, texts in found.texts.items()
        if karaoke and len(syllables_of(texts)) > max((len(each) for each in lyrics.values()), default=1)
    }
    for index, words in (texts or lyrics).items():
        meets = {id(track): coincidence(words, track.onsets, ticks) for track in found.tracks}
        own = [track for track in found.tracks if track.source == index and 2 * meets[id(track)] >= len(words)]
        free = [track for track in own or found.tracks if not track.texts]
        if free:
            best = min(free, key=lambda track: (-meets[id(track)], len(track.onsets), track.melody_rank))
            best.texts = list(words)


def _are_words(texts: Sequence[Text], found: _Events, ticks: int) -> bool:
    """Whether text events without the marks of karaoke are words: many, nearly all of them at notes of one track."""
    most = max(coincidence(texts, track.onsets, ticks) for track in found.tracks)
    return len(texts) >= _MANY_TEXTS and most >= _AT_NOTES * len(texts) and len({tick for tick, _ in texts}) > 1


def _title(found: _Events) -> str:
    """Return the title: that of a karaoke file, else the name of a first track without notes."""
    karaoke = next((title for texts in found.texts.values() if (title := title_of(texts))), "")
    with_notes = any(track.source == 0 for track in found.tracks)
    name = "" if with_notes else found.names.get(0, "")
    return karaoke or ("" if name.casefold() in _NO_TITLES else name)


def _sheet(found: _Events, ticks: int, source: str) -> Sheet:
    tracks = found.tracks
    signatures = _signatures(found.meta, ticks, [span for track in tracks for span in track.spans])
    _give_words(found, ticks)
    where = _where(signatures, ticks, max(stop for track in tracks for _, stop, _ in track.spans), source)
    staves, on_grid = [], []
    for number, track in enumerate(tracks, start=1):
        grid = quantised(track.spans, ticks)
        words, lost = placed(syllables_of(track.texts), track.onsets, ticks)
        if lost:
            shown = " ".join(each.text for each in lost[:_SHOWN])
            bars = where.named([Fraction(each.tick, ticks) for each in lost])
            found.doubts.append(f"{len(lost)} syllables fall on no note and are left out: '{shown}' ({bars})")
        try:
            measures = measures_of(grid.events, signatures, _lyrics_at(words, grid))
        except ValueError as error:
            raise ReadError(source, f"{error}; export it again") from None
        staves.append(Staff(Part(track.name or f"Track {number}", (), id=f"T{number}"), measures))
        on_grid.append(grid)
    place_directions(staves[0], _tempos(found.meta, ticks))
    if not signatures.key_is_written:
        found.doubts.insert(0, f"no key signature; pitches are spelled in {signatures.keys[0][1]}")
    doubts = (*found.doubts, *dict.fromkeys(_odd_meters(found)), *_moved(on_grid, where), *_odd_keys(found, where))
    melody = min(range(len(tracks)), key=lambda index: tracks[index].melody_rank)
    return Sheet(staves, Heading(_title(found)), doubts, melody, "it is the highest part without chords")


def _lyrics_at(words: Mapping[int, Lyric], grid: Quantised) -> dict[Fraction, tuple[Lyric, ...]]:
    """Return the words of a track by the onset, in quarters, of the quantised note."""
    at: dict[Fraction, tuple[Lyric, ...]] = {}
    for tick, lyric in words.items():
        onset = grid.onset_of[tick]
        if onset in at:  # two notes fell together: so do their syllables
            joint = "" if at[onset][0].syllabic in ("begin", "middle") else " "
            lyric = replace(lyric, text=f"{at[onset][0].text}{joint}{lyric.text}")
        at[onset] = (lyric,)
    return at


@dataclass(frozen=True)
class _Where:
    """Bar numbers at times in quarters."""

    bars: list[BarSpan]
    ticks: int

    def named(self, times: Sequence[Fraction]) -> str:
        """Return the bars that contain some times, as text."""
        onsets = [bar.onset for bar in self.bars]
        return bars_named([self.bars[max(0, bisect_right(onsets, time) - 1)].number for time in sorted(times)])


def _where(signatures: Signatures, ticks: int, end: int, source: str) -> _Where:
    """Return the bars of a file up to a tick. Raises ReadError if there are too many."""
    try:
        return _Where(list(spans_of(signatures, Fraction(end, ticks))), ticks)
    except ValueError as error:
        raise ReadError(source, f"{error}; export it again") from None


def _moved(grids: Sequence[Quantised], where: _Where) -> Iterator[str]:
    """Yield messages about notes that were moved in time, and about those that fell together."""
    moved = [move for grid in grids for move in grid.moved]
    if moved:
        most = f"{float(max(distance for _, distance in moved)):.2f} of a quarter"
        bars = where.named([time for time, _ in moved])
        yield f"{len(moved)} notes were moved to the nearest sixteenth or triplet eighth ({bars}), by at most {most}"
    merged = [time for grid in grids for time in grid.merged]
    if merged:
        bars = where.named(merged)
        yield f"{len(merged)} notes follow so soon that they became a chord with the note before ({bars})"


def _odd_keys(found: _Events, where: _Where) -> Iterator[str]:
    """Yield messages about keys that are never released, and notes without length."""
    if found.held:
        bars = where.named([Fraction(tick, where.ticks) for tick in found.held])
        yield f"{len(found.held)} keys are never released ({bars}); their notes end with the next note, or the track"
    if found.silent:
        bars = where.named([Fraction(tick, where.ticks) for tick in found.silent])
        yield f"{len(found.silent)} notes without length are left out ({bars})"


def _signatures(meta: Sequence[tuple[int, Any]], ticks: int, spans: Sequence[tuple[int, int, int]]) -> Signatures:
    meters: list[tuple[Fraction, Meter]] = []
    keys: list[tuple[Fraction, Key]] = []
    for tick, message in meta:
        time = Fraction(tick, ticks)
        if message.type == "time_signature" and _is_meter(message):
            meters.append((time, Meter(message.numerator, message.denominator)))
        elif message.type == "key_signature":
            keys.append((time, Key.parse(message.key)))
    written = bool(keys)
    return Signatures(meters or [(Fraction(0), Meter(4, 4))], keys or [(Fraction(0), estimate_key(spans))], written)


def _is_meter(message: Any) -> bool:
    return 0 < message.numerator <= limits.MAX_BEATS and message.denominator <= limits.MAX_BEAT_TYPE


def _odd_meters(found: _Events) -> Iterator[str]:
    """Yield messages about time signatures that no bar has."""
    for _, message in found.meta:
        if message.type == "time_signature" and not _is_meter(message):
            shown = f"{message.numerator}/{message.denominator}"
            yield f"the time signature {shown} is impossible, at most {limits.MAX_BEATS} beats; it is left out"


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


def place_directions(staff: Staff, directions: Sequence[Direction]) -> None:
    """Add directions, whose onsets are counted from the beginning of the piece, to the measures they fall in."""
    ends = list(accumulate(measure.length_quarter for measure in staff.measures))
    for direction in directions:
        index = bisect_right(ends, direction.onset_quarter)
        if index < len(ends):
            measure = staff.measures[index]
            onset = direction.onset_quarter - ends[index] + measure.length_quarter
            measure.directions.append(replace(direction, onset_quarter=onset))
