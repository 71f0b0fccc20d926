"""Arrange a lead sheet for choir and for string quartet.

    python examples/01_arrange.py [FOLDER]

The scores are written to the folder, by default a new temporary one.
"""

import sys
import tempfile
from pathlib import Path

from arranger import arrange, read_lead_sheet, write_score

HERE = Path(__file__).parent


def main(folder: Path) -> None:
    """Write settings of *Amazing Grace* for choir and for string quartet."""
    sheet = read_lead_sheet(HERE / "amazing-grace.musicxml")
    for ensemble in ("satb", "string-quartet"):
        arrangement = arrange(sheet, ensemble=ensemble)
        print(write_score(arrangement.score, folder / f"amazing-grace-{ensemble}.musicxml"))
        for notice in arrangement.notices:
            print("  ", notice.message)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp()))
