"""How often a finding that rests on estimated harmony is right, by the judgement of human analysts.

    python -m benchmarks.measure.inferred_findings bach_split.json [--examples CODE]

Each analysed chorale of the training and validation lists of the split, and each madrigal of book 3, is checked twice
with every rule: with the harmony that the checker estimates, and with the chords and keys of the human analysis
(`corpora.roman_analyses`, read as in `benchmarks.measure.roman_numerals`). A finding on estimated harmony is
*confirmed* if the same rule finds something in at least one of the same voices within a quarter of it under the human
analysis. They are counted apart where the chord is *clear* (`theory.checking.inferred`). A kind of finding of which at
least four in five are confirmed may warn, all others are only mentioned; a mark shows where this is not so. The test
lists are never used.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from benchmarks.measure.roman_numerals import FITS
from corpora.roman_analyses import AnalysedChord, AnalysedPiece, analysed_pieces
from theory.checking.check import check, from_high_to_low, texture_for
from theory.checking.inferred import FEWEST, TRUSTED, TRUSTED_IF_CLEAR, TRUSTED_SHARE, is_clear
from theory.checking.report import Finding
from theory.harmony.estimate import HarmonicSpan
from theory.notation.chord import ChordSymbol
from theory.notation.key import Key
from theory.notation.pitch import Tone
from theory.rules.catalogue import ALL, by_code
from theory.rules.profile import Profile, RuleSetting
from theory.slices.facts import Motion
from theory.slices.windows import Windows

EVERY_RULE = Profile("every rule", "all rules, as warnings", {rule.code: RuleSetting("warning") for rule in ALL})
LISTS, BOOKS = ("train", "valid"), (3,)
NEAR = 1  # quarters between two findings about the same thing


def spans_of(piece: AnalysedPiece) -> tuple[HarmonicSpan, ...]:
    """Return the human analysis as chords with keys, spelled near the key signature; an unknown chord is N.C."""
    ends = [chord.onset_quarter for chord in piece.chords[1:]] + [piece.score.end_quarter]
    return tuple(
        HarmonicSpan(chord.onset_quarter, end, _key(piece, chord), _symbol(piece, chord), chord.name)
        for chord, end in zip(piece.chords, ends, strict=True)
        if chord.onset_quarter < end
    )


def _key(piece: AnalysedPiece, chord: AnalysedChord) -> Key:
    signature = piece.score.bar_at(chord.onset_quarter).key.fifths
    fifths = (7 * chord.tonic) % 12 - (3 if chord.mode == "minor" else 0)
    return Key.from_fifths(fifths + 12 * round((signature - fifths) / 12), chord.mode)


def _symbol(piece: AnalysedPiece, chord: AnalysedChord) -> ChordSymbol:
    if chord.quality == "?":
        return ChordSymbol.parse("N.C.")
    tonic = _key(piece, chord).tonic.fifths
    root, bass = (_near(pitch_class, tonic) for pitch_class in (chord.root, chord.bass))
    return ChordSymbol.build(root, chord.quality, None if chord.root == chord.bass else bass)


def _near(pitch_class: int, tonic: int) -> Tone:
    """Return a pitch class spelled as near as possible to a tonic on the line of fifths."""
    fifths = (7 * pitch_class) % 12
    return Tone.from_fifths(fifths + 12 * round((tonic + 1 - fifths) / 12))


def is_confirmed(finding: Finding, others: Sequence[Finding]) -> bool:
    """Whether the same rule finds something about the same voices at about the same time among others."""
    return any(
        finding.code == other.code
        and abs(finding.onset_quarter - other.onset_quarter) <= NEAR
        and not {*finding.voices}.isdisjoint(other.voices)
        for other in others
    )


@dataclass(frozen=True)
class Judged:
    """A finding on estimated harmony, whether its chords are clear, and whether the human analysis confirms it."""

    piece: str
    finding: Finding
    clear: bool
    confirmed: bool


def judged(pieces: Iterable[AnalysedPiece]) -> Iterator[Judged]:
    """Yield the findings on estimated harmony in the pieces whose analysis fits their notes."""
    for piece in pieces:
        if piece.fit < FITS:
            continue
        vertical = Windows(texture_for(from_high_to_low(piece.score))).verticality
        known = check(piece.score, EVERY_RULE, harmony=spans_of(piece)).findings
        for finding in check(piece.score, EVERY_RULE).findings:
            if finding.inferred and by_code(finding.code).needs_chords:
                clear = all(is_clear(slice_, vertical) for slice_ in _slices(finding, piece))
                yield Judged(piece.name, finding, clear, is_confirmed(finding, known))


def _slices(finding: Finding, piece: AnalysedPiece) -> tuple[int, int]:
    """Return the slices that the rule looked at: in a motion the one before, too."""
    slice_ = texture_for(from_high_to_low(piece.score)).slice_at(finding.onset_quarter)
    return (max(0, slice_ - 1) if issubclass(by_code(finding.code).scope, Motion) else slice_), slice_


def print_table(findings: Iterable[Judged]) -> None:
    """Print, per rule, how many findings are confirmed: all of them, and those on clear chords."""
    found: Counter[tuple[str, bool]] = Counter()
    right: Counter[tuple[str, bool]] = Counter()
    for each in findings:
        for key in {(each.finding.code, False), (each.finding.code, each.clear)}:
            found[key] += 1
            right[key] += each.confirmed
    for code in sorted({code for code, _ in found}):
        counts = [f"{right[code, clear]:4} of {found[code, clear]:4}" for clear in (False, True)]
        earned = [_is_earned(right[code, clear], found[code, clear]) for clear in (False, True)]
        given = [code in TRUSTED, code in TRUSTED | TRUSTED_IF_CLEAR]
        verdict = "may warn" if given[0] else "may warn if clear" if given[1] else "info"
        doubt = "" if earned[0] == given[0] and (earned[0] or earned[1] == given[1]) else "  <- not as counted"
        print(f"{code}  {counts[0]} confirmed, on clear chords {counts[1]}: {verdict}{doubt}")


def _is_earned(right: int, found: int) -> bool:
    return found >= FEWEST and Fraction(right, found) >= TRUSTED_SHARE


def main() -> None:
    """Print the table, and the unconfirmed findings of a rule if one is named."""
    parser = argparse.ArgumentParser(description="Findings on estimated harmony that human analyses confirm.")
    parser.add_argument("split", type=Path)
    parser.add_argument("--examples", default="", help="a rule whose unconfirmed findings are listed")
    options = parser.parse_args()
    split = json.loads(options.split.read_text())
    found = list(judged(analysed_pieces(split, LISTS, BOOKS)))
    for each in found:
        if each.finding.code == options.examples and not each.confirmed:
            print(each.finding.to_text(each.piece))
    print_table(found)


if __name__ == "__main__":
    main()
