"""What cannot all be kept: the smallest set of pins, chords and rules that exclude each other, and the way out."""
