"""Guesses the rule profile that suits a score, from names, words, chord symbols, ranges and texture.

Each kind of music that has a profile is looked for in turn (`_KINDS`). A guess has a certainty: how much of what is
usual for the kind is there. Below `LEAST_CERTAIN` the profile is ``any``, which judges only what is wrong everywhere,
and the reason says what came nearest. Callers should report the guess with its reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from theory.checking.species_guess import species_of
from theory.checking.texture_signs import is_pianistic, is_vocal, long_values, together
from theory.notation.families import KEYBOARDS, PERCUSSION, PLUCKED, STRINGS, VOICES, WINDS, families_of, is_early
from theory.notation.score import Harmony, Part, Score

LEAST_CERTAIN = 0.5
_RICH = ("seventh", "sixth", "tension")
_FEWEST_SYMBOLS = 4
_QUARTET, _CHOIR, _SOLOISTS, _ORCHESTRA = 4, 3, 2, 6  # numbers of parts
_BARS_PER_SYMBOL = 8
_MASTERS = (
    "palestrina", "victoria", "lassus", "lasso", "josquin", "desprez", "byrd", "tallis", "dufay", "du fay", "ockeghem",
    "morales", "guerrero", "gesualdo", "marenzio", "monteverdi", "obrecht", "isaac", "willaert", "gombert", "clemens",
    "de rore", "gabrieli", "morley", "weelkes", "wilbye", "gibbons", "taverner", "janequin", "arcadelt", "ciconia",
)  # fmt: skip


class Guess(NamedTuple):
    """A guessed profile, the reason for it, and how certain it is, from 0 to 1."""

    profile: str
    reason: str
    certainty: float


@dataclass(frozen=True)
class _Case:
    """A score and what is looked at to guess its kind."""

    score: Score

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The parts that sound notes with a pitch, without percussion."""
        sounding = [part for part in self.score.parts if any(note.pitch for note in part.notes)]
        return tuple(p for p, family in zip(sounding, families_of(sounding), strict=True) if family != PERCUSSION)

    @cached_property
    def families(self) -> tuple[str, ...]:
        """The family of each part, empty if unknown or misleading.

        Some programs call every staff Piano; if three or more separate parts of one line each have the same
        keyboard's name, it says nothing.
        """
        found = families_of(self.parts)
        staves = {part.id for part in self.parts}
        lines = not any(note.chord for part in self.parts for note in part.notes)
        named_alike = len({part.name.rstrip(" 0123456789") for part in self.parts}) == 1
        if (
            set(found) == {KEYBOARDS}
            and len(self.parts) == len(staves) >= _CHOIR
            and self._apart
            and lines
            and named_alike
        ):
            return ("",) * len(found)
        return found

    @property
    def _apart(self) -> bool:
        """Whether every part has a staff group of its own: none was split from a staff or is one of two staves."""
        return not any(part.id.rpartition("-")[0] for part in self.parts)

    @cached_property
    def sung(self) -> tuple[Part, ...]:
        """The parts with words or the name of a voice."""
        return tuple(
            part
            for part, family in zip(self.parts, self.families, strict=True)
            if any(note.lyrics for note in part.notes) or family == VOICES
        )

    @cached_property
    def verses(self) -> int:
        """The number of verses of words."""
        return len({lyric.verse for part in self.parts for note in part.notes for lyric in note.lyrics})

    @property
    def symbols(self) -> tuple[Harmony, ...]:
        """The chord symbols; fewer than one in eight bars are rehearsal letters or other texts."""
        chords = self.score.chords
        return chords if _BARS_PER_SYMBOL * len(chords) >= len(self.score.bars) else ()

    def has(self, *families: str) -> bool:
        """Whether any part belongs to one of these families."""
        return not set(families).isdisjoint(self.families)


def estimate_profile(score: Score) -> Guess:
    """Return the name of the profile that suits a score, the reason, and how certain it is.

    >>> from theory.rules.example import example_score
    >>> from theory.rules.rule import finds
    >>> estimate_profile(example_score(finds("C5 / G4 / E4 / C3", "", chords="C")))
    Guess(profile='song', reason='it has chord symbols', certainty=0.8)
    """
    case = _Case(score)
    guesses = [guess for kind in _KINDS if (guess := kind(case)) is not None] if case.parts else []
    best = max(guesses, key=lambda guess: guess.certainty, default=Guess("any", "no part sounds a pitch", 0.0))
    if best.certainty >= LEAST_CERTAIN or best.profile == "any":
        return best
    share = f"{round(100 * best.certainty)} %"
    reason = f"no profile suits with certainty; the nearest is {best.profile} ({best.reason}; {share} certain)"
    return Guess("any", reason, best.certainty)


def _single_line(case: _Case) -> Guess | None:
    alone = len(case.parts) == 1 and not any(note.chord for note in case.parts[0].notes)
    return Guess("single-line", "one line alone", 0.95) if alone and not case.symbols else None


def _accompanied_song(case: _Case) -> Guess | None:
    if not case.sung or not case.has(KEYBOARDS, PLUCKED) or len(case.sung) == len(case.parts):
        return None
    players = " and ".join(sorted({f for f in case.families if f in (KEYBOARDS, PLUCKED)}))
    certainty = 0.95 if len(case.sung) <= _SOLOISTS and not case.has(WINDS, STRINGS) else 0.4
    return Guess(
        "accompanied-song",
        f"sung lines ({len(case.sung)}) with {players} instruments".replace("keyboards", "keyboard"),
        certainty,
    )


def _keyboard(case: _Case) -> Guess | None:
    if set(case.families) != {KEYBOARDS} or any(note.lyrics for part in case.parts for note in part.notes):
        return None
    if is_pianistic(case.parts):
        return Guess(
            "piano", "keyboard parts in free texture: octaves, broken chords or changing numbers of notes", 0.9
        )
    return Guess("keyboard", "keyboard parts", 0.9)


def _strings(case: _Case) -> Guess | None:
    if set(case.families) != {STRINGS}:
        return None
    four = len(case.parts) == _QUARTET
    if four or abs(len(case.parts) - _QUARTET) == 1:
        return Guess("string-quartet", f"{'four' if four else len(case.parts)} string parts", 0.95 if four else 0.7)
    return Guess("orchestra", f"{len(case.parts)} string parts", 0.7) if len(case.parts) >= _ORCHESTRA else None


def _orchestra(case: _Case) -> Guess | None:
    players = [family for family in case.families if family in (STRINGS, WINDS)]
    if len(players) < _QUARTET or 2 * len(players) < len(case.parts) or set(players) == {STRINGS}:
        return None
    certainty = 0.9 if len(players) >= _ORCHESTRA and case.has(STRINGS) and case.has(WINDS) else 0.75
    certainty = certainty if len(case.parts) >= _ORCHESTRA else 0.4
    return Guess("orchestra", f"{len(case.parts)} parts of winds and strings", certainty)


def _symbols(case: _Case) -> Guess | None:
    chords = case.symbols
    if not chords:
        return None
    rich = sum(any(tone.role in _RICH for tone in each.symbol.tones) for each in chords)
    if len(chords) >= _FEWEST_SYMBOLS and 2 * rich >= len(chords):
        return Guess("jazz", f"{rich} of {len(chords)} chord symbols have a seventh, sixth or tension", 0.85)
    return Guess("song", "it has chord symbols", 0.8)


def _species(case: _Case) -> Guess | None:
    species = species_of(case.score)
    return Guess(species, f"{len(case.score.parts)} voices, one of them a cantus firmus", 0.9) if species else None


def _renaissance(case: _Case) -> Guess | None:
    if len(case.parts) < _CHOIR or case.has(KEYBOARDS, PLUCKED, WINDS) or case.symbols:
        return None
    makers = " ".join(name for _, name in case.score.creators).casefold()
    signs = {
        "the composer": 0.5 * any(master in makers for master in _MASTERS),
        "names of parts such as Cantus": 0.4 * any(is_early(part) for part in case.parts),
        "long note values": 0.3 * long_values(case.score),
        "voices that enter one by one": 0.25 * (together(case.parts) < 0.4 and len(case.sung) >= _CHOIR),
    }
    found = [sign for sign, weight in signs.items() if weight]
    certainty = min(0.95, 0.2 + sum(signs.values()))
    return Guess("renaissance", ", ".join(found), certainty) if found else None


def _hymn(case: _Case) -> Guess | None:
    if case.verses < 2 or len(case.parts) < _CHOIR or len(case.parts) > len(case.sung) + _CHOIR:
        return None
    return Guess("hymn", f"{case.verses} verses of words", 0.85 if together(case.parts) > 1 / 2 else 0.4)


def _chorale(case: _Case) -> Guess | None:
    """Return how much the score is like part writing for voices: names, ranges, words, lines that move together."""
    hymn = _hymn(case)
    if case.symbols or (hymn is not None and hymn.certainty >= LEAST_CERTAIN):
        return None
    named = sum(family == VOICES for family in case.families)
    foreign = sum(family not in ("", VOICES) for family in case.families)
    vocal = sum(map(is_vocal, case.parts))
    certainty = (
        0.35
        + 0.25 * named / len(case.parts)
        + 0.15 * (len(case.parts) == _QUARTET)
        + 0.1 * bool(case.sung)
        + (0.2 if together(case.parts) > 1 / 2 else -0.2 if len(case.parts) >= _CHOIR else 0.0)
        - 0.5 * foreign / len(case.parts)
        - 0.5 * (len(case.parts) - vocal) / len(case.parts)
        - 0.3 * (len(case.parts) > 2 * _QUARTET)
        - 0.3 * any(map(is_early, case.parts))
    )
    return Guess("chorale", f"{len(case.parts)} parts without chord symbols", round(max(0.0, min(0.95, certainty)), 2))


_KINDS: tuple[Callable[[_Case], Guess | None], ...] = (
    _single_line, _accompanied_song, _keyboard, _strings, _orchestra, _symbols, _species, _renaissance, _hymn, _chorale,
)  # fmt: skip
