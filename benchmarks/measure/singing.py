"""Arranges real lead sheets for a choir and prints how well the words, the breaths and the chords can be sung.

    python -m benchmarks.measure.singing FOLDER [--ensemble satb] [--style song] [--words auto] [--sheets 40 --seed 0]
                                        [--no-model] [--beam 16] [--list]

Figures, summed over all sheets:

``breaths``     breath marks that the arranger adds to the tune
``leaning``     ... after a word that leans on the next one, within a word, a name, a slur or a tie, in any verse
``too long``    stretches of the tune of more than 16 quarters without a place to breathe
``lines``       lines of text; a line is as `theory.notation.words.lines` finds it
``in part``     lines of which some voice sings a part of the words, and not all of them
``two ways``    texts that come more than once and are not sung by the same voices each time
``with words``  lines that all lower voices sing
``bass``        chord symbols whose bass (root or slash bass) sounds in the lowest voice for at least half of the
                symbol's time, or for the whole of its strongest beat
``essential``   ... whose essential tones all do so, in any voice
``parallels``   parallel fifths, octaves and unisons per 1,000 notes
``rubs``        notes of the tune against which an added voice sounds F against F# or the like, in any octave
``odd spelling``  added notes with a name that is hard to read in the key, such as F flat in C major or a double flat
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import click

from arranger import arrange
from arranger.arranging.ensembles import load_ensemble
from arranger.arranging.main import Arrangement
from arranger.formats.reading import ReadError, read_lead_sheet
from benchmarks.measure.fidelity import Figures, compare, lead
from theory.notation.phrase import BREATHS, LONGEST_BREATH_QUARTERS, breathing_ends
from theory.notation.score import Harmony, LeadSheet, Note, Part, Score
from theory.notation.syllables import VOWELS
from theory.notation.words.gaps import gaps_of
from theory.notation.words.lines import text_lines
from theory.slices.symbols import symbols_in_force

_MOMENT = Fraction(1, 64)


def breath_figures(sheet: LeadSheet, score: Score, tune: Part) -> Iterator[tuple[str, str]]:
    """Yield the name of a figure and the place for each added breath mark, and for each breath that is too long."""
    marked = {note.end_quarter for note in sheet.melody.notes if BREATHS & set(note.articulations)}
    gaps = {gap.end_quarter: gap for gap in gaps_of(sheet.melody.notes)}
    for note in tune.notes:
        if BREATHS & set(note.articulations) and note.end_quarter not in marked:
            yield "breaths", ""
            gap = gaps.get(note.end_quarter)
            if gap is not None and not gap.breathable:
                yield "leaning", f"bar {score.bar_at(note.onset_quarter).number}"
    alone = Score(score.bars, (tune,))
    ends = breathing_ends(alone)
    for start, end in zip((Fraction(0), *ends), ends, strict=False):
        if end - start > LONGEST_BREATH_QUARTERS:
            yield "too long", f"bar {score.bar_at(start).number}"


def line_figures(score: Score, tune: Part) -> Iterator[tuple[str, str]]:
    """Yield the name of a figure and the place for each line of text, as the other voices sing it."""
    ways: dict[tuple[str, ...], set[tuple[bool, ...]]] = {}
    others = [part for part in score.parts if part is not tune]
    silent = [(chord.onset_quarter, chord.symbol.is_no_chord) for chord in symbols_in_force(score)]
    for line in text_lines(Score(score.bars, (tune,))):
        start, end = line.start_quarter, line.end_quarter
        wanted = _syllables(tune, start, end)
        under = [no_chord for onset, no_chord in silent if onset < end]
        if not wanted or not under or under[-1] or any(none and start <= onset < end for onset, none in silent):
            continue  # the lower voices are silent by the sheet's own word
        yield "lines", ""
        shares = [len(wanted & _syllables(part, start, end)) / len(wanted) for part in others]
        text = f"bar {score.bar_at(start).number} {' '.join(line.words)}"
        if any(0 < share < 1 for share in shares):
            yield "in part", text
        elif shares and all(share == 1 for share in shares):
            yield "with words", ""
        if len(line.words) > 1:
            known = ways.setdefault(line.words, set())
            known.add(tuple(share > 0.5 for share in shares))
            if len(known) == 2:
                yield "two ways", text


def _syllables(part: Part, start: Fraction, end: Fraction) -> set[Fraction]:
    """Return the onsets of the syllables of words in a span, without those under a tie."""
    own = [note for note in part.notes if start <= note.onset_quarter < end and note.lyrics and not note.tie_stop]
    return {note.onset_quarter for note in own if note.lyrics[0].text not in VOWELS}


def chord_figures(score: Score) -> Iterator[tuple[str, str]]:
    """Yield the name of a figure and the place for each symbol, and for each whose bass or essential tones are met."""
    symbols = symbols_in_force(score)
    ends = [*(chord.onset_quarter for chord in symbols[1:]), score.end_quarter]
    voices = [[note for note in part.notes if note.pitch and note.grace is None] for part in score.parts]
    for chord, end in zip(symbols, ends, strict=True):
        span = Span(score, chord, end)
        if chord.symbol.root is None or not span.sounds(voices):
            continue
        yield "symbols", ""
        where = f"bar {score.bar_at(chord.onset_quarter).number} {chord.symbol}"
        yield ("bass" if span.has_bass(voices) else "bass missing"), where
        tensions = {each for each in chord.symbol.essential if chord.symbol.role_of(each) == "tension"}
        missing = [each for each in chord.symbol.essential - tensions if not span.has(each, voices)]
        yield ("essential missing" if missing else "essential"), f"{where} {missing}"


class Span:
    """The time of a chord symbol, and what sounds in it."""

    def __init__(self, score: Score, chord: Harmony, end: Fraction) -> None:
        self.symbol, self.start, self.end = chord.symbol, chord.onset_quarter, end
        bar = score.bar_at(self.start)
        beat = bar.meter.beat_quarters
        beats = [time for each in score.bars for time in each.onsets_every(beat) if self.start <= time < end]
        strengths = {
            time: score.bar_at(time).meter.strength(score.bar_at(time).offset_in_meter(time)) for time in beats
        }
        strong = max(strengths, key=lambda time: (strengths[time], -time), default=self.start)
        self.beat = (strong, min(strong + beat, end))

    def sounds(self, voices: list[list[Note]]) -> bool:
        """Whether at least two voices sound in the span."""
        return sum(any(self._overlap(note, self.start, self.end) for note in voice) for voice in voices) > 1

    def has(self, pitch_class: int, voices: list[list[Note]]) -> bool:
        """Whether a tone sounds for at least half of the span, or through its strongest beat."""
        own = [note for voice in voices for note in voice if note.pitch and note.pitch.midi % 12 == pitch_class]
        return self._lasts(own)

    def has_bass(self, voices: list[list[Note]]) -> bool:
        """Whether the bass of the symbol sounds in the lowest voice so long."""
        lowest = [note for note in voices[-1] if note.pitch and note.pitch.midi % 12 == self.symbol.bass_pitch_class]
        return self._lasts(lowest)

    def _lasts(self, notes: list[Note]) -> bool:
        through, beat = ((self.start, self.end), self.beat)
        half = sum((self._overlap(note, *through) for note in notes), start=Fraction(0)) * 2 >= self.end - self.start
        return half or sum((self._overlap(note, *beat) for note in notes), start=Fraction(0)) >= beat[1] - beat[0]

    @staticmethod
    def _overlap(note: Note, start: Fraction, end: Fraction) -> Fraction:
        return max(Fraction(0), min(note.end_quarter, end) - max(note.onset_quarter, start))


def clash_figures(arrangement: Arrangement, tune: Part) -> Iterator[tuple[str, str]]:
    """Yield the name of a figure and the place for each rub with the tune and each odd spelling of an added note."""
    score = arrangement.score
    line = [note for note in tune.notes if note.pitch and note.grace is None]
    for part in score.parts:
        if part is tune:
            continue
        for note in part.notes:
            if note.pitch is None:
                continue
            bar = score.bar_at(note.onset_quarter)
            where = f"bar {bar.number} {part.name} {note.pitch}"
            fifths = note.pitch.tone.fifths
            if bar.key.readable(fifths) != fifths:
                yield "odd spelling", where
            for given in line:
                if given.onset_quarter >= note.end_quarter or given.end_quarter <= note.onset_quarter:
                    continue
                apart = abs(given.pitch.midi - note.pitch.midi) if given.pitch else 0
                same_letter = given.pitch is not None and given.pitch.step == note.pitch.step
                if apart % 12 in (1, 11) and same_letter:
                    yield "rubs", f"{where} against {given.pitch}"


def figures_of(sheet: LeadSheet, arrangement: Arrangement, ensemble: str) -> Iterator[tuple[str, str]]:
    """Yield every figure of an arrangement, each with its place."""
    score = arrangement.score
    tune = score.parts[arrangement.plan.given]
    yield from breath_figures(sheet, score, tune)
    yield from line_figures(score, tune)
    yield from chord_figures(score)
    yield from clash_figures(arrangement, tune)
    kept = Figures()
    compare(sheet.score, score, tune, kept)
    lead(score, load_ensemble(ensemble), tune.name, kept)
    yield from (("tune changed", problem) for problem in kept.problems if problem.startswith("melody"))
    for name in ("notes", "parallels", "outside", "outside_given"):
        yield from [(name, "")] * kept.counts.get(name, 0)


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--ensemble", default="satb")
@click.option("--style", default="song")
@click.option("--words", default="auto")
@click.option("--model/--no-model", default=True)
@click.option("--beam", default=16)
@click.option("--sheets", type=int, help="arrange this many sheets, chosen at random by --seed; default: all")
@click.option("--seed", default=0)
@click.option("--list", "listed", is_flag=True, help="also print the places of what is wrong")
def main(folder: Path, sheets: int | None, seed: int, listed: bool, **options: object) -> None:
    """Print the figures of a folder of lead sheets."""
    paths = sorted(path for path in folder.iterdir() if path.suffix in (".mxl", ".musicxml", ".xml", ".abc"))
    paths = random.Random(seed).sample(paths, sheets) if sheets else paths
    options["model"] = "default" if options["model"] else None
    options = {name: value for name, value in options.items() if (name, value) != ("words", "auto")}
    total: Counter[str] = Counter()
    for path in paths:
        try:
            sheet = read_lead_sheet(path)
            arrangement = arrange(sheet, **options)  # type: ignore[arg-type]
            found = list(figures_of(sheet, arrangement, str(options["ensemble"])))
        except ReadError:
            total["refused"] += 1
            continue
        except Exception as error:  # noqa: BLE001 - unforeseen errors are counted
            total["failures"] += 1
            click.echo(f"{path.name}: {type(error).__name__}: {error}")
            continue
        total["sheets"] += 1
        total.update(name for name, _ in found)
        if listed:
            wanted = {name for name, where in found if where} - {"bass", "essential"}
            for name, where in found:
                if name in wanted and where:
                    click.echo(f"{path.stem}: {name}: {where}")
    for line in table(total):
        click.echo(line)


def table(total: Counter[str]) -> Iterator[str]:
    """Yield the lines that are printed."""
    for name in ("sheets", "refused", "failures", "tune changed", "breaths", "leaning", "too long", "lines", "in part"):
        yield f"{name:16} {total[name]}"
    for name in ("two ways", "with words", "rubs", "odd spelling", "outside", "outside_given"):
        yield f"{name:16} {total[name]}"
    for name in ("bass", "essential"):
        yield f"{name:16} {100 * total[name] / max(1, total['symbols']):.2f} %  {total[name]} of {total['symbols']}"
    yield f"{'parallels':16} {1000 * total['parallels'] / max(1, total['notes']):.2f} per 1,000 notes"


if __name__ == "__main__":
    main()
