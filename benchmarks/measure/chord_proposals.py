"""How well chords proposed for unharmonised tunes agree with the original chords, for each style.

    python -m benchmarks.measure.chord_proposals HYMN_FOLDER LEADSHEET_FOLDER [--choose]

The tunes are those of the validation set (`arranger.lab.chords.pieces`): sopranos of chorales and hymns, whose
chords are estimated from all four voices, and lead sheets with their chord symbols. Printed as shares of the beats
that have a chord: root; root and quality; function (tonic, subdominant or dominant of the signature's major key). As
shares of the tunes: home key (the key of most beats), last key, and root of the last chord (a chorale in minor that
ends in major is in another key at the end). Also: the number of chord changes divided by the original's. All figures
are printed for rules alone, then for the chord model, then for the plan (`arranger.harmonizing.planning`), which names
no keys. ``--choose`` optimises the mixtures, one weight at a time.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from arranger.harmonizing.planning import planned_chords
from arranger.harmonizing.proposing import MIXTURES, Mixture, propose_chords
from arranger.lab.chords.pieces import ChordPiece, ChordSources, pieces
from arranger.models.chords.features import chord_number, key_number, references_of
from arranger.models.chords.vocabulary import QUALITY_NAMES, STYLES
from theory.harmony.estimate import HarmonicSpan, estimate_chords
from theory.harmony.evidence import evidence_of
from theory.types import Ints

_FUNCTIONS = np.array([0, 2, 1, 0, 0, 1, 2, 2, 0, 0, 1, 2])  # of a root: tonic, subdominant, dominant
_SCALES = (0.0, 0.5, 0.75, 1.4, 2.0)


@dataclass(frozen=True)
class Figures:
    """Agreement as shares of beats and of tunes, 0 to 1."""

    root: float
    chord: float
    function: float
    home_key: float
    last_key: float
    last_root: float  # root of the last chord, major or minor
    changes: float  # number of chord changes divided by the original's

    @property
    def worth(self) -> float:
        """The score that selects mixtures: correct chords and keys, and a harmonic rhythm like the original's."""
        return self.root + self.chord + 0.5 * (self.home_key + self.last_root) - 0.3 * abs(float(np.log(self.changes)))


def numbers(piece: ChordPiece, spans: Sequence[HarmonicSpan]) -> tuple[Ints, Ints]:
    """Return chords and keys of each slot, (slot,), as numbers of the model's vocabulary."""
    evidence = evidence_of(piece.tune, (0,))
    starts = [float(span.start_quarter) for span in spans]
    places = np.searchsorted(starts, [float(time) for time in evidence.onset_quarter], side="right") - 1
    pairs = [
        (chord_number(spans[max(0, place)].symbol, reference), key_number(spans[max(0, place)].key, reference))
        for place, reference in zip(places, references_of(evidence).tolist(), strict=True)
    ]
    chord, key = np.array(pairs, dtype=np.int64).T
    return chord, key


def figures_of(found: Sequence[tuple[ChordPiece, Ints, Ints]]) -> Figures:
    """Return the figures of proposals, given as (piece, chords, keys)."""
    theirs = np.concatenate([piece.chord for piece, _, _ in found])
    ours = np.concatenate([chord for _, chord, _ in found])
    known = theirs >= 0
    theirs, ours = theirs[known], ours[known]
    roots, own = theirs // len(QUALITY_NAMES), ours // len(QUALITY_NAMES)
    changes = [(np.count_nonzero(np.diff(chord)), np.count_nonzero(np.diff(piece.chord))) for piece, chord, _ in found]
    mine, real = np.sum(changes, axis=0)
    return Figures(
        root=float((roots == own).mean()),
        chord=float((theirs == ours).mean()),
        function=float((_FUNCTIONS[roots] == _FUNCTIONS[own]).mean()),
        home_key=float(np.mean([_most(piece.key) == _most(key) for piece, _, key in found])),
        last_key=float(np.mean([piece.key[-1] == key[-1] for piece, _, key in found])),
        last_root=float(np.mean([_last_root(piece.chord) == _last_root(chord) for piece, chord, _ in found])),
        changes=float(mine / real),
    )


def _last_root(chord: Ints) -> int:
    return int(chord[chord >= 0][-1]) // len(QUALITY_NAMES)


def _most(values: Ints) -> int:
    return int(np.bincount(values).argmax())


def proposals(chosen: Sequence[ChordPiece], mixture: Mixture | None) -> Iterator[tuple[ChordPiece, Ints, Ints]]:
    """Yield each piece with proposed chords and keys; without a mixture by rules alone."""
    for piece in chosen:
        propose = partial(propose_chords, style=piece.style, mixture=mixture) if mixture else estimate_chords
        yield piece, *numbers(piece, propose(piece.tune))


def planned(chosen: Sequence[ChordPiece]) -> Figures:
    """Return the figures of the plans of tunes, without those of keys."""
    found = []
    for piece in chosen:
        chords = planned_chords(piece.tune, piece.style)
        starts, references = [each.onset_quarter for each in chords], references_of(evidence_of(piece.tune, (0,)))
        times = evidence_of(piece.tune, (0,)).onset_quarter
        symbols = [chords[max(0, bisect_right(starts, time) - 1)].symbol for time in times]
        own = [chord_number(symbol, each) for symbol, each in zip(symbols, references.tolist(), strict=True)]
        found.append((piece, np.array(own), piece.key))
    return replace(figures_of(found), home_key=float("nan"), last_key=float("nan"))


def report(label: str, figures: Figures) -> None:
    """Print one line."""
    shares = "  ".join(f"{name} {value:.3f}" for name, value in asdict(figures).items())
    print(f"{label:<16} {shares}", flush=True)


def choose(chosen: Sequence[ChordPiece], mixture: Mixture) -> Mixture:
    """Return the best mixture found by changing one weight at a time, and print each improvement."""
    best = figures_of(list(proposals(chosen, mixture))).worth
    for name in asdict(mixture):
        for scale in _SCALES:
            other = replace(mixture, **{name: round(scale * getattr(mixture, name), 2)})
            found = figures_of(list(proposals(chosen, other)))
            if found.worth > best:
                best, kept = found.worth, other
                report(f"  {name} {getattr(other, name)}", found)
                mixture = kept
    print(mixture, flush=True)
    return mixture


def main(hymns: str, sheets: str, *options: str) -> None:
    """Print all figures."""
    every = list(pieces("valid", ChordSources(Path(hymns), Path(sheets))))
    for style in STYLES:
        chosen = [piece for piece in every if piece.style == style]
        minor = sum(_most(piece.key) >= 12 for piece in chosen)
        print(f"{style}: {len(chosen)} tunes, {minor} in minor")
        report("rules alone", figures_of(list(proposals(chosen, None))))
        mixture = MIXTURES[style]
        report("chord model", figures_of(list(proposals(chosen, mixture))))
        report("the plan", planned(chosen))
        if "--choose" in options:
            report("chosen", figures_of(list(proposals(chosen, choose(chosen, mixture)))))


if __name__ == "__main__":
    main(*sys.argv[1:])
