"""How faithfully an arrangement keeps its lead sheet, and its voice leading, measured on the written file.

The benchmarks and the tests use these definitions. Counts are pairs (how many hold, out of how many), so that the
figures of many sheets can be added up.

``melody``     notes of the tune (with grace notes) whose pitch, onset, duration, tie and syllables of all
               verses are in the given part as in the sheet, after one transposition of the whole
``marks``      notes of the tune that also keep the sheet's slurs, ornaments, fermata and articulations
``bars``       bars of the sheet with the same onset, length, number and barlines
``repeats``, ``voltas``, ``meters``, ``keys``  bars that keep these signs; a key signature that tune and symbols
               contradict is expected to be the one of the key that is heard
``chords``     chord symbols with the same onset and, after that transposition, the same tones and bass;
               symbols that share an onset in the sheet are expected at the onsets where they take effect
``slash_bass``, ``plain_root``, ``chord_tone``  symbols at whose onset the lowest sounding voice has the
               slash bass, the root of a symbol without slash bass, or any tone of the chord; N.C. and symbols
               over silence are left out
``essential``  symbols whose essential tones all sound before the next symbol: third or suspension, seventh
               or sixth, altered fifth
``tensions``   symbols whose required tensions sound too (the one that names the chord, b9, #9, #11, b13);
               only symbols that have some count, and four voices cannot always have all
``respected``  symbols that nothing contradicts at their onset: the bass is a tone of the chord, or the slash bass if
               one is written, and no added voice begins a foreign tone there, other than the minor seventh or a
               pitch that it had just before (a suspension)
``parallels``  parallel fifths, octaves and unisons in all pairs of voices, with the tune, across repeats and
               across phrase ends
``explained``  parallels that the arrangement's report calls unavoidable
``outside``    notes outside the absolute range of their instrument; ``outside_given``: those of the tune
``crossings``  voice crossings, each counted once for as long as it lasts; ``crossings_given``: with the tune
"""

from __future__ import annotations

import tempfile
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

import numpy as np

from arranger.arranging.ensembles import Ensemble
from arranger.arranging.heard_key import in_heard_key
from arranger.arranging.main import Arrangement
from arranger.arranging.plan import Plan
from arranger.formats.reading import read_score
from arranger.formats.writing import write_score
from theory.checking.statistics import parallels_of
from theory.notation.chord import ChordSymbol
from theory.notation.pitch import Interval
from theory.notation.score import LeadSheet, Note, Part, Score
from theory.rules.catalogue import by_code
from theory.slices.facts import voice_pairs
from theory.slices.repeats import seam_predecessors
from theory.slices.symbols import spread_symbols
from theory.slices.texture import slice_onsets, texture_of
from theory.slices.windows import Windows
from theory.types import Mask

KEPT = ("melody", "marks", "bars", "repeats", "voltas", "meters", "keys", "chords")
FOLLOWED = ("slash_bass", "plain_root", "chord_tone", "respected", "essential", "tensions")
PARALLELS = ("VL101", "VL102", "VL103")
UNAVOIDABLE = "unavoidable"  # the word in the report that excuses a finding
_UNISON = Interval(0, 0)
_MINOR_SEVENTH = 10  # semitones above the root
Items: TypeAlias = Iterable[tuple[object, ...]]


@dataclass
class Figures:
    """The figures of one sheet, or of several together."""

    kept: dict[str, tuple[int, int]] = field(default_factory=dict)  # figure -> (how many hold, out of how many)
    counts: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)  # what is wrong, and where

    def share(self, name: str) -> float:
        """Return a figure as a share; 1 if there was nothing to keep."""
        held, among = self.kept.get(name, (0, 0))
        return held / among if among else 1.0

    def per_thousand_notes(self, name: str) -> float:
        """Return a count per 1,000 notes."""
        return 1000 * self.counts.get(name, 0) / max(1, self.counts.get("notes", 0))

    def add(self, name: str, holds: Sequence[bool]) -> None:
        """Add to a figure one entry for each place, true where it holds."""
        held, among = self.kept.get(name, (0, 0))
        self.kept[name] = held + sum(holds), among + len(holds)


def summed(figures: Iterable[Figures]) -> Figures:
    """Return the sum of the figures of several sheets."""
    total = Figures()
    for each in figures:
        for name, (held, among) in each.kept.items():
            before = total.kept.get(name, (0, 0))
            total.kept[name] = before[0] + held, before[1] + among
        for name, count in each.counts.items():
            total.counts[name] = total.counts.get(name, 0) + count
        total.problems += each.problems
    return total


def written_and_read(score: Score, *, layout: str = "open") -> Score:
    """Return a score after it was written to MusicXML and read again."""
    with tempfile.TemporaryDirectory() as folder:
        return read_score(write_score(score, Path(folder) / "arrangement.musicxml", layout=layout))


def figures_of(sheet: LeadSheet, arrangement: Arrangement, ensemble: Ensemble, *, layout: str = "open") -> Figures:
    """Return all figures of an arrangement of a sheet, measured on its written file."""
    written = written_and_read(arrangement.score, layout=layout)
    given = ensemble.parts[arrangement.plan.given].name
    figures = Figures()
    compare(in_heard_key(sheet).score, written, _tune(written, arrangement.plan), figures)
    follow(written, given, figures)
    lead(written, ensemble, given, figures)
    report = arrangement.report()
    excused = [each for each in report.notices if each.message.startswith(PARALLELS) and UNAVOIDABLE in each.message]
    figures.counts["explained"] = len(excused)
    return figures


def _part(score: Score, name: str) -> Part:
    return next((part for part in score.parts if part.name == name), Part(name, ()))


def _tune(written: Score, plan: Plan) -> Part:
    """Return the part with the tune; where it is handed around, its turns, each in the octave of the first."""
    names = plan.texture.voices
    if not plan.turns:
        return _part(written, names[plan.given])
    notes: list[Note] = []
    for turn in plan.turns:
        octave = Interval(-7 * turn.octaves, -12 * turn.octaves)
        notes += [note.up(octave) for note in _part(written, names[turn.voice]).notes if note.onset_quarter in turn]
    return Part("tune", tuple(notes))


def interval_between(tune: Part, line: Part) -> Interval:
    """Return the interval from the first note of a tune to the first note of a line."""
    first, now = (next((note.pitch for note in part.notes if note.pitch), None) for part in (tune, line))
    if first is None or now is None:
        return _UNISON
    return Interval(now.step + 7 * now.octave - first.step - 7 * first.octave, now.midi - first.midi)


def compare(source: Score, written: Score, line: Part, figures: Figures) -> None:
    """Count what the arrangement keeps of the lead sheet, after one transposition."""
    interval = interval_between(source.parts[0], line)
    figures.counts["half_steps"] = interval.semitones
    tune, notes = _pitched(source.parts[0].up(interval)), _pitched(line)
    _count(figures, "melody", map(_sung, tune), map(_sung, notes), source)
    _count(figures, "marks", map(_marked, tune), map(_marked, notes), source)
    bars = [(bar.onset_quarter, bar) for bar in source.bars]
    for name, said in _BAR_SAYS.items():
        wanted = [(onset, said(bar, interval)) for onset, bar in bars]
        found = [(bar.onset_quarter, said(bar, _UNISON)) for bar in written.bars]
        _count(figures, name, wanted, found, source)
    if source.chords:
        wanted_chords = [(each.onset_quarter, each.symbol.up(interval)) for each in spread_symbols(source)]
        found_chords = [(each.onset_quarter, each.symbol) for each in spread_symbols(written)]
        _count(figures, "chords", wanted_chords, found_chords, source)


def _pitched(part: Part) -> list[Note]:
    return [note for note in part.notes if note.pitch]


def _sung(note: Note) -> tuple[object, ...]:
    """Return what must be kept of a note of the tune."""
    lyrics = tuple((each.verse, each.text, each.syllabic) for each in note.lyrics)
    tie = note.tie_start, note.tie_stop
    return note.onset_quarter, note.pitch, note.duration_quarter, tie, note.grace, frozenset(lyrics)


def _marked(note: Note) -> tuple[object, ...]:
    """Return the signs at a note, without breath marks, which the arranger may add."""
    signs = frozenset(note.articulations) - {"breath-mark"}
    slurs = len(note.slur_starts), len(note.slur_stops)
    return note.onset_quarter, note.pitch, slurs, note.fermata, signs, frozenset(note.ornaments)


_BAR_SAYS = {
    "bars": lambda bar, interval: (bar.length_quarter, bar.number, bar.left_line, bar.right_line),
    "repeats": lambda bar, interval: (bar.repeat_start, bar.repeat_end),
    "voltas": lambda bar, interval: (bar.volta, bar.volta_start, bar.volta_stop),
    "meters": lambda bar, interval: (bar.meter,),
    "keys": lambda bar, interval: (bar.key.up(interval).fifths, bar.key.mode_name),
}


def _count(figures: Figures, name: str, wanted: Items, found: Items, source: Score) -> None:
    """Compare wanted and found items one by one, in order; surplus items of either list count as wrong."""
    expected, actual = list(wanted), list(found)
    pairs = list(zip(expected, actual, strict=False))
    figures.add(name, [one == other for one, other in pairs] + [False] * abs(len(expected) - len(actual)))
    for one, other in [pair for pair in pairs if pair[0] != pair[1]][:3]:
        bar = source.bar_at(Fraction(str(one[0])))
        differing = [f"{a} became {b}" for a, b in zip(one, other, strict=True) if a != b]
        figures.problems.append(f"{name}, bar {bar.number}: {'; '.join(differing)}")
    if len(expected) != len(actual):
        figures.problems.append(f"{name}: {len(expected)} became {len(actual)}")


def follow(written: Score, given: str, figures: Figures) -> None:
    """Count how well the voices follow the chord symbols."""
    lines = [_Line(part.notes) for part in written.parts]
    added = [_Line(part.notes) for part in written.parts if part.name != given]
    onsets = sorted({chord.onset_quarter for chord in written.chords} | {written.end_quarter})
    for chord in written.chords:
        symbol, onset = chord.symbol, chord.onset_quarter
        sounding = [midi for line in lines for midi in line.between(onset, onset)]
        if symbol.root is None or not sounding:
            figures.counts["no_chord_or_silent"] = figures.counts.get("no_chord_or_silent", 0) + 1
            continue
        bass = min(sounding) % 12
        name = "slash_bass" if symbol.bass else "plain_root"
        figures.add(name, [bass == symbol.bass_pitch_class])
        figures.add("chord_tone", [symbol.role_of(bass) is not None])
        wrong_bass = symbol.role_of(bass) is None or (symbol.bass is not None and bass != symbol.bass_pitch_class)
        foreign = [midi for line in added for midi in line.foreign(symbol, onset)]
        figures.add("respected", [not wrong_bass and not foreign])
        end = next((each for each in onsets if each > onset), written.end_quarter)
        heard = {midi % 12 for line in lines for midi in line.between(onset, end)}
        tensions = {each for each in symbol.essential if symbol.role_of(each) == "tension"}
        essential = symbol.essential - tensions
        missing = essential - heard
        figures.add("essential", [not missing])
        figures.add("tensions", [tensions <= heard] if tensions else [])
        where = f"bar {written.bar_at(onset).number} {symbol} at quarter {onset}"
        if bass != symbol.bass_pitch_class:
            figures.problems.append(f"{name}, {where}: pitch class {bass} in the bass")
        if foreign:
            figures.problems.append(f"respected, {where}: {foreign}")
        if missing:
            figures.problems.append(f"essential, {where}: {sorted(missing)} of {sorted(essential)} missing")


class _Line:
    """The notes of a part, searchable by time."""

    def __init__(self, notes: Sequence[Note]) -> None:
        self.notes = [note for note in notes if note.pitch and note.grace is None]
        self.starts = [note.onset_quarter for note in self.notes]

    def foreign(self, symbol: ChordSymbol, onset: Fraction) -> Iterator[int]:
        """Yield the MIDI number that begins at a chord's onset if it contradicts it."""
        index = bisect_left(self.starts, onset)
        if index == len(self.notes) or self.starts[index] != onset:
            return
        pitch, before = self.notes[index].pitch, self.notes[index - 1].pitch if index else None
        assert pitch is not None
        assert symbol.root is not None
        seventh = (pitch.midi - symbol.root.pitch_class) % 12 == _MINOR_SEVENTH
        if symbol.role_of(pitch.midi % 12) is None and pitch != before and not seventh:
            yield pitch.midi

    def between(self, start: Fraction, end: Fraction) -> Iterator[int]:
        """Yield the MIDI numbers that sound in the interval [start, end), or at start if both are equal."""
        for note in self.notes[: bisect_right(self.starts, end)]:
            begins = note.onset_quarter < end or note.onset_quarter <= start
            if begins and note.end_quarter > start and note.pitch:
                yield note.pitch.midi


def lead(written: Score, ensemble: Ensemble, given: str, figures: Figures) -> None:
    """Count notes, parallels, crossings and notes out of range."""
    onsets = slice_onsets(written, written.parts)
    texture = texture_of(written, onsets=onsets, predecessors=seam_predecessors(written, onsets))
    windows = Windows(texture)
    names = [part.name for part in written.parts]
    figures.counts["notes"] = int(texture.attack.sum())
    figures.counts["parallels"] = parallels_of(windows)
    figures.problems += _parallels(windows, written)
    crossed = _events(by_code("VL301")(windows.verticality))
    upper, lower = voice_pairs(len(names))
    own = np.array([names[a] == given or names[b] == given for a, b in zip(upper, lower, strict=True)], dtype=bool)
    figures.counts["crossings"] = int(crossed.sum())
    figures.counts["crossings_given"] = int(crossed[:, own].sum())
    for part in ensemble.parts:
        band = part.instrument.absolute
        beyond = [note for note in _part(written, part.name).notes if note.pitch and not band.contains(note.pitch.midi)]
        for name in ("outside", "outside_given") if part.name == given else ("outside",):
            figures.counts[name] = figures.counts.get(name, 0) + len(beyond)


def _events(mask: Mask) -> Mask:
    """Return the mask of the first slice of every run of true values, along axis 0."""
    return mask & ~np.concatenate([np.zeros_like(mask[:1]), mask[:-1]])


def _parallels(windows: Windows, written: Score) -> Iterator[str]:
    """Yield a description of each parallel."""
    texture, (before, after) = windows.texture, windows.pairs
    upper, lower = voice_pairs(texture.shape[1])
    for code in PARALLELS:
        for window, pair in np.argwhere(by_code(code)(windows.motion)).tolist():
            one, other, voices = int(before[window]), int(after[window]), (upper[pair], lower[pair])
            times = texture.onset_quarter
            moves = " ".join(f"{texture.pitch[one, voice]}-{texture.pitch[other, voice]}" for voice in voices)
            parts = "-".join(texture.voices[voice] for voice in voices)
            seam = "" if other == one + 1 else " at a repeat boundary"
            phrase = " across a phrase end" if windows.boundary[window] else ""
            bar = written.bar_at(times[other])
            yield f"{code}, bar {bar.number} quarter {times[one]}-{times[other]}: {parts} {moves}{seam}{phrase}"
