"""Open or closed score: how an arrangement is laid out unless the user says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arranger.arranging.ensembles import load_ensemble
from arranger.arranging.styles import load_style
from theory.notation.instruments import CLEFS
from theory.notation.score import Score

if TYPE_CHECKING:
    from arranger.arranging.main import Options


def default_layout(options: Options, score: Score) -> str:
    """Return the layout of the style if the ensemble can use it, otherwise ``open``.

    A song in which all voices sing all the words together is closed as well. Closed score has a treble and a bass
    staff, so it suits a mixed choir; equal voices and instruments get one staff per part.
    """
    ensemble = load_ensemble(options.ensemble)
    outer = tuple(part.instrument.clef for part in (ensemble.parts[0], ensemble.parts[-1]))
    mixed = ensemble.family == "choir" and outer == (CLEFS["treble"], CLEFS["bass"])
    if not mixed:
        return "open"
    return "closed" if sung_together(score) else load_style(options.style).layout


def sung_together(score: Score) -> bool:
    """Whether four parts sing the same words at the same times throughout, so that one text serves two of them."""
    texts = [
        [(note.onset_quarter, lyric.verse, lyric.text) for note in part.notes for lyric in note.lyrics]
        for part in score.parts
    ]
    return len(texts) == 4 and bool(texts[0]) and all(text == texts[0] for text in texts)
