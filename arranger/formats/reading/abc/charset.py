"""The character set of an ABC file.

Source: the ABC music standard 2.1, section 4.1 of its instructions (``abc-charset``): UTF-8, or the set that
``%%abc-charset`` or ``I:abc-charset`` names.
"""

from __future__ import annotations

import codecs
import re

_DECLARED = re.compile(rb"^(?:%%|I:)\s*abc-charset\s+([\w.:-]{1,40})", re.MULTILINE | re.IGNORECASE)
_KNOWN = re.compile(
    r"iso-?8859-(?:[1-9]|1[013-6])|latin-?(?:[1-9]|10)|(?:windows-|cp)125[0-8]|koi8-[ru]|mac-?roman|cp437|cp850"
)
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def decode_abc(data: bytes) -> tuple[str, str]:
    r"""Return the text of an ABC file, and a notice if its character set had to be guessed.

    >>> decode_abc(b"%%abc-charset iso-8859-2\nT:Ko\xb3ysanka")[0].splitlines()[1]
    'T:Kołysanka'
    """
    if data.startswith(_UTF_16):
        return data.decode("utf-16", "replace"), ""
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        pass
    declared = _DECLARED.search(data)
    name = declared[1].decode("ascii", "replace").lower() if declared else ""
    if _KNOWN.fullmatch(name):
        return data.decode(codecs.lookup(name).name, "replace"), ""
    why = f"'abc-charset {name}' is not its character set or not known" if name else "it names no character set"
    return data.decode("latin-1"), f"the text is not UTF-8, and {why}; it is read as Latin-1, so check accented letters"
