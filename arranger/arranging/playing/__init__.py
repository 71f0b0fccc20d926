"""How instruments play an arrangement: sections, grooves, figuration of held chords, touch and dynamics."""
