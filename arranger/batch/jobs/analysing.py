"""Analyse one piece."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from arranger.batch.jobs.measures import SIZES, sizes, told
from arranger.batch.outcome import Columns, Kind, Outcome, Piece
from arranger.formats.reading import ReadError, parse_score
from arranger.formats.writing import proven_musicxml
from theory.analysis import Analysis, analyse
from theory.analysis.forms import to_json, to_text
from theory.analysis.lyrics import with_numerals
from theory.analysis.romantext import ESTIMATED, key_text, to_romantext
from theory.notation.beats import beat_of
from theory.notation.key import Key
from theory.notation.score import Score


def _as_json(score: Score, found: Analysis) -> bytes:
    return f"{json.dumps(to_json(score, found), indent=1, ensure_ascii=False)}\n".encode()


def _as_text(score: Score, found: Analysis) -> bytes:
    return f"{to_text(score, found).rstrip()}\n".encode()


def _as_romantext(score: Score, found: Analysis) -> bytes:
    return f"{to_romantext(score, found.chords, analyst=ESTIMATED).rstrip()}\n".encode()


def _as_lyrics(score: Score, found: Analysis) -> bytes:
    return proven_musicxml(with_numerals(score, found.chords))


FORMS: dict[str, tuple[str, Callable[[Score, Analysis], bytes]]] = {
    "json": (".json", _as_json),
    "text": (".txt", _as_text),
    "romantext": (".rntxt", _as_romantext),
    "lyrics": (".musicxml", _as_lyrics),
}  # form -> ending of the file, and how it is written


@dataclass(frozen=True)
class AnalyseJob:
    """The chords, keys and non-chord tones of each score."""

    kind: ClassVar[Kind] = Kind(
        command="analyse",
        folder="analyses",
        figures=Columns(
            "scores", {"key": str, **SIZES, "keys": int, "chords": int, "non_chord_tones": int, "notices": str}
        ),
        details=Columns(
            "chords", {"bar": str, "beat": float, "onset_quarter": float, "key": str, "numeral": str, "symbol": str}
        ),
        counted=("numeral",),
        together=8,
    )

    form: str = "json"
    key: str = ""  # of every piece; empty: keys are estimated

    def settings(self) -> dict[str, Any]:
        """Return all that the analyses depend on, beside the score."""
        return asdict(self)

    def outcome(self, piece: Piece) -> Outcome:
        """Return the analysis of a score. Raises ReadError."""
        score, notices = parse_score(piece.data, piece.source)
        if not any(note.pitch for part in score.parts for note in part.notes):
            raise ReadError(piece.source, "no notes to analyse; is it the right file?")
        found = analyse(score, key=Key.parse(self.key) if self.key else None)
        ending, write = FORMS[self.form]
        figures = {
            "key": key_text(found.keys[0].key) if found.keys else "",
            **sizes(score),
            "keys": len(found.keys),
            "chords": len(found.chords),
            "non_chord_tones": len(found.non_chord_tones),
            "notices": told(notices),
        }
        chords = tuple(
            (
                score.bar_at(chord.start_quarter).number,
                float(beat_of(score, chord.start_quarter)),
                float(chord.start_quarter),
                key_text(chord.key),
                chord.figure,
                str(chord.symbol),
            )
            for chord in found.chords
        )
        return Outcome(files={ending: write(score, found)}, figures=figures, details=chords)
