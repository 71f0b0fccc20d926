"""What a user wishes of one arrangement: whether a sheet can have it, and how the result is printed."""

from __future__ import annotations

from arranger.arranging.ensembles import load_ensemble
from arranger.arranging.main import Options, melody_voice
from arranger.arranging.patterns import PATTERNS, load_pattern
from arranger.arranging.playing.scheme import scheme_of
from arranger.arranging.playing.turns import is_handed, turns_of
from arranger.arranging.styles import RHYTHMS, load_style
from theory.notation.instruments import CLEFS
from theory.notation.score import LeadSheet, Score


def demand_sense(options: Options, layout: str = "") -> None:
    """Raise ValueError for wishes that exclude each other, whatever the sheet; an empty layout is that of the style."""
    if (options.texture in PATTERNS.names or ":" in options.texture) and is_sung(options):
        rhythms = ", ".join(RHYTHMS)
        raise ValueError(f"{options.texture} is a pattern for instruments; for a choir choose --texture from {rhythms}")
    if layout == "closed" and not is_sung(options):
        raise ValueError(f"--score closed is for choirs; for {options.ensemble} use --score open, one staff per part")


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


def default_layout(options: Options, score: Score) -> str:
    """Return the layout of the style if the ensemble can use it, otherwise ``open``.

    A song in which all voices sing all the words together is closed as well. Closed score has a treble and a bass
    staff, so it suits a mixed choir; equal voices and instruments get one staff per part.
    """
    ensemble = load_ensemble(options.ensemble)
    outer = tuple(part.instrument.clef for part in (ensemble.parts[0], ensemble.parts[-1]))
    mixed = ensemble.family == "choir" and outer == (CLEFS["treble"], CLEFS["bass"])
    if not mixed:
        return "open"
    return "closed" if sung_together(score) else load_style(options.style).layout


def sung_together(score: Score) -> bool:
    """Whether four parts sing the same words at the same times throughout, so that one text serves two of them."""
    texts = [
        [(note.onset_quarter, lyric.verse, lyric.text) for note in part.notes for lyric in note.lyrics]
        for part in score.parts
    ]
    return len(texts) == 4 and bool(texts[0]) and all(text == texts[0] for text in texts)
