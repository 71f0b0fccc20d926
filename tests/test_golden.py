"""Golden arrangements: what came out of small sheets before comes out again, note for note and byte for byte.

A file in ``golden/`` holds the four arrangements of one sheet: hashes of the written MusicXML and of the JSON
report, and both as text. The music is compared first, so that a change is shown in bars and parts. Where a
change is meant, ``python -m pytest tests/test_golden.py --renew-golden`` writes the files anew and shows it too.

MusicXML is written without dates and versions, so its bytes are compared as they are; the report's version is
left out. Costs are quantised before they are compared, so that other processors should come to the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from arranger.arranging.main import Options, arrange_variants
from arranger.commands.arranging import Targets, completed
from arranger.formats.reading import read_lead_sheet
from arranger.formats.writing import to_musicxml, without_words
from tests.golden_text import differences, findings_of, lines_of, to_text
from theory.notation.score import LeadSheet

TESTS = Path(__file__).parent
GOLDEN = TESTS / "golden"
SHEETS = sorted([*(GOLDEN / "sheets").iterdir(), *(TESTS.parent / "examples").glob("*.musicxml")])
SHEETS += sorted((TESTS.parent / "examples").glob("*.abc"))
WAYS = {
    "hymn": Options(style="hymn"),
    "song": Options(style="song"),
    "chorale": Options(style="chorale"),
    "string-quartet": Options(ensemble="string-quartet"),
}
RENEW = "python -m pytest tests/test_golden.py --renew-golden"
MOST_SHOWN = 24  # differences of one arrangement, where the test fails


@dataclass(frozen=True)
class Golden:
    """One arrangement as it is stored."""

    musicxml: str  # hash of the bytes
    report: str  # hash of the JSON
    findings: str
    music: str

    def changes_to(self, new: Golden) -> list[str]:
        """Return how another arrangement differs, the music first; bytes only where nothing else tells."""
        found = differences(self.music, new.music)
        found += [f"finding in {each}" for each in differences(self.findings, new.findings)]
        if found or self == new:
            return found
        names = [name for name in ("musicxml", "report") if getattr(self, name) != getattr(new, name)]
        return [f"every note, syllable, symbol and finding is as before; only the bytes differ of: {', '.join(names)}"]


def arranged(sheet: LeadSheet, options: Options) -> Golden:
    """Return the arrangement that the command line writes."""
    found = next(arrange_variants(sheet, options))
    targets = completed(Targets("out.musicxml"), options, found.score)
    score = found.score if targets.words else without_words(found.score)
    report = found.report()
    data = {name: value for name, value in report.to_json().items() if name != "version"}
    return Golden(
        musicxml=_hash(to_musicxml(score, layout=targets.layout)),
        report=_hash(json.dumps(data, sort_keys=True).encode()),
        findings=to_text(list(findings_of(report))),
        music=to_text(list(lines_of(score))),
    )


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def stored(path: Path) -> dict[str, Golden]:
    """Return the arrangements of a golden file; none where there is no file yet."""
    if not path.exists():
        return {}
    return {way: Golden(**table) for way, table in tomllib.loads(path.read_text(encoding="utf-8")).items()}


def to_toml(sheet: Path, found: dict[str, Golden]) -> str:
    """Return a golden file; texts are literal, so that they read as they are."""
    tables = [f"# arrangements of {sheet.relative_to(TESTS.parent).as_posix()}; renewed by: {RENEW}\n"]
    for way, golden in found.items():
        tables.append(
            f'[{way}]\nmusicxml = "{golden.musicxml}"\nreport = "{golden.report}"\n'
            f"findings = '''\n{golden.findings}'''\nmusic = '''\n{golden.music}'''\n"
        )
    return "\n".join(tables)


def told(sheet: Path, before: dict[str, Golden], after: dict[str, Golden]) -> Iterator[str]:
    """Yield what differs, arrangement by arrangement."""
    for way in dict.fromkeys((*before, *after)):
        if way not in before or way not in after:
            yield f"{sheet.name}, {way}: " + ("new" if way in after else "no longer arranged")
        elif changes := before[way].changes_to(after[way]):
            yield "\n".join([f"{sheet.name}, {way}:", *(f"  {change}" for change in changes)])


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.stem)
def test_arrangements_are_as_they_were(sheet: Path, request: pytest.FixtureRequest, record_property) -> None:
    path = GOLDEN / f"{sheet.stem}.toml"
    read, before = read_lead_sheet(sheet), stored(path)
    after = {way: arranged(read, options) for way, options in WAYS.items()}
    changes = list(told(sheet, before, after))
    if request.config.getoption("--renew-golden"):
        path.write_text(to_toml(sheet, after), encoding="utf-8")
        for change in changes:
            record_property("golden", change)
    elif changes:
        pytest.fail("\n".join([*map(_shortened, changes), f"if this is meant: {RENEW}"]), pytrace=False)


def _shortened(change: str) -> str:
    lines = change.splitlines()
    more = len(lines) - 1 - MOST_SHOWN
    return "\n".join([*lines[: MOST_SHOWN + 1], *([f"  ... and {more} more"] if more > 0 else [])])


# ---------------------------------------------------------------- what is told


MUSIC = "1 | Alto  | G4 h A-  A4 h maz-\n1 | Tenor | D4 w\n2 | Alto  | G4 w ing"


def golden(music: str = MUSIC, musicxml: str = "a") -> Golden:
    return Golden(musicxml, "r", "1 | beat 1 | VL203 Alto", music)


def test_a_changed_note_is_told_by_bar_and_part() -> None:
    assert golden().changes_to(golden(MUSIC.replace("A4 h", "B4 h"), "b")) == [
        "bar 1, Alto: G4 h A-  A4 h maz-  ->  G4 h A-  B4 h maz-"
    ]


def test_bars_that_come_and_go_are_told() -> None:
    shorter = MUSIC.rsplit("\n", 1)[0]
    assert golden().changes_to(golden(shorter, "b")) == ["bar 2, Alto: G4 w ing  ->  nothing"]
    assert golden(shorter, "b").changes_to(golden()) == ["bar 2, Alto: nothing  ->  G4 w ing"]


def test_where_the_music_is_the_same_only_the_bytes_are_told() -> None:
    (told_of,) = golden().changes_to(golden(musicxml="b"))
    assert told_of.endswith("only the bytes differ of: musicxml")
    assert golden().changes_to(golden()) == []


def test_a_score_is_told_bar_by_bar(lead_sheet) -> None:
    score = lead_sheet('"C" (3c d e !fermata!f2 :| "G/B" B2- B/ z3/2 |]\nw: O come and sing me_ home').score
    named = replace(score, parts=(replace(score.parts[0], name="Tune"),))
    assert to_text(list(lines_of(named))).splitlines() == [
        "1 | bar     | C major  4/4  :| x2",
        "1 | symbols | C 1",
        "1 | Tune    | C5 q3 O  D5 q3 come  E5 q3 and  F5 h^ sing",
        "2 | symbols | G/B 1",
        "2 | Tune    | B4 h~ me_  B4 e  r q.",
    ]


def test_every_sheet_has_a_golden_file_and_every_file_a_sheet() -> None:
    assert {path.stem for path in GOLDEN.glob("*.toml")} == {sheet.stem for sheet in SHEETS}
