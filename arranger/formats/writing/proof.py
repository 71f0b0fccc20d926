"""The last check of a score before it is written: the reader of this program finds in it what was meant.

Every attack of every part must be read again at the same time and pitch, and every bar with the same length. If not,
the score holds something that MusicXML cannot say, and nothing is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

from arranger.formats.reading.errors import ReadError
from arranger.formats.reading.files import parse_xml
from arranger.formats.reading.layout import build_score
from arranger.formats.reading.mending import mended
from arranger.formats.reading.musicxml.reader import parse_musicxml
from theory.notation.score import Part, Score

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
