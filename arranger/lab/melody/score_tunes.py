"""Tunes of the melody model that are the top voice of a score: of chorales, hymns, psalms, carols and songs.

The key is that of the first bar. A song is read up to its first change of key signature, and without the bars in which
its voice is silent, such as a prelude; a breath marks the note before them. Every third tune has chords, estimated from
all voices of the score that are read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from functools import partial
from itertools import takewhile
from pathlib import Path

import numpy as np

from arranger.lab.melody import bars
from arranger.lab.melody.bars import with_bars
from arranger.lab.melody.encoded import CHORDS_EVERY, LONGEST, SHORTEST, EncodedTune
from arranger.models.melody import events, vocabulary
from arranger.models.melody.events import Events, events_of
from corpora import excerpt, score_sets
from corpora.cache import Arrays, cached_arrays
from corpora.corpus import Corpus
from theory.harmony import estimate
from theory.harmony.estimate import with_estimated_chords
from theory.music21_bridge import reading
from theory.notation import phrase
from theory.notation.score import Bar, Score

Read = Callable[[str], Score]

_MAKERS = (bars, events, vocabulary, excerpt, score_sets, estimate, reading, phrase)
_CODE = b"".join(Path(module.__file__ or "").read_bytes() for module in _MAKERS) + Path(__file__).read_bytes()


def load_score_tunes(corpus: Corpus, read: Read, split: str, cache: Path) -> list[EncodedTune]:
    """Return the tunes of a corpus's ``train`` or ``valid``, read once and kept in the cache.

    Left out are tunes that are too short or too long, and those with a meter that the model does not know.
    """
    digest = hashlib.sha256(_CODE + corpus.split_digest.encode()).hexdigest()[:16]
    path = cache / "score-tunes" / f"{corpus.name}-{split}"
    arrays = cached_arrays(path, digest, partial(_encoded, corpus, read, split))
    ends = np.cumsum(arrays["count"])[:-1]
    columns = (np.split(np.asarray(arrays[field.name], dtype=np.int64), ends) for field in fields(Events))
    return [EncodedTune(corpus.name, Events(*each)) for each in zip(*columns, strict=True)]


def _encoded(corpus: Corpus, read: Read, split: str) -> Arrays:
    found = list(_tunes(corpus.names(split), read))
    if not found:
        raise ValueError(f"{corpus.name}: no tune in its list {split} that the melody model can learn")
    return {
        **{
            field.name: np.concatenate([getattr(tune, field.name) for tune in found]).astype(np.int16)
            for field in fields(Events)
        },
        "count": np.array([len(tune.pitch) for tune in found]),
    }


def _tunes(names: tuple[str, ...], read: Read) -> Iterator[Events]:
    for number, name in enumerate(names):
        try:
            tune = tune_of(read(name), chords=number % CHORDS_EVERY == 0)
        except FileNotFoundError:
            raise
        except ValueError:  # an unknown meter, or no notes
            continue
        if SHORTEST <= len(tune.pitch) <= LONGEST:
            yield tune


def tune_of(score: Score, *, chords: bool) -> Events:
    """Return the top voice of a score as events, without silent bars, up to the first change of key signature.

    Durations that the model does not know are replaced by the nearest known ones. Raises ValueError for an unknown
    meter or a voice without notes.
    """
    key = score.bars[0].key
    same = [*takewhile(lambda bar: bar.key.fifths == key.fifths, score.bars)]
    if chords:
        score = with_estimated_chords(replace(score, chords=()))
    tune = replace(score, parts=score.parts[:1])
    sung = {bar.index for bar in same if _is_sung(tune, bar)}
    return events_of(with_bars(tune, sung), key, chords=chords, nearest=True)


def _is_sung(tune: Score, bar: Bar) -> bool:
    return any(
        note.pitch and note.onset_quarter < bar.end_quarter and note.end_quarter > bar.onset_quarter
        for note in tune.parts[0].notes
    )
