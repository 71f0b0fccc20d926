"""Training and validation data of the chord model: tunes with chords and keys.

*Chorales and hymns*: the soprano, with chords and keys that `theory.harmony.estimate` infers from all four voices.
Only the lists ``train`` and ``valid`` of their splits are used, never the test lists.

*Lead sheets*: the tune with its chord symbols, and keys estimated from both. Every third sheet of the folder, sorted by
file name, is left out of the counts of the harmony graph; of these, a number of `CHOOSING` sheets, those whose file
names have the lowest SHA-256, are for validation. All other sheets are for training. Sheets with at least
`_PLAIN_SHARE` triads and dominant sevenths and few chords outside the scale have the style ``folk``, the others
``song``.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import click
import numpy as np

from arranger.formats.reading.sheet import read_lead_sheet
from arranger.models.chords import features, vocabulary
from arranger.models.chords.features import chord_number, features_of, key_number, references_of
from arranger.models.chords.vocabulary import QUALITY_NAMES
from corpora.cache import Arrays, cached_arrays
from corpora.chorales import CHORALES, read_chorale
from corpora.hymns import HYMNS, read_hymn
from theory.harmony.estimate import HarmonicSpan, estimate_chords
from theory.harmony.evidence import evidence_of
from theory.notation.score import Score
from theory.types import Floats32, Ints
from theory.values import Value

CHOOSING = 52  # lead sheets for validation
_EVERY = 3  # every third lead sheet may be used for validation
_PLAIN, _PLAIN_SHARE, _SCALE_SHARE = ("", "m", "7"), 0.9, 0.85
_SCALE_ROOTS = (0, 2, 4, 5, 7, 9)  # semitones above the reference
SPLITS = ("train", "valid")


@dataclass(frozen=True)
class ChordSources:
    """Folders of the music; a missing one is left out. The chorales come with music21."""

    hymns: Path | None = None
    sheets: Path | None = None


@dataclass(frozen=True, eq=False, repr=False)
class ChordPiece(Value):
    """A bare tune and what is known of its harmony. T slots."""

    style: str
    tune: Score
    chord: Ints  # (T,) class of the chord, -1 where unknown
    key: Ints  # (T,) class of the key


@dataclass(frozen=True, eq=False, repr=False)
class ChordExample(Value):
    """A piece encoded for the network. T slots."""

    style: str
    features: Floats32  # (T, COLUMNS)
    chord: Ints  # (T,)
    key: Ints  # (T,)

    @property
    def change(self) -> Ints:
        """(T,) 1 where the chord of a slot differs from that of the slot before, else 0; -1 where that is unknown."""
        before = np.concatenate([[-2], self.chord[:-1]])
        return np.where((self.chord < 0) | (before == -1), -1, self.chord != before).astype(np.int64)


def example_of(piece: ChordPiece) -> ChordExample:
    """Return a piece encoded for the network."""
    return ChordExample(piece.style, features_of(piece.tune, piece.style), piece.chord, piece.key)


def pieces(split: str, sources: ChordSources) -> Iterator[ChordPiece]:
    """Yield the pieces of ``train`` or ``valid``; lead sheets that cannot be read are skipped."""
    for name in CHORALES.names(split):
        yield _from_voices(read_chorale(name), "chorale")
    if sources.hymns:
        for name in HYMNS.names(split):
            yield _from_voices(read_hymn(sources.hymns, name), "hymn")
    if sources.sheets:
        for path in sheet_paths(sources.sheets, split):
            piece = _from_symbols(path)
            if piece is not None:
                yield piece


def sheet_paths(folder: Path, split: str) -> list[Path]:
    """Return the paths of the lead sheets of a folder that belong to ``train`` or ``valid``."""
    paths = sorted(folder.glob("*.mxl"))
    candidates = sorted(paths[::_EVERY], key=lambda path: hashlib.sha256(path.name.encode()).digest())
    chosen = set(candidates[:CHOOSING])
    return [path for path in paths if (path in chosen) == (split == "valid")]


def _from_voices(score: Score, style: str) -> ChordPiece:
    tune = replace(score, parts=score.parts[:1], chords=())
    return _piece(tune, style, estimate_chords(score))


def _from_symbols(path: Path) -> ChordPiece | None:
    try:
        score = read_lead_sheet(path).score
    except ValueError:  # a ReadError is one
        return None
    evidence = evidence_of(score, (0,))
    piece = _piece(replace(score, chords=()), "song", estimate_chords(score))
    numbers = [
        -1 if symbol is None else chord_number(symbol, reference)
        for symbol, reference in zip(evidence.symbols, references_of(evidence).tolist(), strict=True)
    ]
    chord = np.array(numbers, dtype=np.int64)
    if not (chord >= 0).any():
        return None
    return replace(piece, chord=chord, style="folk" if is_plain(chord) else "song")


def is_plain(chord: Ints) -> bool:
    """Whether chords are those of a folk song: mostly triads and dominant sevenths on degrees of the scale."""
    known = chord[chord >= 0]
    plain = [QUALITY_NAMES.index(name) for name in _PLAIN]
    of_scale = np.isin(known // len(QUALITY_NAMES), _SCALE_ROOTS).mean()
    return bool(np.isin(known % len(QUALITY_NAMES), plain).mean() >= _PLAIN_SHARE and of_scale >= _SCALE_SHARE)


def _piece(tune: Score, style: str, spans: tuple[HarmonicSpan, ...]) -> ChordPiece:
    """Return a tune with the chord and the key of each slot."""
    evidence = evidence_of(tune, (0,))
    starts = np.array([float(span.start_quarter) for span in spans])
    indices = np.searchsorted(starts, [float(time) for time in evidence.onset_quarter], side="right") - 1
    references = references_of(evidence).tolist()
    held = [spans[max(0, index)] for index in indices]
    chord = [chord_number(span.symbol, reference) for span, reference in zip(held, references, strict=True)]
    key = [key_number(span.key, reference) for span, reference in zip(held, references, strict=True)]
    return ChordPiece(style, tune, np.array(chord, dtype=np.int64), np.array(key, dtype=np.int64))


def load_examples(split: str, sources: ChordSources, cache: Path) -> list[ChordExample]:
    """Return the examples of a split. If the cache folder lacks them they are read first, which takes minutes."""
    arrays = cached_arrays(cache / "chords" / split, _digest(sources), partial(_encoded, split, sources))
    parts = [np.split(arrays[name], arrays["end"][:-1]) for name in ("features", "chord", "key")]
    return [ChordExample(str(style), *columns) for style, *columns in zip(arrays["style"], *parts, strict=True)]


def _encoded(split: str, sources: ChordSources) -> Arrays:
    """Return the examples of a split, read from their files and concatenated along the slots."""
    found = [example_of(piece) for piece in _shown(split, sources)]
    return {
        "features": np.concatenate([one.features for one in found]),
        "chord": np.concatenate([one.chord for one in found]),
        "key": np.concatenate([one.key for one in found]),
        "end": np.cumsum([len(one.chord) for one in found]),
        "style": np.array([one.style for one in found]),
    }


def _shown(split: str, sources: ChordSources) -> Iterator[ChordPiece]:
    label = f"Reading {split}"
    with click.progressbar(
        pieces(split, sources), label=label, file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as all_:
        yield from all_


def _digest(sources: ChordSources) -> str:
    code = b"".join(Path(module.__file__ or "").read_bytes() for module in (features, vocabulary))
    code += Path(__file__).read_bytes()
    folders = [
        sorted(path.name for path in folder.glob("*.mxl")) for folder in (sources.hymns, sources.sheets) if folder
    ]
    return hashlib.sha256(code + repr(folders).encode() + CHORALES.split_digest.encode()).hexdigest()[:16]
