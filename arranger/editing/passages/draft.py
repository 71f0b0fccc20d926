"""An arrangement that is still being worked on: passages are done again, notes and chords are pinned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from arranger.arranging.ensembles import Ensemble
from arranger.arranging.given.pins import Pins, pinned_chords, pinned_notes, with_pinned_chords
from arranger.arranging.given.places import Span, joined, place
from arranger.arranging.main import Arrangement, Options, search_for
from arranger.arranging.plan import Plan
from arranger.arranging.rhythm import GIVEN, REST_MODE
from arranger.arranging.search.beam import Hypothesis
from arranger.editing.conflicts.in_plan import deadlocks_of_pins
from arranger.editing.passages.again import Wish, composed_anew
from arranger.editing.passages.holes import with_holes
from arranger.editing.passages.mirrors import copied, mirrored_cells
from arranger.editing.passages.regions import Region, region_of
from arranger.editing.passages.writing import note_count, spans_of, with_new_notes, with_new_pitches
from arranger.editing.passages.written_plan import with_notes_of, written_plan
from theory.notation.score import Harmony, Notice, Score
from theory.types import Mask

if TYPE_CHECKING:
    from arranger.editing.why import Reason


@dataclass(frozen=True, repr=False)
class Draft(Arrangement):
    """A finished arrangement, or any score in the parts of an ensemble, that can be changed passage by passage.

    Every change returns a new draft; outside what was changed, each written note is the same.
    """

    rhythm: str = "plan"  # of new notes: as the "plan" says, or as "written", with the words and marks of the old notes

    def __repr__(self) -> str:
        return f"Draft({self.score!r}, {len(self.notices)} notices)"

    @classmethod
    def of(cls, arrangement: Arrangement, **more: Any) -> Self:
        """Return an arrangement as a draft."""
        if isinstance(arrangement, cls):
            return replace(arrangement, **more)
        fields = {name: getattr(arrangement, name) for name in Arrangement.__dataclass_fields__}
        return cls(**fields, **more)

    @property
    def options(self) -> Options:
        """The choices with which the arrangement was made."""
        return self.ready.options if self.ready else Options()

    @property
    def ensemble(self) -> Ensemble:
        """Who sings or plays it."""
        if self.ready is None:
            raise ValueError("this arrangement does not say what it was made from; make it with arrange()")
        return self.ready.ensemble

    def region(self, bars: str = "", voices: Sequence[str] = ()) -> Region:
        """Return a region of the score; see `arranger.editing.passages.regions.region_of`."""
        tune = None if self.plan.turns else self.plan.given
        return region_of(self.score, bars, voices, names=self.plan.texture.voices, tune=tune)

    def again(
        self,
        bars: str = "",
        voices: Sequence[str] = (),
        *,
        seed: int = 0,
        differs: bool = True,
        also_repeats: bool = False,
    ) -> Self:
        """Return the arrangement with other notes in some bars, and every note outside them the same.

        Parameters
        ----------
        bars
            Bars by their printed numbers, and beats: ``"9-12"``, ``"9.3-12.1"``, ``"9-12, 20"``; or a rehearsal mark.
            Empty: the notes that are coloured, and the bars with the word "again" over them.
        voices
            Parts by name; empty: all but the tune.
        seed
            Other seeds give other notes; the same seed gives the same notes.
        differs
            Whether the notes must differ from those that stand there now; otherwise the best are written.
        also_repeats
            Whether bars that are the same as those of the region, elsewhere in the piece, get the new notes too.

        Raises
        ------
        ValueError
            If there are no such bars or parts, or nothing in them can change.

        Examples
        --------
        >>> from arranger import arrange, read_lead_sheet
        >>> song = arrange(read_lead_sheet("examples/amazing-grace.musicxml"), beam=4)
        >>> again = song.again("5-8", ["alto", "tenor"])
        >>> song.score.parts[3].notes == again.score.parts[3].notes
        True
        """
        wish = Wish(1, seed, differs)
        return next(self.variants_of(self.region(bars, voices), wish, also_repeats=also_repeats))

    def variants_of(self, region: Region, wish: Wish, *, also_repeats: bool = False) -> Iterator[Self]:
        """Yield arrangements with other notes in a region, each unlike those before it."""
        holes = self.holes(region)
        if not holes.any():
            raise ValueError("nothing in these bars can change: their notes begin before them, end after them, or rest")
        for found in composed_anew(self.plan, self.options, self.hypothesis, holes, wish):
            yield self._changed(*self._mirrored(found, holes) if also_repeats else (found, holes))

    def with_pins(
        self, *notes: str, forbid: Sequence[str] = (), chords: Sequence[str] = (), bars: str = "", seed: int = 0
    ) -> Self:
        """Return the arrangement with pinned notes and chords, which later changes keep as well.

        Parameters
        ----------
        notes
            Such as ``"alto 12.3 = A4"``.
        forbid
            Such as ``"tenor 9-12 = F#4"``, or ``"tenor = F#4"`` for the whole piece.
        chords
            Such as ``"14.1 = Am7"``; the chord lasts until the next symbol.
        bars
            The bars that are composed anew; empty: those in which a pin asks for something else than what is there.
        seed
            As of `again`.

        Raises
        ------
        ValueError
            If a pin cannot be read, has no place in the score, or is for a given note.
        """
        more = Pins(notes, tuple(forbid), tuple(chords))
        kept = self._replanned(more)
        holes = kept.holes(kept.region(bars) if bars else kept.against_pins(more))
        if not holes.any():
            return kept
        wish = Wish(seed=seed, differs=False)
        found = next(composed_anew(kept.plan, kept.options, kept.hypothesis, holes, wish))
        made = kept._changed(found, holes)
        return replace(made, notices=(*made.notices, *kept._deadlocked(found, holes)))

    def _deadlocked(self, found: Hypothesis, holes: Mask) -> Iterator[Notice]:
        """Yield notices of pins that cannot all be kept with the notes around them."""
        around = with_holes(self.plan, self.hypothesis.midi, self.hypothesis.attack, holes)
        around = replace(around, forbidden=self.plan.forbidden)  # without those that make a voice move as it enters
        for deadlock in deadlocks_of_pins(around, found.midi, self.options.pins):
            yield deadlock.notice(self.plan, taken=False)

    def repair(self, bars: str = "", voices: Sequence[str] = (), *, select: Sequence[str] = ()) -> Self:
        """Return the arrangement with the fewest notes changed that clear its findings; the tune is left alone.

        Parameters
        ----------
        bars
            Clear only findings in these bars, such as ``"9-12"``; empty: everywhere.
        voices
            Parts that may be changed; empty: all but the tune.
        select
            Clear only findings of these rules; empty: errors and warnings.

        Raises
        ------
        ValueError
            For an unknown part or bar.
        """
        from arranger.editing.passages.mending import mended  # only a repair needs the checker

        return mended(self, bars, voices, select)

    def why(self, where: str, voice: str) -> Reason:
        """Return why a voice has its note at a bar and beat, such as ``"12.3"``; see `arranger.editing.why`.

        Raises ValueError if there is no such place or part, or the part rests there.
        """
        from arranger.editing.why import why  # only an explanation needs the analysis

        return why(self, voice, place(where, self.score).start_quarter)

    def _replanned(self, more: Pins) -> Self:
        """Return the draft with further pins in its plan, and with pinned chords among its symbols."""
        if self.ready is None:
            raise ValueError("this arrangement does not say what it was made from; make it with arrange()")
        score = replace(self.score, chords=with_pinned_chords(self.score.chords, more, self.score))
        ready = replace(self.ready, options=self.options.with_pins(more))
        if self.rhythm == "written":
            plan, found = written_plan(replace(score, chords=self._followed(more)), ready)
        else:
            plan = ready.plan(self._followed(more))
            found = _in_slices_of(plan, self)
        return replace(
            self, score=score, plan=plan, hypothesis=found, ready=ready, search=search_for(plan, ready.options)
        )

    def _followed(self, more: Pins) -> tuple[Harmony, ...]:
        return with_pinned_chords(self.plan.score.chords, more, self.score)

    def against_pins(self, pins: Pins) -> Region:
        """Return the bars in which a voice breaks a pin, and those in which a pinned chord begins."""
        names, spans = self.plan.texture.voices, []
        for wanted, texts in ((True, pins.notes), (False, pins.forbidden)):
            for note in pinned_notes(texts, self.score, names):
                for t in range(len(self.hypothesis.midi)):
                    onset = self.plan.texture.onset_quarter[t]
                    at = t == self.plan.texture.slice_at(note.span.start_quarter) if wanted else note.span.holds(onset)
                    if at and (int(self.hypothesis.midi[t, note.voice]) == note.pitch.midi) != wanted:
                        spans.append(self._bar(onset))
        spans += [self._bar(chord.onset_quarter) for chord in pinned_chords(pins, self.score)]
        tune = () if self.plan.turns else (self.plan.given,)
        return Region(tuple(() if voice in tune else joined(spans) for voice in range(len(names))))

    def _bar(self, onset_quarter: Any) -> Span:
        bar = self.score.bar_at(onset_quarter)
        return Span(bar.onset_quarter, bar.end_quarter)

    def holes(self, region: Region) -> Mask:
        """Return the cells (T, V) that are composed anew in a region: those of notes that lie wholly in it."""
        cells = region.without(self.score.parts).cells(self.plan.texture)
        cells &= (self.plan.mode != GIVEN) | self._named(region)
        return cells & ~((self.plan.mode == REST_MODE) & (self.hypothesis.midi < 0))

    def _mirrored(self, found: Hypothesis, holes: Mask) -> tuple[Hypothesis, Mask]:
        """Return a texture in which bars that are the same as those with holes get the new notes too, and all holes."""
        others = mirrored_cells(self.plan, self.hypothesis, holes)
        spans = tuple(spans_of(self.plan, others[:, voice]) for voice in range(others.shape[1]))
        whole = Region(spans).without(self.score.parts).spans
        kept = Region(tuple(tuple(set(own) & set(cut)) for own, cut in zip(spans, whole, strict=True)))
        return copied(self.plan, found, holes, kept.cells(self.plan.texture))

    def _named(self, region: Region) -> Mask:
        """Return the cells (T, V) of voices in the region; those of the tune may change only if its voice is named."""
        shape = self.plan.mode.shape
        if self.plan.turns:
            return np.zeros(shape, dtype=bool)
        return np.broadcast_to(np.isin(np.arange(shape[1]), region.voices), shape)

    def _changed(self, found: Hypothesis, holes: Mask) -> Self:
        if self.rhythm == "written":
            score = with_new_pitches(self.score, self.plan, found, holes)
            plan = with_notes_of(self.plan, score)
            if self.ready and holes[:, self.plan.given].any():  # keys and spellings follow the tune
                plan, _ = written_plan(replace(score, chords=self.plan.score.chords), self.ready)
        else:
            plan = self.plan
            score = with_new_notes(self.score, self.plan, found, holes, self.ensemble)
        return replace(
            self, score=score, plan=plan, hypothesis=found, notices=(*self.notices, *self._seen(score, holes))
        )

    def _seen(self, score: Score, holes: Mask) -> Iterator[Notice]:
        """Yield a notice that says how many notes changed, and one if none did."""
        changed = note_count(self.score, score)
        voices = [
            name for name, any_ in zip(self.plan.texture.voices, np.asarray(holes.any(axis=0)), strict=True) if any_
        ]
        first = self.plan.texture.onset_quarter[int(np.flatnonzero(holes.any(axis=1))[0])]
        what = f"{changed} notes changed in {', '.join(voices)}" if changed else "no other notes were found"
        yield Notice(what, self.score.bar_at(first).number, first)


def _in_slices_of(plan: Plan, draft: Draft) -> Hypothesis:
    """Return the texture of a draft in the slices of another plan of the same score."""
    times = [draft.plan.texture.slice_at(onset) for onset in plan.texture.onset_quarter]
    begins = [draft.plan.texture.onset_quarter[t] for t in times]
    same = np.array([one == other for one, other in zip(begins, plan.texture.onset_quarter, strict=True)])
    found = draft.hypothesis
    return replace(found, midi=found.midi[times], attack=found.attack[times] & same[:, None])
