"""Converts any supported music (a score, a texture, a music21 stream) to a `Score`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from theory.notation.score import Score
    from theory.slices.texture import Texture


def score_of_any(music: Score | Texture | Any) -> Score:
    """Return music as a score; the notes of a music21 stream keep their ids.

    Raises ValueError if a stream has no notes or a texture has holes.
    """
    from theory.notation.score import Score
    from theory.slices.texture import Texture

    if isinstance(music, Score):
        return music
    if isinstance(music, Texture):
        from theory.slices.to_score import score_of

        return score_of(music)
    from theory.music21_bridge.reading import from_music21

    return from_music21(music, keep_ids=True)
