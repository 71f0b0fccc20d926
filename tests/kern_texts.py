"""Random **kern texts of full bars, whose spines split and join at any time, also within splits."""

from __future__ import annotations

import random

BAR = 8  # eighths
BARS = 3
MOST_VOICES = 4
PITCHES = ("c", "dd", "E", "f#", "bb-", "r")


class KernText:
    """Writes one text; ``busy`` has the eighths that the note of each voice of each spine still lasts."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._busy = [[0] for _ in range(self._random.randint(1, 3))]
        self._lines: list[str] = []

    def write(self) -> str:
        self._all("**kern")
        self._all("*M4/4")
        for bar in range(1, BARS + 1):
            self._all(f"={bar}")
            self._bar()
        self._all("==")
        self._all("*-")
        return "\n".join(self._lines) + "\n"

    def _bar(self) -> None:
        time = 0
        while time < BAR:
            self._random.choice((self._split, self._join, lambda: None))()
            self._notes(BAR - time)
            step = min(map(min, self._busy))
            self._busy = [[length - step for length in spine] for spine in self._busy]
            time += step

    def _split(self) -> None:
        free = [(s, v) for s, v in self._voices() if not self._busy[s][v] and len(self._busy[s]) < MOST_VOICES]
        if free:
            spine, voice = self._random.choice(free)
            self._line(lambda s, v: "*^" if (s, v) == (spine, voice) else "*")
            self._busy[spine].insert(voice + 1, 0)

    def _join(self) -> None:
        free = [(s, v) for s, v in self._voices() if v and not self._busy[s][v] and not self._busy[s][v - 1]]
        if free:
            spine, voice = self._random.choice(free)
            self._line(lambda s, v: "*v" if s == spine and v in (voice - 1, voice) else "*")
            self._busy[spine].pop(voice)

    def _notes(self, left: int) -> None:
        tokens = {(s, v): self._token(s, v, left) for s, v in self._voices()}
        self._line(lambda s, v: tokens[s, v])

    def _token(self, spine: int, voice: int, left: int) -> str:
        if self._busy[spine][voice]:
            return "."
        length = self._random.choice([each for each in (1, 2, 4, 8) if each <= left])
        self._busy[spine][voice] = length
        pitch = self._random.choice(PITCHES)
        more = f" {BAR // length}gg" if pitch != "r" and self._random.random() < 0.2 else ""
        return f"{BAR // length}{pitch}{more}"

    def _voices(self) -> list[tuple[int, int]]:
        return [(s, v) for s, spine in enumerate(self._busy) for v in range(len(spine))]

    def _line(self, field) -> None:
        self._lines.append("\t".join(field(s, v) for s, v in self._voices()))

    def _all(self, field: str) -> None:
        self._line(lambda _s, _v: field)
