"""What a user can choose from, by the names of the command line."""

from __future__ import annotations

from dataclasses import asdict

from arranger.arranging.breaths import CHOICES as BREATHS
from arranger.arranging.effort import EFFORTS
from arranger.arranging.ensembles import ENSEMBLES, load_ensemble
from arranger.arranging.grooves import GROOVES, load_groove
from arranger.arranging.harmony import HARMONIES
from arranger.arranging.main import Options
from arranger.arranging.patterns import PATTERNS, load_pattern
from arranger.arranging.playing.level import levels
from arranger.arranging.styles import RHYTHMS, STYLES, load_style
from arranger.arranging.text import WORDS
from arranger.characters import axes
from arranger.formats.writing import LAYOUTS
from arranger.studio.answers import Say
from arranger.studio.project import Json
from theory.rules.profile import PROFILES

_KEYS = ("C", "G", "D", "A", "E", "B", "F#", "F", "Bb", "Eb", "Ab", "Db", "Gb")
_MINOR_KEYS = ("A", "E", "B", "F#", "C#", "G#", "D", "G", "C", "F", "Bb", "Eb")


def choices(say: Say) -> Json:
    """Return the ensembles, styles and other choices with their descriptions, and what is chosen by default."""
    default = {name: value for name, value in asdict(Options()).items() if name != "model"}
    return {
        "ensembles": [_ensemble(name) for name in ENSEMBLES.names],
        "styles": [{"name": name, "about": load_style(name).about} for name in STYLES.names],
        "textures": [
            *({"name": name, "about": about, "for": "choir"} for name, about in RHYTHMS.items()),
            *(
                {
                    "name": name,
                    "about": load_pattern(name).about,
                    "meters": list(load_pattern(name).meters),
                    "for": "instruments",
                }
                for name in PATTERNS.names
            ),
        ],
        "grooves": [{"name": name, "about": load_groove(name).about} for name in GROOVES.names],
        "characters": [{"low": axis.low, "high": axis.high, "about": axis.about} for axis in axes()],
        "keys": ["auto", "keep", "best", *_KEYS, *(f"{tonic} minor" for tonic in _MINOR_KEYS)],
        "levels": list(levels()),
        "words": list(WORDS),
        "breaths": list(BREATHS),
        "harmony": list(HARMONIES),
        "efforts": list(EFFORTS),
        "layouts": ["auto", *LAYOUTS],
        "profiles": list(PROFILES.names),
        "default": {**default, "model": True},
    }


def _ensemble(name: str) -> Json:
    ensemble = load_ensemble(name)
    return {
        "name": name,
        "title": ensemble.title,
        "family": ensemble.family,
        "parts": [{"name": part.name, "range": str(part.instrument.comfortable)} for part in ensemble.parts],
    }
