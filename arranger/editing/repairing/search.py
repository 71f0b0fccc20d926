"""The search for a repair: single notes first, then two, three and four together.

Each round changes one more note, near what still stands in the way: a finding that is to be cleared, or one that the
last change made. All variants of a round are judged at once (`theory.checking.passage`), and the best few go on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from arranger.editing.repairing.aim import GRAVE, Aim, Attempt, attempt_of
from arranger.editing.repairing.pitches import Replacements
from arranger.editing.repairing.tones import Tone, Tones
from theory.checking.passage import Passage, Trials, Variant
from theory.checking.report import Finding
from theory.notation.pitch import Pitch
from theory.rules.catalogue import by_code

MOST_NOTES = 4  # that are changed together
_KEPT = 8  # variants that go on to the next round
_OF_ONE_TONE = 3  # of them, that change the same tones
_MOST_VARIANTS = 480  # of a round, so that a fault without remedy does not take long
_OFFERED = 8  # clean variants of a round that are offered
_LOOKED_AT = 48  # variants of a round in which the rules for the whole score are asked too


@dataclass(frozen=True, eq=False)
class RepairSearch:
    """Looks for changes of pitch that clear some findings of a score."""

    trials: Trials
    tones: Tones
    voices: frozenset[int]  # that may be changed
    kept: frozenset[Tone]  # tones of these voices that may not
    targets: tuple[Finding, ...]
    found: tuple[Finding, ...]  # all that the rules found in the score

    def run(self) -> Iterator[Attempt]:
        """Yield changes that seem to clear the findings, the best first; at the end the best that clears only some."""
        frontier = [self._nothing]
        best = self._nothing
        for depth in range(1, MOST_NOTES + 1):
            tried = self._judged(self._longer(frontier, wide=depth > 1))
            tried += self._judged(self._beside(tried)) if depth == 1 and not _clean(tried) else []
            tried.sort(key=lambda attempt: attempt.order)
            yield from filter(_is_clean, map(self._asked, _clean(tried)[:_OFFERED]))
            best = min([best, *tried[:1]], key=lambda attempt: attempt.order)
            frontier = _varied(tried)
            if not frontier:
                break
        if best.variant and not best.is_clean:
            yield best

    @cached_property
    def _nothing(self) -> Attempt:
        (attempt,) = self._judged([()])
        return attempt

    @cached_property
    def _aim(self) -> Aim:
        (found,) = self._passage.findings([()])
        whole = [each for each in self.found if not by_code(each.code).steers]
        return Aim.of(self.targets, [*found, *whole])

    @cached_property
    def _replacements(self) -> Replacements:
        return Replacements(self.tones)

    @cached_property
    def _field(self) -> frozenset[Tone]:
        """The tones that may be changed: near the findings, and one more to each side."""
        near = {tone for finding in self.targets for tone in self._near(finding, every_voice=True)}
        beside = {self.tones.beside(tone, step) for tone in near for step in (-1, 1)}
        return frozenset(near | {tone for tone in beside if tone is not None}) - self.kept

    @cached_property
    def _passage(self) -> Passage:
        slices = {self._slice(finding) for finding in self.targets}
        return self.trials.passage(slices | {slice_ for tone in self._field for slice_ in tone.slices})

    def _slice(self, finding: Finding) -> int:
        return self.tones.case.texture.slice_at(finding.onset_quarter)

    def _near(self, finding: Finding, *, every_voice: bool = False) -> list[Tone]:
        """Return the tones around a finding that may be changed, in its own voices or in all."""
        names = [part.name for part in self.tones.case.score.parts]
        concerned = {voice for voice, name in enumerate(names) if name in finding.voices or not finding.voices}
        voices = sorted(self.voices if every_voice else self.voices & concerned)
        slice_ = self._slice(finding)
        return [tone for voice in voices for tone in self.tones.near(slice_, voice)]

    def _longer(self, frontier: Iterable[Attempt], *, wide: bool) -> Iterator[Variant]:
        """Yield the variants that change one more tone near what stands in the way."""
        for attempt in frontier:
            near = {tone for finding in attempt.remaining for tone in self._near(finding)}
            if wide and len(attempt.remaining) == 1:
                near |= {tone for finding in attempt.remaining for tone in self._near(finding, every_voice=True)}
            yield from self._with_one_of(attempt.variant, near)

    def _beside(self, tried: Sequence[Attempt]) -> Iterator[Variant]:
        """Yield the changes of one tone in the other voices, which may clear a finding too."""
        done = {(*each.variant[0].notes, each.variant[0].voice) for each in tried}
        near = {tone for finding in self.targets for tone in self._near(finding, every_voice=True)}
        yield from self._with_one_of((), {tone for tone in near if (*tone.notes, tone.voice) not in done})

    def _with_one_of(self, variant: Variant, tones: Iterable[Tone]) -> Iterator[Variant]:
        changed = {(change.voice, change.notes) for change in variant}
        for tone in sorted(self._field.intersection(tones), key=lambda each: (each.voice, each.place)):
            if (tone.voice, tone.notes) not in changed:
                for pitch in self._pitches(tone):
                    yield tuple(sorted((*variant, tone.to(pitch))))

    def _pitches(self, tone: Tone) -> list[Pitch]:
        known = self._known.get(tone)
        if known is None:
            known = self._known[tone] = self._replacements.of(tone)
        return known

    @cached_property
    def _known(self) -> dict[Tone, list[Pitch]]:
        return {}

    def _judged(self, variants: Iterable[Variant]) -> list[Attempt]:
        """Return the attempts that some variants are.

        If a finding that is to be cleared is one of the whole score, its rule is asked of the best variants, and the
        others are left out.
        """
        distinct = list(islice(dict.fromkeys(variants), _MOST_VARIANTS))
        verdicts = self._passage.findings(distinct)
        tried = [
            attempt_of(variant, found, self._aim, self.tones) for variant, found in zip(distinct, verdicts, strict=True)
        ]
        if all(by_code(finding.code).steers for finding in self.targets):
            return tried
        return [self._asked(attempt) for attempt in sorted(tried, key=lambda each: each.order)[:_LOOKED_AT]]

    def _asked(self, attempt: Attempt) -> Attempt:
        """Return an attempt with what the rules for the whole score find in it."""
        remarks = self.trials.remarks(attempt.variant, self._asked_codes)
        return attempt.with_findings(self._aim.remaining(remarks))

    @cached_property
    def _asked_codes(self) -> frozenset[str]:
        """The codes of the rules for the whole score that are asked: all that may warn, and those of the targets."""
        profile, targets = self.trials.case.profile, {finding.code for finding in self.targets}
        rules = (rule for rule in self.trials.rules if not rule.steers)
        return frozenset(rule.code for rule in rules if rule.code in targets or profile.of(rule.code).severity in GRAVE)


def _clean(tried: Iterable[Attempt]) -> list[Attempt]:
    return [attempt for attempt in tried if attempt.is_clean]


def _is_clean(attempt: Attempt) -> bool:
    return attempt.is_clean


def _varied(tried: Iterable[Attempt]) -> list[Attempt]:
    """Return the best attempts, few of which change the same tones."""
    kept: list[Attempt] = []
    counts: dict[object, int] = {}
    for attempt in tried:
        tones = tuple((change.voice, change.notes) for change in attempt.variant)
        counts[tones] = counts.get(tones, 0) + 1
        if counts[tones] <= _OF_ONE_TONE:
            kept.append(attempt)
        if len(kept) == _KEPT:
            break
    return kept
