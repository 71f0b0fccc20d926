"""What a user wishes of one arrangement: whether a sheet can have it."""

from __future__ import annotations

from arranger.arranging.ensembles import load_ensemble
from arranger.arranging.main import Options, melody_voice
from arranger.arranging.patterns import PATTERNS, load_pattern
from arranger.arranging.playing.scheme import scheme_of
from arranger.arranging.playing.turns import is_handed, turns_of
from arranger.arranging.styles import RHYTHMS
from theory.notation.score import LeadSheet, Score


def demand_sense(options: Options, layout: str = "", *, reduction: bool = False) -> None:
    """Raise ValueError for wishes that exclude each other, whatever the sheet; an empty layout is that of the style."""
    if (options.texture in PATTERNS.names or ":" in options.texture) and is_sung(options):
        rhythms = ", ".join(RHYTHMS)
        raise ValueError(f"{options.texture} is a pattern for instruments; for a choir choose --texture from {rhythms}")
    if layout == "closed" and not is_sung(options):
        raise ValueError(f"--score closed is for choirs; for {options.ensemble} use --score open, one staff per part")
    if layout == "closed" and reduction:
        raise ValueError("--reduction stands below an open score; a closed score can be played from as it is")


def demand_fit(options: Options, sheet: LeadSheet) -> None:
    """Raise ValueError if a pattern, a section or a turn of the tune is wanted that a sheet cannot have."""
    if options.texture in PATTERNS.names:
        _demand_meter(options.texture, sheet.score)
    if ":" in options.texture:
        scheme_of(sheet.score, options.texture)
    if is_handed(options.melody):
        ensemble = load_ensemble(options.ensemble)
        turns_of(sheet.score, ensemble, options.melody, melody_voice(ensemble, ""))


def _demand_meter(texture: str, score: Score) -> None:
    pattern = load_pattern(texture)
    if not any(pattern.fits(bar.meter) for bar in score.bars):
        meters = ", ".join(dict.fromkeys(str(bar.meter) for bar in score.bars))
        raise ValueError(
            f"the meter is {meters}, but the pattern {texture} is for {', '.join(pattern.meters)}; try --texture pad"
        )


def is_sung(options: Options) -> bool:
    """Whether the ensemble is a choir, for which the words are printed unless they are not wanted."""
    return load_ensemble(options.ensemble).family == "choir"
