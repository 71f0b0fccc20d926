"""Styles: one TOML file bundles rhythm, bass, harmony, preferences and the rule profile.

A style says who attacks when (``rhythm``), by which rules it goes (``profile``), how a tune without symbols is
harmonised (``harmonize_as``) and what it likes (``preferences``, costs in nats beside those of the rules). A new
style is a new file.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from theory.tables import Shelf

RHYTHMS = ("syllables", "words-or-oo", "beat", "sustained")
STYLES = Shelf("style", __name__)


@dataclass(frozen=True)
class Style:
    """Everything that makes an arrangement a hymn, a chorale or a song."""

    name: str
    about: str
    rhythm: str
    profile: str  # name of a rule profile
    layout: str = "open"  # open or closed score by default
    model_style: str = "hymn"  # the style token that the part model is given
    harmonize_as: str = ""  # the chord model's style for a sheet without symbols; empty: rules alone
    model_weight: float = 0.5  # nats of the objective a nat of the model
    foreign_voices: int = 1  # how many voices at a time may sing non-chord tones
    walking_bass: bool = False  # the bass may move on every beat while the others hold
    popular_chords: bool = False  # a plain dim means dim7
    played_profile: str = ""  # rule profile for instruments, where it is another one
    played_texture: str = ""  # pattern or rhythm for instruments; "by-meter" chooses the pattern
    preferences: dict[str, float] = field(default_factory=dict)
    without_symbols: dict[str, Any] = field(default_factory=dict)  # what is otherwise where chords are only estimated
    without_model: dict[str, Any] = field(default_factory=dict)  # ... and where no model has a say

    def unguided(self) -> Style:
        """Return the style for a sheet without chord symbols, where a model has a say in the harmony.

        >>> load_style("chorale").unguided().foreign_voices
        3
        """
        return self._changed(self.without_symbols)

    def alone(self) -> Style:
        """Return the style for an arrangement by rules alone: no model proposes chords, or says what is usual.

        >>> load_style("chorale").alone().preferences["leap"] > load_style("chorale").preferences["leap"]
        True
        """
        return self._changed({"harmonize_as": "", **self.without_model})

    def _changed(self, table: dict[str, Any]) -> Style:
        changes = dict(table)
        preferences = {**self.preferences, **changes.pop("preferences", {})}
        return replace(self, preferences=preferences, without_symbols={}, without_model={}, **changes)


@cache
def load_style(name: str) -> Style:
    """Return a style by name; ValueError that offers the nearest name where there is none.

    >>> load_style("hymn").rhythm
    'syllables'
    """
    style = Style(name=name, **STYLES.read(name))
    if style.rhythm not in RHYTHMS:
        raise ValueError(f"style {name}: rhythm is one of {', '.join(RHYTHMS)}")
    return style
