"""The form of a song with several verses: who sings each of them.

``--form "v1: unison; v2: satb; v3: satb+descant"`` says it in one line; a TOML file says the same in a list::

    v1 = "unison"
    v2 = "satb, melody tenor"
    v3 = "satb+descant"
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

_LABEL = re.compile(r"^v(?:erse)?\s*(\d+)$", re.IGNORECASE)
_SETTING = re.compile(r"^(?P<sung>[\w-]+?)\s*(?P<descant>\+\s*descant)?\s*(?:,\s*melody\s+(?P<melody>[\w ]+))?$")
GROUPS = {
    "unison": "all parts sing the tune",
    "women": "the women sing the tune",
    "men": "the men sing the tune",
}


@dataclass(frozen=True)
class Section:
    """One verse and who sings it."""

    verse: str  # its number in the sheet
    sung: str  # a choice of `GROUPS`, or the name of an ensemble
    descant: bool = False
    melody: str = ""  # the part that has the tune; empty: the ensemble's melody part


def parse_form(text: str) -> tuple[Section, ...]:
    """Return the sections of a form, in order.

    Raises ValueError, which names the section, if it cannot be read.

    >>> parse_form("v1: unison; v2: satb+descant")[1]
    Section(verse='2', sung='satb', descant=True, melody='')
    """
    entries = [each.partition(":") for each in re.split(r"[;\n]", text) if each.strip()]
    return _sections([(label.strip(), setting.strip()) for label, _, setting in entries])


def read_form(path: Path) -> tuple[Section, ...]:
    """Return the sections of a form from a TOML file, in order. Raises ValueError if it cannot be read."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{path}: {error}") from None
    return _sections([(label, str(setting)) for label, setting in table.items()])


def _sections(entries: list[tuple[str, str]]) -> tuple[Section, ...]:
    found = tuple(_section(label, setting) for label, setting in entries)
    if not found:
        raise ValueError('the form names no verse; write for example --form "v1: unison; v2: satb"')
    return found


def _section(label: str, setting: str) -> Section:
    verse, how = _LABEL.match(label), _SETTING.match(setting)
    if verse is None or how is None:
        raise ValueError(
            f"'{label}: {setting}' is no section of a form; write for example v2: satb, or v3: satb+descant, "
            "or v1: satb, melody tenor"
        )
    section = Section(verse[1], how["sung"].lower(), bool(how["descant"]), (how["melody"] or "").strip())
    if section.sung in GROUPS and (section.descant or section.melody):
        raise ValueError(f"'{label}: {setting}': {section.sung} has no descant and no melody part; all sing the tune")
    return section
