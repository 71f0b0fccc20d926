"""Plants faults of each first-release rule into clean bars of chorales, and measures how many the checker finds.

    python -m benchmarks.faults.mutations [--count 368] [--seed 0]

For each rule every chorale gets one fault in a random clean slice (`benchmarks.faults.planting`), made from the
textbook's definition and not from the rule's code. Rules that need chords are tried on the chorales with a human
Roman-numeral analysis in music21's corpus, which gives the chords, with several faults per chorale; the others
without any harmony. A fault counts as found if the checker reports that rule at that onset in those voices (voices
in unison are reported together in one finding). The last line measures precision: the errors that the chorale profile
finds in the unchanged chorales, per 1,000 notes.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from benchmarks.faults import harmonic_faults as harmonic
from benchmarks.faults import melodic_faults as melodic
from benchmarks.faults.planting import Fault, Scene
from theory.checking.check import check, selected
from theory.notation.score import Harmony, Score
from theory.rules.profile import Profile, load_profile

Planter = Callable[[Scene], Iterator[Fault]]
MELODIC: dict[str, Planter] = {
    "HA205": melodic.changed_tune,
    "ME101": lambda scene: melodic.leap(scene, "A2", "A4", "A5"),
    "ME102": lambda scene: melodic.open_leap(scene, "d4", "d5", "d7"),
    "ME103": lambda scene: melodic.leap(scene, "m7", "M7"),
    "ME104": lambda scene: melodic.leap(scene, "m9", "M9", "m10", "P11"),
    "RA101": lambda scene: melodic.out_of_range(scene, possible=True),
    "RA102": lambda scene: melodic.out_of_range(scene, possible=False),
    "RH101": melodic.short_bar,
    "RH102": melodic.swapped_parts,
    "SP101": melodic.wide_spacing,
    "VL101": lambda scene: melodic.parallels(scene, "P5"),
    "VL102": lambda scene: melodic.parallels(scene, "P8"),
    "VL103": lambda scene: melodic.parallels(scene, "P1"),
    "VL104": lambda scene: melodic.contrary(scene, "P5"),
    "VL105": lambda scene: melodic.contrary(scene, "P8"),
    "VL106": melodic.unequal_fifths,
    "VL201": lambda scene: melodic.direct(scene, "P5"),
    "VL202": lambda scene: melodic.direct(scene, "P8"),
    "VL301": melodic.crossing,
    "VL302": melodic.overlap,
    "VL406": melodic.cross_relation,
}
HARMONIC: dict[str, Planter] = {
    "HA101": harmonic.wrong_note,
    "HA102": lambda scene: harmonic.wrong_bass(scene, slash=True),
    "HA103": lambda scene: harmonic.replaced(scene, "third", "root"),
    "HA104": lambda scene: harmonic.replaced(scene, "seventh", "root"),
    "HA105": lambda scene: harmonic.doubled(scene, "third", dominant=True),
    "HA106": lambda scene: harmonic.doubled(scene, "seventh", dominant=False),
    "HA201": lambda scene: harmonic.replaced(scene, "third", "fifth"),
    "HA202": lambda scene: harmonic.wrong_bass(scene, slash=False),
    "KE101": harmonic.foreign_to_key,
    "KE102": harmonic.natural_seventh,
    "KE106": harmonic.misspelled,
    "VL401": harmonic.stray_leading_tone,
    "VL403": harmonic.stray_seventh,
}
PLACES_EACH = 10  # faults per analysed chorale of each rule that needs chords


@dataclass(frozen=True)
class Trial:
    """One planted fault and whether the checker found it."""

    code: str
    piece: str
    fault: Fault
    found: bool


def trials(
    pieces: Iterable[tuple[str, Score]], planters: dict[str, Planter], *, seed: int, each: int
) -> Iterator[Trial]:
    """Yield the trials of all planters on every piece, with at most ``each`` faults of each rule per piece."""
    alone = {code: selected(load_profile("strict"), select=(code,)) for code in planters}
    everything = selected(load_profile("strict"), select=tuple(planters))
    for name, score in pieces:
        dirty = {finding.measure_index for finding in check(score, everything, infer=False).findings}
        for code, plant in planters.items():
            scene = Scene(score, dirty, random.Random(f"{seed} {name} {code}"))
            for fault in islice(plant(scene), each):
                yield Trial(code, name, fault, is_found(fault, alone[code], code))


def is_found(fault: Fault, profile: Profile, code: str) -> bool:
    """Return whether the checker reports the rule at the fault's onset, in at least the fault's voices."""
    names = {fault.score.parts[voice].name for voice in fault.voices}
    return any(
        finding.code == code and finding.onset_quarter == fault.onset_quarter and names <= set(finding.voices)
        for finding in check(fault.score, profile, given=fault.given, infer=False).findings
    )


def analysed(pieces: Iterable[tuple[str, Score]]) -> Iterator[tuple[str, Score]]:
    """Yield the pieces that have a human analysis, with its chords as chord symbols."""
    from corpora.roman_analyses import roman_symbols

    scores = {name.removesuffix(".mxl"): score for name, score in pieces}
    for name, symbols in roman_symbols(scores):
        chords = tuple(Harmony(onset, symbol) for onset, symbol in symbols if onset < scores[name].end_quarter)
        yield name, replace(scores[name], chords=chords)


def print_recall(found: Iterable[Trial]) -> None:
    """Print one line per rule, and the faults that were missed."""
    planted: Counter[str] = Counter()
    caught: Counter[str] = Counter()
    for trial in found:
        planted[trial.code] += 1
        caught[trial.code] += trial.found
        if not trial.found:
            print(f"missed: {trial.code} {trial.piece} at quarter {trial.fault.onset_quarter} {trial.fault.voices}")
    for code in sorted(planted):
        print(f"{code}  {caught[code]:5} of {planted[code]:5}  {caught[code] / planted[code]:.1%}")
    print(f"all    {caught.total():5} of {planted.total():5}  {caught.total() / planted.total():.2%}\n")


def print_precision(pieces: Iterable[tuple[str, Score]]) -> None:
    """Print how many errors the chorale profile finds in the pieces, with inferred harmony."""
    errors: Counter[str] = Counter()
    notes = 0
    for _, score in pieces:
        notes += sum(note.pitch is not None and not note.tie_stop for part in score.parts for note in part.notes)
        errors.update(finding.code for finding in check(score, "chorale").at_least("error"))
    print(f"errors in the unchanged chorales: {errors.total()} in {notes} notes,", end=" ")
    print(f"{1000 * errors.total() / notes:.2f} per 1,000: {dict(errors.most_common())}")


def main() -> None:
    """Plant faults, check, and print recall and precision."""
    from benchmarks.make.bach_counts import read_four_part

    parser = argparse.ArgumentParser(description="Recall of planted faults, precision on Bach's own chorales.")
    parser.add_argument("--count", type=int, default=368, help="number of chorales to plant faults in")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    pieces = list(read_four_part())
    chosen = random.Random(options.seed).sample(pieces, min(options.count, len(pieces)))
    print(f"{len(chosen)} chorales, without harmony")
    print_recall(trials(chosen, MELODIC, seed=options.seed, each=1))
    with_chords = list(analysed(pieces))
    print(f"{len(with_chords)} chorales with a human analysis")
    print_recall(trials(with_chords, HARMONIC, seed=options.seed, each=PLACES_EACH))
    print_precision(pieces)


if __name__ == "__main__":
    main()
