"""The independent count of ABC books against what is read from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.measure.abc_counts import Totals, compare, corpus
from benchmarks.measure.abc_text import Counts, count_tune, tunes_of

BOOK = """A book of tunes: Abe's.

X:1
T:Old chords
P:AB
M:4/4
L:1/4
K:D
P:A
"D/f+"F A d A|"G#d"^G B d B|\\
P:B
|:"A7/c+"A c e- "Fine"e|{c}"D"[Fd]3- "/c+"[Fd]:|
w: one * two-three~four_ five

Dad added a bad cabbage.

X:2
T:Odd signs
M:4/4
L:1/8
K:G
CDEF!GABc|!trill!d4- d2 z2|(3efg a2 "^ad lib." b4 & G8|
"""


def test_the_count_takes_the_text_literally() -> None:
    one, other = tunes_of(BOOK)
    assert count_tune(one) == Counts(attacks=13, symbols=5, words=4, repeat_starts=1, repeat_ends=1)
    assert count_tune(other) == Counts(attacks=15)


def test_what_is_read_equals_the_count_or_is_told() -> None:
    totals = Totals()
    for number, tune in enumerate(tunes_of(BOOK), start=1):
        compare(tune, f"tune {number}", totals)
    (difference,) = totals.differences
    assert difference.startswith("tune 2: 15 attacks in the text, 14 read; told: bar 3: the second voice '& G8'")
    assert totals.untold == 0


def test_books_of_the_corpus_are_read_whole() -> None:
    totals = Totals()
    for name in ("nottingham-dataset/reelsa-c.abc", "airdsAirs/book4.abc", "miscFolk/americanfifeopus.abc"):
        path: Path = corpus() / name
        if not path.is_file():
            continue
        for tune in tunes_of(path.read_text(encoding="latin-1"))[:40]:
            compare(tune, name, totals)
    if not totals.tunes:
        pytest.skip("needs the corpus of music21")
    assert totals.differences == []
    assert totals.text["attacks"] > 1000
