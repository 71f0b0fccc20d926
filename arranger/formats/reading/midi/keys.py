"""Keys of MIDI: presses and releases -> notes.

A key may be pressed again before it is released. If every press has its release, the first release ends the first
press. If there are fewer releases than presses, a press also ends the note before it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

Span = tuple[int, int, int]  # (start, end, MIDI number), in ticks


@dataclass
class Keys:
    """The presses and releases of one channel, by key, in order of time."""

    events: dict[int, list[tuple[int, bool]]] = field(default_factory=dict)  # MIDI number -> (tick, whether pressed)

    def add(self, midi: int, tick: int, *, pressed: bool) -> None:
        """Add a press or a release."""
        self.events.setdefault(midi, []).append((tick, pressed))

    def spans(self, end: int) -> tuple[list[Span], list[Span]]:
        """Return the notes, and those of them whose key is never released; ``end`` is the last tick of the file."""
        found: list[Span] = []
        held: list[Span] = []
        for midi, events in self.events.items():
            notes, open_from = _paired(events)
            found += [(start, stop, midi) for start, stop in notes]
            if open_from is not None:
                held.append((open_from, max(end, open_from + 1), midi))
        return sorted([*found, *held]), held


def _paired(events: Sequence[tuple[int, bool]]) -> tuple[list[tuple[int, int]], int | None]:
    """Return the (start, end) of each note of one key, and the start of a note that is never released.

    >>> _paired([(0, True), (480, True), (500, False), (960, False)])
    ([(0, 500), (480, 960)], None)
    >>> _paired([(0, True), (480, True), (960, False)])
    ([(0, 480), (480, 960)], None)
    """
    down: deque[int] = deque()
    notes: list[tuple[int, int]] = []
    for tick, pressed in events:
        if pressed:
            down.append(tick)
        elif down:
            notes.append((down.popleft(), tick))
    return (notes, None) if not down else _ended_by_presses(events)


def _ended_by_presses(events: Sequence[tuple[int, bool]]) -> tuple[list[tuple[int, int]], int | None]:
    notes: list[tuple[int, int]] = []
    start: int | None = None
    for tick, pressed in events:
        if start is not None:
            notes.append((start, tick))
        start = tick if pressed else None
    return notes, start
