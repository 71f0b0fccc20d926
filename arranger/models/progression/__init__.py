"""The progression model: draws chords with their bass for a bare tune, beat by beat."""
