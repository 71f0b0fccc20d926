"""How instruments play an arrangement: sections, grooves, who has the tune, dynamics, tempo, levels of players."""
