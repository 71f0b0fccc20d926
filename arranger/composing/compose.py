"""A tune on request: new, the continuation of a prompt, or the answer to one.

>>> sheet = compose(Request(key="G", meter="3/4", bars=8, seed=1))
>>> str(sheet.score.bars[0].meter), len(sheet.score.bars), sheet.melody.notes[-1].pitch.tone == Key.parse("G").tonic
('3/4', 8, True)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from arranger.characters import Character
from arranger.composing.form import FORMS, Phrase, plan_form
from arranger.composing.phrases import Composer, Sampling, compose_line
from arranger.composing.setting import Setting, Span, Sung, spans_of, with_leads
from arranger.composing.to_sheet import TITLES, appended, score_of
from arranger.models.melody.events import chord_symbol_at, line_of
from arranger.models.melody.runtime import melody_model
from arranger.models.melody.vocabulary import TICKS
from theory.notation.chord import ChordSymbol
from theory.notation.key import Key
from theory.notation.phrase import phrase_ends
from theory.notation.score import LeadSheet, Meter, Note, Score

MODES = ("continue", "answer")
_BARS = 16
_DEFAULT_KEY, _DEFAULT_METER = "C", "4/4"
_DARK_KEY, _DARK = "A minor", 0.3  # the key of a tune that is as dark, where none is named


@dataclass(frozen=True)
class Request:
    """What a tune is to be; empty values are taken from the prompt, or are the usual ones."""

    key: str = ""
    meter: str = ""
    bars: int = 0  # to be written; 0: 16, and for an answer as many as the prompt has
    form: str = "period"
    mode: str = "continue"  # with a prompt: continue or answer
    chords: str = ""  # a symbol a bar; fewer than bars begin anew
    temperature: float = 0.9
    top_p: float = 0.95
    character: str = ""  # such as "lively, bright", see `arranger.characters`
    seed: int = 0
    tempo: int = 0  # quarters a minute; 0: no mark
    pickup: Fraction = Fraction(0)  # quarters before the first full bar


def compose(
    request: Request, prompt: LeadSheet | None = None, told: Callable[[int], None] = lambda _: None
) -> LeadSheet:
    """Return a tune as a lead sheet ready to arrange; ValueError says what of the request cannot be.

    With a prompt the tune begins with it. ``told`` is called with the number of each phrase that is finished.
    """
    if request.form not in FORMS or request.mode not in MODES:
        raise ValueError(f"form is {' or '.join(FORMS)}, mode {' or '.join(MODES)}")
    setting = _setting(request, prompt.score if prompt else None)
    if prompt is None:
        composer = Composer(melody_model(), setting, _sampling(request))
        start = -round(request.pickup * setting.factor * TICKS)
        if not -setting.bar < start <= 0:
            raise ValueError(f"a pickup of {request.pickup} quarters is no part of a bar of {request.meter}")
        spans = spans_of(plan_form(request.bars or _BARS, request.form), setting, start=start)
        line = compose_line(composer, composer.start(start), spans, told)
        return LeadSheet(score_of(line, spans, setting, title=TITLES[""], tempo=request.tempo))
    return LeadSheet(_after_prompt(request, prompt.score, setting, told), prompt.source)


def _sampling(request: Request) -> Sampling:
    if not 0 < request.top_p <= 1 or request.temperature <= 0:
        raise ValueError("top-p lies above 0 and up to 1, temperature above 0")
    return Sampling(request.temperature, request.top_p, request.seed)


def _setting(request: Request, prompt: Score | None) -> Setting:
    """Return key, meter and chords, from the request or the prompt."""
    character = Character.parse(request.character)
    if prompt is None:
        usual = _DARK_KEY if character.mean("brightness") < -_DARK else _DEFAULT_KEY
        key, meter = Key.parse(request.key or usual), parse_meter(request.meter or _DEFAULT_METER)
    else:
        key, meter = prompt.bars[-1].key, prompt.bars[-1].meter
        if {bar.meter.quarters for bar in prompt.bars} != {meter.quarters}:
            raise ValueError("the prompt changes its meter; give one that does not")
        if (request.key and Key.parse(request.key) != key) or (request.meter and request.meter != str(meter)):
            raise ValueError(f"the prompt is in {key}, {meter}; leave --key and --meter out, or transpose it first")
    chords = tuple(ChordSymbol.parse(text) for text in request.chords.replace("|", " ").split())
    return Setting(key, meter, chords, character=character)


def parse_meter(text: str) -> Meter:
    """Read ``3/4``; ValueError for what is no meter.

    >>> str(parse_meter("6/8"))
    '6/8'
    """
    beats, _, beat_type = text.partition("/")
    if not (beats.isdigit() and beat_type in ("1", "2", "4", "8", "16")) or not 0 < int(beats) < 33:
        raise ValueError(f"{text!r} is not a meter; write for example 3/4")
    return Meter(int(beats), int(beat_type))


def _after_prompt(request: Request, score: Score, setting: Setting, told: Callable[[int], None]) -> Score:
    """Return the prompt and what follows it."""
    score = _filled(score)
    heard = _heard(score, setting)
    start, end = heard[0].onset, heard[-1].end
    bars = request.bars or (_BARS if request.mode == "continue" else round((end - start) / setting.bar))
    chords = setting.chords or _prompt_chords(score, bars, setting, answers=request.mode == "answer")
    setting = replace(setting, first_bar=-(-end // setting.bar), chords=chords)
    composer = Composer(melody_model(), setting, _sampling(request))
    ends = [start + round(time * setting.factor * TICKS) for time in phrase_ends(score)]
    spans = _next_spans(request, bars, setting, prompt=(start, end), number=len(ends))
    draft = composer.start(start)
    for place, (begin, until) in enumerate(zip([start, *ends], ends, strict=False)):
        span = Span(begin, until, "open", place, len(ends) - 1 - place + len(spans))
        composer.hear(draft, span, [note for note in heard if begin <= note.onset < until])
    line = compose_line(composer, draft, spans, told)
    return appended(score, score_of(line, spans, setting, title="", tempo=0))


def _next_spans(
    request: Request, bars: int, setting: Setting, *, prompt: tuple[int, int], number: int
) -> tuple[Span, ...]:
    """Return the phrases after a prompt; those of an answer repeat its first half."""
    start, end = prompt
    phrases = plan_form(bars, request.form)
    if request.mode == "continue":
        return spans_of(phrases, setting, start=end, number=number)
    half = setting.bar * (min(bars, round((end - start) / setting.bar)) // 2)
    phrases = tuple(Phrase(phrase.bars, phrase.cadence) for phrase in phrases)
    spans = spans_of(phrases, setting, start=end, number=number)
    return with_leads(
        [
            replace(
                span,
                copy_from=span.start - end + start,
                copied=max(0, min(half - (span.start - end), span.end - span.start)),
            )
            for span in spans
        ]
    )


def _prompt_chords(score: Score, bars: int, setting: Setting, *, answers: bool) -> tuple[ChordSymbol, ...]:
    """Return for each new bar the chord of the prompt's, over and over; an answer closes on the tonic."""
    full = [bar for bar in score.bars if bar.number != "0" or not bar.implicit]
    found = [chord for bar in full if (chord := chord_symbol_at(score, bar.onset_quarter)) is not None]
    if not found:
        return ()
    chords = [found[bar % len(found)] for bar in range(bars)]
    if answers:
        chords[-1] = ChordSymbol.build(setting.key.tonic, "m" if setting.key.is_minor else "")
    return tuple(chords)


def _filled(score: Score) -> Score:
    """Return the prompt whose last bar is full, unless it is short by the upbeat that comes again."""
    last, first = score.bars[-1], score.bars[0]
    upbeat = first.length_quarter if first.implicit else Fraction(0)
    missing = last.meter.quarters - last.length_quarter
    if missing <= 0 or missing == upbeat:
        return score
    rest = Note(last.end_quarter, missing, None)
    part = replace(score.parts[0], notes=(*score.parts[0].notes, rest))
    bars = (*score.bars[:-1], replace(last, length_quarter=last.meter.quarters, implicit=False))
    return replace(score, bars=bars, parts=(part,))


def _heard(score: Score, setting: Setting) -> list[Sung]:
    """Return the prompt's notes in ticks from its first full bar."""
    first = score.bars[0]
    upbeat = first.length_quarter if first.implicit and first.number == "0" else Fraction(0)
    return [
        Sung(
            round((note.onset_quarter - upbeat) * setting.factor * TICKS),
            round(note.duration_quarter * setting.factor * TICKS),
            note.pitch.midi if note.pitch else None,
        )
        for note in line_of(score)
    ]
