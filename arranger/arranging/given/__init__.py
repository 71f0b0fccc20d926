"""What a user gives besides the tune: pins (notes, chords and forbidden notes), and parts that are already written."""
