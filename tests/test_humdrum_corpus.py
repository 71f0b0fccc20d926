"""The reader of Humdrum over real files: nothing of the text is lost, and the notes are those that music21 reads.

`benchmarks/measure/kern_counts.py` counts all files of music21's corpus; here a sample is read.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from arranger.formats.reading.files import decode_text
from arranger.formats.reading.humdrum.reader import parse_humdrum
from arranger.formats.reading.layout import build_score
from benchmarks.measure.kern_counts import counts_in_text, counts_read
from tests.kern_texts import KernText
from theory.music21_bridge.reading import from_music21
from theory.notation.score import Part

pytest.importorskip("music21")


def corpus() -> list[Path]:
    from corpora.corpus import music21_folder

    files = sorted(music21_folder().rglob("*.krn"))
    if not files:
        pytest.skip("music21 is installed without its corpus")
    return files


def events(part: Part) -> Counter[tuple[object, ...]]:
    return Counter(
        (note.onset_quarter, note.duration_quarter, str(note.pitch), note.tie_start, note.tie_stop, bool(note.grace),
         note.fermata)
        for note in part.notes
    )  # fmt: skip


def test_counts_in_the_text_go_by_columns() -> None:
    text = "**kern\t**text\n*^\t*\n4c\t[4e 4g\tah\n.\t4e]\t.\n*v\t*v\t*\n4r\t.\n8aq\t.\n*-\t*-\n"
    assert counts_in_text(text) == Counter(attacks=4, words=1)


def test_voices_that_split_and_join_at_any_time_lose_nothing() -> None:
    for seed in range(100):
        text = KernText(seed).write()
        sheet = parse_humdrum(text, f"seed {seed}")
        score, _ = build_score(sheet.staves, sheet.staves, sheet.heading)
        assert counts_read(sheet) == counts_in_text(text), text
        assert ([bar.length_quarter for bar in score.bars], sheet.doubts) == ([4, 4, 4], ()), text


def test_every_attack_word_and_repeat_of_the_text_is_read() -> None:
    files = [path for path in corpus() if path.parent.name != "palestrina"] + corpus()[5::100]
    counts = {}
    for path in files:
        text = decode_text(path.read_bytes())
        counts[path.name] = counts_in_text(text), counts_read(parse_humdrum(text, path.name))
    assert sum(written["attacks"] for written, _ in counts.values()) > 15_000
    assert {name: count for name, count in counts.items() if count[0] != count[1]} == {}


def test_notes_are_those_of_music21() -> None:
    from music21 import converter

    files = [path for path in corpus() if path.parent.name in ("bach", "chopin")] + corpus()[7::250]
    for path in files:
        sheet = parse_humdrum(decode_text(path.read_bytes()), path.name)
        score, _ = build_score(sheet.staves, sheet.staves, sheet.heading)
        other = from_music21(converter.parse(path, format="humdrum"))
        assert [events(part) for part in score.parts] == [events(part) for part in other.parts], path.name
        assert [bar.length_quarter for bar in score.bars] == [bar.length_quarter for bar in other.bars], path.name
        assert not sheet.doubts, path.name
