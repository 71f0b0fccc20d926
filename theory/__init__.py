"""Music theory as code: pitches, keys, chords, textures, and rules with their sources.

This package judges whether a passage follows the rules of a style, and says why not. It reads no music
files and trains no models. Spelled pitches (`theory.notation.pitch`), keys (`theory.notation.key`) and chord symbols
(`theory.notation.chord`) are frozen values. A written score (`theory.notation.score`) becomes an array of slices by
voices (`theory.slices.texture`). Named facts (`theory.slices.facts`) are computed from that array once, for the
search and the checker alike. A rule (`theory.rules.catalogue`) is one expression over these facts, a profile
(`theory.rules.profile`) says how much each rule matters, and `theory.check` reports what all rules find in a score.

>>> from theory.notation.pitch import Interval, Pitch
>>> str(Pitch.parse("F#4").up(Interval.parse("m3")))
'A4'
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from theory.checking.report import Report
    from theory.harmony.estimate import HarmonicSpan
    from theory.notation.score import Harmony, Part, Score
    from theory.rules.profile import Profile
    from theory.slices.texture import Texture


def check(
    music: Score | Texture | Any,
    profile: str | Profile = "chorale",
    *,
    chords: Sequence[Harmony] | None = None,
    harmony: Sequence[HarmonicSpan] = (),
    given: Mapping[str, Part] | None = None,
    infer: bool = True,
) -> Report:
    """Return the report of a profile's rules on a score, a texture or a music21 stream.

    Findings in a stream carry the ids of its notes, so that a notebook can show them. The other arguments are those
    of `theory.checking.check.check`. Raises ValueError if a stream has no notes or a texture has holes.

    >>> from music21 import converter
    >>> report = check(converter.parse("tinyNotation: 4/4 c4 e f' g"), "hymn")
    >>> [finding.code for finding in report.findings if finding.ids][:1]
    ['ME104']
    """
    from theory.any_music import score_of_any
    from theory.checking.check import check as check_score

    return check_score(score_of_any(music), profile, chords=chords, harmony=harmony, given=given, infer=infer)
