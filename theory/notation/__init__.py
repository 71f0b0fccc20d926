"""What a score is made of: pitches, keys, chord symbols, notes, bars, parts, phrases, syllables and players."""
