"""Marks in the file itself: everything that the file holds stays, byte for byte, except the marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from arranger.cli import main
from arranger.formats.reading import read_score
from arranger.linter.source_marks import as_text, marked_source, source_bytes
from theory.checking.check import check
from theory.notation.score import Score

CASES = Path(__file__).parent / "cases"
MARKS = re.compile(rb'<direction placement="above"><direction-type><words font-size="8">.*?</direction>')
PIANO = """<?xml version="1.0" encoding="UTF-8"?>
<!-- kept -->
<score-partwise version="4.0"><part-list><score-part id="P1"><part-name>Piano</part-name></score-part></part-list>
<part id="P1"><measure number="1"><attributes><divisions>3</divisions><staves>2</staves>
<clef number="1"><sign>C</sign><line>4</line></clef><clef number="2"><sign>F</sign><line>4</line></clef>
<transpose><chromatic>-2</chromatic></transpose></attributes>
<direction><direction-type><dynamics><ff/></dynamics></direction-type><staff>2</staff></direction>
<note default-x="10"><pitch><step>G</step><octave>4</octave></pitch><duration>6</duration><voice>1</voice>
<staff>1</staff><lyric><text>One &amp; two</text></lyric></note>
<note color='#00FF00'><pitch><step>A</step><octave>4</octave></pitch><duration>6</duration><voice>1</voice>
<staff>1</staff></note><backup><duration>12</duration></backup>
<note><pitch><step>C</step><octave>4</octave></pitch><duration>6</duration><voice>5</voice><staff>2</staff></note>
<note><pitch><step>D</step><octave>4</octave></pitch><duration>6</duration><voice>5</voice><staff>2</staff></note>
</measure></part></score-partwise>
"""


def bare(score: Score) -> Score:
    """Return a score without marks."""
    parts = (replace(part, notes=tuple(replace(note, colour="", id="") for note in part.notes)) for part in score.parts)
    words = tuple(each for each in score.directions if not re.match("([0-9.]+: )?[A-Z]{2}[0-9]{3}", each.text))
    return replace(score, parts=tuple(parts), directions=words)


def sources(tmp_path: Path) -> Iterator[Path]:
    yield from sorted(CASES.glob("f[0-9]*.musicxml"))
    for name, data in {
        "piano.musicxml": PIANO.encode(),
        "utf16.musicxml": PIANO.replace("UTF-8", "UTF-16").encode("utf-16"),
        "bom.musicxml": b"\xef\xbb\xbf" + PIANO.encode(),
        "latin.musicxml": PIANO.replace("UTF-8", "ISO-8859-1").replace("Piano", "Flügel").encode("latin-1"),
    }.items():
        (tmp_path / name).write_bytes(data)
        yield tmp_path / name


def test_only_marks_are_added(tmp_path: Path) -> None:
    for path in sources(tmp_path):
        score = read_score(path)
        data = source_bytes(str(path))
        assert data is not None
        marked = marked_source(data, score, check(score, "strict").findings)
        assert marked is not None, path
        assert not marked.missed, path
        (tmp_path / "out.musicxml").write_bytes(marked.musicxml)
        assert bare(read_score(tmp_path / "out.musicxml")) == bare(score), path
        if path.name != "utf16.musicxml":
            left, kept = MARKS.sub(b"", marked.musicxml), data.replace(b" color='#00FF00'", b"")
            assert re.sub(rb' color="#[0-9A-F]{6}"', b"", left) == kept, path


def test_marks_stand_on_the_staff_concerned_and_replace_an_old_colour(tmp_path: Path) -> None:
    (tmp_path / "piano.musicxml").write_text(PIANO, encoding="utf-8")
    score = read_score(tmp_path / "piano.musicxml")
    marked = marked_source(PIANO.encode(), score, check(score, "strict").findings)
    assert marked is not None
    (mark,) = MARKS.findall(marked.musicxml)
    assert b"VL101" in mark
    assert b"<staff>1</staff>" in mark
    assert b"#00FF00" not in marked.musicxml


def test_one_text_per_bar_and_staff(tmp_path: Path) -> None:
    path = CASES / "f06-piano-octaves.musicxml"
    score = read_score(path)
    marked = marked_source(path.read_bytes(), score, check(score, "strict").findings)
    assert marked is not None
    texts = MARKS.findall(marked.musicxml)
    assert 0 < len(texts) <= len(score.bars)
    assert all(text.count(b"VL") + text.count(b"RA") + text.count(b"HA") <= 3 for text in texts)


@pytest.mark.parametrize("ending", [".musicxml", ".mxl", ".xml"])
def test_the_tenor_clef_stays(tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"marked{ending}"
    CliRunner().invoke(main, ["check", str(CASES / "f12-annotate-clef.musicxml"), "--annotate", str(target)])
    written = source_bytes(str(target))
    assert written is not None
    assert re.findall(rb"<sign>\w</sign>", written) == re.findall(
        rb"<sign>\w</sign>", (CASES / "f12-annotate-clef.musicxml").read_bytes()
    )
    assert b"VL101" in written


def test_ids_link_to_the_engraved_notes() -> None:
    path = CASES / "f12-annotate-clef.musicxml"
    score = read_score(path)
    marked = marked_source(path.read_bytes(), score, check(score, "strict").findings, prefix="score1")
    assert marked is not None
    written = set(re.findall(r'<note[^>]* id="([^"]+)"', as_text(marked.musicxml)))
    assert written == set(marked.ids.values())
