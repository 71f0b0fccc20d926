"""`theory.check` accepts a score, a texture or a music21 stream."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import theory
from theory.music21_bridge.reading import from_music21
from theory.slices.texture import HOLE, texture_of
from theory.slices.to_score import score_of

music21 = pytest.importorskip("music21")

PARALLEL = ("tinyNotation: 4/4 e'2 g'2 g'1", "tinyNotation: 4/4 a2 c'2 c'1")


@pytest.fixture
def duet():
    score = music21.stream.Score()
    for text in PARALLEL:
        score.insert(0, music21.converter.parse(text))
    return score


def test_a_finding_points_at_the_notes_of_the_stream(duet) -> None:
    report = theory.check(duet, "strict")
    (finding, *_) = [each for each in report.findings if each.code == "VL101"]
    notes = [note for note in duet.recurse().notes if str(note.id) in finding.ids]
    assert {note.nameWithOctave for note in notes} == {"G5", "C5"} < set(finding.notes)
    assert {(note.measureNumber, note.beat) for note in notes} == {(int(finding.bar), finding.beat)}


def test_stream_score_and_texture_are_judged_alike(duet) -> None:
    score = from_music21(duet)
    found = [
        [(each.code, each.bar, each.beat) for each in theory.check(music, "strict").at_least("warning")]
        for music in (duet, score, texture_of(score))
    ]
    assert found[0]
    assert found[0] == found[1] == found[2]


def test_notes_of_a_file_have_no_ids_of_the_moment(duet) -> None:
    assert {note.id for part in from_music21(duet).parts for note in part.notes} == {""}


def test_a_texture_and_its_score_are_the_same_music(duet) -> None:
    texture = texture_of(from_music21(duet))
    again = texture_of(score_of(texture))
    for name in ("pitch", "fifths", "attack", "bar"):
        assert (getattr(again, name) == getattr(texture, name)).all()
    assert again.onset_quarter == texture.onset_quarter


def test_a_texture_with_holes_is_refused(duet) -> None:
    texture = texture_of(from_music21(duet))
    with pytest.raises(ValueError, match="holes"):
        theory.check(replace(texture, pitch=np.full_like(texture.pitch, HOLE)))
