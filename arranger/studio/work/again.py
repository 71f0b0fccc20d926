"""Composing a passage of a project's score anew: alternatives to hear, while everything outside the passage stays."""

from __future__ import annotations

import tempfile
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from arranger.arranging.given.pins import Pins
from arranger.arranging.given.places import Span
from arranger.arranging.main import Options, prepare, search_for
from arranger.arranging.search.progress import listening
from arranger.arranging.styles import STYLES
from arranger.editing.passages.again import Wish
from arranger.editing.passages.draft import Draft
from arranger.editing.passages.opening import cells_of, opened
from arranger.editing.passages.regions import Region
from arranger.editing.project.file import save_project
from arranger.studio.answers import RefusedError, Say
from arranger.studio.project import Json, Music
from arranger.studio.work.arranging import Progress, options_of, sheet_for
from arranger.studio.work.editing import note_at, part_of, tied
from arranger.studio.work.names import PROJECT
from arranger.studio.work.scores import changed_music, chords_of, own_parts_of, score_of, with_ids, without_ids
from theory.notation.score import Score

_KEPT = 4
_drafts: OrderedDict[str, Draft] = OrderedDict()  # of the last scores of which a passage was composed anew


def again(
    say: Say,
    *,
    music: Music,
    document: bytes,
    made_from: Mapping[str, Any],
    bars: Sequence[int],
    voices: Sequence[int],
    variants: int,
    seed: int,
    pins: Sequence[Json],
) -> list[tuple[Music, bytes]]:
    """Return scores with other notes in some bars of some voices; pinned notes stay. Each is given when it is found.

    Args:
        say: is told the share of the work that is done, and given each score.
        music: the score.
        document: its MusicXML.
        made_from: content, name and choices of the arrangement; empty if the score is not from here.
        bars: indices of the first and last bar.
        voices: indices of parts; empty: all but the tune.
        variants: how many alternatives.
        seed: other seeds give other notes.
        pins: notes that stay: voice and onset_quarter.
    """
    whole = score_of(music, document)
    score = own_parts_of(music, whole)
    draft = draft_of(music, score, made_from)
    region = _region(score, bars, voices or _all_but_tune(music, score), pins)
    found = []
    with listening(Progress(say, variants)):
        for each in draft.variants_of(region, Wish(variants, seed)):
            notes = {part.name: part.notes for part in each.score.parts}
            parts = tuple(replace(part, notes=notes.get(part.name, part.notes)) for part in whole.parts)
            found.append(changed_music(with_ids(replace(whole, parts=parts)), music))
            say.give(found[-1])
    return found


def draft_of(music: Music, score: Score, made_from: Mapping[str, Any]) -> Draft:
    """Return a score as a draft: with the plan of its arrangement if it was made here, else with one made from it."""
    if music.document not in _drafts:
        _drafts[music.document] = _planned(music, score, made_from) or _opened(music, score, made_from)
        if len(_drafts) > _KEPT:
            _drafts.popitem(last=False)
    return _drafts[music.document]


def _planned(music: Music, score: Score, made_from: Mapping[str, Any]) -> Draft | None:
    """Return a draft with the plan of the arrangement, None if the score has none of its own."""
    if not music.harmony or not made_from:
        return None
    options = options_of(made_from["choices"])
    sheet = sheet_for(made_from["content"], made_from["name"], made_from["choices"])
    ready = prepare(sheet, options)
    plan = ready.plan(tuple(chords_of(music)))
    if plan.score.end_quarter != score.end_quarter or len(score.parts) != plan.texture.shape[1]:
        return None
    return Draft(score, plan, cells_of(score, plan), search_for(plan, ready.options), (), music.cost, ready, sheet)


def _opened(music: Music, score: Score, made_from: Mapping[str, Any]) -> Draft:
    """Return a draft of any score."""
    style = made_from.get("choices", {}).get("style") or music.profile
    melody = score.parts[music.tune[0]["part"]].name if music.tune else ""
    chords = tuple(chords_of(music)) or score.chords
    options = Options(ensemble="", style=style if style in STYLES.names else "", melody=melody)
    draft = opened(replace(score, chords=chords), options)
    return replace(draft, score=score)


def project_file(
    say: Say, *, music: Music, document: bytes, made_from: Mapping[str, Any], pins: Sequence[Json]
) -> bytes:
    """Return a score as a project file, which `arranger again` and the studio go on from."""
    score = own_parts_of(music, score_of(music, document))
    draft = draft_of(music, score, made_from)
    if draft.ready is not None:
        wanted = Pins(notes=tuple(_pin_text(score, pin) for pin in pins))
        draft = replace(draft, ready=replace(draft.ready, options=draft.options.with_pins(wanted)))
    with tempfile.TemporaryDirectory(prefix="arranger-") as folder:
        plain = replace(draft, score=without_ids(draft.score))
        return save_project(plain, Path(folder) / f"project{PROJECT}").read_bytes()


def _pin_text(score: Score, pin: Json) -> str:
    """Return a pinned note as the command line writes it, such as ``alto 12.3 = A4``."""
    part, onset = part_of(score, pin["voice"]), Fraction(pin["onset_quarter"])
    note = part.notes[note_at(part, onset, score)]
    bar = score.bar_at(onset)
    if note.pitch is None:
        raise RefusedError(f"{part.name} rests in bar {bar.number}; only notes can be pinned")
    return f"{part.name} {bar.number}.{bar.beat_at(onset)} = {note.pitch}"


def _all_but_tune(music: Music, score: Score) -> list[int]:
    tune = {stretch["part"] for stretch in music.tune} or {0}
    kept = tune if len(tune) == 1 else set()
    return [voice for voice in range(len(score.parts)) if voice not in kept]


def _region(score: Score, bars: Sequence[int], voices: Sequence[int], pins: Sequence[Json]) -> Region:
    """Return the bars of the voices without the pinned notes. Raises RefusedError if there are no such bars."""
    first, last = bars
    if not 0 <= first <= last < len(score.bars):
        raise RefusedError(f"there are no bars {first} to {last}; the score has {len(score.bars)}, counted from 0")
    for voice in voices:
        part_of(score, voice)
    whole = Span(score.bars[first].onset_quarter, score.bars[last].end_quarter)
    return Region(
        tuple(
            tuple(_without(whole, _pinned(score, voice, pins))) if voice in voices else ()
            for voice in range(len(score.parts))
        )
    )


def _pinned(score: Score, voice: int, pins: Sequence[Json]) -> Iterator[Span]:
    """Yield the stretches of a voice's pinned notes, in order."""
    part = score.parts[voice]
    for onset in sorted(Fraction(pin["onset_quarter"]) for pin in pins if pin["voice"] == voice):
        first, last = tied(part.notes, note_at(part, onset, score))
        yield Span(part.notes[first].onset_quarter, part.notes[last].end_quarter)


def _without(span: Span, gaps: Iterable[Span]) -> Iterator[Span]:
    """Yield what is left of a stretch between gaps, which are in order.

    >>> span, gap = Span(Fraction(0), Fraction(8)), Span(Fraction(2), Fraction(3))
    >>> [(str(each.start_quarter), str(each.end_quarter)) for each in _without(span, [gap])]
    [('0', '2'), ('3', '8')]
    """
    start = span.start_quarter
    for gap in gaps:
        if start < min(gap.start_quarter, span.end_quarter):
            yield Span(start, min(gap.start_quarter, span.end_quarter))
        start = max(start, gap.end_quarter)
    if start < span.end_quarter:
        yield Span(start, span.end_quarter)
