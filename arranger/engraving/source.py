"""A score to be engraved: its MusicXML and its music, from a file or from a score."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from arranger.engraving.document import parse_document
from arranger.formats.reading import parse_score
from arranger.formats.reading.files import read_bytes, unzip_musicxml
from arranger.formats.reading.sheet import XML_ENDINGS
from arranger.formats.writing import to_musicxml
from theory.notation.instruments import player_of
from theory.notation.score import Notice, Part, Score


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

    def opened(self) -> Source:
        """Return the score with one staff for each voice, if several share a staff."""
        if len(self.score.parts) <= len(parse_document(self.musicxml).findall("part")):
            return self
        return self.laid_out("open")

    def laid_out(self, layout: str) -> Source:
        """Return the score in open or closed layout. Raises ValueError if the layout does not fit it."""
        voices = [replace(part, instrument=part.instrument or _player(part)) for part in self.score.parts]
        shared = [voices[0], *(_with_words_of(voices[0], voice) for voice in voices[1:])]
        return Source(to_musicxml(replace(self.score, parts=tuple(shared)), layout=layout), self.score, self.notices)

    @classmethod
    def read(cls, path: Path) -> Source:
        """Read a score; MusicXML is engraved as it is, other formats as they are understood.

        Raises ReadError, a ValueError, if the file cannot be read.
        """
        return cls.parse(read_bytes(path), str(path))

    @classmethod
    def parse(cls, data: bytes, source: str) -> Source:
        """Return the score in the bytes of a file called ``source``, as `read` does."""
        score, notices = parse_score(data, source)
        if Path(source).suffix.lower() not in XML_ENDINGS:
            return cls(to_musicxml(score), score, notices)
        return cls(unzip_musicxml(data, source) if data.startswith(b"PK") else data, score, notices)


def _player(part: Part) -> str:
    """Return the entry of the instrument that a part is for, by its name; empty if it is unknown."""
    player = player_of(part)
    return player.name if player else ""


def _with_words_of(top: Part, voice: Part) -> Part:
    """Return a voice of a choir with the words of the top voice where it has none, as in closed score."""
    if any(note.lyrics for note in voice.notes) or not _is_sung(voice):
        return voice
    words = {note.onset_quarter: note.lyrics for note in top.notes if note.lyrics}
    sung = (
        note if note.pitch is None or note.tie_stop else replace(note, lyrics=words.get(note.onset_quarter, ()))
        for note in voice.notes
    )
    return replace(voice, notes=tuple(sung))


def _is_sung(part: Part) -> bool:
    player = player_of(part)
    return player is not None and player.is_voice
