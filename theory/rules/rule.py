"""What a rule is: one readable line of algebra over named facts.

The type of its argument is its scope (`Verticality`, `Motion`, `Succession`, `Step`, or `Written`
for the score itself, which only checks); the first
sentence of its docstring is its definition and the message that a user sees. Beside it stand its
source and its examples, a few notes of music that it must find or must let pass; they are its
tests. A rule says what is; a profile says how much it matters.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from theory.slices.facts import Motion, Step, Succession, Verticality
from theory.slices.written import Remark, Written
from theory.types import Mask

SCOPES = {"Verticality": Verticality, "Motion": Motion, "Succession": Succession, "Step": Step, "Written": Written}


@dataclass(frozen=True)
class Example:
    """A few notes in text, and whether the rule must find something in them.

    Voices stand from high to low, separated by ``/``; notes by spaces; ``-`` holds, ``.`` rests,
    ``|`` after a note ends the phrase, ``+`` joins notes that one part sounds together. Each token
    lasts a quarter, also those of the chord symbols. Chord symbols, the key, the line that the first
    voice was given, the length of a bar, the players and the tempo are optional.
    """

    music: str
    why: str
    found: bool
    chords: str = ""
    key: str = "C"
    given: str = ""
    token_quarters: Fraction = Fraction(1)  # how long a token lasts
    bar_quarters: int = 0  # how long a bar is; 0: all is one bar
    players: str = ""  # instruments, high to low; four lines without any are a choir
    tempo: int = 0  # quarters a minute; 0: none is written


def finds(music: str, why: str, **setting: Any) -> Example:
    """Return an example that the rule must find; ``setting`` is what `Example` has besides."""
    return Example(music, why, True, **setting)


def passes(music: str, why: str, **setting: Any) -> Example:
    """Return an example that the rule must let pass; ``setting`` is what `Example` has besides."""
    return Example(music, why, False, **setting)


@dataclass(frozen=True)
class Rule:
    """A definition, its source and the music that proves it."""

    code: str
    name: str
    scope: type
    per: str  # what the last axis of the mask is: pair, voice or whole
    source: str
    find: Callable[[Any], Any]  # a Mask; of a Written rule, Remarks
    definition: str
    examples: tuple[Example, ...] = ()
    needs_chords: bool = False  # says nothing where no chord is known
    back: int = 0  # of a Step rule: how many attacks before the deciding one the note in question lies
    lasts: bool = True  # of a Verticality rule for pairs: marks in a row are one event; else each is one by itself

    @property
    def steers(self) -> bool:
        """Whether the search can use the rule; a Written rule only checks."""
        return self.scope is not Written

    @property
    def label(self) -> str:
        """Code and name, as costs are named."""
        return f"{self.code} {self.name}"

    def __call__(self, window: Any) -> Mask:
        """Return where the rule finds something: a mask whose last axis is as ``per`` says."""
        return self.find(window)

    def remarks(self, written: Written) -> Iterator[Remark]:
        """Return what a Written rule finds in a score."""
        return self.find(written)


def rule(
    code: str,
    name: str,
    *,
    per: str,
    source: str,
    examples: tuple[Example, ...],
    needs_chords: bool = False,
    back: int = 0,
    lasts: bool = True,
) -> Callable[[Callable[[Any], Any]], Rule]:
    """Return a decorator that makes a rule of a function of one window."""

    def make(find: Callable[[Any], Any]) -> Rule:
        (parameter,) = inspect.signature(find).parameters.values()
        definition = " ".join((inspect.getdoc(find) or "").split("\n\n")[0].split())
        scope = SCOPES[str(parameter.annotation)]
        return Rule(code, name, scope, per, source, find, definition, examples, needs_chords, back, lasts)

    return make
