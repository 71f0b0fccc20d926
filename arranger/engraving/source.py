"""A score to be engraved: its MusicXML and its music, from a file or from a score."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from arranger.formats.reading import read_score_and_notices
from arranger.formats.reading.files import read_bytes, unzip_musicxml
from arranger.formats.reading.sheet import XML_ENDINGS
from arranger.formats.writing import to_musicxml
from theory.notation.score import Notice, Score


@dataclass(frozen=True)
class Source:
    """A score as MusicXML and as music; ``notices`` say what was read with doubt."""

    musicxml: bytes
    score: Score
    notices: tuple[Notice, ...] = ()

    @classmethod
    def of(cls, score: Score, *, layout: str = "open") -> Source:
        """Return a score that was made here. Raises ValueError if the layout does not fit it."""
        return cls(to_musicxml(score, layout=layout), score)

    @classmethod
    def read(cls, path: Path) -> Source:
        """Read a score; MusicXML is engraved as it is, other formats as they are understood.

        Raises ReadError, a ValueError, if the file cannot be read.
        """
        score, notices = read_score_and_notices(path)
        if path.suffix.lower() not in XML_ENDINGS:
            return cls(to_musicxml(score), score, notices)
        data = read_bytes(path)
        return cls(unzip_musicxml(data, str(path)) if data.startswith(b"PK") else data, score, notices)
