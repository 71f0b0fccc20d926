"""Reading standard MIDI files."""
