"""Projects: frozen values that say what a user has made, step by step.

A project is a list of steps and a place in it. Each action of the user is one step, so undoing goes one place back and
redoing one forward. The state after a step is kept whole; scores in it are named by the hash of their MusicXML, which
`arranger.studio.shelf` keeps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

FORMAT = 1  # of the files of a project
Json = dict[str, Any]


@dataclass(frozen=True)
class Music:
    """A score as a project keeps it: its MusicXML, and what MusicXML does not say.

    Times are written as exact fractions of a quarter, such as ``"7/2"``.
    """

    document: str  # hash of the MusicXML
    title: str = ""
    parts: tuple[Json, ...] = ()  # name, instrument and abbreviation of each
    bars: tuple[Json, ...] = ()  # index, number, onset_quarter, length_quarter, beats, beat_type
    profile: str = ""  # rule profile by which it is checked
    own_parts: int = 0  # how many of the parts have a line of their own; those after them double others
    tune: tuple[Json, ...] = ()  # where the given tune is: part, start_quarter, end_quarter
    harmony: tuple[Json, ...] = ()  # the chords that the arrangement follows: onset_quarter, symbol
    directions: tuple[Json, ...] = ()  # tempi, dynamics and words, with the part that each is for
    layout: str = "open"
    findings: tuple[Json, ...] = ()
    notices: tuple[Json, ...] = ()
    cost: float = 0.0  # nats; of an arrangement

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Music:
        """Return the music that `to_json` wrote."""
        values: Json = {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}
        return cls(**values)

    def to_json(self) -> Json:
        """Return the music as plain data."""
        return asdict(self)


@dataclass(frozen=True)
class State:
    """What a project holds after one step."""

    choices: Json = field(default_factory=dict)  # of the arrangement, by the names of `arranger.arranging.main.Options`
    sheet: Music | None = None  # the lead sheet
    arrangement: Music | None = None
    variants: tuple[Music, ...] = ()  # alternatives to the arrangement
    origin: Json = field(default_factory=dict)  # how the variants were made
    pins: tuple[Json, ...] = ()  # notes that are kept: voice, onset_quarter, pitch
    repair: tuple[Json, ...] = ()  # what the last repair changed

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> State:
        """Return the state that `to_json` wrote."""
        return cls(
            choices=data["choices"],
            sheet=_music(data["sheet"]),
            arrangement=_music(data["arrangement"]),
            variants=tuple(map(Music.from_json, data["variants"])),
            origin=data["origin"],
            pins=tuple(data["pins"]),
            repair=tuple(data["repair"]),
        )

    def to_json(self) -> Json:
        """Return the state as plain data."""
        return asdict(self)

    @property
    def documents(self) -> frozenset[str]:
        """The hashes of all scores."""
        all_music = (self.sheet, self.arrangement, *self.variants)
        return frozenset(music.document for music in all_music if music is not None)


def _music(data: Mapping[str, Any] | None) -> Music | None:
    return None if data is None else Music.from_json(data)


@dataclass(frozen=True)
class Step:
    """One action of the user: the number of the file that holds the state after it, and its name for *Undo*."""

    number: int
    name: str


@dataclass(frozen=True)
class Project:
    """The steps of a project, and the state at the present one."""

    id: str
    title: str
    source: str  # name of the file that was uploaded
    steps: tuple[Step, ...]
    place: int  # index of the present step
    revision: int  # grows with every change, also by undoing
    changed: str  # time of the last change, as in ISO 8601
    state: State

    @property
    def can_undo(self) -> bool:
        """Whether there is a step before the present one."""
        return self.place > 0

    @property
    def can_redo(self) -> bool:
        """Whether a step was undone."""
        return self.place < len(self.steps) - 1

    @property
    def undo_name(self) -> str:
        """Name of the step that *Undo* takes back."""
        return self.steps[self.place].name if self.can_undo else ""

    @property
    def redo_name(self) -> str:
        """Name of the step that *Redo* brings back."""
        return self.steps[self.place + 1].name if self.can_redo else ""

    def after(self, name: str, state: State, *, now: str) -> Project:
        """Return the project after one more step; steps that were undone are dropped."""
        number = max(step.number for step in self.steps) + 1
        kept = (*self.steps[: self.place + 1], Step(number, name))
        return replace(self, steps=kept, place=len(kept) - 1, revision=self.revision + 1, changed=now, state=state)

    def moved(self, places: int, state: State, *, now: str) -> Project:
        """Return the project some steps further or, if negative, back; ``state`` is the state there."""
        return replace(self, place=self.place + places, revision=self.revision + 1, changed=now, state=state)

    def head(self) -> Json:
        """Return everything but the states, as plain data."""
        return {
            "format": FORMAT,
            **{name: getattr(self, name) for name in ("id", "title", "source", "place", "revision", "changed")},
            "steps": [asdict(step) for step in self.steps],
        }

    @classmethod
    def from_head(cls, head: Mapping[str, Any], state: State) -> Project:
        """Return the project of a head and the state at its present step."""
        names = ("id", "title", "source", "place", "revision", "changed")
        steps = tuple(Step(**step) for step in head["steps"])
        return cls(**{name: head[name] for name in names}, steps=steps, state=state)
