"""The harmony of settings as figures: variety of chords, movement of the lower voices, closes, distances.

`arranger.lab.evaluation.harmony.voicing` looks at the notes alone, `arranger.lab.evaluation.harmony.chords` and
`theory.analysis.closes` at the Roman numerals of `theory.analysis.analyse`, and
`arranger.lab.evaluation.harmony.settings` measures many settings together.
"""
