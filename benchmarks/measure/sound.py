"""Measures the sound of arrangements: time, onsets against the score, tuning, levels and rehearsal tracks.

    python -m benchmarks.measure.sound [SONG] [--ensemble satb ...]

``onsets``   after a rest or before the first note: when the sound is 0.4 times as loud as soon after; from one pitch to
             another: when the partials that only the new pitch has overtake those that only the old one has; both
             against the score, in milliseconds, the median and the 95th percentile of what they are off
``balance``  the least by which the own voice is above another one in its rehearsal track, in dB of RMS, found by a
             least squares fit of the track to the voices in the room
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from arranger import arrange, read_lead_sheet
from arranger.sounding import Stems, mixed, stems
from arranger.sounding.rehearsal import Practice, rehearsal_tracks
from arranger.sounding.room import placed
from arranger.sounding.timing import Heard

ENSEMBLES = ("satb", "ttbb", "string-quartet", "sax-quartet", "brass-quintet", "woodwind-quintet")
_LEAST_SECONDS = 0.25  # shorter notes are not measured
_HALF_WINDOW = 0.03  # seconds, of the energy of partials
_PARTIALS = 10
_APART_HERTZ = 60.0  # nearer partials cannot be told apart in that window


def onset_errors(heard: Stems) -> Iterator[float]:
    """Yield by how many seconds notes are heard later than written, earlier ones negative."""
    for part in heard.parts:
        notes = sorted(part.notes, key=lambda note: note.start_second)
        for before, note in pairwise([None, *notes]):
            if note is None or note.end_second - note.start_second < _LEAST_SECONDS:
                continue
            if before is None or note.start_second - before.end_second > _LEAST_SECONDS:
                yield rise(part.samples, heard.rate, note) - note.start_second
            elif before.midi != note.midi and before.end_second - before.start_second >= _LEAST_SECONDS:
                yield change(part.samples, heard.rate, before, note) - note.start_second


def rise(samples: NDArray[np.float32], rate: int, note: Heard) -> float:
    """Return when a note after silence is 0.4 times as loud as from 30 to 150 ms after its time."""
    moment = int(rate * max(0.01, 1 / hertz(note.midi)))
    begin, end = (max(int((note.start_second + each) * rate), 0) for each in (-0.1, 0.2))
    power = np.convolve(samples[begin:end].astype(float) ** 2, np.ones(moment) / moment, "same")
    first, last = (int((note.start_second + each) * rate) - begin for each in (0.03, 0.15))
    return float((begin + np.argmax(power > 0.16 * power[first:last].mean())) / rate)


def change(samples: NDArray[np.float32], rate: int, before: Heard, note: Heard) -> float:
    """Return when a new pitch overtakes an old one, by the partials that they do not share; NaN if there are none."""
    begin = max(int((note.start_second - 0.16) * rate), 0)
    end = int((note.start_second + 0.16) * rate)
    levels = [energy(samples[begin:end], rate, one, other) for one, other in ((before, note), (note, before))]
    if not all(level.any() for level in levels):
        return float("nan")  # no partial can be told from those of the other pitch
    old, new = (level / level.max() for level in levels)
    middle = int(note.start_second * rate) - begin
    crossings = np.flatnonzero(np.diff(np.sign(new - old)))
    nearest = crossings[np.argmin(np.abs(crossings - middle))] if len(crossings) else len(new)
    return float((begin + nearest) / rate)


def energy(samples: NDArray[np.float32], rate: int, note: Heard, other: Heard) -> NDArray[np.float64]:
    """Return the power over time of those partials of a note that can be told from the partials of another."""
    window = np.hanning(2 * int(_HALF_WINDOW * rate) + 1)
    seconds = np.arange(len(samples)) / rate
    total = np.zeros(len(samples))
    others = hertz(other.midi) * np.arange(1, 8 * _PARTIALS)
    for partial in hertz(note.midi) * np.arange(1, _PARTIALS + 1):
        if np.abs(others - partial).min() > _APART_HERTZ and partial < rate / 2:
            turned = samples * np.exp(-2j * np.pi * partial * seconds)
            total += np.abs(np.convolve(turned, window / window.sum(), "same")) ** 2
    return total


def hertz(midi: int) -> float:
    """Return the frequency of a MIDI number."""
    return float(440 * 2 ** ((midi - 69) / 12))


def least_balance(heard: Stems) -> float:
    """Return the least by which an own voice is above another in its track, in dB."""
    alone = [placed([part.samples], [1.0], [0.0], rate=heard.rate).mean(axis=1) for part in heard.parts]
    voices = np.stack(alone, axis=1)
    found = []
    for track in rehearsal_tracks(heard, Practice(count_in_bars=0)):
        if track.part is not None:
            gains = np.abs(np.linalg.lstsq(voices, track.sound.mean(axis=1), rcond=None)[0])
            levels = gains * np.sqrt(np.mean(voices**2, axis=0))
            found.append(levels[track.part] / np.delete(levels, track.part).max())
    return float(20 * np.log10(min(found)))


@click.command()
@click.argument("song", default="examples/amazing-grace.musicxml", type=click.Path(exists=True, path_type=Path))
@click.option("--ensemble", "ensembles", multiple=True, default=ENSEMBLES, help="Ensembles, by default six.")
def main(song: Path, ensembles: tuple[str, ...]) -> None:
    """Print a table with a line for each ensemble."""
    sheet = read_lead_sheet(song)
    print("| ensemble | sound | stems, CPU | mix, CPU | notes | off, median | off, 95 % | least RMS | peak | balance |")
    print(f"|---|{'---:|' * 9}")
    for ensemble in ensembles:
        score = arrange(sheet, ensemble=ensemble).score
        stems(score)  # the samples are decoded once
        begun = time.process_time()
        heard = stems(score)
        made = time.process_time()
        sound = mixed(heard)
        done = time.process_time()
        late = np.abs([error for error in onset_errors(heard) if not np.isnan(error)]) * 1000
        cells = [
            f"{len(heard) / heard.rate:.0f} s", f"{made - begun:.2f} s", f"{done - made:.2f} s", str(len(late)),
            f"{np.median(late):.1f} ms", f"{np.percentile(late, 95):.1f} ms",
            f"{min(part.rms for part in heard.parts):.3f}", f"{np.abs(sound).max():.2f}",
            f"{least_balance(heard):.1f} dB",
        ]  # fmt: skip
        print(f"| {ensemble} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
