"""Check an arrangement by the rules of its style, and read the findings as data.

    python examples/02_check.py [FOLDER]

The report of an arrangement uses the chords that it follows and the given tune.
"""

import json
import sys
import tempfile
from pathlib import Path

from arranger import arrange, read_lead_sheet

HERE = Path(__file__).parent


def main(folder: Path) -> None:
    """Arrange *Auld Lang Syne* as a hymn, print the findings and write them as JSON."""
    sheet = read_lead_sheet(HERE / "auld-lang-syne.musicxml")
    report = arrange(sheet, style="hymn").report()
    for finding in report.at_least("warning"):
        print(f"bar {finding.bar}, beat {float(finding.beat):g}: {finding.message} ({finding.code})")
    print(report.counts)
    (folder / "auld-lang-syne.json").write_text(json.dumps(report.to_json(), indent=2), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp()))
