"""Arranging a project's sheet: the same steps as ``arranger arrange``, with progress."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from fractions import Fraction
from typing import Any

import numpy as np

from arranger.arranging.effort import effort_of
from arranger.arranging.ensembles import ENSEMBLES
from arranger.arranging.ensembles.layout import default_layout
from arranger.arranging.excerpt import excerpt
from arranger.arranging.form import parse_form
from arranger.arranging.form.main import WrittenOut, write_out
from arranger.arranging.main import (
    Arrangement,
    Options,
    Prepared,
    arrange_variants,
    check_choices,
    prepare,
    ranked_keys,
)
from arranger.arranging.plan import Plan
from arranger.arranging.realise import to_score
from arranger.arranging.rhythm import GIVEN
from arranger.arranging.search.beam import Hypothesis
from arranger.arranging.search.progress import SoFar, listening
from arranger.arranging.singers.keys import BEST, chosen_text
from arranger.arranging.styles import load_style
from arranger.arranging.wishes import demand_fit, demand_sense, is_sung
from arranger.formats.writing import LAYOUTS, without_words
from arranger.studio.answers import Say
from arranger.studio.project import Json, Music
from arranger.studio.work.scores import Known, music_of, sketch_of
from arranger.studio.work.uploads import read_sheet_of
from theory.notation.score import LeadSheet, Notice, Score
from theory.tables import nearest
from theory.types import Ints, Mask

_FIRST_SKETCH_SECONDS, _SKETCH_SECONDS = 0.3, 0.6  # of searching: until the first sketch, and from one to the next
_OF_OPTIONS = frozenset(each.name for each in fields(Options)) - {"model"}
_OTHERS = {"melody_part", "only_bars", "form", "layout", "model", "print_words"}


def options_of(choices: Mapping[str, Any]) -> Options:
    """Return the options of a user's choices. Raises ValueError, with the nearest name, for what is unknown."""
    unknown = sorted(set(choices) - _OF_OPTIONS - _OTHERS)
    if unknown:
        raise ValueError(f"there is no choice {unknown[0]!r}; /choices lists those that there are")
    given = {name: value for name, value in choices.items() if name in _OF_OPTIONS and value is not None}
    known: Json = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    options = Options(**known, model="default" if choices.get("model", True) else None)
    if options.ensemble not in ENSEMBLES.names:  # files of a user's own are for the command line alone
        raise ValueError(f"there is no ensemble {options.ensemble!r}; {nearest(options.ensemble, ENSEMBLES.names)}")
    check_choices(options)
    return options


def arrange(say: Say, *, content: bytes, name: str, choices: Json) -> list[tuple[Music, bytes]]:
    """Return the arrangements of an uploaded sheet, the best one first."""
    options = options_of(choices)
    layout = {"auto": ""}.get(choices.get("layout") or "", choices.get("layout") or "")
    if layout and layout not in LAYOUTS:
        raise ValueError(f"there is no layout {layout!r}; choose open or closed")
    demand_sense(options, layout)
    sheet = sheet_for(content, name, choices)
    demand_fit(options, sheet)
    options, told = _in_best_key(sheet, options)
    searches = effort_of(options.effort).settings + options.variants - 1
    sketcher = None if choices.get("form") else Sketcher(say, sheet, options)
    with listening(Progress(say, searches, sketcher)):
        found: list[Arrangement | WrittenOut]
        if choices.get("form"):
            found = [write_out(sheet, options, parse_form(choices["form"]))]
        else:
            found = list(arrange_variants(sheet, options))
    say(1.0, "write")
    return [_kept(each, options, Known(layout=layout, notices=told), choices) for each in found]


def _in_best_key(sheet: LeadSheet, options: Options) -> tuple[Options, tuple[Notice, ...]]:
    """Return the options with the key that suits the singers best, if that is asked for, and why it does."""
    if options.key != BEST:
        return options, ()
    ranked = ranked_keys(sheet, options)
    return replace(options, key=str(ranked[0].key)), (Notice(chosen_text(ranked)),)


def sheet_for(content: bytes, name: str, choices: Mapping[str, Any]) -> LeadSheet:
    """Return the tune of an uploaded file, or those of its bars that are to be arranged."""
    sheet = read_sheet_of(content, name, melody_part=choices.get("melody_part") or "")
    return excerpt(sheet, choices["only_bars"]) if choices.get("only_bars") else sheet


class Progress:
    """Turns the slices of searches into a share of the whole work.

    How many searches there are is an estimate: a variant that is too like the others takes another one.
    """

    def __init__(self, say: Say, searches: int, sketcher: Sketcher | None = None) -> None:
        self._say, self._searches, self._finished, self._shown = say, searches, 0, -1
        self._sketcher = sketcher

    def __call__(self, done: int, slices: int, so_far: Callable[[], SoFar]) -> None:
        """Take in that so many slices of a search are finished."""
        share = (self._finished + done / slices) / max(self._searches, self._finished + 1)
        self._finished += done == slices
        if int(100 * share) > self._shown:
            self._shown = int(100 * share)
            self._say(min(share, 0.99), "search")
        if self._sketcher is not None and not self._finished:
            self._sketcher.show(so_far)


class Sketcher:
    """Gives away how an arrangement looks while it is searched: the tune, and the other voices as far as they are.

    Sketches take at most a tenth of the time of the search.
    """

    def __init__(self, say: Say, sheet: LeadSheet, options: Options) -> None:
        self._say, self._sheet, self._options = say, sheet, options
        self._ready: Prepared | None = None
        self._next = time.monotonic() + _FIRST_SKETCH_SECONDS

    def show(self, so_far: Callable[[], SoFar]) -> None:
        """Give a sketch away, if it is time for one."""
        began = time.monotonic()
        if began < self._next:
            return
        self._ready = self._ready or prepare(self._sheet, self._options)
        plan, midi, attack = so_far()
        self._say.give(
            sketch_of(self._score(plan, midi, attack), default_layout(self._options, self._ready.sheet.score))
        )
        spent = time.monotonic() - began
        self._next = began + max(_SKETCH_SECONDS, 10 * spent)

    def _score(self, plan: Plan, midi: Ints, attack: Mask) -> Score:
        """Return the score of a beginning; what is not there yet are rests."""
        assert self._ready is not None
        whole, begun = (
            np.where(plan.mode == GIVEN, plan.texture.pitch, -1),
            np.where(plan.mode == GIVEN, plan.texture.attack, False),
        )
        whole[: len(midi)], begun[: len(midi)] = midi, attack
        score = to_score(plan, Hypothesis(whole, begun, 0.0), self._ready.sheet, self._ready.ensemble)
        return score if is_sung(self._options) else without_words(score)


def _kept(found: Arrangement | WrittenOut, options: Options, known: Known, choices: Json) -> tuple[Music, bytes]:
    score = found.score if choices.get("print_words", is_sung(options)) else without_words(found.score)
    layout = known.layout or default_layout(options, score)
    known = replace(known, layout=layout, notices=(*known.notices, *found.report().notices))
    if isinstance(found, WrittenOut):
        return music_of(score, replace(known, profile=load_style(options.style).profile))
    return music_of(score, known_of(found, known))


def known_of(found: Arrangement, known: Known) -> Known:
    """Return what is known of an arrangement beyond its notes."""
    plan = found.plan
    return replace(
        known,
        profile=plan.style.profile,
        own_parts=plan.texture.shape[1],
        tune=tuple(_tune(found)),
        harmony=tuple({"onset_quarter": str(h.onset_quarter), "symbol": h.symbol.figure} for h in plan.score.chords),
        cost=found.hypothesis.cost,
    )


def _tune(found: Arrangement) -> Iterator[Json]:
    """Yield which part has the tune, and from when to when."""
    turns = [(turn.voice, turn.start_quarter, turn.end_quarter) for turn in found.plan.turns]
    for voice, start, end in turns or [(found.plan.given, Fraction(0), found.score.end_quarter)]:
        yield {"part": voice, "start_quarter": str(start), "end_quarter": str(end)}
