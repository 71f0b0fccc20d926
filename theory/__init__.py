"""What can be said about notes: pitches, keys, chords, textures, and rules with their sources.

The question of this package is whether, and why, a succession of notes is good by the measure of a
style. It reads no files of music and trains nothing. Spelled pitches (`theory.pitch`), keys
(`theory.key`) and chord symbols (`theory.chord`) are frozen values; a written score
(`theory.score`) becomes an array of slices by voices (`theory.texture`), over which named facts
(`theory.facts`) are computed once for the search and the checker alike. A rule (`theory.rules`) is
a line of algebra over these facts, a profile (`theory.profile`) says how much it matters, and
`theory.check.check` tells what all rules find in a score.

>>> from theory.pitch import Interval, Pitch
>>> str(Pitch.parse("F#4").up(Interval.parse("m3")))
'A4'
"""
