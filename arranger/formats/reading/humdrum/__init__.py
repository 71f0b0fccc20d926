"""Reader of Humdrum files: **kern spines with their words, chord symbols, dynamics and expansion lists."""
