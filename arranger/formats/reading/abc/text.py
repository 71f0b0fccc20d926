r"""Text strings of ABC: titles, words, annotations.

Source: the ABC music standard 2.1, section 8.2 (text strings): accents as TeX writes them (``\'e``, ``\"u``, ``\cc``),
letters such as ``\ss`` and ``\ae``, named and numbered HTML entities, ``\u00e9``; ``\`` before any other sign means
that sign itself.
"""

from __future__ import annotations

import html
import re
import unicodedata

_ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307",
    '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", ",": "\u0327", "c": "\u0327", ";": "\u0328",
}  # fmt: skip
_LETTERS = {
    "AA": "Å", "aa": "å", "AE": "Æ", "ae": "æ", "OE": "Œ", "oe": "œ", "ss": "ß", "DH": "Ð", "dh": "ð", "TH": "Þ",
    "th": "þ", "/O": "Ø", "/o": "ø", "/L": "Ł", "/l": "ł", "/D": "Đ", "/d": "đ",
}  # fmt: skip
_ESCAPED = re.compile(
    r"""
    \\u(?P<short>[0-9A-Fa-f]{4}) | \\U(?P<long>[0-9A-Fa-f]{8})
  | \\(?P<letter>AA|aa|AE|ae|OE|oe|ss|DH|dh|TH|th|/[OoLlDd])
  | \\(?P<accent>[`'^~=u."rHv,c;])\{?(?P<base>[A-Za-z])\}?
  | &(?P<entity>\#\d{1,7}|\#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]\w{1,30});
  | \\(?P<sign>[^\sA-Za-z0-9])
    """,
    re.VERBOSE,
)
# quotes round whole words; a \" within a word is an umlaut
_ESCAPED_QUOTES = re.compile(r'(?<!\S)((?:\\"|[(])?)\\"((?:[^"\\]|\\[^"])+)\\"(?=[\s.,;:!?)]|$)')
_TYPED_QUOTES = "“”„‟″«»＂"
_QUOTED = re.compile(
    rf'"(?:[^"\\]|\\.)*"|\\"(?P<escaped>[^"\\]*)\\"'
    rf'|[{_TYPED_QUOTES}][^"{_TYPED_QUOTES}]*["{_TYPED_QUOTES}]|"[^"{_TYPED_QUOTES}]*[{_TYPED_QUOTES}]'
)
_STRAIGHT = re.compile(r'\\.|(?P<quote>")')
OPEN_QUOTE = "“"  # stands for a quote that does not end
_LAST_CHARACTER = 0x10FFFF
_PLAIN = str.maketrans({"’": "'", "‘": "'", "′": "'", "–": "-", "−": "-", "‑": "-", "｜": "|"})
_PASTED = re.compile(r"&(quot|ldquo|rdquo|bdquo|laquo|raquo|lt|gt|amp|nbsp|#34|#39|#60|#62);", re.IGNORECASE)


def decode_text(text: str) -> str:
    r"""Return a text string with its accents, entities and escaped signs decoded.

    >>> decode_text(r"Chanson d'\'et\'e, fa\cconn\'ee; &Eacute;tude \u2014 50\% na\"ive")
    "Chanson d'été, façonnée; Étude — 50% naïve"
    >>> decode_text(r'He said \"go\" and left')
    'He said "go" and left'
    """
    if "\\" not in text and "&" not in text:
        return text
    return _ESCAPED.sub(_decoded, plain_quotes(text))


def plain_quotes(text: str) -> str:
    """Return a text string in which escaped quotes round words are plain ones."""
    return _ESCAPED_QUOTES.sub(r'\1"\2"', text)


def _decoded(match: re.Match[str]) -> str:
    found = match.groupdict()
    code = found["short"] or found["long"]
    if code:
        return _printable(chr(int(code, 16)) if int(code, 16) <= _LAST_CHARACTER else "", match[0])
    if found["letter"]:
        return _LETTERS[found["letter"]]
    if found["entity"]:
        return _printable(html.unescape(match[0]), match[0])
    if found["sign"]:
        return found["sign"]
    letter = unicodedata.normalize("NFC", found["base"] + _ACCENTS[found["accent"]])
    if len(letter) == 1:
        return letter
    # no letter has this accent: an escaped sign such as \"go, or a letter after a backslash, which is kept
    return match[0] if found["accent"].isalpha() else match[0].removeprefix("\\")


def _printable(text: str, written: str) -> str:
    """Return decoded text if it can be printed, else as it is written."""
    plain = text.replace("\xa0", " ")
    return plain if plain.isprintable() and plain.strip("\ufffd") else written


def plain_music(line: str) -> str:
    """Return a line of music with typographic quotes, apostrophes and dashes as ABC writes them.

    >>> print(plain_music("“G”G2 &quot;D7&quot; c’ “^He said ‘go’”"))
    "G"G2 "D7" c' "^He said ‘go’"
    """
    if "&" in line:
        line = _PASTED.sub(lambda match: html.unescape(match[0].lower()), line)
    if line.isascii() and '\\"' not in line and line.count('"') % 2 == 0:
        return line
    line = _with_even_quotes(line)
    pieces, end = [], 0
    for match in _QUOTED.finditer(line):
        inside = match[0][1:-1] if match["escaped"] is None else match["escaped"]
        pieces += [line[end : match.start()].translate(_PLAIN), f'"{inside}"']
        end = match.end()
    return "".join([*pieces, line[end:].translate(_PLAIN)])


def _with_even_quotes(line: str) -> str:
    """Return a line in which every quote ends: typographic ones are made plain, or the last one is marked as open."""
    places = [match.start() for match in _STRAIGHT.finditer(line) if match["quote"]]
    if len(places) % 2 == 0:
        return line
    plain = line.translate(dict.fromkeys(map(ord, _TYPED_QUOTES), '"'))
    return plain if plain != line else f"{line[: places[-1]]}{OPEN_QUOTE}{line[places[-1] + 1 :]}"
