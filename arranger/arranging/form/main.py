"""Arranging a song verse by verse, as its form says, and writing it out as one score."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from arranger.arranging.breaths import with_breaths
from arranger.arranging.ensembles import Ensemble, EnsemblePart, load_ensemble
from arranger.arranging.form import GROUPS, Section
from arranger.arranging.form.descant import NAME, descant_above, leaves_room
from arranger.arranging.form.joining import joined
from arranger.arranging.form.stanzas import stanza, unison
from arranger.arranging.heard_key import in_heard_key
from arranger.arranging.key import in_key
from arranger.arranging.main import Arrangement, Options, arrange_variants, melody_voice
from arranger.arranging.styles import load_style
from theory.notation.instruments import instrument
from theory.notation.score import LeadSheet, Notice, Part, Score

if TYPE_CHECKING:
    from theory.checking.report import Report

_MEN = frozenset({"tenor", "baritone", "bass", "lead", "barbershop-tenor"})


@dataclass(frozen=True, repr=False)
class WrittenOut:
    """A song written out verse by verse, with the arrangements of its verses and the notices given on the way."""

    score: Score
    arrangements: tuple[Arrangement, ...]  # of the verses in parts, in order
    notices: tuple[Notice, ...]
    profile: str  # the rule profile of the style

    def report(self) -> Report:
        """Return the findings of the style's rule profile in the whole score, and all notices."""
        from theory.checking.check import check

        found = check(self.score, self.profile)
        return replace(found, notices=(*self.notices, *found.notices))


def write_out(sheet: LeadSheet, chosen: Options, form: tuple[Section, ...]) -> WrittenOut:
    """Return a sheet arranged verse by verse.

    All verses are in the key that suits the tune in its usual part. Raises ValueError if a verse, ensemble or part is
    unknown, or if a section asks for what its choir does not have.
    """
    ensemble = load_ensemble(chosen.ensemble)
    if ensemble.family != "choir":
        raise ValueError(f"--form is for choirs; {chosen.ensemble} has no verses to sing")
    sheet = in_heard_key(sheet)
    moved, notices = in_key(sheet, ensemble.parts[melody_voice(ensemble, chosen.melody)], chosen.key)
    scores: list[Score] = []
    arrangements: list[Arrangement] = []
    for section in form:
        verse = stanza(moved, section.verse)
        if section.sung in GROUPS:
            scores.append(_in_unison(verse, section, ensemble, chosen))
            continue
        arrangement = _arranged(verse, section, ensemble, chosen)
        arrangements.append(arrangement)
        scores.append(_with_descant(arrangement, section, chosen))
    labels = [f"Verse {section.verse}" for section in form]
    score = joined(scores, labels, tuple(_parts(ensemble, scores)))
    said = (*moved.notices, *notices, *(each for arrangement in arrangements for each in arrangement.notices))
    return WrittenOut(score, tuple(arrangements), tuple(dict.fromkeys(said)), load_style(chosen.style).profile)


def _parts(ensemble: Ensemble, scores: list[Score]) -> Iterator[Part]:
    """Yield the parts of the whole, without notes; a descant stands above all others."""
    if any(part.name == NAME for score in scores for part in score.parts):
        yield Part(NAME, (), "descant", instrument("descant").abbreviation)
    for part in ensemble.parts:
        yield Part(part.name, (), part.instrument.name, part.abbreviation)


def _arranged(verse: LeadSheet, section: Section, ensemble: Ensemble, chosen: Options) -> Arrangement:
    """Return the arrangement of a verse for the whole choir or for some of its parts."""
    own = load_ensemble(section.sung)
    missing = {part.name for part in own.parts} - {part.name for part in ensemble.parts}
    if missing:
        raise ValueError(
            f"v{section.verse}: {section.sung} has {', '.join(sorted(missing))}, which {ensemble.name} has not"
        )
    options = replace(chosen, ensemble=section.sung, melody=section.melody, key="keep", variants=1)
    return next(arrange_variants(replace(verse, notices=()), options))


def _with_descant(arrangement: Arrangement, section: Section, chosen: Options) -> Score:
    if not section.descant:
        return arrangement.score
    if not leaves_room(arrangement):
        raise ValueError(f"v{section.verse}: a descant stands above the tune, which must be in the top part")
    above = descant_above(arrangement, load_ensemble(section.sung), chosen)
    return replace(arrangement.score, parts=(above, *arrangement.score.parts))


def _in_unison(verse: LeadSheet, section: Section, ensemble: Ensemble, chosen: Options) -> Score:
    """Return a verse with the tune in all parts, or in those of the women or the men, each in its octave."""
    sheet = with_breaths(verse, chosen.breaths)
    parts: dict[str, Part] = {}
    for is_man in (False, True):
        own = [part for part in ensemble.parts if (part.instrument.name in _MEN) is is_man]
        if section.sung in ("unison", "men" if is_man else "women"):
            octaves = _octaves(sheet, own)
            notes = tuple(unison(note, octaves) for note in sheet.melody.notes)
            parts |= {part.name: Part(part.name, notes, part.instrument.name, part.abbreviation) for part in own}
    if not parts:
        raise ValueError(f"v{section.verse}: there are no {section.sung} in {ensemble.name}")
    return replace(sheet.score, parts=tuple(parts[part.name] for part in ensemble.parts if part.name in parts))


def _octaves(sheet: LeadSheet, parts: list[EnsemblePart]) -> int:
    """Return the shift in octaves with which the fewest notes of the tune are uncomfortable for parts in unison."""
    pitches = [note.pitch.midi for note in sheet.melody.notes if note.pitch]

    def uncomfortable(octaves: int) -> int:
        return sum(not part.instrument.comfortable.contains(midi + 12 * octaves) for part in parts for midi in pitches)

    return min((0, -1, 1), key=uncomfortable)
