"""Arranges real lead sheets for instruments and prints how the bands play: harmony as heard, rhythm, articulation.

    python -m benchmarks.measure.playing FOLDER [--ensembles string-quartet,sax-quartet] [--sheets 60 --seed 0]
                                         [--style song] [--melody around] [--beam 16] [--worst 5]

The figures are measured on the notes of the finished score, by the chords that the arrangement follows; a symbol that
repeats the one before counts once:

``bass``        symbols at whose start the lowest sounding note is the root or the slash bass; in a walking bass (a new
                bass note on every beat of the symbol) also those that have it by the next strong beat
``essential``   symbols whose essential tones (third or suspension, seventh or sixth, altered fifth) each sound for at
                least half of the time in which the accompaniment above the bass sounds under the symbol
``extended``    the same for symbols of four and more tones
``struck``      the same as ``essential``, but of the whole time of the symbol, silences included
``rhythm``      the share of bars that have a piece's most common accompaniment rhythm (onsets and lengths of all parts
                without the tune); the median of the pieces, and of those of 28 to 36 bars
``textures``    accompaniment rhythms that fill at least two bars of a piece, mean
``articulated`` notes without the tune that have an articulation or lie under a slur
``tune``        parts that have the tune at some time, mean
``parallels``, ``melody``  as `benchmarks.measure.fidelity` counts them
"""

from __future__ import annotations

import random
import statistics
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from arranger import arrange
from arranger.arranging.ensembles import load_ensemble
from arranger.formats.reading import ReadError, read_lead_sheet
from benchmarks.measure.fidelity import Figures, figures_of, summed
from theory.notation.chord import ChordSymbol
from theory.notation.score import Bar, Harmony, Note, Part, Score
from theory.slices.symbols import spread_symbols

SHORT_SONG, LONG_SONG = 28, 36  # bars of a song of 32 bars, with pickups and endings
EXTENDED_TONES = 4
STRONG = 0.5  # metrical strength
HALF = Fraction(1, 2)
ENSEMBLES = "string-quartet,sax-quartet,brass-quartet,woodwind-quartet"


@dataclass
class Played:
    """The figures of one arrangement."""

    sheet: str
    bars: int = 0
    symbols: Counter[str] = field(default_factory=Counter)
    rhythm: float = 0.0
    textures: int = 0
    notes: int = 0
    articulated: int = 0
    holders: int = 1
    faithful: Figures = field(default_factory=Figures)
    problems: list[str] = field(default_factory=list)
    broken: str = ""


def played(path: Path, ensemble: str, choices: dict[str, Any]) -> Played | None:
    """Arrange one sheet and measure it; None if the sheet is refused."""
    found = Played(path.name)
    try:
        sheet = read_lead_sheet(path)
        arrangement = arrange(sheet, ensemble=ensemble, **choices)
        given = arrangement.plan.given
        accompaniment = [part for voice, part in enumerate(arrangement.score.parts) if voice != given]
        found.holders = len({turn.voice for turn in arrangement.plan.turns} or {given})
        _harmony(arrangement.score, arrangement.plan.score.chords, given, found)
        _rhythm(arrangement.score, accompaniment, found)
        _articulation(accompaniment, found)
        found.faithful = figures_of(sheet, arrangement, load_ensemble(ensemble))
    except ReadError:
        return None
    except Exception:  # noqa: BLE001 - unforeseen errors are counted
        found.broken = traceback.format_exc()
    return found


@dataclass(frozen=True)
class _Tone:
    start: Fraction
    end: Fraction
    midi: int
    part: int


def _tones(score: Score) -> list[_Tone]:
    return [
        _Tone(note.onset_quarter, note.end_quarter, note.pitch.midi, number)
        for number, part in enumerate(score.parts)
        for note in part.notes
        if note.pitch and note.grace is None
    ]


def _joined(chords: Sequence[Harmony]) -> list[Harmony]:
    """Return chord symbols without those that repeat the one before."""
    return [
        chord
        for before, chord in zip((None, *chords), chords, strict=False)
        if not before or before.symbol != chord.symbol
    ]


def _harmony(score: Score, chords: tuple[Harmony, ...], given: int, found: Played) -> None:
    """Count the symbols whose bass and whose essential tones are heard."""
    tones = _tones(score)
    chords = _joined(spread_symbols(replace(score, chords=chords)))
    ends = [*(chord.onset_quarter for chord in chords[1:]), score.end_quarter]
    for chord, end in zip(chords, ends, strict=True):
        start, symbol = chord.onset_quarter, chord.symbol
        inside = [tone for tone in tones if tone.start < end and tone.end > start]
        added = [tone for tone in inside if tone.part != given]
        if symbol.root is None or not added or end <= start:
            continue
        bass = _bass_is_met(score, inside, symbol, start, end)
        essential = frozenset(each for each in symbol.essential if symbol.role_of(each) != "tension")
        upper = _above_the_bass(added, len(score.parts), given)
        met = _all_sound(essential, inside, _length(upper or added, start, end), start, end)
        struck = _all_sound(essential, inside, end - start, start, end)
        found.symbols.update({"symbols": 1, "bass": bass, "essential": met, "struck": struck})
        extended = len(symbol.pitch_classes) >= EXTENDED_TONES
        found.symbols.update({"of extended": extended, "extended": extended and met})
        if not (bass and met):
            what = " ".join(name for name, holds in (("bass", bass), ("essential", met)) if not holds)
            found.problems.append(f"bar {score.bar_at(start).number} quarter {start} {symbol}: {what}")


def _above_the_bass(added: Sequence[_Tone], parts: int, given: int) -> list[_Tone]:
    lowest = max(part for part in range(parts) if part != given)
    return [tone for tone in added if tone.part != lowest]


def _bass_is_met(score: Score, inside: Sequence[_Tone], symbol: ChordSymbol, start: Fraction, end: Fraction) -> bool:
    """Whether the bass of a symbol sounds at its start, or in a walking bass by the next strong beat."""
    first = max(start, min(tone.start for tone in inside))
    if _lowest(inside, first) == symbol.bass_pitch_class:
        return True
    bar = score.bar_at(start)
    beats = [time for time in bar.onsets_every(bar.meter.beat_quarters) if start <= time < end]
    lowest = max(tone.part for tone in inside)
    attacks = {tone.start for tone in inside if tone.part == lowest}
    walks = len(beats) > 1 and all(beat in attacks for beat in beats)
    strong = next((b for b in beats[1:] if bar.meter.strength(bar.offset_in_meter(b)) >= STRONG), None)
    return walks and strong is not None and _lowest(inside, strong) == symbol.bass_pitch_class


def _lowest(tones: Sequence[_Tone], at: Fraction) -> int:
    return min((tone.midi for tone in tones if tone.start <= at < tone.end), default=-1) % 12


def _all_sound(classes: frozenset[int], tones: Sequence[_Tone], of: Fraction, start: Fraction, end: Fraction) -> bool:
    return all(_length([tone for tone in tones if tone.midi % 12 == each], start, end) >= HALF * of for each in classes)


def _length(tones: Sequence[_Tone], start: Fraction, end: Fraction) -> Fraction:
    """Return how many quarters of a span at least one of the tones sounds."""
    total, reached = Fraction(0), start
    for tone in sorted(tones, key=lambda tone: tone.start):
        first, last = max(tone.start, reached), min(tone.end, end)
        if last > first:
            total += last - first
            reached = last
    return total


def _rhythm(score: Score, parts: Sequence[Part], found: Played) -> None:
    rhythms = Counter(tuple(_figure(part, bar) for part in parts) for bar in score.bars)
    found.bars = len(score.bars)
    found.rhythm = max(rhythms.values()) / len(score.bars)
    found.textures = sum(count >= 2 for count in rhythms.values())


def _figure(part: Part, bar: Bar) -> tuple[tuple[Fraction, Fraction], ...]:
    """Return onsets and lengths of the notes that a part begins in a bar."""
    return tuple(
        (note.onset_quarter - bar.onset_quarter, note.duration_quarter)
        for note in part.notes
        if note.pitch and bar.onset_quarter <= note.onset_quarter < bar.end_quarter
    )


def _articulation(parts: Sequence[Part], found: Played) -> None:
    for part in parts:
        notes = [note for note in part.notes if note.pitch and not note.tie_stop]
        found.notes += len(notes)
        found.articulated += sum(_is_articulated(note, slurred) for note, slurred in _with_slurs(notes))


def _is_articulated(note: Note, slurred: bool) -> bool:
    return slurred or bool(set(note.articulations) - {"breath-mark"})


def _with_slurs(notes: Sequence[Note]) -> Iterator[tuple[Note, bool]]:
    open_slurs = 0
    for note in notes:
        open_slurs += len(note.slur_starts)
        yield note, open_slurs > 0
        open_slurs -= len(note.slur_stops)


def table(name: str, found: Sequence[Played], seconds: float) -> Iterator[str]:
    """Yield the lines that are printed for an ensemble."""
    done = [each for each in found if not each.broken]
    symbols = Counter[str]()
    for each in done:
        symbols.update(each.symbols)
    songs = [each.rhythm for each in done if SHORT_SONG <= each.bars <= LONG_SONG]
    faithful = summed(each.faithful for each in done)
    yield f"{name}: arranged {len(done)}, failed {len(found) - len(done)}, {seconds / max(1, len(found)):.1f} s a sheet"
    yield from (f"  {each.sheet}: {each.broken.splitlines()[-1]}" for each in found if each.broken)
    for figure in ("bass", "essential", "extended", "struck"):
        among = symbols["of extended" if figure == "extended" else "symbols"]
        yield f"  {figure:12} {100 * symbols[figure] / max(1, among):6.2f} %  {symbols[figure]} of {among}"
    rhythms = [each.rhythm for each in done]
    yield f"  {'rhythm':12} {statistics.median(rhythms):6.2f}    songs of 32 bars {statistics.median(songs or [0]):.2f}"
    yield f"  {'textures':12} {statistics.mean(each.textures for each in done):6.2f}"
    notes, articulated = sum(each.notes for each in done), sum(each.articulated for each in done)
    yield f"  {'articulated':12} {100 * articulated / max(1, notes):6.2f} %  {articulated} of {notes}"
    yield f"  {'tune':12} {statistics.mean(each.holders for each in done):6.2f}    parts that have it"
    yield f"  {'parallels':12} {faithful.per_thousand_notes('parallels'):6.2f}    per 1,000 notes"
    yield f"  {'melody':12} {100 * faithful.share('melody'):6.2f} %"
    yield f"  {'out of range':12} {faithful.counts.get('outside', 0) - faithful.counts.get('outside_given', 0):6}"


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--ensembles", default=ENSEMBLES, help="names, with commas between them")
@click.option("--sheets", type=int, help="arrange this many sheets, chosen at random by --seed; default: all")
@click.option("--seed", default=0)
@click.option("--style", default="song")
@click.option("--melody", default="", help="part that gets the tune")
@click.option("--beam", default=16)
@click.option("--model/--no-model", default=True)
@click.option("--worst", default=0, help="also print the problems of this many sheets, those with most first")
def main(folder: Path, ensembles: str, sheets: int | None, seed: int, worst: int, model: bool, **choices: Any) -> None:
    """Print the figures of a folder of lead sheets."""
    paths = sorted(path for path in folder.iterdir() if path.suffix in (".mxl", ".musicxml", ".xml", ".abc"))
    chosen = random.Random(seed).sample(paths, sheets) if sheets else paths
    for name in ensembles.split(","):
        started = time.perf_counter()
        options = choices | {"model": "default" if model else None}
        found = [each for path in chosen if (each := played(path, name, options))]
        for line in table(name, found, time.perf_counter() - started):
            click.echo(line)
        for each in sorted(found, key=lambda each: -len(each.problems))[:worst]:
            click.echo(f"  {each.sheet}\n    " + "\n    ".join(each.problems or each.broken.splitlines()))


if __name__ == "__main__":
    main()
