"""The chord model: proposes chords for a bare tune; the functional-harmony graph is its prior."""
