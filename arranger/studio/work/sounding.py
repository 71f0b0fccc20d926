"""Sound: one stem per voice for the page, and rehearsal tracks to take away."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

import numpy as np

from arranger.sounding.files import sound_bytes
from arranger.sounding.mixing import in_a_row, mixed
from arranger.sounding.rehearsal import Practice, count_in_seconds, rehearsal_tracks
from arranger.sounding.rehearsal_page import rehearsal_page
from arranger.sounding.room import placed
from arranger.sounding.stems import Stems
from arranger.sounding.stems import stems as stems_of
from arranger.sounding.timing import Timing, timing_of
from arranger.studio.answers import Say
from arranger.studio.project import Json, Music
from arranger.studio.work.scores import score_of
from theory.notation.score import Score

_PAGE_RATE = 32_000  # samples per second of the stems for the page
_PEAK = 0.89  # of all stems together, 1 dB below full scale
_THE_BEGINNING = (1980, 1, 1, 0, 0, 0)


def stems(say: Say, *, music: Music, document: bytes, tempo: str, ending: str) -> tuple[Json, list[bytes]]:
    """Return what is heard when, and each voice as a sound file, so loud that all together do not clip."""
    score = score_of(music, document)
    heard = stems_of(score, rate=_PAGE_RATE, tempo=tempo)
    say(0.5, "sound")
    places = in_a_row(len(heard.parts))
    voices = [
        placed([part.samples], [1.0], [place], rate=heard.rate) for part, place in zip(heard.parts, places, strict=True)
    ]
    peak = float(np.abs(np.sum(voices, axis=0)).max()) if voices else 0.0
    gain = np.float32(_PEAK / peak) if peak else np.float32(1)
    files = [sound_bytes(voice * gain, ending, rate=heard.rate) for voice in voices]
    return _told(heard), files


def _told(heard: Stems) -> Json:
    timing = heard.timing
    return {
        "duration_seconds": round(len(heard) / heard.rate, 3),
        "end_second": round(timing.end_second, 3),
        "names": [part.name for part in heard.parts],
        "bars": [{"index": bar.index, "seconds": round(bar.start_second, 4)} for bar in timing.bars],
        "beats": [{"seconds": round(beat.start_second, 4), "first": beat.is_first} for beat in timing.beats],
        "count_in": {"beats": timing.count.beats, "beat_seconds": round(timing.count.beat_second, 4)},
        "notes": _notes(timing),
    }


def timemap(say: Say, *, music: Music, document: bytes, tempo: str) -> list[Json]:
    """Return when which notes begin, in quarters and in seconds, as they are played: with repeats."""
    return _notes(timing_of(score_of(music, document), tempo=tempo))


def _notes(timing: Timing) -> list[Json]:
    """Return when each written note begins to sound, with the notes' ids, in order of time."""
    found: dict[float, tuple[str, list[str]]] = {}
    for note in (note for notes in timing.parts for note in notes):
        entry = found.setdefault(round(note.start_second, 4), (str(note.written_quarter), []))
        entry[1].append(note.note_id)
    return [
        {"seconds": second, "onset_quarter": onset, "note_ids": list(dict.fromkeys(names))}
        for second, (onset, names) in sorted(found.items())
    ]


def sound_file(score: Score, ending: str) -> bytes:
    """Return a score as one sound file."""
    heard = stems_of(score)
    return sound_bytes(mixed(heard), ending, rate=heard.rate)


def rehearsal_zip(score: Score) -> bytes:
    """Return rehearsal tracks, one per voice and one of all, and the page that plays them, as a zip archive."""
    heard, practice = stems_of(score), Practice()
    files: list[tuple[str, bytes]] = []
    names: dict[str, str] = {}
    for track in rehearsal_tracks(heard, practice):
        file = f"{track.file}.ogg"
        names[track.title] = file
        files.append((file, sound_bytes(track.sound, ".ogg", rate=heard.rate)))
    page = rehearsal_page(score, heard, names, before_second=count_in_seconds(heard, practice))
    return zipped([("index.html", page.encode()), *files])


def zipped(files: Sequence[tuple[str, bytes]]) -> bytes:
    """Return files as a zip archive; equal files give equal archives."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name, _THE_BEGINNING)
            entry.compress_type = zipfile.ZIP_STORED if name.endswith((".ogg", ".pdf")) else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return packed.getvalue()
