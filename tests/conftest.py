"""Where the tests find what they share."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from theory.notation.score import LeadSheet

for library in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # read when numpy and torch are first imported
    os.environ.setdefault(library, "1")  # at this size two threads are slower than one

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def examples() -> Path:
    """The folder of the example lead sheets."""
    return ROOT / "examples"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of data sets beside the checkout; a test that asks for it is skipped where there is none."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("needs the shared data sets beside the checkout")
    return folder


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], dict[str, str]]:
    """How the command `arranger` begins where it is installed, from a script in another folder, and its environment."""
    script = tmp_path_factory.mktemp("bin") / "begin.py"
    script.write_text("from arranger.cli import main\n\nif __name__ == '__main__':\n    main()\n")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}
    return [sys.executable, str(script)], environment | {"PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="session")
def lead_sheet() -> Callable[..., LeadSheet]:
    """A function that reads a tune from a line or two of ABC: ``lead_sheet('"C" C2 E2 | "G7" D4 |]')``."""

    from arranger.formats.reading.abc.reader import parse_abc
    from arranger.formats.reading.layout import build_score
    from theory.notation.score import LeadSheet

    def read(music: str, *, key: str = "C", meter: str = "4/4", unit: str = "1/4") -> LeadSheet:
        sheet = parse_abc(f"X:1\nM:{meter}\nL:{unit}\nK:{key}\n{music}\n", "tune")
        return LeadSheet(build_score(sheet.staves, sheet.staves, sheet.heading)[0])

    return read


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--renew-golden", action="store_true", help="write the golden arrangements anew, and tell changes")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell what was renewed, which tests that pass do not say."""
    reports = terminalreporter.getreports("passed")
    changes = [value for report in reports for name, value in report.user_properties if name == "golden"]
    for change in changes:
        terminalreporter.write_line(str(change))
