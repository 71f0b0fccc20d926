"""What can be said about notes: pitches, keys, chords, textures, and rules with their sources.

The question of this package is whether, and why, a succession of notes is good by the measure of a
style. It reads no files of music and trains nothing. Spelled pitches (`theory.pitch`), keys
(`theory.key`) and chord symbols (`theory.chord`) are frozen values; a written score
(`theory.score`) becomes an array of slices by voices (`theory.texture`), over which named facts
(`theory.facts`) are computed once for the search and the checker alike. A rule (`theory.rules`) is
a line of algebra over these facts, a profile (`theory.profile`) says how much it matters, and
`theory.check` tells what all rules find in a score.

>>> from theory.pitch import Interval, Pitch
>>> str(Pitch.parse("F#4").up(Interval.parse("m3")))
'A4'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from theory.profile import Profile
    from theory.report import Report
    from theory.score import Score
    from theory.texture import Texture


def check(music: Score | Texture | Any, profile: str | Profile = "chorale", **choices: Any) -> Report:
    """Return what a profile's rules find in a score, a texture or a music21 stream.

    Findings in a stream carry the ids of its notes, so that a notebook can show them. ``choices`` are those of
    `theory.checking.check`. ValueError where a stream has no notes, or a texture holes.

    >>> from music21 import converter
    >>> report = check(converter.parse("tinyNotation: 4/4 c4 e f' g"), "hymn")
    >>> [finding.code for finding in report.findings if finding.ids][:1]
    ['ME104']
    """
    from theory.checking import check as check_score
    from theory.from_texture import score_of
    from theory.score import Score
    from theory.texture import Texture

    if isinstance(music, Texture):
        music = score_of(music)
    elif not isinstance(music, Score):
        from theory.bridge import from_music21

        music = from_music21(music, keep_ids=True)
    return check_score(music, profile, **choices)
