"""The fonts of the pages, unpacked from Verovio's own package; nothing is fetched.

Text is set in Liberation Serif and music in Leipzig; docs/rendering.md has their licences. Verovio carries them as web
fonts, and Typst reads TrueType, so they are unpacked once into the user's cache.
"""

from __future__ import annotations

import atexit
import base64
import os
import re
import shutil
import sys
import tempfile
from functools import cache
from io import BytesIO
from pathlib import Path

TEXT_FONT, MUSIC_FONT = "Liberation Serif", "Leipzig"
_STYLESHEETS = ("Liberation.css", "Leipzig.css")
_EMBEDDED = re.compile(r"base64,([A-Za-z0-9+/=]+)")


@cache
def font_folder() -> Path:
    """Return a folder with the fonts as TrueType files; they are unpacked when it is first needed."""
    import verovio  # an extra

    name = f"fonts-verovio-{verovio.toolkit().getVersion()}"
    folder = _cache_folder() / name
    if not folder.is_dir():
        folder = _unpacked(Path(verovio.__file__).parent / "data", folder)
    return folder


def _cache_folder() -> Path:
    """Return the folder where programs of this user keep what they can make again."""
    if os.environ.get("XDG_CACHE_HOME"):
        return Path(os.environ["XDG_CACHE_HOME"]) / "arranger"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", tempfile.gettempdir())) / "arranger"
    return Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "arranger"


def _unpacked(data: Path, folder: Path) -> Path:
    """Unpack the fonts into a folder, whole or not at all; into a temporary one if the cache cannot be written."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=".fonts-", dir=folder.parent))
    except OSError:
        made = folder = Path(tempfile.mkdtemp(prefix="arranger-fonts-"))
        atexit.register(shutil.rmtree, made, ignore_errors=True)
    for stylesheet in _STYLESHEETS:
        embedded = _EMBEDDED.findall((data / stylesheet).read_text(encoding="utf-8"))
        for number, font in enumerate(embedded, 1):
            (made / f"{Path(stylesheet).stem}-{number}.ttf").write_bytes(_truetype(base64.b64decode(font)))
    if made != folder:
        try:
            made.rename(folder)
        except OSError:  # another process was first, and its fonts are the same
            shutil.rmtree(made, ignore_errors=True)
    return folder


def _truetype(woff2: bytes) -> bytes:
    """Return a web font as a TrueType font, with its own dates, so that equal fonts have equal bytes."""
    from fontTools.ttLib import TTFont  # an extra

    with TTFont(BytesIO(woff2), recalcTimestamp=False) as font, BytesIO() as out:
        font.flavor = None
        font.save(out)
        return out.getvalue()


def letters_without_font(text: str) -> str:
    """Return the letters of a text, each once, that neither the fonts of the page nor those of this machine have."""
    missing = {letter for letter in text if letter.isprintable()}
    for path in sorted(font_folder().glob("*.ttf")):
        missing -= _letters_in(str(path), 0)
    for file, index in _machine_fonts() if missing else ():
        missing -= _letters_in(file, index)
    return "".join(sorted(missing))


def _machine_fonts() -> list[tuple[str, int]]:
    """Return the files of the fonts that Typst finds on this machine, and the number of the font in each."""
    import typst  # an extra

    found = typst.Fonts(include_system_fonts=True, include_embedded_fonts=False).fonts()
    return sorted((font.path, font.index) for font in found if font.path)


@cache
def _letters_in(path: str, index: int) -> frozenset[str]:
    from fontTools.ttLib import TTFont, TTLibError  # an extra

    try:
        with TTFont(path, fontNumber=index, lazy=True) as font:
            return frozenset(map(chr, font.getBestCmap() or ()))
    except (TTLibError, OSError):
        return frozenset()
