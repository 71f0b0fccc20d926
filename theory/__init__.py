"""What can be said about notes: pitches, keys, chords, textures, and rules with their sources.

The question of this package is whether, and why, a succession of notes is good by the measure of a
style. It reads no files of music and trains nothing. Spelled pitches (`theory.notation.pitch`), keys
(`theory.notation.key`) and chord symbols (`theory.notation.chord`) are frozen values; a written score
(`theory.notation.score`) becomes an array of slices by voices (`theory.slices.texture`), over which named facts
(`theory.slices.facts`) are computed once for the search and the checker alike. A rule (`theory.rules.catalogue`) is
a line of algebra over these facts, a profile (`theory.rules.profile`) says how much it matters, and
`theory.check` tells what all rules find in a score.

>>> from theory.notation.pitch import Interval, Pitch
>>> str(Pitch.parse("F#4").up(Interval.parse("m3")))
'A4'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from theory.checking.report import Report
    from theory.notation.score import Score
    from theory.rules.profile import Profile
    from theory.slices.texture import Texture


def check(music: Score | Texture | Any, profile: str | Profile = "chorale", **choices: Any) -> Report:
    """Return what a profile's rules find in a score, a texture or a music21 stream.

    Findings in a stream carry the ids of its notes, so that a notebook can show them. ``choices`` are those of
    `theory.checking.check`. ValueError where a stream has no notes, or a texture holes.

    >>> from music21 import converter
    >>> report = check(converter.parse("tinyNotation: 4/4 c4 e f' g"), "hymn")
    >>> [finding.code for finding in report.findings if finding.ids][:1]
    ['ME104']
    """
    from theory.checking.check import check as check_score
    from theory.notation.score import Score
    from theory.slices.texture import Texture
    from theory.slices.to_score import score_of

    if isinstance(music, Texture):
        music = score_of(music)
    elif not isinstance(music, Score):
        from theory.music21_bridge.reading import from_music21

        music = from_music21(music, keep_ids=True)
    return check_score(music, profile, **choices)
