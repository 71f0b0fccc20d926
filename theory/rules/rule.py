"""What a rule is: a predicate over named musical facts, with a definition, a source and examples.

The annotated type of its argument is its scope: `Verticality`, `Motion`, `Succession` or `Step` for rules that also
steer the search, or `Written`, the whole score, for rules that only check. Its docstring is the definition that users
read; the first sentence must stand alone, since lists show nothing else. The examples, a few notes that the rule
must flag or must let pass, are its tests. How much a rule matters is for the profiles to say.
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
    """A few notes written as text, and whether the rule must flag them.

    Voices are listed from high to low, separated by ``/``, and notes by spaces; ``-`` holds the note before, ``.`` is a
    rest, ``|`` after a note ends the phrase, and ``+`` joins notes that one part plays together. Each of these signs
    lasts ``token_quarters``. ``chords`` holds the chord symbols in the same notation. ``given`` is the line that the
    first voice was given.
    """

    music: str
    why: str
    found: bool
    chords: str = ""
    key: str = "C"
    given: str = ""
    token_quarters: Fraction = Fraction(1)  # duration of a sign
    bar_quarters: int = 0  # length of a bar; 0: the example is a single bar
    players: str = ""  # instruments from high to low; four voices without any are a choir
    tempo: int = 0  # quarters per minute; 0: no tempo is written


def finds(music: str, why: str, **setting: Any) -> Example:
    """Return an example that the rule must flag; the keywords are further fields of `Example`."""
    return Example(music, why, True, **setting)


def passes(music: str, why: str, **setting: Any) -> Example:
    """Return an example that the rule must let pass; the keywords are further fields of `Example`."""
    return Example(music, why, False, **setting)


@dataclass(frozen=True)
class Rule:
    """A rule: its code and name, its predicate, its definition, its source and its examples."""

    code: str
    name: str
    scope: type
    per: str  # the last axis of the mask: pair (of voices), voice, or whole (all voices together)
    source: str  # works and places in them, see `theory.rules.sources`
    find: Callable[[Any], Any]  # returns a Mask, or Remarks in a Written rule
    definition: str  # the docstring, on one line
    examples: tuple[Example, ...] = ()
    needs_chords: bool = False  # flags nothing where no chord is known
    asks_symbols: bool = False  # compares with a written symbol or analysis; not judged where chords are estimated
    back: int = 0  # in a Step rule: how many attacks before the last one the flagged note begins
    lasts: bool = True  # in a Verticality rule per pair: whether marks in successive slices are a single event

    @property
    def steers(self) -> bool:
        """Whether the search can use the rule; Written rules only check."""
        return self.scope is not Written

    @property
    def label(self) -> str:
        """Code and name, the label of the rule's cost in the search."""
        return f"{self.code} {self.name}"

    def __call__(self, window: Any) -> Mask:
        """Return where the rule flags something: a mask whose last axis is as ``per`` says."""
        return self.find(window)

    def remarks(self, written: Written) -> Iterator[Remark]:
        """Return what a Written rule flags in a score."""
        return self.find(written)


def rule(
    code: str,
    name: str,
    *,
    per: str,
    source: str,
    examples: tuple[Example, ...],
    needs_chords: bool = False,
    asks_symbols: bool = False,
    back: int = 0,
    lasts: bool = True,
) -> Callable[[Callable[[Any], Any]], Rule]:
    """Return a decorator that turns a function of one annotated argument into a `Rule`; see its fields."""

    def make(find: Callable[[Any], Any]) -> Rule:
        (parameter,) = inspect.signature(find).parameters.values()
        definition = " ".join((inspect.getdoc(find) or "").split())
        scope = SCOPES[str(parameter.annotation)]
        needs = needs_chords or asks_symbols
        return Rule(code, name, scope, per, source, find, definition, examples, needs, asks_symbols, back, lasts)

    return make
