"""The functions that a Python program calls: read, arrange, harmonize, compose, check, repair, why, analyse, write.

Each takes and returns immutable objects, with keyword arguments that have the names and meanings of the command line's
options. An unknown keyword raises TypeError, which names it and suggests the nearest valid one. `docs/api.md` shows
each of them at work.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import wraps
from inspect import signature
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from theory.tables import nearest

if TYPE_CHECKING:
    from arranger.arranging.main import Arrangement
    from arranger.editing.passages.draft import Draft
    from arranger.editing.repairing.result import Repair
    from arranger.editing.why import Reason
    from theory.analysis import Analysis
    from theory.checking.report import Report
    from theory.harmony.estimate import HarmonicSpan
    from theory.notation.key import Key
    from theory.notation.score import Harmony, LeadSheet, Part, Score
    from theory.rules.profile import Profile

AUTO = "auto"  # the profile that suits the score
_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


def _names_the_nearest(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """Refuse an unknown keyword argument by its name, with the nearest right one."""
    known = list(signature(function).parameters)

    @wraps(function)
    def checked(*args: _Parameters.args, **choices: _Parameters.kwargs) -> _Result:
        for name in choices:
            if name not in known:
                raise TypeError(f"{function.__name__}() has no argument {name!r}; {nearest(name, known)}")
        return function(*args, **choices)

    return checked


@_names_the_nearest
def arrange(
    sheet: LeadSheet,
    *,
    ensemble: str = "satb",
    style: str = "song",
    texture: str = "",
    melody: str = "",
    key: str = "auto",
    harmony: str = "auto",
    vary: str = "",
    words: str = "auto",
    breaths: str = "auto",
    ending: bool = False,
    introduction: bool = False,
    level: str = "school",
    character: str = "",
    temperature: float = 0.0,
    top_p: float = 1.0,
    seed: int = 0,
    effort: str = "normal",
    beam: int = 0,
    model: str | None = "default",
    range: Sequence[str] = (),
    without: Sequence[str] = (),
    pin: Sequence[str] = (),
    forbid: Sequence[str] = (),
    chord: Sequence[str] = (),
) -> Draft:
    """Return the best arrangement of a lead sheet that the search finds; its passages can be done again.

    Parameters
    ----------
    sheet
        A tune, with or without chord symbols and words (`read_lead_sheet`).
    ensemble
        Who sings or plays: a name of ``arranger ensembles``.
    style
        How it is written: a name of ``arranger styles``.
    texture
        A rhythm or an accompaniment pattern instead of the style's.
    melody
        The part of the ensemble that has the tune, such as ``"tenor"``; empty: the ensemble's melody part.
    key
        ``"auto"`` transposes the tune, if needed, into the comfortable range of its part; ``"keep"`` keeps the key,
        with shifts by octaves only; ``"best"`` takes the key that suits all parts; or the name of a key, such as
        ``"Bb"``.
    harmony
        What is made of chord symbols: ``"follow"``, ``"decorate"``, ``"free"``, or ``"auto"`` for what the style does.
    vary
        ``"repeats"`` writes out repeats and verses and sets each of them anew.
    words
        Which words the lower voices of a choir sing: ``"all"``, ``"lines"`` that are slow enough, ``"none"``, or
        ``"auto"``: all if most lines are slow enough, otherwise lines.
    breaths
        Which breath marks a choir gets: ``"auto"``, ``"source"`` (those of the sheet) or ``"none"``.
    ending
        Whether to write an ending for the last time round, where the sheet ends on a turnaround.
    introduction
        Whether to write four bars before the tune, from its last phrase.
    level
        Of the players: ``"beginner"``, ``"school"`` or ``"pro"``.
    character
        Terms such as ``"lively=0..1, dark"``: calm or lively, plain or rich, dark or bright; 0..1 grows over the piece.
    temperature
        Randomness, 0 or more; 0 gives the best arrangement found.
    top_p
        Nucleus sampling, above 0 and up to 1: keep the most probable options that together make up this probability.
    seed
        Random seed where ``temperature`` is above 0.
    effort
        How much is tried: ``"low"``, ``"normal"``, ``"high"``, or a number of finished settings to choose from.
    beam
        How many hypotheses the search keeps; more is slower and better. 0 stands for what the effort says.
    model
        ``"default"``, a folder of weights made by ``arranger train``, or None for rules alone.
    range
        What the singers or players of a part can do, such as ``["alto=G3-C5", "tenor loud=E4"]``.
    without
        Parts that are missing, such as ``["tenor"]``.
    pin
        Notes that are wanted: ``"alto 12.3 = A4"``, at bar 12, beat 3, as it sounds in the key of the arrangement.
    forbid
        Notes that are not wanted: ``"tenor 9-12 = F#4"``, or without bars for the whole piece.
    chord
        Chords that are wanted: ``"14.1 = Am7"``.

    Raises
    ------
    ValueError
        For an unknown ensemble, style, texture, part, key or character, or a pin that has no place; the message names
        the nearest right one.

    Examples
    --------
    >>> from arranger import arrange, read_lead_sheet
    >>> arrange(read_lead_sheet("examples/amazing-grace.musicxml"), style="hymn", beam=4).score
    Score('Amazing Grace', 17 bars: Soprano, Alto, Tenor, Bass)
    """
    from arranger.arranging.main import Options, arrange_variants
    from arranger.editing.passages.draft import Draft

    options = Options(
        ensemble=ensemble,
        style=style,
        texture=texture,
        melody=melody,
        key=key,
        harmony=harmony,
        vary=vary,
        words=words,
        breaths=breaths,
        ending=ending,
        introduction=introduction,
        level=level,
        character=character,
        temperature=temperature,
        top_p=top_p,
        seed=seed,
        effort=effort,
        beam=beam,
        model=model,
        range=tuple(range),
        without=tuple(without),
        pin=tuple(pin),
        forbid=tuple(forbid),
        chord=tuple(chord),
    )
    if options.pins:
        from arranger.editing.conflicts.relief import arrange_with_relief

        return Draft.of(next(arrange_with_relief(sheet, options)))
    return Draft.of(next(arrange_variants(sheet, options)))


@_names_the_nearest
def draft(
    score: Score,
    *,
    ensemble: str = "",
    style: str = "",
    melody: str = "",
    rhythm: str = "auto",
    model: str | None = "default",
) -> Draft:
    """Return any finished score as a draft, so that passages of it can be done again.

    Parameters
    ----------
    score
        Of 2 to 6 parts, one line each.
    ensemble, style
        As of `arrange`; empty: guessed from the score.
    melody
        The part that has the tune; empty: the ensemble's melody part.
    rhythm
        Of new notes: ``"written"``, as that of the notes that they replace; ``"style"``, as the style has it; or
        ``"auto"``: as written, but patterns of an accompaniment are written over new chords.
    model
        ``"default"``, a folder of weights, or None for rules alone.

    Raises
    ------
    ValueError
        If the parts are not those of the ensemble, or an ensemble, style or part does not exist.

    Examples
    --------
    >>> from arranger import arrange, draft, read_lead_sheet
    >>> song = arrange(read_lead_sheet("examples/amazing-grace.musicxml"), style="hymn", beam=4)
    >>> draft(song.score).again("5-8", ["tenor"]).score
    Score('Amazing Grace', 17 bars: Soprano, Alto, Tenor, Bass)
    """
    from arranger.arranging.main import Options
    from arranger.editing.passages.opening import opened

    return opened(score, Options(ensemble=ensemble, style=style, melody=melody, model=model), rhythm=rhythm)


@_names_the_nearest
def harmonize(
    sheet: LeadSheet,
    *,
    style: str = "song",
    temperature: float = 0.0,
    seed: int = 0,
    model: str | None = "default",
) -> LeadSheet:
    """Return the sheet with a chord symbol wherever the harmony changes, in place of the symbols that it has.

    Parameters
    ----------
    sheet
        A tune; nothing but its chord symbols is changed.
    style
        Which music the chords are to be like: chorale, hymn, renaissance, folk or song.
    temperature
        Randomness, 0 or more; 0 gives the best plan found.
    seed
        Random seed where ``temperature`` is above 0.
    model
        ``"default"``, or None for the rules of harmony alone.

    Raises
    ------
    ValueError
        For an unknown style.

    Examples
    --------
    >>> from arranger import harmonize, read_lead_sheet
    >>> sheet = harmonize(read_lead_sheet("examples/greensleeves.abc"), style="folk")
    >>> [str(chord.symbol) for chord in sheet.chords[:4]]
    ['Am', 'G', 'C', 'Am']
    """
    from arranger.harmonizing.sheets import HarmonyOptions
    from arranger.harmonizing.sheets import harmonize as harmonize_sheet

    return harmonize_sheet(sheet, HarmonyOptions(style=style, temperature=temperature, seed=seed, model=model))


@_names_the_nearest
def compose(
    prompt: LeadSheet | None = None,
    *,
    key: str = "",
    meter: str = "",
    bars: int = 0,
    form: str = "period",
    mode: str = "continue",
    chords: str = "",
    pickup: Fraction | int = 0,
    tempo: int = 0,
    character: str = "",
    temperature: float = 0.9,
    top_p: float = 0.95,
    seed: int = 0,
) -> LeadSheet:
    """Return a tune: a new one, the continuation of a prompt, or an answer to it.

    Parameters
    ----------
    prompt
        A tune to go on from; the result begins with it.
    key, meter
        Such as ``"E minor"`` and ``"6/8"``; empty: those of the prompt, else C major and 4/4.
    bars
        How many bars to write; 0 stands for 16 or, for an answer, for as many bars as the prompt has.
    form
        ``"period"`` or ``"aaba"``.
    mode
        With a prompt: ``"continue"`` or ``"answer"``.
    chords
        A chord symbol per bar, such as ``"G D Em C"``; too few are repeated.
    pickup
        Length of an upbeat in quarters.
    tempo
        Quarters per minute, written over the tune; 0: none is written.
    character
        Terms such as ``"lively, bright"``.
    temperature, top_p, seed
        Randomness (above 0), nucleus sampling (above 0 and up to 1) and random seed; the same three give the same tune.

    Raises
    ------
    ValueError
        For an unknown value or an impossible combination of arguments; the message says what to give instead.

    Examples
    --------
    >>> from arranger import compose
    >>> compose(key="G", meter="3/4", bars=8, seed=1)
    LeadSheet('Tune', 8 bars, 0 chord symbols)
    """
    from arranger.composing.compose import TuneRequest
    from arranger.composing.compose import compose as compose_tune

    request = TuneRequest(
        key=key,
        meter=meter,
        bars=bars,
        form=form,
        mode=mode,
        chords=chords,
        temperature=temperature,
        top_p=top_p,
        character=character,
        seed=seed,
        tempo=tempo,
        pickup=Fraction(pickup),
    )
    return compose_tune(request, prompt)


@_names_the_nearest
def check(
    music: LeadSheet | Score | Any,
    *,
    profile: str | Profile = AUTO,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    chords: Sequence[Harmony] | None = None,
    harmony: Sequence[HarmonicSpan] = (),
    given: Mapping[str, Part] | None = None,
    infer: bool = True,
) -> Report:
    """Return what the rules of a profile find in any music.

    Parameters
    ----------
    music
        A score, a lead sheet, an arrangement, a texture, or a stream of music21.
    profile
        Which rules matter and how much: a name of ``theory.rules.profile``, a `Profile`, or ``"auto"`` for the one
        that suits the score.
    select, ignore
        Only these rules, or all but these: codes or beginnings of codes, such as ``["VL", "SP101"]``. If both lists
        match a rule, the longer match decides.
    chords
        The chords of the score; by default its chord symbols, and where it has none an estimate.
    harmony
        A given analysis, chords with their keys; it takes precedence over chord symbols.
    given
        Given lines, by part name; findings that concern these lines alone are only ``info``.
    infer
        Whether the harmony of a score without chord symbols is estimated. Where it is not, rules that need chords
        find nothing.

    Raises
    ------
    ValueError
        For an unknown profile, a stream without notes, or a texture with holes.

    Examples
    --------
    >>> from arranger import check, read_score
    >>> check(read_score("examples/amazing-grace.musicxml"), profile="song")
    Report('song', 0 error, 0 warning, 1 info)
    """
    from theory.checking.check import check as check_score
    from theory.checking.check import selected
    from theory.checking.suitable_profile import estimate_profile
    from theory.rules.profile import load_profile

    score = _score_in(music)
    name = estimate_profile(score)[0] if profile == AUTO else profile
    settings = load_profile(name) if isinstance(name, str) else name
    return check_score(
        score,
        selected(settings, tuple(select), tuple(ignore)),
        chords=chords,
        harmony=harmony,
        given=given,
        infer=infer,
    )


@_names_the_nearest
def repair(
    music: LeadSheet | Score | Any,
    *,
    profile: str | Profile = AUTO,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    bars: str = "",
    voices: Sequence[str] = (),
    tune: str = "",
    also_tune: bool = False,
    chords: Sequence[Harmony] | None = None,
    harmony: Sequence[HarmonicSpan] = (),
    given: Mapping[str, Part] | None = None,
) -> Repair:
    """Return a score with the fewest notes changed that clear what the rules find in it; only pitches change.

    Parameters
    ----------
    music
        A score, a lead sheet, an arrangement, a texture, or a stream of music21.
    profile, chords, harmony
        As for `check`.
    select
        Clear only findings of these rules, whatever their severity: codes or beginnings of codes. By default all errors
        and warnings are cleared.
    ignore
        Leave these rules out, in what is cleared and in what is checked.
    bars
        Clear only findings in these bars: printed numbers such as ``"9-12"``. By default everywhere.
    voices
        Names of the parts that may be changed; by default all but the tune.
    tune
        The part that has the tune; by default the given lines or, if there are none, the top part.
    also_tune
        Whether the tune may be changed too.
    given
        Given lines, by part name. Where one was changed (HA205), its notes are restored.

    Raises
    ------
    ValueError
        For an unknown profile, part or bar, a stream without notes, or a texture with holes.

    Examples
    --------
    >>> from arranger import read_score, repair
    >>> repair(read_score("examples/homework/answers/ben.musicxml"), profile="chorale", select=["VL1"])
    Repair(2 notes changed, 0 findings left)
    """
    from arranger.editing.repairing.repair import repaired
    from arranger.editing.repairing.wish import RepairWish, measures_of
    from theory.checking.check import selected
    from theory.checking.suitable_profile import estimate_profile
    from theory.rules.profile import load_profile

    score = _score_in(music)
    name = estimate_profile(score)[0] if profile == AUTO else profile
    settings = load_profile(name) if isinstance(name, str) else name
    wish = RepairWish(
        selected(settings, (), tuple(ignore), extend=tuple(select)),
        codes=tuple(select),
        voices=tuple(voices),
        tune=tune,
        also_tune=also_tune,
        measures=measures_of(score, bars),
        chords=chords,
        harmony=harmony,
        given=given or {},
    )
    return repaired(score, wish)


@_names_the_nearest
def why(music: LeadSheet | Score | Arrangement | Any, voice: str, place: str, *, style: str = "") -> Reason:
    """Return why a voice has its note at a place: its role, what it does, and what the next candidates would do.

    Parameters
    ----------
    music
        An arrangement, which is judged by the terms of the search that made it; or a score, a lead sheet, a texture, or
        a stream of music21, which are judged by a style.
    voice
        The name of a part; its beginning is enough.
    place
        A printed bar and a beat, such as ``"12.3"``.
    style
        The style by whose rules and preferences a score is judged; by default the one that suits it.

    Raises
    ------
    ValueError
        If there is no such part, place or style, or if the part rests there.

    Examples
    --------
    >>> from arranger import read_score, why
    >>> reason = why(read_score("examples/homework/answers/ben.musicxml"), "alto", "1.1")
    >>> reason.role, reason.doubling
    ('the fifth of Gm', 'is the only fifth in the chord')
    """
    from arranger.arranging.given.places import place as placed
    from arranger.arranging.main import Arrangement as Made
    from arranger.editing.why import why as reason

    judged = music if isinstance(music, Made) else _score_in(music)
    score = judged.score if isinstance(judged, Made) else judged
    return reason(judged, voice, placed(place, score).start_quarter, style=style)


@_names_the_nearest
def analyse(music: LeadSheet | Score | Any, *, key: str | Key | None = None) -> Analysis:
    """Return the harmony of any music: Roman numerals in key regions, and its non-chord tones.

    Parameters
    ----------
    music
        A score, a lead sheet, an arrangement, a texture, or a stream of music21. Chord symbols are followed; of a
        tune alone the harmony is a guess.
    key
        The key of the whole piece, such as ``"Bb"`` or ``"F# minor"``, if the piece is known not to modulate.

    Raises
    ------
    ValueError
        For a text that is not a key, a stream without notes, or a texture with holes.

    Examples
    --------
    >>> from arranger import analyse, read_score
    >>> [chord.figure for chord in analyse(read_score("examples/amazing-grace.musicxml")).chords[:5]]
    ['V7', 'I', 'IV', 'I', 'vi']
    """
    from theory.analysis import analyse as analyse_score
    from theory.notation.key import Key

    return analyse_score(_score_in(music), key=Key.parse(key) if isinstance(key, str) else key)


def _score_in(music: LeadSheet | Score | Any) -> Score:
    """Return music as a score; lead sheets and arrangements hold one."""
    from theory.any_music import score_of_any
    from theory.notation.score import Score

    held = getattr(music, "score", None)
    return score_of_any(held if isinstance(held, Score) else music)
