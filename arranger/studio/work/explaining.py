"""Why a note stands where it stands, and what other notes would cost."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from arranger.arranging.given.places import place as placed
from arranger.arranging.styles import STYLES
from arranger.editing.grounds import Grounds, grounds_of
from arranger.editing.why import why as reason_for
from arranger.studio.answers import Say
from arranger.studio.project import Json, Music
from arranger.studio.work.editing import note_at, part_of
from arranger.studio.work.scores import chords_of, music_of, own_parts_of, score_of
from arranger.studio.work.uploads import read_score_of
from theory.notation.score import Score
from theory.types import Mask

_grounds: dict[str, Grounds] = {}  # of the last score that was asked about


def why(say: Say, *, music: Music, document: bytes, style: str, voice: int, onset_quarter: str) -> Json:
    """Return the role of a note, what it does, and the notes that might stand there instead."""
    score = own_parts_of(music, score_of(music, document))
    part, onset = part_of(score, voice), Fraction(onset_quarter)
    note_at(part, onset, score)
    grounds = _grounds_of(music, document, style)
    reason = reason_for(grounds, grounds.texture.voices.index(part.name), onset)
    return {
        "voice": voice,
        "onset_quarter": str(reason.onset_quarter),
        "bar": reason.bar,
        "beat": float(reason.beat),
        "pitch": reason.note,
        "chord": reason.chord,
        "figure": reason.figure,
        "role": reason.role,
        "doing": list(reason.doing),
        "faults": list(reason.faults),
        "given": reason.given,
        "heading": reason.heading,
        "text": reason.text,
        "alternatives": [
            {"pitch": each.note, "cost": round(each.cost, 3), "words": each.text} for each in reason.candidates
        ],
    }


def _grounds_of(music: Music, document: bytes, style: str) -> Grounds:
    """Return what a score is judged by; the last one is remembered, since many of its notes are asked about."""
    key = f"{music.document} {style}"
    if key not in _grounds:
        score = own_parts_of(music, score_of(music, document))
        score = replace(score, chords=tuple(chords_of(music)) or score.chords)
        _grounds.clear()
        found = grounds_of(score, style if style in STYLES.names else "")
        _grounds[key] = replace(found, given=_given(found, music, score))
    return _grounds[key]


def _given(grounds: Grounds, music: Music, score: Score) -> Mask:
    """Return which cells (T, V) are the tune's own."""
    onsets = grounds.texture.onset_quarter
    found = np.zeros(grounds.texture.shape, dtype=bool)
    for stretch in music.tune:
        start, end = Fraction(stretch["start_quarter"]), Fraction(stretch["end_quarter"])
        voice = grounds.texture.voices.index(score.parts[stretch["part"]].name)
        found[[t for t, onset in enumerate(onsets) if start <= onset < end], voice] = True
    return found


def why_at(say: Say, *, content: bytes, name: str, voice: int, place: str) -> Json:
    """Return why a note of a file stands where it stands; the place is a bar and a beat, such as 12.3."""
    score, _ = read_score_of(content, name)
    music, document = music_of(score)
    kept = score_of(music, document)
    onset = placed(place, kept).start_quarter
    return why(say, music=music, document=document, style="", voice=voice, onset_quarter=str(onset))
