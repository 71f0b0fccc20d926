"""Sound files: WAV, FLAC and OGG (Vorbis)."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np

from arranger.sounding.signals import Stereo

SOUND_ENDINGS = (".wav", ".flac", ".ogg")
_FORMATS = {".wav": ("WAV", "PCM_16"), ".flac": ("FLAC", "PCM_16"), ".ogg": ("OGG", "VORBIS")}
_BLOCK = 1 << 16  # samples that are encoded at a time; the encoder of OGG overflows its stack with many more


def demand_soundfile() -> None:
    """Raise ValueError if soundfile, which reads and writes all sound, is not installed."""
    try:
        import soundfile  # noqa: F401
    except ImportError as error:
        raise ValueError("sound needs the package soundfile; pip install 'arranger[render]'") from error


def sound_bytes(sound: Stereo, ending: str, *, rate: int) -> bytes:
    """Return a sound as a file of the format that an ending names.

    Raises ValueError if there is no such format here, or if soundfile is not installed.
    """
    if ending.lower() not in _FORMATS:
        raise ValueError(
            f"cannot write sound as {ending or 'a file without an ending'}; use {', '.join(SOUND_ENDINGS)}"
        )
    demand_soundfile()
    import soundfile

    container, coding = _FORMATS[ending.lower()]
    written = BytesIO()
    channels = sound.shape[1] if sound.ndim == 2 else 1
    with soundfile.SoundFile(written, "w", rate, channels, format=container, subtype=coding) as file:
        for begin in range(0, len(sound), _BLOCK):
            file.write(np.clip(sound[begin : begin + _BLOCK], -1, 1))
    return written.getvalue()


def write_sound(sound: Stereo, path: str | Path, *, rate: int) -> Path:
    """Write a sound to a file in the format given by its ending, whole or not at all, and return the path."""
    from arranger.formats.writing.files import write_bytes

    path = Path(path)
    write_bytes(path, sound_bytes(sound, path.suffix, rate=rate))
    return path
