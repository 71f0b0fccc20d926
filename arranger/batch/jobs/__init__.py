"""The work on one piece: arrange, check, analyse, render."""
