"""Which rules suit a score: a guess from its players, its words, its symbols and its texture.

It may be wrong, so whoever uses it says what was guessed and why. Bowed strings and keyboards have their own
profiles; symbols with sevenths throughout are jazz, others a song; words of several verses make a hymn; two lines of
which one is all in notes of a bar's length are a species of counterpoint; all else is held to the chorale.
"""

from __future__ import annotations

from fractions import Fraction

from theory.notation.instruments import player_of
from theory.notation.score import Part, Score

_RICH = ("seventh", "sixth", "tension")
_VERSES = 2  # so many verses under one setting make a hymn
_QUARTET = 4
_JAZZ_SHARE = Fraction(1, 2)  # of the symbols that have a seventh, sixth or tension
_FEWEST_SYMBOLS = 4
_SPECIES_NOTES = 6  # a shorter cantus could be anything
_SPECIES = {1: "species1", 2: "species2", 4: "species3"}  # notes of the other line against one


def guess_profile(score: Score) -> tuple[str, str]:
    """Return the name of the profile that suits a score, and why.

    >>> from theory.rules.example import example_score
    >>> from theory.rules.rule import finds
    >>> guess_profile(example_score(finds("C5 / G4 / E4 / C3", "", chords="C")))
    ('song', 'chord symbols stand over it')
    """
    if len(score.parts) == _QUARTET and all(_is_bowed(part) for part in score.parts):
        return "string-quartet", "four string parts"
    if score.parts and all(_has_keys(part) for part in score.parts):
        return "keyboard", "it is played on a keyboard"
    if score.chords:
        rich = sum(any(tone.role in _RICH for tone in each.symbol.tones) for each in score.chords)
        if len(score.chords) >= _FEWEST_SYMBOLS and rich >= _JAZZ_SHARE * len(score.chords):
            return "jazz", f"{rich} of {len(score.chords)} chord symbols have a seventh or more"
        return "song", "chord symbols stand over it"
    if species := _species(score):
        return species, "two lines, one of them a cantus firmus"
    verses = {lyric.verse for part in score.parts for note in part.notes for lyric in note.lyrics}
    if len(verses) >= _VERSES:
        return "hymn", f"{len(verses)} verses"
    return "chorale", f"{len(score.parts)} parts without chord symbols"


def _is_bowed(part: Part) -> bool:
    player = player_of(part)
    return player is not None and player.family == "strings"


def _has_keys(part: Part) -> bool:
    player = player_of(part)
    return player is not None and player.family == "keyboards"


def _species(score: Score) -> str:
    """Return the species of two lines of which one has a note a bar, empty where they are none.

    The last bar and the first, which may begin with a rest, are left out of account.
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
    """Return how many notes begin in each bar, and whether any is tied over."""
    begun = [0] * len(score.bars)
    for note in part.notes:
        if note.pitch is not None and note.grace is None and not note.tie_stop:
            begun[score.bar_at(note.onset_quarter).index] += 1
    return begun, any(note.tie_start for note in part.notes)
