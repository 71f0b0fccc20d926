"""Write several clearly different arrangements of a tune, and compare their costs.

    python examples/03_variants.py [FOLDER]

The same seed gives the same variants; the first one is the best and does not depend on the seed.
"""

import sys
import tempfile
from pathlib import Path

from arranger import Options, arrange_variants, read_lead_sheet, write_score

HERE = Path(__file__).parent


def main(folder: Path) -> None:
    """Write three settings of *Greensleeves* and print their costs, with the bar of each one's highest cost."""
    sheet = read_lead_sheet(HERE / "greensleeves.abc")
    for number, variant in enumerate(arrange_variants(sheet, Options(variants=3, seed=7)), start=1):
        path = write_score(variant.score, folder / f"greensleeves-{number}.mid")
        dearest = max(variant.terms, key=lambda term: term.cost)
        bar = variant.score.bars[variant.plan.texture.bar[dearest.slice]]
        print(
            f"{path}: {sum(term.cost for term in variant.terms):.1f} nats, most in bar {bar.number} ({dearest.source})"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp()))
