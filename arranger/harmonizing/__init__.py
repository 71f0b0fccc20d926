"""Harmonisation of a bare tune: a neural chord model, with the functional-harmony graph as its prior."""
