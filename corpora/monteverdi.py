"""Monteverdi's madrigals in music21's corpus; `corpora.roman_analyses` reads them with their analyses."""

from __future__ import annotations

from corpora.corpus import MUSIC21, MUSIC21_LICENCE, Corpus

MADRIGALS = Corpus(
    name="monteverdi",
    title="Madrigals of C. Monteverdi, books 3 to 5",
    citation=MUSIC21,
    licence=MUSIC21_LICENCE,
    quirks=(
        "The madrigals are in five parts, a few in six: a four-part model can take them only with a voice left out.",
        "Canto and Quinto cross all the time.",
        "48 madrigals have Roman-numeral analyses in the same folder (.rntxt).",
    ),
    files=49,
    folders=("monteverdi",),
    suffixes=(".mxl",),
    digest="0ffa167baa87f3bc",
    style="renaissance",
)
