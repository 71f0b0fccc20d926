"""Arranging around what is written already: the notes of a source in parts other than the tune stay.

A source may hold a fixed bass, a finished alto, a cadence by hand, or a whole arrangement of which some bars are to be
composed. What is kept is copied note by note; the search knows it on all sides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from arranger.arranging.ensembles import Ensemble
from arranger.arranging.given.pins import voice_named
from arranger.arranging.given.places import Span, parse_spans
from arranger.arranging.harmony import AUTO, FOLLOW
from arranger.arranging.main import Options, Prepared, prepare, search_for
from arranger.arranging.plan import Plan
from arranger.arranging.realise import to_score
from arranger.arranging.rhythm import GIVEN, HOLD, MAY, MUST, REST_MODE
from arranger.arranging.search.beam import Hypothesis
from arranger.editing.passages.again import Wish, composed_anew
from arranger.editing.passages.draft import Draft
from arranger.editing.passages.writing import with_new_notes
from arranger.harmonizing.choice import HarmonicPlan
from theory.harmony.estimate import estimate_chords
from theory.notation.score import Harmony, LeadSheet, Note, Notice, Part, Score
from theory.slices.texture import slice_onsets, texture_of
from theory.types import Mask

ALL = "all"  # everything that is written


@dataclass(frozen=True)
class Written:
    """The parts of a source that an ensemble has, besides the tune."""

    parts: Mapping[int, Part]  # by voice
    melody: str  # the part of the ensemble that has the tune in the source; empty: unknown


def written_in(score: Score, tune: Part, ensemble: Ensemble) -> Written:
    """Return the parts of a score that are those of an ensemble, by their names or, if the counts agree, their order.

    ``tune`` is the part that was read as the tune.
    """
    names = [part.name for part in ensemble.parts]
    by_order = len(score.parts) == len(names)
    found: dict[int, Part] = {}
    melody = ""
    for index, part in enumerate(score.parts):
        voice = _voice(part.name, names)
        voice = index if voice is None and by_order else voice
        if voice is None or voice in found:
            continue
        if not melody and _same_line(part, tune):
            melody = names[voice]
        else:
            found[voice] = part
    return Written(found, melody)


def _voice(name: str, names: Sequence[str]) -> int | None:
    try:
        return voice_named(name, names) if name.strip() else None
    except ValueError:
        return None


def _same_line(part: Part, tune: Part) -> bool:
    ours, theirs = ([(n.onset_quarter, n.pitch) for n in each.notes if n.pitch] for each in (part, tune))
    return ours == theirs or (bool(part.name) and part.name == tune.name)


def kept_spans(text: str, score: Score, names: Sequence[str]) -> tuple[tuple[Span, ...], ...]:
    """Return the stretches of each voice that are kept: "all", or "bass 1-8; alto".

    Raises ValueError if a part or a place does not exist.
    """
    whole = (Span(Fraction(0), score.end_quarter),)
    if text.strip().lower() == ALL:
        return (whole,) * len(names)
    found: dict[int, tuple[Span, ...]] = {}
    for term in filter(None, (term.strip() for term in text.replace(",", ";").split(";"))):
        voice = _voice(term, names)
        if voice is not None:
            found[voice] = whole
            continue
        name, _, place = term.rpartition(" ")
        voice = voice_named(name or term, names)
        found[voice] = (*found.get(voice, ()), *parse_spans(place, score))
    return tuple(found.get(voice, ()) for voice in range(len(names)))


@dataclass(frozen=True)
class Kept:
    """What stays of a source, and where new notes are written."""

    keep: str = ALL  # parts and bars that stay: see `kept_spans`
    bars: str = ""  # where new notes are written; outside, the source stays as it is. Empty: everywhere


def arranged_around(sheet: LeadSheet, score: Score, options: Options, kept: Kept) -> Iterator[Draft]:
    """Yield arrangements of a sheet in which the notes that its score has in other parts stay, the best one first.

    Parameters
    ----------
    sheet, score
        The tune, and all parts of the same file.
    options
        The tune stays in its key, and in the part that has it in the score.
    kept
        What stays, and where.

    Raises ValueError if a part or a place does not exist, or the options ask for another form of the sheet.
    """
    harmony = FOLLOW if options.harmony == AUTO else options.harmony  # what is kept fits the symbols of the sheet
    options = replace(options, key="keep", harmony=harmony)
    ready = prepare(sheet, options)
    written = written_in(score, sheet.melody, ready.ensemble)
    if written.melody and not options.melody:
        ready = prepare(sheet, replace(options, melody=written.melody))
    if _moved(sheet, ready.sheet):
        raise ValueError("the tune would have to be moved by octaves or bars, and what is kept with it; name --melody")
    base = _base(ready, written)
    names = [part.name for part in ready.ensemble.parts]
    spans = kept_spans(kept.keep, base, names) if kept.keep else ((),) * len(names)
    region = parse_spans(kept.bars, base) if kept.bars else (Span(Fraction(0), base.end_quarter),)
    ready = replace(ready, moments=slice_onsets(base, base.parts))
    plan = ready.plan(_chords(ready, base, written))
    texture = texture_of(base, onsets=plan.texture.onset_quarter)
    inside = [any(span.holds(onset) for span in region) for onset in plan.texture.onset_quarter]
    outside = np.array([not each for each in inside])
    given = (texture.pitch >= 0) & (outside[:, None] | _in(spans, plan))
    plan = _sounding_with(plan, given, texture.attack)
    midi, attack = (
        np.where(given | (plan.mode == GIVEN), each, fill)
        for each, fill in ((texture.pitch, -1), (texture.attack, False))
    )
    now, holes = Hypothesis(midi, attack.astype(bool), 0.0), ~given & (plan.mode != GIVEN)
    wish = Wish(options.variants, options.seed if options.temperature else 0, differs=False)
    for found in composed_anew(plan, ready.options, now, holes, wish):
        frame = to_score(plan, found, ready.sheet, ready.ensemble)
        doubles = frame.parts[len(names) :]
        around = replace(frame, parts=(*base.parts, *doubles))
        new = with_new_notes(around, plan, found, holes & ~outside[:, None], ready.ensemble)
        yield Draft(new, plan, found, search_for(plan, ready.options), _notices(ready, given, plan), 0.0, ready, sheet)


def _moved(sheet: LeadSheet, now: LeadSheet) -> bool:
    """Whether the tune has other pitches or bars than in the sheet."""
    ours, theirs = ([(n.onset_quarter, n.pitch) for n in each.melody.notes if n.pitch] for each in (sheet, now))
    return ours != theirs


def _base(ready: Prepared, written: Written) -> Score:
    """Return a score of all parts of the ensemble: the tune, the written parts, and rests."""
    bars = ready.sheet.score.bars
    rests = tuple(Note(bar.onset_quarter, bar.length_quarter, None) for bar in bars)
    parts = []
    for voice, part in enumerate(ready.ensemble.parts):
        own = ready.sheet.melody if voice == ready.melody else written.parts.get(voice)
        parts.append(Part(part.name, own.notes if own else rests, part.instrument.name, part.abbreviation))
    return replace(ready.sheet.score, parts=tuple(parts))


def _chords(ready: Prepared, base: Score, written: Written) -> tuple[Harmony, ...]:
    """Return the chords to follow; without symbols, bars with written notes have an estimate from all notes."""
    harmonies: Sequence[HarmonicPlan] = ready.harmonies()
    chords = harmonies[0].chords
    notes = [note for part in written.parts.values() for note in part.notes if note.pitch]
    if ready.sheet.score.has_symbols or not notes:
        return chords
    told = {base.bar_at(note.onset_quarter).index for note in notes}
    heard = [Harmony(span.start_quarter, span.symbol) for span in estimate_chords(replace(base, chords=()))]
    found: list[Harmony] = []
    for bar in base.bars:
        source = heard if bar.index in told else list(chords)
        own = [each for each in source if bar.onset_quarter <= each.onset_quarter < bar.end_quarter]
        before = [each for each in source if each.onset_quarter < bar.onset_quarter][-1:]
        if before and not (own and own[0].onset_quarter == bar.onset_quarter):
            own = [replace(before[0], onset_quarter=bar.onset_quarter), *own]
        found += [each for each in own if not found or found[-1].symbol != each.symbol]
    return tuple(found)


def _in(spans: Sequence[Sequence[Span]], plan: Plan) -> Mask:
    """Return the cells (T, V) that lie in the stretches of their voices."""
    times = plan.texture.onset_quarter
    return np.array([[any(span.holds(time) for span in own) for own in spans] for time in times])


def _sounding_with(plan: Plan, given: Mask, attack: Mask) -> Plan:
    """Return a plan in which voices that would rest with the tune sound with a voice that is written there."""
    sounds, begins = (each.any(axis=1, keepdims=True) for each in (given, given & attack))
    moves = MUST if plan.style.rhythm in ("syllables", "beat") else MAY
    mode = np.where((plan.mode == REST_MODE) & sounds, np.where(begins, moves, HOLD), plan.mode)
    return replace(plan, mode=mode.astype(np.int64))


def _notices(ready: Prepared, given: Mask, plan: Plan) -> tuple[Notice, ...]:
    kept = [name for voice, name in enumerate(plan.texture.voices) if given[:, voice].any() and voice != plan.given]
    said = f"kept as written: {', '.join(kept)}" if kept else "no other part of the file has notes to keep"
    return (*ready.notices, Notice(said))
