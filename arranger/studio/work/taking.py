"""Taking away: a score as a file of every format that can be written."""

from __future__ import annotations

import json
from collections.abc import Callable

from arranger.formats.writing import proven_musicxml
from arranger.studio.answers import RefusedError, Say
from arranger.studio.project import Music
from arranger.studio.work.scores import report_on, score_of, with_ids, without_ids
from theory.notation.score import Score

JSON, XML, MIDI = "application/json", "application/vnd.recordare.musicxml+xml", "audio/midi"
ZIP = "application/zip"
HTML, MXL = "text/html; charset=utf-8", "application/vnd.recordare.musicxml"


def take_away(say: Say, *, music: Music, document: bytes, form: str) -> tuple[bytes, str]:
    """Return a score as a file, and its media type. Raises RefusedError if it cannot be written in this form."""
    if form not in FORMS:
        raise RefusedError(f"there is no form {form!r}; choose from {', '.join(FORMS)}")
    media, make = FORMS[form]
    return make(music, without_ids(score_of(music, document))), media


def _musicxml(music: Music, score: Score) -> bytes:
    return proven_musicxml(score, layout=music.layout)


def _mxl(music: Music, score: Score) -> bytes:
    from arranger.formats.writing.mxl import to_mxl

    return to_mxl(_musicxml(music, score))


def _midi(music: Music, score: Score) -> bytes:
    from arranger.formats.writing.midi import to_midi

    return to_midi(score)


def _report(music: Music, score: Score) -> bytes:
    return (json.dumps(report_on(music, score).to_json(), indent=2, ensure_ascii=False) + "\n").encode()


def _report_page(music: Music, score: Score) -> bytes:
    from arranger.linter.reports import WHOLE
    from arranger.linter.verdict import Verdict

    title = music.title or "Untitled"
    return WHOLE["html"]([Verdict(title, report_on(music, score), score=with_ids(score))], []).encode()


def _pdf(music: Music, score: Score) -> bytes:
    from arranger.engraving.breaks import breaks_of
    from arranger.engraving.pages import engrave
    from arranger.engraving.source import Source

    source = Source.of(score, layout=music.layout)
    return engrave(source.musicxml, breaks=breaks_of(source.score)).pdf()


def _parts(music: Music, score: Score) -> bytes:
    from arranger.engraving.pages import PageSetup
    from arranger.engraving.parts.booklets import part_booklets
    from arranger.engraving.parts.extracting import PartOptions
    from arranger.engraving.source import Source
    from arranger.studio.work.sounding import zipped

    files = []
    for part in part_booklets(Source.of(score), PageSetup(), PartOptions()):
        files += [(f"{part.file_name}.pdf", part.booklet.pdf()), (f"{part.file_name}.musicxml", part.musicxml)]
    return zipped(files)


def _wav(music: Music, score: Score) -> bytes:
    from arranger.studio.work.sounding import sound_file

    return sound_file(score, ".wav")


def _ogg(music: Music, score: Score) -> bytes:
    from arranger.studio.work.sounding import sound_file

    return sound_file(score, ".ogg")


def _rehearsal(music: Music, score: Score) -> bytes:
    from arranger.studio.work.sounding import rehearsal_zip

    return rehearsal_zip(score)


FORMS: dict[str, tuple[str, Callable[[Music, Score], bytes]]] = {
    "musicxml": (XML, _musicxml),
    "mxl": (MXL, _mxl),
    "mid": (MIDI, _midi),
    "pdf": ("application/pdf", _pdf),
    "parts.zip": (ZIP, _parts),
    "wav": ("audio/wav", _wav),
    "ogg": ("audio/ogg", _ogg),
    "rehearsal.zip": (ZIP, _rehearsal),
    "report.json": (JSON, _report),
    "report.html": (HTML, _report_page),
}
