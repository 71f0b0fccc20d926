"""Other pitches tried in a passage of a checked score: what the rules would then find there.

A change of pitch moves no slice, so many variants of a passage can be written as arrays, joined end to end and checked
at once, some hundred times faster than as whole scores. The passage is cut so that the verdict on its `core` is that on
the whole score: it holds the notes before that a rule may still look at (a `theory.slices.step.Step` sees four attacks
of a voice), the chord to its end, and what is played next at repeats. Chords and keys stay those of the score. Rules
that look at the whole score at once (`theory.slices.written`) are not judged here; see `with_pitches`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from theory.checking.check import rules_for
from theory.checking.checked_score import CheckedScore, from_event, from_remark
from theory.checking.doubling import doubling_voices, doublings
from theory.checking.events import Event, events_of
from theory.checking.excuses import is_excused
from theory.checking.phrases import PhraseEnds
from theory.checking.report import Finding
from theory.notation.pitch import Pitch
from theory.notation.score import Note, Part
from theory.rules.rule import Rule
from theory.slices.step import WINDOW
from theory.slices.texture import Texture
from theory.slices.windows import Windows
from theory.types import Ints, Mask

_TOGETHER = 128  # variants per batch; arrays of more do not fit into the processor's caches
_ARRAYS = ("pitch", "fifths", "attack", "note", "bar", "strength", "phrase_end", "chord_onset")
_ROWS = ("onset_quarter", "duration_quarter", "chord", "key")


@dataclass(frozen=True, order=True)
class NewPitch:
    """Another pitch for a tone: one note of a voice, or several that are tied."""

    voice: int  # index of the part
    notes: tuple[int, ...]  # indices in the part's notes
    pitch: Pitch


Variant = tuple[NewPitch, ...]


def with_pitches(case: CheckedScore, variant: Iterable[NewPitch]) -> CheckedScore:
    """Return a checked score with other pitches and the chords that it had."""
    changes = tuple(variant)
    parts, paper = list(case.score.parts), list(case.on_paper.parts)
    for change in changes:
        old = parts[change.voice]
        parts[change.voice] = repitched(old, change)
        paper = [parts[change.voice] if part is old else part for part in paper]
    score = replace(case.score, parts=tuple(parts))
    on_paper = score if case.on_paper is case.score else replace(case.on_paper, parts=tuple(paper))
    return replace(case, score=score, on_paper=on_paper, texture=_sung(case.texture, changes))


def repitched(part: Part, change: NewPitch) -> Part:
    """Return a part with another pitch at the notes of a change."""
    notes = list(part.notes)
    for index in change.notes:
        notes[index] = replace(notes[index], pitch=change.pitch)
    return replace(part, notes=tuple(notes))


def _sung(texture: Texture, changes: Iterable[NewPitch]) -> Texture:
    """Return a texture with other pitches."""
    pitch, fifths = texture.pitch.copy(), texture.fifths.copy()
    for change in changes:
        here = np.isin(texture.note[:, change.voice], change.notes)
        pitch[here, change.voice] = change.pitch.midi
        fifths[here, change.voice] = change.pitch.fifths
    return replace(texture, pitch=pitch, fifths=fifths)


@dataclass(frozen=True, eq=False)
class Trials:
    """A checked score in which other pitches can be tried."""

    case: CheckedScore

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that judge the score."""
        return rules_for(self.case)

    @cached_property
    def doubled(self) -> Mask | None:
        """(T, V) Voices that only double another, None if none does."""
        windows = self.case.windows
        return doubling_voices(windows, doublings(windows))

    def remarks(self, variant: Variant, codes: Iterable[str]) -> tuple[Finding, ...]:
        """Return what the rules that look at the whole score find in a variant, of those with these codes."""
        case = with_pitches(self.case, variant)
        wanted = set(codes)
        rules = [rule for rule in self.rules if not rule.steers and rule.code in wanted]
        return tuple(from_remark(rule, remark, case) for rule in rules for remark in rule.remarks(case.written))

    def passage(self, slices: Iterable[int]) -> Passage:
        """Return the passage whose verdict may change if the notes that sound in some slices do."""
        changed = sorted(set(slices))
        core = self._reach.core(changed)
        rows = {row for slice_ in core for row in self._reach.context(slice_)}
        return Passage.cut(self, np.array(sorted(rows), dtype=np.int64), core)

    @cached_property
    def _reach(self) -> _Reach:
        return _Reach(self.case.texture, self.case.windows.verticality.context.harmony)


@dataclass(frozen=True, eq=False)
class _Reach:
    """How far a change of pitch reaches, in slices."""

    texture: Texture
    harmony: Ints  # (T,) numbers of the harmonies; 0: none

    @cached_property
    def _attacks(self) -> list[list[int]]:
        """Per voice, the slices in which it begins a note."""
        attack = self.texture.attack
        return [np.flatnonzero(attack[:, voice]).tolist() for voice in range(attack.shape[1])]

    @cached_property
    def _harmonies(self) -> list[tuple[int, int]]:
        """(T,) First and last slice of the harmony of each slice; a slice without a chord stands alone."""
        goes_on = (self.harmony[1:] == self.harmony[:-1]) & (self.harmony[1:] > 0)
        starts = np.flatnonzero(np.append(True, ~goes_on))
        ends = np.append(starts[1:], len(self.harmony)) - 1
        place = np.searchsorted(starts, np.arange(len(self.harmony)), side="right") - 1
        return list(zip(starts[place].tolist(), ends[place].tolist(), strict=True))

    @cached_property
    def _followers(self) -> dict[int, list[int]]:
        """The slices that follow each slice elsewhere than directly after it, at repeats."""
        found: dict[int, list[int]] = {}
        for after, heard in enumerate(self.texture.predecessors):
            for before in heard:
                if before != after - 1:
                    found.setdefault(before, []).append(after)
        return found

    def _back(self, slice_: int, attacks: int) -> int:
        """Return the slice from which every voice attacks this often before a slice."""
        places = (bisect_right(begun, slice_) - 1 - attacks for begun in self._attacks)
        return min(
            begun[place] if place >= 0 else 0 for begun, place in zip(self._attacks, places, strict=True) if begun
        )

    def _on(self, slice_: int, attacks: int) -> int:
        """Return the slice until which every voice attacks this often after a slice."""
        last = len(self.harmony) - 1
        places = (bisect_right(begun, slice_) - 1 + attacks for begun in self._attacks)
        return max(
            begun[place] if place < len(begun) else last
            for begun, place in zip(self._attacks, places, strict=True)
            if begun
        )

    def core(self, changed: Sequence[int]) -> frozenset[int]:
        """Return the slices in which findings may come or go if the notes of some slices change."""
        found: set[int] = set()
        for slice_ in changed:
            found.update(range(min(self._back(slice_, 2), self._harmonies[slice_][0]), slice_ + 1))
            found.update(range(slice_, self._after(slice_) + 1))
            for follower in self._followers.get(slice_, ()):
                found.update(range(follower, self._after(follower) + 1))
        return frozenset(found)

    def _after(self, slice_: int) -> int:
        last = len(self.harmony) - 1
        return max(min(slice_ + 1, last), self._on(slice_, WINDOW - 1), self._harmonies[slice_][1])

    def context(self, slice_: int) -> Iterator[int]:
        """Yield the slices that a verdict on a slice looks at."""
        last = max(self._harmonies[slice_][1], self._on(slice_, 2))
        yield from range(self._back(slice_, WINDOW), last + 1)
        for before in self.texture.predecessors[slice_]:
            if before != slice_ - 1:
                yield from range(self._back(before, WINDOW), before + 1)


@dataclass(frozen=True, eq=False)
class Passage:
    """Some slices of a score, and what the rules find there in variants with other pitches."""

    case: CheckedScore  # the score with these slices alone
    rules: tuple[Rule, ...]
    core: Mask  # (T,) the slices whose findings are those of the whole score
    doubled: Mask | None  # (T, V) voices that only double another
    numbers: tuple[Mapping[int, int], ...]  # per part: index of a note in the score -> here

    @classmethod
    def cut(cls, trials: Trials, rows: Ints, core: frozenset[int]) -> Passage:
        """Return the passage of some slices, in the order of the score."""
        case = trials.case
        here = {int(row): place for place, row in enumerate(rows.tolist())}
        parts, numbers = [], []
        times = _stretches(case.texture, rows)
        for part in case.score.parts:
            kept = [index for index, note in enumerate(part.notes) if _sounds(note, times)]
            numbers.append({index: place for place, index in enumerate(kept)})
            parts.append(replace(part, notes=tuple(part.notes[index] for index in kept)))
        score = replace(case.score, parts=tuple(parts))
        phrases = case.phrases
        if phrases is not None:
            marks = {here[slice_]: kinds for slice_, kinds in phrases.marks.items() if slice_ in here}
            phrases = PhraseEnds(marks, len(rows))
        texture = _rows_of(case.texture, rows, here, numbers)
        cut = replace(case, score=score, on_paper=score, texture=texture, phrases=phrases)
        rules = tuple(rule for rule in trials.rules if rule.steers)
        doubled = None if trials.doubled is None else trials.doubled[rows]
        return cls(cut, rules, np.isin(rows, list(core)), doubled, tuple(numbers))

    def findings(self, variants: Sequence[Variant], codes: Iterable[str] | None = None) -> list[tuple[Finding, ...]]:
        """Return what the rules find in the core of each variant, sorted by time; of all rules, or of some codes."""
        wanted = None if codes is None else set(codes)
        rules = [rule for rule in self.rules if wanted is None or rule.code in wanted]
        found: list[tuple[Finding, ...]] = []
        for first in range(0, len(variants), _TOGETHER):
            found += self._together([self._tried(variant) for variant in variants[first : first + _TOGETHER]], rules)
        return found

    def _tried(self, variant: Variant) -> CheckedScore:
        """Return the passage with other pitches."""
        own = (self._numbered(change) for change in variant)
        return with_pitches(self.case, [change for change in own if change.notes])

    def _numbered(self, change: NewPitch) -> NewPitch:
        numbers = self.numbers[change.voice]
        return replace(change, notes=tuple(numbers[note] for note in change.notes if note in numbers))

    def _together(self, cases: Sequence[CheckedScore], rules: Sequence[Rule]) -> list[tuple[Finding, ...]]:
        windows = Windows.of_all([case.texture for case in cases], self.case.ranges)
        slices = len(self.core)
        skipped = None if self.doubled is None else np.tile(self.doubled, (len(cases), 1))
        marked: list[list[tuple[Rule, Event]]] = [[] for _ in cases]
        for rule in rules:
            for event in events_of(rule, windows, skipped):
                if self.core[event.slice_ % slices]:
                    marked[event.slice_ // slices].append((rule, event.earlier(event.slice_ // slices * slices)))
        return [_findings(events, case) for events, case in zip(marked, cases, strict=True)]


def _findings(events: Iterable[tuple[Rule, Event]], case: CheckedScore) -> tuple[Finding, ...]:
    found = [from_event(rule, event, case) for rule, event in events if not is_excused(rule.code, event, case)]
    return tuple(sorted(found, key=lambda each: (each.onset_quarter, each.code, each.voices)))


def _stretches(texture: Texture, rows: Ints) -> list[tuple[float, float]]:
    """Return begin and end, in quarters, of each run of successive slices."""
    breaks = np.flatnonzero(np.diff(rows) > 1)
    firsts, lasts = rows[[0, *(breaks + 1)]].tolist(), rows[[*breaks, -1]].tolist()
    onsets, lengths = texture.onset_quarter, texture.duration_quarter
    return [
        (float(onsets[first]), float(onsets[last] + lengths[last])) for first, last in zip(firsts, lasts, strict=True)
    ]


def _sounds(note: Note, times: Sequence[tuple[float, float]]) -> bool:
    onset, end = float(note.onset_quarter), float(note.end_quarter)
    return any(onset < stop and (end > start or onset == start) for start, stop in times)


def _rows_of(texture: Texture, rows: Ints, here: Mapping[int, int], numbers: Sequence[Mapping[int, int]]) -> Texture:
    """Return some slices of a texture; ``here`` and ``numbers`` are the new indices of slices and notes."""
    arrays = {name: getattr(texture, name)[rows] for name in _ARRAYS}
    tuples = {name: tuple(getattr(texture, name)[row] for row in rows.tolist()) for name in _ROWS}
    heard = tuple(
        tuple(here[before] for before in texture.predecessors[row] if before in here) for row in rows.tolist()
    )
    note = arrays["note"].copy()
    for voice, known in enumerate(numbers):
        note[:, voice] = [known.get(index, -1) for index in note[:, voice].tolist()]
    return replace(texture, **{**arrays, **tuples, "note": note, "predecessors": heard})
