"""Bytes and XML trees from untrusted files.

The size of zip members is measured while they are unpacked, because their headers may be wrong.
XML is parsed by expat, and entity declarations are refused. A document type is accepted (MusicXML 2
and 3 name one) but never loaded; nothing is fetched from the network.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

from arranger.formats import limits
from arranger.formats.reading.errors import ReadError

_CHUNK = 1 << 16
_CONTAINER = "META-INF/container.xml"


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file. Raises ReadError if it is missing, unreadable, empty or too large."""
    try:
        if path.is_dir():
            raise ReadError(str(path), "this is a folder; give the name of a file in it")
        with path.open("rb") as file:
            data = file.read(limits.MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        raise ReadError(str(path), "no such file; check the name") from None
    except OSError as error:
        raise ReadError(str(path), f"cannot be opened ({error.strerror}); check its permissions") from None
    if len(data) > limits.MAX_FILE_BYTES:
        raise ReadError(
            str(path), f"larger than {limits.MAX_FILE_BYTES >> 20} MB, too large for a score; is it the right file?"
        )
    if not data.strip():
        raise ReadError(str(path), "the file is empty; export it again")
    return data


def decode_text(data: bytes) -> str:
    """Return text in UTF-8, or else in Latin-1, which older programs wrote."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def unzip_musicxml(data: bytes, source: str) -> bytes:
    """Return the score inside a compressed MusicXML file (.mxl). Raises ReadError if there is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if len(names) > limits.MAX_ZIP_ENTRIES:
                raise ReadError(
                    source,
                    f"a zip archive of {len(names)} files, not a compressed MusicXML score; is it the right file?",
                )
            return unpacked(archive, _root_file(archive, names, source), source)
    except ReadError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, KeyError, OSError):
        raise ReadError(source, "the zip archive is damaged or encrypted; export the score again") from None


def _root_file(archive: zipfile.ZipFile, names: list[str], source: str) -> str:
    """Return the name of the score in the archive: the first root file of its container, else the first XML file."""
    if _CONTAINER in names:
        with suppress(ReadError):  # a container with an unescaped title in it is common, and the score itself is sound
            container = parse_xml(unpacked(archive, _CONTAINER, source), source)
            for element in container.iter():
                if element.tag.endswith("rootfile") and element.get("full-path") in names:
                    return str(element.get("full-path"))
    for name in names:
        if name.lower().endswith((".musicxml", ".xml")) and not name.startswith(("META-INF/", "__MACOSX/")):
            return name
    raise ReadError(source, "no MusicXML score in this zip archive; export the score again")


def unpacked(archive: zipfile.ZipFile, name: str, source: str) -> bytes:
    """Return the content of one member. Raises ReadError as soon as it grows too large."""
    info = archive.getinfo(name)
    limit = min(limits.MAX_UNZIPPED_BYTES, max(1 << 20, limits.MAX_ZIP_RATIO * max(info.compress_size, 1)))
    chunks, size = [], 0
    with archive.open(info) as member:
        while chunk := member.read(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise ReadError(
                    source, f"'{name}' in the archive unpacks to far more data than a score has; export the score again"
                )
            chunks.append(chunk)
    return b"".join(chunks)


def parse_xml(data: bytes, source: str) -> ElementTree.Element:
    """Return the root of an XML document.

    Raises ReadError for malformed XML, entity declarations, and documents that are too large or too deep.
    """
    builder = _Builder(source)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = builder.refuse_entity
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        fault = expat.ErrorString(error.code)
        place = f"line {error.lineno}"
        raise ReadError(source, f"not well-formed XML ({fault}); export it again", place=place) from None
    except (ValueError, LookupError) as error:
        if isinstance(error, ReadError):
            raise
        raise ReadError(source, "unknown text encoding; save the file as UTF-8") from None
    return builder.root()


class _Builder:
    """Builds the element tree, within ``arranger.formats.limits``."""

    def __init__(self, source: str) -> None:
        self._tree = ElementTree.TreeBuilder()
        self._source = source
        self._count = self._depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count += 1
        self._depth += 1
        if self._count > limits.MAX_XML_ELEMENTS or self._depth > limits.MAX_XML_DEPTH:
            raise ReadError(self._source, "far more XML than a score has; is it the right file?")
        self._tree.start(tag, attributes)

    def end(self, tag: str) -> None:
        self._depth -= 1
        self._tree.end(tag)

    def data(self, text: str) -> None:
        self._tree.data(text)

    def refuse_entity(self, *_: object) -> None:
        raise ReadError(
            self._source, "the file declares XML entities, which a score does not need; remove them and try again"
        )

    def root(self) -> ElementTree.Element:
        return self._tree.close()
