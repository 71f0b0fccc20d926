"""Harmonic analysis: chords as Roman numerals, key regions, and what the other notes are.

>>> from theory.rules.example import example_score
>>> from theory.rules.rule import passes
>>> score = example_score(passes("A4 G4 F4 E4 / D4 D4 D4 C4 / A3 B3 B3 C4 / F3 G3 - C3", ""))
>>> [chord.figure for chord in analyse(score).chords]
['ii6', 'V', 'V7', 'I']
"""

from theory.analysis.analysis import Analysis, analyse
from theory.analysis.nonchord import KINDS, NonChordTone, non_chord_tones
from theory.analysis.numeral import RomanNumeral

__all__ = ["KINDS", "Analysis", "NonChordTone", "RomanNumeral", "analyse", "non_chord_tones"]
