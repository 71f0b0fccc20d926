"""Training, validation and test tunes of the melody model.

Tunes are read with `arranger.formats.reading.abc.reader`, encoded once, and cached as arrays. Skipped are tunes
without a meter, with meters or durations that the vocabulary lacks, with fewer than 12 or more than 600 events, and
exact duplicates. A third of the tunes have chords, estimated by `theory.harmony.estimate`, so that the model can
follow chord symbols and also do without them. Of several endings only the last one is kept.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path

import click
import numpy as np

from arranger.formats.reading.abc import bars as abc_bars
from arranger.formats.reading.abc import reader as abc
from arranger.formats.reading.abc import voice as abc_voice
from arranger.formats.reading.abc.reader import parse_abc
from arranger.formats.reading.layout import build_score
from arranger.formats.reading.sheet import choose_melody
from arranger.formats.reading.tune import tune_line
from arranger.formats.reading.voices import is_single_line
from arranger.lab.melody import bars
from arranger.lab.melody.bars import last_endings
from arranger.lab.melody.encoded import CHORDS_EVERY, LONGEST, SHORTEST, EncodedTune
from arranger.models.melody import events, vocabulary
from arranger.models.melody.events import Events, events_of, hears_minor, line_of
from corpora import families, tunes
from corpora.cache import Arrays, cached_arrays
from corpora.families import sides
from corpora.tunes import TUNE_BOOKS, TuneText, tune_texts
from theory.harmony import estimate
from theory.harmony.estimate import with_estimated_chords
from theory.notation import phrase
from theory.notation.key import Key
from theory.notation.phrase import BREATHS
from theory.notation.pitch import Tone
from theory.notation.score import Note, Score
from theory.types import Ints

_SIDES = ("train", "valid", "test")
_MAKERS = (bars, events, vocabulary, abc, abc_bars, abc_voice, families, tunes, estimate, phrase)
_SELF = Path(__file__)


def load_tunes(split: str, cache: Path) -> list[EncodedTune]:
    """Return the tunes of ``train``, ``valid`` or ``test``. All tunes are read first if the cache lacks them."""
    arrays = cached_arrays(cache / "tunes", _digest(), _encode_all)
    ends = np.cumsum(arrays["count"])
    chosen = np.flatnonzero(arrays["side"] == _SIDES.index(split))
    return [_tune(arrays, int(index), slice(ends[index] - arrays["count"][index], ends[index])) for index in chosen]


def read_tune(tune: TuneText) -> tuple[Score, Key]:
    """Return the score of a tune, with breath marks at phrase ends, and its key with the mode heard in the notes.

    Raises ReadError if the ABC cannot be read, and ValueError if the tune has no notes.
    """
    sheet = parse_abc(tune.text, tune.name)
    melody, _ = choose_melody(sheet, None, tune.name)
    score, _ = build_score([melody], [melody], sheet.heading)
    notes = score.parts[0].notes
    if not is_single_line(notes):
        notes = tune_line(notes, score.bars)
    score = replace(score, parts=(replace(score.parts[0], notes=_breaths_moved(notes)),))
    score = last_endings(score)
    tonic = Tone.parse(tune.tonic) if tune.tonic else score.bars[0].key.tonic
    midi = [note.pitch.midi for note in line_of(score) if note.pitch]
    return score, Key(tonic, "minor" if hears_minor(midi, tonic.pitch_class) else "major")


def _breaths_moved(notes: Sequence[Note]) -> tuple[Note, ...]:
    """Return the notes with breath marks moved from the first note of a phrase to the last note before it."""
    found: list[Note] = []
    for note in notes:
        if BREATHS & set(note.articulations):
            note = replace(note, articulations=tuple(set(note.articulations) - BREATHS))
            indices = [index for index, other in enumerate(found) if other.pitch and other.grace is None]
            if indices:
                found[indices[-1]] = replace(found[indices[-1]], articulations=("breath-mark",))
        found.append(note)
    return tuple(found)


def _encode_all() -> Arrays:
    """Return all tunes, encoded, with their corpora, families and splits."""
    texts = [(source, text) for source, books in enumerate(TUNE_BOOKS) for text in tune_texts(books)]
    sources, encoded, lines = [], [], []
    seen: set[bytes] = set()
    with click.progressbar(texts, label="Reading tunes", file=sys.stderr, hidden=not sys.stderr.isatty()) as shown:
        for number, (source, text) in enumerate(shown):
            try:
                found, line = _encode(text, chords=number % CHORDS_EVERY == 0)
            except ValueError:  # a ReadError is one
                continue
            content = found.pitch.tobytes() + found.length.tobytes()
            if SHORTEST <= len(found.pitch) <= LONGEST and content not in seen:
                seen.add(content)
                sources.append(source)
                encoded.append(found)
                lines.append(line)
    family = families.families(lines)
    return {
        **{
            field.name: np.concatenate([getattr(tune, field.name) for tune in encoded]).astype(np.int16)
            for field in fields(Events)
        },
        "count": np.array([len(tune.pitch) for tune in encoded]),
        "source": np.array(sources),
        "family": family,
        "side": np.array([_SIDES.index(side) for side in sides(lines, family)]),
    }


def _encode(text: TuneText, *, chords: bool) -> tuple[Events, Ints]:
    score, key = read_tune(text)
    if chords:
        score = with_estimated_chords(score)
    line = np.array([note.pitch.midi for note in line_of(score) if note.pitch])
    return events_of(score, key, chords=chords), line


def _tune(arrays: Arrays, index: int, rows: slice) -> EncodedTune:
    found = Events(**{field.name: np.asarray(arrays[field.name][rows], dtype=np.int64) for field in fields(Events)})
    return EncodedTune(TUNE_BOOKS[int(arrays["source"][index])].name, found)


def _digest() -> str:
    code = b"".join(Path(module.__file__ or "").read_bytes() for module in _MAKERS) + _SELF.read_bytes()
    data = "".join(books.digest for books in TUNE_BOOKS)
    return hashlib.sha256(code + data.encode()).hexdigest()[:16]
