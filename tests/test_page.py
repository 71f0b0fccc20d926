"""What singers see on the page: verse numbers, shared fermatas, creators, and the kind of score."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from arranger import arrange, read_lead_sheet
from arranger.arranging.ensembles.layout import default_layout
from arranger.arranging.main import Options
from arranger.formats.reading import read_score
from arranger.formats.writing import to_musicxml, write_score

SONG = """"C" c2 e2 | "G7" d2 !fermata!B2 | "C" c4 |]
w: Sing we all to-day.
w: Ring the bell a-gain."""
REFRAIN = """"C" c2 e2 | "G7" d2 B2 | "C" c4 |]
w: O sing Now one ends.
w: * * Then two ends."""


def texts(document: bytes) -> list[str]:
    return [item.text or "" for item in fromstring(document).iter("text")]


def test_verses_have_numbers_on_the_page_and_none_when_they_are_read(lead_sheet, tmp_path: Path) -> None:
    score = arrange(lead_sheet(SONG), model=None, beam=2, key="keep").score
    assert texts(to_musicxml(score))[:4] == ["1.\N{NO-BREAK SPACE}Sing", "2.\N{NO-BREAK SPACE}Ring", "we", "the"]
    again = read_score(write_score(score, tmp_path / "a.musicxml"))
    assert [lyric.text for lyric in again.parts[0].notes[0].lyrics] == ["Sing", "Ring"]


def test_numbers_stand_where_the_verses_begin(lead_sheet) -> None:
    score = lead_sheet(REFRAIN).score
    assert texts(to_musicxml(score))[:4] == ["O", "sing", "1.\N{NO-BREAK SPACE}Now", "2.\N{NO-BREAK SPACE}Then"]


def test_one_verse_has_no_number(lead_sheet) -> None:
    assert texts(to_musicxml(lead_sheet('"C" c4 |]\nw: Sing').score)) == ["Sing"]


def test_voices_on_one_staff_share_a_fermata(lead_sheet, tmp_path: Path) -> None:
    score = arrange(lead_sheet(SONG), style="hymn", model=None, beam=2, key="keep").score
    assert len(list(fromstring(to_musicxml(score, layout="closed")).iter("fermata"))) == 2
    again = read_score(write_score(score, tmp_path / "a.musicxml", layout="closed"))
    assert [sum(note.fermata for note in part.notes) for part in again.parts] == [1, 1, 1, 1]


@pytest.mark.parametrize(("words", "layout"), [("all", "closed"), ("none", "open")])
def test_a_song_whose_words_all_sing_together_is_in_closed_score(lead_sheet, words: str, layout: str) -> None:
    score = arrange(lead_sheet(SONG), model=None, beam=2, key="keep", words=words).score
    assert default_layout(Options(), score) == layout


def test_creators_without_a_role_are_kept(lead_sheet, tmp_path: Path) -> None:
    text = to_musicxml(lead_sheet('"C" c4 |]').score).decode()
    file = tmp_path / "a.musicxml"
    untyped = '<creator type="">Trad.</creator><creator>Words: A. Smith</creator>'
    file.write_text(text.replace("<identification>", f"<identification>{untyped}", 1), encoding="utf-8")
    assert read_lead_sheet(file).score.creators == (("composer", "Trad."), ("lyricist", "Words: A. Smith"))
