"""The last check of a score before it is written: the reader of this program finds in it what was meant.

Every attack of every part must be read again at the same time and pitch, and every bar with the same length. If not,
the score holds something that MusicXML cannot say, and nothing is written. A MIDI file must be readable, and have every
attack as often as it is played.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from io import BytesIO

from arranger.formats.reading.errors import ReadError
from arranger.formats.reading.files import parse_xml
from arranger.formats.reading.layout import build_score
from arranger.formats.reading.mending import mended
from arranger.formats.reading.musicxml.reader import parse_musicxml
from theory.notation.score import Part, Score
from theory.notation.unfold import playing_order

Attack = tuple[Fraction, int]  # (onset in quarters, MIDI number)


def prove(content: bytes, score: Score) -> None:
    """Raise ValueError, with the bar, if a MusicXML file does not hold the music of a score."""
    try:
        sheet = mended(parse_musicxml(parse_xml(content, "the result"), "the result"), "the result")
    except ReadError as error:
        raise ValueError(f"the music cannot be written so that it can be read again ({error})") from None
    read, _ = build_score(sheet.staves, sheet.staves, sheet.heading)
    _compare_bars(read, score)
    lost = _attacks(score.parts) - _attacks(read.parts)
    added = _attacks(read.parts) - _attacks(score.parts)
    if lost or added:
        onset, midi = min((*lost, *added))
        raise ValueError(
            f"the music cannot be written as it is: in bar {score.bar_at(onset).number} a note (MIDI {midi}) would "
            f"{'be lost' if (onset, midi) in lost else 'be added'}; do notes of one voice overlap there?"
        )


def prove_midi(content: bytes, score: Score) -> None:
    """Raise ValueError if a MIDI file cannot be read again, or lacks notes of a score with its repeats played out."""
    from arranger.formats.reading.midi.reader import parse_midi  # only MIDI needs mido

    meant = _played(score)
    if not meant:
        return
    try:
        mended(parse_midi(content, "the result"), "the result")
    except ReadError as error:
        raise ValueError(f"the MIDI file could not be read again ({error}); write MusicXML") from None
    lost = meant - struck(content)
    if lost:
        raise ValueError(f"{lost.total()} notes would be lost in MIDI (one has the number {min(lost)}); write MusicXML")


def struck(content: bytes) -> Counter[int]:
    """Return how often each MIDI number is struck in a MIDI file."""
    import mido

    tracks = mido.MidiFile(file=BytesIO(content)).tracks
    return Counter(each.note for track in tracks for each in track if each.type == "note_on" and each.velocity)


def _played(score: Score) -> Counter[int]:
    """Return how often each MIDI number is struck when a score is played with its repeats."""
    times = Counter(playing_order(score.bars, score.directions))
    found: Counter[int] = Counter()
    for part in score.parts:
        for note in part.notes:
            if note.pitch is not None and note.grace is None and not note.tie_stop and note.duration_quarter:
                found[note.pitch.midi] += times[score.bar_at(note.onset_quarter).index]
    return +found


def _compare_bars(read: Score, score: Score) -> None:
    for found, bar in zip(read.bars, score.bars, strict=True):
        if found.onset_quarter != bar.onset_quarter or found.length_quarter != bar.length_quarter:
            raise ValueError(
                f"bar {bar.number} lasts {bar.length_quarter} quarters and would be read as {found.length_quarter}; "
                "do its notes reach beyond it?"
            )


def _attacks(parts: Iterable[Part]) -> Counter[Attack]:
    return Counter(
        (note.onset_quarter, note.pitch.midi)
        for part in parts
        for note in part.notes
        if note.pitch is not None and note.grace is None and not note.tie_stop
    )
