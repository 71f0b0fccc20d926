"""Styles: rhythm, bass, harmony, preferences and rule profile of an arrangement.

Each style is a TOML file; a new style is a new file. It says which voices attack when (``rhythm``), which rules hold
(``profile``), how a tune without chord symbols is harmonised (``harmonize_as``), and what is preferred
(``preferences``: costs in nats, added to those of the rules).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from theory.tables import TableFolder

RHYTHMS = {
    "syllables": "All voices sing every syllable with the tune.",
    "words-or-oo": "All voices sing slow lines of text; under fast ones the lower voices hold chords on a vowel.",
    "beat": "All voices begin a note with the tune on each beat or hold a suspension, and may move on half beats.",
    "sustained": "Chords held from one chord symbol to the next.",
}
_HOLDS = {("syllables", "lines"), ("syllables", "none")}  # rhythm and words with which lower voices may hold chords
BY_GROOVE = "by-groove"
STYLES = TableFolder("style", __name__)


@dataclass(frozen=True)
class Style:
    """What makes an arrangement a hymn, a chorale or a song."""

    name: str
    about: str
    rhythm: str
    profile: str  # name of a rule profile
    layout: str = "open"  # default score: open or closed
    model_style: str = "hymn"  # style token in the input of the part model
    harmonize_as: str = ""  # style of the chord model for a sheet without symbols; empty: by rules alone
    plans_as: str = ""  # manner of the harmonic plan of such a sheet (`arranger.harmonizing.manners`); empty: none
    decorates_as: str = "hymn"  # manner in which chord symbols are decorated
    decorates: bool = False  # they are, unless the user wants them followed
    model_weight: float = 0.5  # weight of the part model's log-probability in the objective
    foreign_voices: int = 1  # number of voices that may have non-chord tones at a time
    suspensions: bool = False  # a voice may hold a note into a chord that lacks it, and sing the syllable late
    walking_bass: bool = False  # the bass may move on every beat while the other voices hold
    popular_chords: bool = False  # a plain ``dim`` means dim7
    played_texture: str = ""  # rhythm or pattern for instruments; `BY_GROOVE` takes the patterns of a groove
    played: dict[str, Any] = field(default_factory=dict)  # changes to these fields for instruments
    vowels: dict[str, str] = field(default_factory=lambda: {"middle": "oo"})  # by height of a line: low, middle, high
    preferences: dict[str, float] = field(default_factory=dict)
    without_symbols: dict[str, Any] = field(default_factory=dict)  # changes to these fields if the chords are estimated
    decorated: dict[str, Any] = field(default_factory=dict)  # further changes where given symbols are decorated
    without_model: dict[str, Any] = field(default_factory=dict)  # changes to these fields without the models
    without_bass: dict[str, Any] = field(default_factory=dict)  # changes to these fields for upper voices alone
    ringing_sevenths: bool = False  # a major triad that falls a fifth becomes a dominant seventh

    def unguided(self) -> Style:
        """Return the style for a sheet without chord symbols.

        >>> load_style("hymn").unguided().preferences["planned_bass"]
        4.0
        """
        return self._changed(self.without_symbols)

    def enriched(self) -> Style:
        """Return the style for a sheet whose chord symbols are decorated: their bass is planned, their tones are kept.

        >>> load_style("hymn").enriched().preferences["missing_essential"]
        5.0
        """
        return self.unguided()._changed(self.decorated)

    def for_players(self) -> Style:
        """Return the style for instruments.

        >>> load_style("song").for_players().profile
        'string-quartet'
        """
        return self._changed(self.played)

    def alone(self) -> Style:
        """Return the style for an arrangement by rules alone, without the chord model and the part model.

        >>> load_style("chorale").alone().preferences["leap"] > load_style("chorale").preferences["leap"]
        True
        """
        return self._changed({"harmonize_as": "", "plans_as": "", **self.without_model})

    def with_preferences(self, weights: dict[str, float]) -> Style:
        """Return the style with other weights of some preferences."""
        return replace(self, preferences={**self.preferences, **weights})

    def for_upper_voices(self) -> Style:
        """Return the style for an ensemble without a bass, whose lowest voice is a voice like the others.

        >>> load_style("song").for_upper_voices().walking_bass
        False
        """
        return self._changed(self.without_bass)

    def singing(self, words: str) -> Style:
        """Return the style with a rhythm for a choice of the words that the lower voices sing.

        Raises ValueError if they are to sing words under held chords.

        >>> load_style("hymn").singing("lines").rhythm
        'words-or-oo'
        """
        if self.rhythm == "sustained" and words in ("all", "lines"):
            raise ValueError(f"held chords have no words; leave out --words {words}, or choose another style")
        return replace(self, rhythm="words-or-oo") if (self.rhythm, words) in _HOLDS else self

    def _changed(self, table: dict[str, Any]) -> Style:
        changes = dict(table)
        preferences = {**self.preferences, **changes.pop("preferences", {})}
        return replace(self, preferences=preferences, **changes)


@cache
def load_style(name: str) -> Style:
    """Return a style by name. Raises ValueError, which offers the nearest name, if there is none.

    >>> load_style("hymn").rhythm
    'syllables'
    """
    style = Style(name=name, **STYLES.read(name))
    if style.rhythm not in RHYTHMS:
        raise ValueError(f"style {name}: the rhythm must be one of {', '.join(RHYTHMS)}, not {style.rhythm!r}")
    return style
