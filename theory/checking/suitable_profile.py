"""Guesses the rule profile that suits a score from its instruments, words, chord symbols and texture.

Four string parts and keyboards have their own profiles. Chord symbols make a song, or jazz if at least half of
them have a seventh, sixth or tension. Two voices of which one has one note per bar are species counterpoint.
Several verses of words make a hymn. Everything else is a chorale. The guess may be wrong, so callers should
report it with its reason.
"""

from __future__ import annotations

from fractions import Fraction

from theory.notation.instruments import player_of
from theory.notation.score import Part, Score

_RICH = ("seventh", "sixth", "tension")
_VERSES = 2  # a setting with this many verses is a hymn
_QUARTET = 4
_JAZZ_SHARE = Fraction(1, 2)  # share of chord symbols with a seventh, sixth or tension from which a score is jazz
_FEWEST_SYMBOLS = 4
_SPECIES_NOTES = 6  # bars; a shorter cantus firmus is not recognised
_SPECIES = {1: "species1", 2: "species2", 4: "species3"}  # by notes per note of the cantus firmus


def estimate_profile(score: Score) -> tuple[str, str]:
    """Return the name of the profile that suits a score, and the reason.

    >>> from theory.rules.example import example_score
    >>> from theory.rules.rule import finds
    >>> estimate_profile(example_score(finds("C5 / G4 / E4 / C3", "", chords="C")))
    ('song', 'it has chord symbols')
    """
    if len(score.parts) == _QUARTET and all(_is_bowed(part) for part in score.parts):
        return "string-quartet", "four string parts"
    if score.parts and all(_has_keys(part) for part in score.parts):
        return "keyboard", "keyboard parts"
    if score.chords:
        rich = sum(any(tone.role in _RICH for tone in each.symbol.tones) for each in score.chords)
        if len(score.chords) >= _FEWEST_SYMBOLS and rich >= _JAZZ_SHARE * len(score.chords):
            return "jazz", f"{rich} of {len(score.chords)} chord symbols have a seventh, sixth or tension"
        return "song", "it has chord symbols"
    if species := _species(score):
        return species, "two voices, one of them a cantus firmus"
    verses = {lyric.verse for part in score.parts for note in part.notes for lyric in note.lyrics}
    if len(verses) >= _VERSES:
        return "hymn", f"{len(verses)} verses of words"
    return "chorale", f"{len(score.parts)} parts without chord symbols"


def _is_bowed(part: Part) -> bool:
    player = player_of(part)
    return player is not None and player.family == "strings"


def _has_keys(part: Part) -> bool:
    player = player_of(part)
    return player is not None and player.family == "keyboards"


def _species(score: Score) -> str:
    """Return the species of two voices of which one has one note per bar; empty if they are not species counterpoint.

    The first bar, which may begin with a rest, and the last two bars of the other voice are ignored.
    """
    if len(score.parts) != len("12") or any(note.lyrics for part in score.parts for note in part.notes):
        return ""
    counts = [_attacks(score, part) for part in score.parts]
    cantus = [all(count == 1 for count in line) and not tied for line, tied in counts]
    if not any(cantus) or len(score.bars) < _SPECIES_NOTES:
        return ""
    (other, tied) = counts[1 if cantus[0] else 0]
    inner = set(other[1:-2])
    if tied and inner <= {1}:
        return "species4"
    if len(inner) == 1 and not tied:
        return _SPECIES.get(inner.pop(), "species5")
    return "species5" if inner <= set(range(1, 9)) else ""


def _attacks(score: Score, part: Part) -> tuple[list[int], bool]:
    """Return the number of notes that begin in each bar, and whether any note is tied."""
    begun = [0] * len(score.bars)
    for note in part.notes:
        if note.pitch is not None and note.grace is None and not note.tie_stop:
            begun[score.bar_at(note.onset_quarter).index] += 1
    return begun, any(note.tie_start for note in part.notes)
