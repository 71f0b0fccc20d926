"""Any finished score as a draft, so that passages of it can be done again.

New notes have the rhythm, words and marks of those that they replace. An accompaniment in patterns is the exception: if
the rhythm of the score is the one that `arrange` gives to these instruments, the chords under the patterns are composed
anew, and the patterns are written over them again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from arranger.arranging.ensembles import ENSEMBLES, Ensemble, EnsemblePart, load_ensemble
from arranger.arranging.given.pins import voice_named
from arranger.arranging.main import Options, Prepared, melody_voice, prepare, search_for
from arranger.arranging.plan import Plan
from arranger.arranging.playing.roles import roles_of
from arranger.arranging.search.beam import Hypothesis
from arranger.arranging.styles import load_style
from arranger.editing.passages.draft import Draft
from arranger.editing.passages.written_plan import chords_of, written_plan
from theory.notation.beats import by_bar
from theory.notation.instruments import Instrument, instrument, player_of
from theory.notation.score import LeadSheet, Part, Score
from theory.slices.texture import texture_of
from theory.types import Ints

RHYTHMS = ("auto", "written", "style")  # of new notes
ALIKE = 0.6  # share of note beginnings that are strokes of a pattern, and of strokes that are played
TOGETHER = 0.6  # share of the moments at which all voices begin a note, from which on a score is like a hymn
_VOICES = {2: "sa", 3: "sab", 4: "satb"}


def opened(score: Score, options: Options | None = None, *, rhythm: str = "auto") -> Draft:
    """Return a finished score as a draft.

    Parameters
    ----------
    score
        Its first parts are those of an ensemble, in the order of that ensemble.
    options
        The ensemble, style and melody part, and pins; empty names are guessed from the score.
    rhythm
        Of new notes: "written", as that of the notes that they replace; "style", as an arrangement in the style has it;
        or "auto".

    Raises
    ------
    ValueError
        If the parts are not those of the ensemble, or an ensemble, style or part does not exist.
    """
    ready = _ready(score, options or Options(ensemble="", style=""))
    known = bool(ready.ensemble.name)
    if rhythm == "style" or (rhythm == "auto" and known and ready.ensemble.family != "choir"):
        own, plan = _in_style(ready)
        found = cells_of(score, plan)
        if rhythm == "style" or _in_patterns(score, plan):
            return _draft(score, own, plan, found, rhythm="plan")
    return _draft(score, ready, *written_plan(score, ready), rhythm="written")


def planned_as(score: Score, options: Options, rhythm: str) -> tuple[Prepared, Plan]:
    """Return the plan of a finished score whose new notes move by the "plan" of its style or as "written"."""
    ready = _ready(score, options)
    return (ready, written_plan(score, ready)[0]) if rhythm == "written" else _in_style(ready)


def _draft(score: Score, ready: Prepared, plan: Plan, found: Hypothesis, *, rhythm: str) -> Draft:
    return Draft(score, plan, found, search_for(plan, ready.options), ready.notices, 0.0, ready, None, rhythm=rhythm)


def _ready(score: Score, options: Options) -> Prepared:
    """Return what a plan of a score is made from: its tune, chords and style; what the options leave out is guessed."""
    options = replace(options, key="keep", harmony="follow", breaths="source")
    ensemble = ensemble_of(score, options.ensemble)
    melody = voice_named(options.melody, [part.name for part in ensemble.parts]) if options.melody else None
    melody = melody_voice(ensemble, "") if melody is None else melody
    options = replace(
        options, style=options.style or style_like(score, ensemble), ensemble=options.ensemble or ensemble.name
    )
    style = load_style(options.style)
    style = style if ensemble.family == "choir" else style.for_players()
    style = style if any(part.role == "bass" for part in ensemble.parts) else style.for_upper_voices()
    style = style if options.model is not None and len(ensemble.parts) == 4 else style.alone()
    sheet = LeadSheet(replace(score, parts=(score.parts[melody],), chords=chords_of(score)))
    return Prepared(sheet, ensemble, replace(style, suspensions=False), melody, None, (), None, "follow", options, ())


def _in_style(ready: Prepared) -> tuple[Prepared, Plan]:
    """Return the plan that `arrange` makes for the tune, chords and style of a score, and what it is made from.

    Raises ValueError if the parts are not those of an ensemble.
    """
    if not ready.ensemble.name:
        raise ValueError("these parts are not those of an ensemble; name it with --ensemble, or keep the rhythm")
    own = prepare(ready.sheet, replace(ready.options, melody=ready.ensemble.parts[ready.melody].name))
    return own, own.plan(ready.sheet.score.chords)


def cells_of(score: Score, plan: Plan) -> Hypothesis:
    """Return the notes of a score in the slices of a plan.

    Under the rests of an accompaniment in patterns the note before sounds on: patterns are strokes of held chords.
    """
    own = replace(score, parts=score.parts[: plan.texture.shape[1]])
    texture = texture_of(own, onsets=plan.texture.onset_quarter)
    midi = texture.pitch.copy()
    if plan.scheme:
        for voice in range(midi.shape[1]):
            if voice != plan.given:
                midi[:, voice] = _sounding_on(midi[:, voice])
    return Hypothesis(midi, texture.attack & (midi >= 0), 0.0)


def _sounding_on(midi: Ints) -> Ints:
    """Return a line (T,) with the note before, or at the beginning the note after, in place of rests.

    >>> _sounding_on(np.array([-1, 60, -1, 62])).tolist()
    [60, 60, 60, 62]
    """
    sounds = np.flatnonzero(midi >= 0)
    if not len(sounds):
        return midi
    latest = np.maximum(np.searchsorted(sounds, np.arange(len(midi)), side="right") - 1, 0)
    return midi[sounds[latest]]


def _in_patterns(score: Score, plan: Plan) -> bool:
    """Whether the voices of an accompaniment begin their notes mostly where the patterns of a plan have strokes.

    Strokes are left out or added where chords change or the tune moves, so times are counted, not whole bars.
    """
    scheme = plan.scheme
    if scheme is None:
        return False
    alike = every = 0
    for voice, role in enumerate(roles_of(plan.texture.shape[1], plan.given)):
        if voice == plan.given:
            continue
        begins = by_bar(
            score,
            (n.onset_quarter for n in score.parts[voice].notes if n.pitch and not n.tie_stop),
            onset=lambda at: at,
        )
        for bar, figure in zip(score.bars, scheme.figures(score, role), strict=True):
            if figure.strokes:
                origin = bar.onset_quarter - bar.missing_quarter
                strokes, played = (
                    {origin + each.onset_quarter for each in figure.strokes},
                    set(begins.get(bar.index, ())),
                )
                alike, every = alike + len(strokes & played), every + len(strokes | played)
    return alike >= ALIKE * max(every, 1)


def style_like(score: Score, ensemble: Ensemble) -> str:
    """Return the style that is nearest to a score: hymn if its voices move together, otherwise song."""
    texture = texture_of(replace(score, parts=score.parts[: len(ensemble.parts)]))
    moving = texture.attack.any(axis=1)
    together = (texture.attack | (texture.pitch < 0)).all(axis=1) & moving
    is_hymn = ensemble.family == "choir" and together.sum() >= TOGETHER * max(moving.sum(), 1)
    return "hymn" if is_hymn else "song"


def ensemble_of(score: Score, name: str = "") -> Ensemble:
    """Return the ensemble of a score: the named one, one with the same part names, or one made from its parts.

    Raises ValueError if the named ensemble has more parts than the score.
    """
    names = [part.name.strip().lower() for part in score.parts]
    if name:
        ensemble = load_ensemble(name)
        if len(ensemble.parts) > len(names):
            raise ValueError(f"{ensemble.title} has {len(ensemble.parts)} parts, and the score {len(names)}")
        return ensemble
    for each in ENSEMBLES.names:
        ensemble = load_ensemble(each)
        if [part.name.lower() for part in (*ensemble.parts, *ensemble.doubles)] == names:
            return ensemble
    return _made_of(score)


def _made_of(score: Score) -> Ensemble:
    """Return an ensemble of the parts of a score; parts that say nothing are voices from high to low."""
    count = len(score.parts)
    if count not in range(2, 7):
        raise ValueError(f"a score of 2 to 6 parts can be worked on, and this one has {count}; name its --ensemble")
    players = [player_of(part) for part in score.parts]
    usual = load_ensemble(_VOICES.get(count, "satb")).parts
    roles = ["melody", *("inner",) * (count - 2), "bass"]
    parts = tuple(
        EnsemblePart(part.name or f"Part {number + 1}", part.abbreviation, player or _suited(part, usual), role)
        for number, (part, player, role) in enumerate(zip(score.parts, players, roles, strict=True))
    )
    family = "choir" if all(part.instrument.is_voice for part in parts) else "instruments"
    return Ensemble("", score.title or "the score", family, False, parts)


def _suited(part: Part, usual: Sequence[EnsemblePart]) -> Instrument:
    """Return the voice whose tessitura is nearest to the notes of a part."""
    midis = [note.pitch.midi for note in part.notes if note.pitch]
    mean = sum(midis) / len(midis) if midis else 60.0
    voices = [each.instrument for each in usual] + [instrument("tenor"), instrument("bass")]

    def distance(voice: Instrument) -> float:
        return abs(mean - (voice.tessitura.low.midi + voice.tessitura.high.midi) / 2)

    return min(voices, key=distance)
