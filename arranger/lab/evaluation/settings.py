"""Pairs of harmonisations that are compared: the original setting, and our arrangement of its soprano."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from fractions import Fraction

from arranger.arranging.main import Options, arrange_variants
from arranger.formats.processes import processes
from arranger.lab.evaluation.likeness import sheet_of
from corpora.chorales import read_chorale
from theory.checking.check import check
from theory.notation.score import Score


@dataclass(frozen=True)
class Setting:
    """One piece: the real setting and the arrangements of its soprano."""

    name: str
    real: Score
    ours: Score  # with the chords that it follows
    variants: tuple[Score, ...]  # further arrangements
    profile: str  # name of the style's rule profile

    def findings(self, *, ours: bool) -> dict[str, int]:
        """Return the number of findings in our setting, or in the real one, by rule code."""
        score = self.ours if ours else self.real
        given = {score.parts[0].name: score.parts[0]}
        found = check(score, self.profile, chords=score.chords, given=given).findings
        codes = [finding.code for finding in found]
        return {code: codes.count(code) for code in sorted(set(codes))}


@dataclass(frozen=True)
class Job:
    """The name of a chorale to arrange, and the options."""

    name: str
    options: Options


def arranged(job: Job) -> Setting:
    """Return the setting of a chorale whose soprano was arranged without chord symbols."""
    real = read_chorale(job.name)
    found = list(arrange_variants(sheet_of(real, chords=False), job.options))
    first, *others = (replace(each.score, chords=each.plan.score.chords) for each in found)
    return Setting(job.name, real, first, tuple(others), found[0].plan.style.profile)


def all_arranged(names: Sequence[str], options: Options, *, jobs: int = 1) -> Iterator[Setting]:
    """Yield the settings of the named chorales, arranged in ``jobs`` processes."""
    work = [Job(name, options) for name in names]
    if jobs == 1:
        yield from map(arranged, work)
        return
    with ProcessPoolExecutor(jobs, mp_context=processes()) as pool:
        yield from pool.map(arranged, work)


def all_read(names: Sequence[str], *, jobs: int = 1) -> list[Score]:
    """Return the named chorales, read in ``jobs`` processes."""
    if jobs == 1:
        return [read_chorale(name) for name in names]
    with ProcessPoolExecutor(jobs, mp_context=processes()) as pool:
        return list(pool.map(read_chorale, names, chunksize=8))


def difference(one: Score, other: Score) -> float:
    """Return the share of the lower voices' notes in ``one`` that do not begin in ``other`` at the same time."""
    notes, theirs = _lower_notes(one), _lower_notes(other)
    return len(notes - theirs) / len(notes) if notes else 0.0


def _lower_notes(score: Score) -> set[tuple[int, Fraction, int]]:
    """Return voice, onset and MIDI number of every note below the tune."""
    return {
        (voice, note.onset_quarter, note.pitch.midi)
        for voice, part in enumerate(score.parts)
        for note in part.notes
        if voice and note.pitch and not note.tie_stop
    }
