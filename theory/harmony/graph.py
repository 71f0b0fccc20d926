"""Functional harmony as a graph, and the relations between keys.

The vertices of a mode's harmony graph are its chords: diatonic triads and seventh chords, the dominants and
leading-tone chords applied to them, and chords borrowed from the other mode. The weight of an edge tells how
usual it is that one chord follows another, in four grades from the textbooks (Piston, *Harmony*, "table of
usual root progressions"; Aldwell & Schachter, *Harmony and Voice Leading*; Kostka & Payne, *Tonal Harmony*,
for applied chords and mixture). Each edge names its source. `theory.harmony.states` uses the weights as the
prior of counted successions.

The edges of the key graph are the relations of Weber's chart of keys (*Versuch einer geordneten
Theorie der Tonsetzkunst*, 1817-21): relative, parallel, and a fifth apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx as nx

USUAL, SOMETIMES, RARE, REMOTE = 10.0, 4.0, 1.5, 0.15
KEY_RELATIONS = {"relative": 1.0, "fifth": 1.0, "parallel": 3.0}

PISTON = "Piston, Harmony, usual root progressions"
APPLIED = "Kostka & Payne, Tonal Harmony, secondary functions"
MIXTURE = "Kostka & Payne, Tonal Harmony, mode mixture"
SEVENTHS = "Aldwell & Schachter, Harmony and Voice Leading, seventh chords"


@dataclass(frozen=True)
class Degree:
    """A chord described by its function in a key.

    ``fifths`` is the root's position relative to the tonic on the line of fifths, ``quality`` the suffix of the chord
    symbol, ``stem`` the scale degree (1 to 7) whose function the chord has in progressions, ``target`` the degree to
    which an applied chord resolves.
    """

    name: str
    fifths: int
    quality: str
    stem: int
    target: str = ""
    kind: str = "diatonic"  # diatonic, applied, mixture

    @property
    def offset(self) -> int:
        """Semitones of the root above the tonic, 0 to 11."""
        return 7 * self.fifths % 12

    @property
    def is_triad(self) -> bool:
        """Whether the chord is a major or minor triad."""
        return self.quality in ("", "m")

    @property
    def is_tonic(self) -> bool:
        """Whether the chord is a major or minor triad on the tonic."""
        return self.offset == 0 and self.is_triad

    @property
    def is_dominant(self) -> bool:
        """Whether the chord is the key's own dominant or leading-tone chord."""
        return not self.target and (self.stem, self.quality) in {
            (5, ""), (5, "7"), (7, "dim"), (7, "m7b5"), (7, "dim7"),
        }  # fmt: skip


def _degrees(kind: str, rows: str) -> Iterator[Degree]:
    """Read degrees from rows ``name:fifths:quality:stem``."""
    for row in rows.split():
        name, fifths, quality, stem = row.split(":")
        yield Degree(name, int(fifths), quality, int(stem), kind=kind)


def _applied(targets: str) -> Iterator[Degree]:
    """Build the applied dominants and leading-tone chords of targets ``name:fifths``; viiø7 only for major targets."""
    for row in targets.split():
        target, position = row.split(":")
        fifths = int(position)
        half_diminished = target[-1].isupper()
        for name, above, quality in (
            ("V", 1, ""),
            ("V7", 1, "7"),
            ("viio", 5, "dim"),
            ("viio7", 5, "dim7"),
            *((("viiø7", 5, "m7b5"),) if half_diminished else ()),
        ):
            stem = 5 if name.startswith("V") else 7
            yield Degree(f"{name}/{target}", fifths + above, quality, stem, target, "applied")


_MAJOR = (
    "I:0::1 ii:2:m:2 iii:4:m:3 IV:-1::4 V:1::5 vi:3:m:6 viio:5:dim:7 "
    "Imaj7:0:maj7:1 ii7:2:m7:2 iii7:4:m7:3 IVmaj7:-1:maj7:4 V7:1:7:5 vi7:3:m7:6 viiø7:5:m7b5:7"
)
_MAJOR_MIXTURE = (
    "i:0:m:1 iv:-1:m:4 bVI:-4::6 bIII:-3::3 bVII:-2::7 bII:-5::2 iio:2:dim:2 iiø7:2:m7b5:2 v:1:m:5 viio7:5:dim7:7 "
    "IV7:-1:7:4 bVII7:-2:7:7 bVI7:-4:7:6 Fr:-4:7b5:6"
)
_MINOR = (
    "i:0:m:1 iio:2:dim:2 III:-3::3 iv:-1:m:4 V:1::5 v:1:m:5 VI:-4::6 VII:-2::7 viio:5:dim:7 "
    "i7:0:m7:1 iiø7:2:m7b5:2 IIImaj7:-3:maj7:3 iv7:-1:m7:4 V7:1:7:5 v7:1:m7:5 VImaj7:-4:maj7:6 viio7:5:dim7:7"
)
_MINOR_MIXTURE = (
    "I:0::1 ii:2:m:2 ii7:2:m7:2 IV:-1::4 IV7:-1:7:4 vio:3:dim:6 viø7:3:m7b5:6 bII:-5::2 VI7:-4:7:6 Fr:-4:7b5:6"
)


@lru_cache(maxsize=2)
def degrees(mode: str) -> tuple[Degree, ...]:
    """Return the chords of a mode, each root and quality once, under its simplest name.

    >>> [degree.name for degree in degrees("minor") if degree.target == "V"]
    ['V/V', 'V7/V', 'viio/V', 'viio7/V', 'viiø7/V']
    """
    if mode == "major":
        rows = (*_degrees("diatonic", _MAJOR), *_degrees("mixture", _MAJOR_MIXTURE))
        applied = _applied("V:1 ii:2 vi:3 IV:-1 iii:4")
    else:
        rows = (*_degrees("diatonic", _MINOR), *_degrees("mixture", _MINOR_MIXTURE))
        applied = _applied("V:1 iv:-1 III:-3 VI:-4 VII:-2")
    chords: dict[tuple[int, str], Degree] = {}
    for degree in (*rows, *applied):
        chords.setdefault((degree.offset, degree.quality), degree)
    return tuple(chords.values())


# stem -> (usual, sometimes, rare) followers
_PISTON = {
    1: ((4, 5), (6,), (2, 3, 7)),
    2: ((5,), (4, 6, 7), (1, 3)),
    3: ((6,), (4,), (1, 2, 5)),
    4: ((5,), (1, 2), (3, 6, 7)),
    5: ((1,), (6, 4), (3, 2)),
    6: ((2, 5), (3, 4), (1, 7)),
    7: ((1, 3), (6,), (5,)),
}


def _stem_grade(before: int, after: int) -> float:
    for grade, followers in zip((USUAL, SOMETIMES, RARE), _PISTON[before], strict=True):
        if after in followers:
            return grade
    return REMOTE


@lru_cache(maxsize=2)
def harmony_graph(mode: str) -> nx.DiGraph:
    """Return the graph of a mode's chords; edges have a ``weight`` (higher is more usual) and a ``source``.

    >>> graph = harmony_graph("major")
    >>> graph["V7/V"]["V"]["weight"] > graph["V7/V"]["IV"]["weight"]
    True
    """
    import networkx as nx

    graph = nx.DiGraph(mode=mode)
    chords = degrees(mode)
    graph.add_nodes_from((degree.name, {"degree": degree}) for degree in chords)
    for before in chords:
        for after in chords:
            if before is not after:
                weight, source = _edge(before, after)
                graph.add_edge(before.name, after.name, weight=weight, source=source)
    return graph


def _edge(before: Degree, after: Degree) -> tuple[float, str]:
    """Return the weight of a succession and its source."""
    rarity = _rarity(after)
    if before.target:
        return _from_applied(before, after) * rarity, APPLIED
    if before.stem == after.stem and not after.target:
        # adding a seventh to a chord is more usual than removing it
        gains = len(after.quality) > len(before.quality) and before.fifths == after.fifths
        return (SOMETIMES if gains else RARE / 3) * rarity, SEVENTHS
    if after.target:
        return RARE * rarity, APPLIED
    source = MIXTURE if "mixture" in (before.kind, after.kind) else PISTON
    return _stem_grade(before.stem, after.stem) * rarity, source


def _rarity(after: Degree) -> float:
    """Return the frequency of a chord relative to the diatonic triad on the same degree, 1 or less."""
    if after.target:
        leads = 1.0 if after.target == "V" else 0.6
        return leads * (0.35 if after.stem == 5 else 0.2)
    if after.kind == "mixture":
        return 0.08
    if after.quality in ("", "m", "dim") or after.is_dominant:
        return 0.5 if after.name in ("iii", "v", "viiø7") else 1.0
    return 0.12 if after.quality == "maj7" else 0.35


def _from_applied(before: Degree, after: Degree) -> float:
    target = before.target
    resolves = after.name == target or (not after.target and after.name.startswith(target) and after.stem < 7)
    if resolves:
        return USUAL * 3
    if after.target == target:
        return USUAL
    # the root rises by step instead: a deceptive resolution, or another applied chord on the way
    return RARE if after.fifths - before.fifths in (-1, 2, -5) else REMOTE * 2


@lru_cache(maxsize=1)
def key_graph() -> nx.Graph:
    """Return the graph of the 24 keys (tonic pitch class, mode); the ``weight`` of an edge is a distance.

    >>> sorted(key_graph()[(0, "major")])
    [(0, 'minor'), (5, 'major'), (7, 'major'), (9, 'minor')]
    """
    import networkx as nx

    graph = nx.Graph()
    for tonic in range(12):
        major = (tonic, "major")
        _relate(graph, major, ((tonic + 9) % 12, "minor"), "relative")
        _relate(graph, major, (tonic, "minor"), "parallel")
        for mode in ("major", "minor"):
            _relate(graph, (tonic, mode), ((tonic + 7) % 12, mode), "fifth")
    return graph


def _relate(graph: nx.Graph, one: tuple[int, str], other: tuple[int, str], relation: str) -> None:
    graph.add_edge(one, other, weight=KEY_RELATIONS[relation], relation=relation)
