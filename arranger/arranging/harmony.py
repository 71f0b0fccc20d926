"""The harmony of an arrangement: the sheet's own symbols, these with others between them, or a harmony of our own.

A sheet without symbols is planned or harmonised in the manner of the style. Given symbols are followed, decorated
(`arranger.harmonizing.decorating`), or left aside (``free``), as the user asks or the style does by default.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

from arranger.arranging.styles import Style
from arranger.harmonizing.choice import Choice, HarmonicPlan
from theory.harmony.estimate import estimate_chords
from theory.notation.chord import ChordSymbol
from theory.notation.pitch import Interval
from theory.notation.score import Harmony, LeadSheet, Notice, Score
from theory.slices.symbols import symbols_in_force

AUTO, FOLLOW, DECORATE, FREE = "auto", "follow", "decorate", "free"
HARMONIES = {
    AUTO: "What the style does by default.",
    FOLLOW: "The chord symbols as they are.",
    DECORATE: "The chord symbols with a planned bass and other chords between them.",
    FREE: "A harmony of our own; chord symbols are ignored.",
}
_MOST_NAMED = 8  # added chords that a notice names


@dataclass(frozen=True)
class HarmonyWish:
    """What is made of the symbols of a sheet, and how our own harmony is chosen."""

    treatment: str = FOLLOW  # follow or decorate; a sheet without symbols gets chords in any case
    choice: Choice = field(default_factory=Choice)


def treatment_of(score: Score, style: Style, wanted: str, *, has_model: bool) -> str:
    """Return what is made of the symbols of a sheet: ``follow``, ``decorate`` or, where it has none, ``free``.

    Raises ValueError if the wish is unknown, or if symbols should be decorated without the networks.
    """
    if wanted not in HARMONIES:
        raise ValueError(f"there is no harmony {wanted!r}; choose from {', '.join(HARMONIES)}")
    if wanted == FREE or not score.has_symbols:
        return FREE
    if wanted == DECORATE and not has_model:
        raise ValueError("symbols are decorated by the neural networks; choose --harmony follow, or allow the model")
    decorates = wanted == DECORATE or (wanted == AUTO and style.decorates)
    return DECORATE if has_model and decorates else FOLLOW


def with_treatment(sheet: LeadSheet, treatment: str) -> LeadSheet:
    """Return the sheet without its symbols if they are ignored; a notice says so."""
    if treatment == FREE and sheet.score.has_symbols:
        notice = Notice("its chord symbols are ignored; --harmony follow or decorate keeps them")
        return replace(sheet, score=replace(sheet.score, chords=()), notices=(*sheet.notices, notice))
    return sheet


def followed_chords(score: Score, style: Style, wish: HarmonyWish | None = None) -> tuple[Harmony, ...]:
    """Return the chord symbols that the arrangement follows, from the first note on.

    A sheet or an introduction without symbols is harmonised: planned if the style says as what (`plans_as`), otherwise
    by the chord model (`harmonize_as`) or by rules. A pickup without a symbol takes the tonic or the dominant triad,
    whichever fits its notes better.
    """
    return harmonies_for(score, style, wish or HarmonyWish())[0].chords


def harmonies_for(score: Score, style: Style, wish: HarmonyWish) -> tuple[HarmonicPlan, ...]:
    """Return the harmonies that an arrangement may follow, the best first: as many plans as wanted, or one harmony."""
    return tuple(replace(each, chords=_again_at_seams(score, each.chords)) for each in _harmonies(score, style, wish))


def _harmonies(score: Score, style: Style, wish: HarmonyWish) -> tuple[HarmonicPlan, ...]:
    if not score.has_symbols:
        return _own(score, style, wish)
    chords = _from_the_first_note(score, style, wish)
    if wish.treatment == DECORATE:
        from arranger.harmonizing.decorating import decorated_plans

        return decorated_plans(replace(score, chords=chords), style.decorates_as, wish.choice)
    return (HarmonicPlan(chords, 0.0),)


def _again_at_seams(score: Score, chords: tuple[Harmony, ...]) -> tuple[Harmony, ...]:
    """Return the chords, with the one in force written again where a later ending begins: there it is a new chord."""
    onsets = {chord.onset_quarter for chord in chords}
    seams = [bar.onset_quarter for bar in score.bars if bar.volta_start and 1 not in bar.volta]
    before = {seam: [chord for chord in chords if chord.onset_quarter < seam][-1:] for seam in seams}
    again = [Harmony(seam, each.symbol) for seam in seams if seam not in onsets for each in before[seam]]
    return tuple(sorted((*chords, *again), key=lambda chord: chord.onset_quarter))


def _from_the_first_note(score: Score, style: Style, wish: HarmonyWish) -> tuple[Harmony, ...]:
    """Return the symbols of a score, with chords before the first one if the tune begins earlier."""
    chords = symbols_in_force(score)
    if style.popular_chords:
        chords = tuple(replace(chord, symbol=chord.symbol.popular()) for chord in chords)
    if style.ringing_sevenths:
        chords = _ringing(chords)
    first = chords[0].onset_quarter
    entry = next((note.onset_quarter for note in score.parts[0].notes if note.pitch), first)
    if first - entry > score.bars[0].meter.quarters:
        own = _own(replace(score, chords=()), style, wish)[0].chords
        return (*(chord for chord in own if entry <= chord.onset_quarter < first), *chords)
    if entry < first:
        chords = (Harmony(entry, _pickup_chord(score, chords[0])), *chords)
    return chords


def enrichment_notices(score: Score, chords: tuple[Harmony, ...]) -> Iterator[Notice]:
    """Yield a notice of the chords that were added between the symbols of a score."""
    from arranger.harmonizing.enrichments import added

    found = added(chords, score.chords)
    named = [f"{each.symbol} in bar {score.bar_at(each.onset_quarter).number}" for each in found[:_MOST_NAMED]]
    more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
    sung = f"; added chords: {', '.join(named)}{more}" if found else ""
    yield Notice(f"the chord symbols are decorated and have a planned bass{sung}; --harmony follow keeps to them")


def _own(score: Score, style: Style, wish: HarmonyWish) -> tuple[HarmonicPlan, ...]:
    """Return harmonies for a tune without symbols: plans of chords with their bass, if the style says as what."""
    if style.plans_as:
        from arranger.harmonizing.bare_tunes import bare_plans

        found = bare_plans(score, style.plans_as, wish.choice)
        if found:
            return found
    return (HarmonicPlan(_harmonised(score, style, wish.choice.brightness), 0.0),)


def _harmonised(score: Score, style: Style, brightness: float) -> tuple[Harmony, ...]:
    """Return chords for a tune, ignoring its symbols: from the chord model if the style says how, else by rules."""
    if style.harmonize_as:
        from arranger.harmonizing.proposing import Freedom, propose_chords

        spans = propose_chords(score, style.harmonize_as, freedom=Freedom(brightness=brightness))
    else:
        spans = estimate_chords(replace(score, chords=()))
    return tuple(Harmony(span.start_quarter, span.symbol) for span in spans)


def _ringing(chords: tuple[Harmony, ...]) -> tuple[Harmony, ...]:
    """Return chords of which each plain major triad whose root falls a fifth to the next is a dominant seventh."""
    return tuple(
        replace(chord, symbol=ChordSymbol.build(chord.symbol.root, "7"))
        if chord.symbol.root and str(chord.symbol) == str(chord.symbol.root) and _falls_a_fifth(chord, following)
        else chord
        for chord, following in zip(chords, (*chords[1:], None), strict=True)
    )


def _falls_a_fifth(chord: Harmony, following: Harmony | None) -> bool:
    roots = chord.symbol.root, following.symbol.root if following else None
    return roots[0] is not None and roots[1] is not None and (roots[0].pitch_class - roots[1].pitch_class) % 12 == 7


def _pickup_chord(score: Score, first: Harmony) -> ChordSymbol:
    """Return the tonic or the dominant triad: the one that shares more time with the notes before the first symbol.

    If both share as much, the dominant leads to the tonic, but not under a tune that itself goes from the dominant to
    the tonic: tune and bass would move in octaves.
    """
    key = score.bars[0].key
    tonic = ChordSymbol.build(key.tonic, "m" if key.is_minor else "")
    modal = bool(key.church) and key.leading_tone not in key.scale
    dominant = ChordSymbol.build(key.tonic.up(Interval.parse("P5")), "m" if modal else "")
    notes = [n for n in score.parts[0].notes if n.pitch and n.onset_quarter < first.onset_quarter]

    def fit(symbol: ChordSymbol) -> Fraction:
        return sum(
            (n.duration_quarter for n in notes if n.pitch and symbol.role_of(n.pitch.midi % 12)), start=Fraction(0)
        )

    heard = [n.pitch.midi % 12 for n in score.parts[0].notes if n.pitch and n.end_quarter >= first.onset_quarter][:2]
    home = key.tonic.pitch_class
    leads = first.symbol == tonic and heard != [(home + 7) % 12, home]
    candidates = (dominant, tonic) if leads else (tonic, dominant)
    return max(candidates, key=fit)
