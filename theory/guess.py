"""Which rules suit a score: a guess from its players, its words and its texture.

It may be wrong, so whoever uses it says what was guessed and why. Strings have their own profile; a
lead sheet with symbols over it is a song; words of several verses make a hymn; all else is held to the chorale.
"""

from __future__ import annotations

from theory.instruments import player_of
from theory.score import Part, Score

_VERSES = 2  # so many verses under one setting make a hymn
_QUARTET = 4


def guess_profile(score: Score) -> tuple[str, str]:
    """Return the name of the profile that suits a score, and why.

    >>> from theory.example import example_score
    >>> from theory.rule import finds
    >>> guess_profile(example_score(finds("C5 / G4 / E4 / C3", "", chords="C")))
    ('song', 'chord symbols stand over it')
    """
    if len(score.parts) == _QUARTET and all(_is_bowed(part) for part in score.parts):
        return "string-quartet", "four string parts"
    if score.chords:
        return "song", "chord symbols stand over it"
    verses = {lyric.verse for part in score.parts for note in part.notes for lyric in note.lyrics}
    if len(verses) >= _VERSES:
        return "hymn", f"{len(verses)} verses"
    return "chorale", f"{len(score.parts)} parts without chord symbols"


def _is_bowed(part: Part) -> bool:
    player = player_of(part)
    return player is not None and player.family == "strings"
