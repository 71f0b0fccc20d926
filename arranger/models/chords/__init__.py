"""The chord model: proposes a chord for each beat of a bare tune."""
