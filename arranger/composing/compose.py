"""Composition of a tune: a new one, the continuation of a prompt, or an answer to it.

>>> sheet = compose(TuneRequest(key="G", meter="3/4", bars=8, seed=1))
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
from arranger.composing.setting import PhraseSpan, Sung, TuneSetting, spans_of, with_leads
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
_DARK_KEY, _DARK = "A minor", 0.3  # default key of a tune whose mean brightness is below -_DARK


@dataclass(frozen=True)
class TuneRequest:
    """The choices of a user for a tune; empty values are taken from the prompt or are the defaults."""

    key: str = ""
    meter: str = ""
    bars: int = 0  # number of bars to write; 0: 16, or for an answer the length of the prompt
    form: str = "period"  # period or aaba
    mode: str = "continue"  # with a prompt: continue or answer
    chords: str = ""  # one chord symbol per bar, repeated from the first if there are more bars
    temperature: float = 0.9  # randomness
    top_p: float = 0.95  # nucleus sampling: keep the most probable options that sum to this probability
    character: str = ""  # for example "lively, bright"; see `arranger.characters`
    seed: int = 0  # random seed
    tempo: int = 0  # quarters per minute; 0: no tempo mark
    pickup: Fraction = Fraction(0)  # quarters before the first full bar


def compose(
    request: TuneRequest, prompt: LeadSheet | None = None, told: Callable[[int], None] = lambda _: None
) -> LeadSheet:
    """Return a tune as a lead sheet ready to arrange. With a prompt, the tune begins with the prompt.

    ``told`` is called with the index of each phrase when it is finished. Raises ValueError if the request cannot be
    met.
    """
    if request.form not in FORMS or request.mode not in MODES:
        raise ValueError(f"the form must be {' or '.join(FORMS)}, the mode {' or '.join(MODES)}")
    setting = _setting(request, prompt.score if prompt else None)
    if setting.key.church:
        raise ValueError(f"the composer knows major and minor only, not {setting.key}; choose another key")
    if prompt is None:
        composer = Composer(melody_model(), setting, _sampling(request))
        start = -round(request.pickup * setting.factor * TICKS)
        if not -setting.bar < start <= 0:
            raise ValueError(f"a pickup of {request.pickup} quarters is not shorter than a bar of {setting.meter}")
        spans = spans_of(plan_form(request.bars or _BARS, request.form), setting, start=start)
        line = compose_line(composer, composer.start(start), spans, told)
        return LeadSheet(score_of(line, spans, setting, title=TITLES[""], tempo=request.tempo))
    return LeadSheet(_after_prompt(request, prompt.score, setting, told), prompt.source)


def _sampling(request: TuneRequest) -> Sampling:
    if not 0 < request.top_p <= 1 or request.temperature <= 0:
        raise ValueError("top-p must be above 0 and at most 1, the temperature above 0")
    return Sampling(request.temperature, request.top_p, request.seed)


def _setting(request: TuneRequest, prompt: Score | None) -> TuneSetting:
    """Return the key, the meter and the chords of the request, or else of the prompt."""
    character = Character.parse(request.character)
    if prompt is None:
        usual = _DARK_KEY if character.mean("brightness") < -_DARK else _DEFAULT_KEY
        key, meter = Key.parse(request.key or usual), parse_meter(request.meter or _DEFAULT_METER)
    else:
        key, meter = prompt.bars[-1].key, prompt.bars[-1].meter
        if key.church:  # the composer knows major and minor only
            key = Key.from_fifths(key.fifths, key.mode)
        if {bar.meter.quarters for bar in prompt.bars} != {meter.quarters}:
            raise ValueError("the prompt changes its meter; choose a prompt in one meter")
        if (request.key and Key.parse(request.key) != key) or (request.meter and request.meter != str(meter)):
            raise ValueError(f"the prompt is in {key}, {meter}; leave --key and --meter out, or transpose it first")
    chords = tuple(ChordSymbol.parse(text) for text in request.chords.replace("|", " ").split())
    return TuneSetting(key, meter, chords, character=character)


def parse_meter(text: str) -> Meter:
    """Return the meter of a text such as ``3/4``. Raises ValueError if it is not a meter.

    >>> str(parse_meter("6/8"))
    '6/8'
    """
    beats, _, beat_type = text.partition("/")
    if not (beats.isdigit() and beat_type in ("1", "2", "4", "8", "16")) or not 0 < int(beats) < 33:
        raise ValueError(f"{text!r} is not a meter; write it as in 3/4")
    return Meter(int(beats), int(beat_type))


def _after_prompt(request: TuneRequest, score: Score, setting: TuneSetting, told: Callable[[int], None]) -> Score:
    """Return the prompt followed by its continuation or answer."""
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
    for number, (begin, until) in enumerate(zip([start, *ends], ends, strict=False)):
        span = PhraseSpan(begin, until, "open", number, len(ends) - 1 - number + len(spans))
        composer.hear(draft, span, [note for note in heard if begin <= note.onset < until])
    line = compose_line(composer, draft, spans, told)
    return appended(score, score_of(line, spans, setting, title="", tempo=0))


def _next_spans(
    request: TuneRequest, bars: int, setting: TuneSetting, *, prompt: tuple[int, int], number: int
) -> tuple[PhraseSpan, ...]:
    """Return the phrases after a prompt; an answer begins with a copy of the first half of the prompt."""
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


def _prompt_chords(score: Score, bars: int, setting: TuneSetting, *, answers: bool) -> tuple[ChordSymbol, ...]:
    """Return one chord per new bar: those of the prompt's bars in turn; an answer ends on the tonic."""
    full = [bar for bar in score.bars if bar.number != "0" or not bar.implicit]
    found = [chord for bar in full if (chord := chord_symbol_at(score, bar.onset_quarter)) is not None]
    if not found:
        return ()
    chords = [found[bar % len(found)] for bar in range(bars)]
    if answers:
        chords[-1] = ChordSymbol.build(setting.key.tonic, "m" if setting.key.is_minor else "")
    return tuple(chords)


def _filled(score: Score) -> Score:
    """Return the prompt with its last bar filled by a rest, unless that bar is short by the pickup."""
    last, first = score.bars[-1], score.bars[0]
    pickup = first.length_quarter if first.implicit else Fraction(0)
    missing = last.meter.quarters - last.length_quarter
    if missing <= 0 or missing == pickup:
        return score
    rest = Note(last.end_quarter, missing, None)
    part = replace(score.parts[0], notes=(*score.parts[0].notes, rest))
    bars = (*score.bars[:-1], replace(last, length_quarter=last.meter.quarters, implicit=False))
    return replace(score, bars=bars, parts=(part,))


def _heard(score: Score, setting: TuneSetting) -> list[Sung]:
    """Return the notes of the prompt, with times in ticks from its first full bar."""
    first = score.bars[0]
    pickup = first.length_quarter if first.implicit and first.number == "0" else Fraction(0)
    return [
        Sung(
            round((note.onset_quarter - pickup) * setting.factor * TICKS),
            round(note.duration_quarter * setting.factor * TICKS),
            note.pitch.midi if note.pitch else None,
        )
        for note in line_of(score)
    ]
