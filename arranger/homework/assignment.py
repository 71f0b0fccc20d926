"""Assignments: what is given and asked, and what faults cost. One TOML file each; docs/homework.md describes it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

from arranger.formats import limits
from arranger.formats.reading.files import decode_text, read_bytes
from arranger.homework.asked import AskedChord
from arranger.homework.given_lines import ROLES, given_line, whole_score
from arranger.homework.points import KINDS, Points, parse_points
from arranger.homework.questions import asked_figures, asked_numerals
from arranger.homework.signs import Layout
from theory.analysis.numeral import RomanNumeral
from theory.harmony.estimate import HarmonicSpan
from theory.notation.key import Key
from theory.notation.score import Meter, Score
from theory.rules.profile import load_profile
from theory.tables import demand

_KINDS: dict[str, Any] = {
    "title": str,
    "profile": str,
    "key": str,
    "meter": str,
    "unit": str,
    "voices": int,
    "given": dict,
    "numerals": str | dict,
    "figures": str | dict,
    "points": dict,
    "grades": dict,
}
_METER = re.compile(r"(\d{1,2})/(1|2|4|8|16|32)")
_UNIT = re.compile(r"1/(1|2|4|8|16|32)")
_MOST_VOICES = 16
Result = TypeVar("Result")


@dataclass(frozen=True)
class Assignment:
    """An assignment: its given lines and bars as a score, the chords it asks for, and its points."""

    source: str
    title: str
    profile: str
    outline: Score  # the bars, with one part per given line
    roles: tuple[str, ...]  # of the given lines: bass, soprano, alto, tenor, cantus, or score for any part
    voices: int
    points: Points
    kind: str = ""  # numerals or figures, what the asked chords come from; empty: none are asked
    asked: tuple[AskedChord, ...] = ()
    harmony: tuple[HarmonicSpan, ...] = ()  # the asked chords for the rules of harmony, with times of the outline
    numerals: tuple[RomanNumeral, ...] = field(default=())  # the asked analysis; empty: none is given
    grades: tuple[tuple[str, Fraction], ...] = ()  # names with the least share of the points, the best first

    def grade_of(self, points: Fraction) -> str:
        """Return the grade for a number of points, empty if the assignment has none so low."""
        return next((name for name, least in self.grades if points >= least * self.points.total), "")


def read_assignment(path: Path) -> Assignment:
    """Return the assignment in a TOML file.

    Raises ValueError, with file, line and key, for what is unknown, missing, of the wrong type, or does not fit.
    """
    text = decode_text(read_bytes(path))
    if len(text) > limits.MAX_TEXT_CHARACTERS:
        raise ValueError(f"{path}: too long for an assignment; is it the right file?")
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f'{path}: not TOML: {error}; values in quotes, as in key = "G minor"') from None
    return _Reader(path, text, table).assignment()


@dataclass(frozen=True)
class _Reader:
    """Builds an assignment from its table; every error names the line of the key."""

    path: Path
    text: str
    table: Mapping[str, Any]

    def assignment(self) -> Assignment:
        self._demand(self.table, _KINDS)
        layout = self._layout()
        roles, outline = self._given(layout)
        kind = next((name for name in ("numerals", "figures") if name in self.table), "")
        if not kind and not roles:
            raise ValueError(f"{self.path}: nothing is given or asked; add [given], numerals or figures")
        if "numerals" in self.table and "figures" in self.table:
            raise ValueError(f"{self._place('figures')}: the assignment has numerals too; leave one of them out")
        asked: tuple[AskedChord, ...] = ()
        harmony: Sequence[HarmonicSpan] = ()
        if kind == "numerals":
            outline, harmony, asked = self._at(
                "numerals", lambda: asked_numerals(self.table["numerals"], outline, layout, self.path.parent)
            )
        elif kind == "figures":
            harmony, asked = self._at("figures", lambda: self._figures(outline, roles, layout))
        profile = self.table.get("profile", "strict")
        self._at("profile", lambda: load_profile(profile))
        numerals = tuple(chord for chord in harmony if isinstance(chord, RomanNumeral))
        return Assignment(
            str(self.path),
            self.table.get("title", "") or self.path.stem,
            profile,
            outline,
            roles,
            self._voices(profile, outline, roles),
            self._points(self.table.get("points", {})),
            kind,
            asked,
            tuple(harmony),
            numerals,
            self._grades(self.table.get("grades", {})),
        )

    def _figures(
        self, outline: Score, roles: Sequence[str], layout: Layout
    ) -> tuple[Sequence[HarmonicSpan], tuple[AskedChord, ...]]:
        if "bass" not in roles:
            raise ValueError("figures stand over a given bass, and there is none; add bass = to [given]")
        return asked_figures(self.table["figures"], outline, roles.index("bass"), (layout.key, self.path.parent))

    def _layout(self) -> Layout:
        key = self._at("key", lambda: Key.parse(self.table.get("key", "C")))
        meter = _METER.fullmatch(self.table.get("meter", "4/4"))
        if meter is None or not int(meter[1]):
            raise ValueError(f"{self._place('meter')}: '{self.table['meter']}' is no meter; write for example 3/4")
        unit = _UNIT.fullmatch(self.table.get("unit", "1/4"))
        if unit is None:
            raise ValueError(
                f"{self._place('unit')}: '{self.table['unit']}' is no note value; "
                "write 1/4 for quarters or 1/1 for whole notes"
            )
        given = Fraction(4, int(unit[1])) if "unit" in self.table else None
        return Layout(key, Meter(int(meter[1]), int(meter[2])), given)

    def _given(self, layout: Layout) -> tuple[tuple[str, ...], Score]:
        """Return the roles of the given lines and the outline, without bars if nothing is given."""
        table = self.table.get("given", {})
        self._demand(table, dict.fromkeys(ROLES, str | dict))
        outline = Score((), ())
        roles: list[str] = []
        for role, value in table.items():
            found = self._at(role, lambda: self._line(role, value, layout))  # noqa: B023 - called at once
            if outline.bars and found.end_quarter != outline.end_quarter:
                raise ValueError(
                    f"{self._place(role)}: {role} lasts {found.end_quarter} quarters and "
                    f"{roles[0]} {outline.end_quarter}; check the bars"
                )
            parts = tuple(replace(part, name=part.name or role) for part in found.parts)
            outline = replace(outline, bars=outline.bars or found.bars, parts=(*outline.parts, *parts))
            roles += [role] * len(parts)
        if outline.bars and "key" in self.table:
            outline = replace(outline, bars=tuple(replace(bar, key=layout.key) for bar in outline.bars))
        return tuple(roles), outline

    def _line(self, role: str, value: str | dict[str, Any], layout: Layout) -> Score:
        if role == "score":
            return whole_score(value, self.path.parent)
        return given_line(role, value, layout, self.path.parent)

    def _points(self, table: Mapping[str, Any]) -> Points:
        for name, value in table.items():  # each alone, so that an error names its line
            if name not in KINDS or isinstance(value, str):  # a table of points knows given, numerals and figures too
                self._demand({name: value} if name in _KINDS else {}, {})
            parse_points({name: value}, self._place(name))
        return parse_points(table, self._place("points"))

    def _grades(self, table: Mapping[str, Any]) -> tuple[tuple[str, Fraction], ...]:
        self._demand(table, dict.fromkeys((name for name in table if name not in _KINDS), float))
        shares = [(name, Fraction(str(percent)) / 100) for name, percent in table.items()]
        return tuple(sorted(shares, key=lambda share: -share[1]))

    def _voices(self, profile: str, outline: Score, roles: Sequence[str]) -> int:
        usual = len(outline.parts) if "score" in roles else 2 if profile.startswith("species") else 4
        voices = self.table.get("voices", usual)
        if not 0 < voices <= _MOST_VOICES:
            raise ValueError(f"{self._place('voices')}: voices must be 1 to {_MOST_VOICES}")
        return int(voices)

    def _demand(self, table: Mapping[str, Any], kinds: Mapping[str, Any]) -> None:
        for name, value in table.items():
            if name not in kinds and name in _KINDS:
                raise ValueError(
                    f"{self._place(name)}: {name} stands below the heading of a table; move it above [given]"
                )
            demand({name: value}, kinds, self._place(name))

    def _at(self, key: str, work: Callable[[], Result]) -> Result:
        """Return the result of some work on the value of a key; its errors name file, line and key."""
        try:
            return work()
        except ValueError as error:
            raise ValueError(f"{self._place(key)}: {error}") from None
        except OSError as error:
            raise ValueError(f"{self._place(key)}: {error.filename}: {error.strerror}; check the name") from None

    def _place(self, *keys: str) -> str:
        """Return file, line and name of the first of some keys that is in the file."""
        for key in keys:
            found = re.search(rf"^[ \t]*(?:\[[ \t]*)?[\"']?{re.escape(key)}[\"']?[ \t]*[=\].]", self.text, re.MULTILINE)
            if found:
                return f"{self.path}, line {self.text[: found.start()].count(chr(10)) + 1}, {key}"
        return str(self.path)
