"""A class's homework: many scores against one assignment, and marks.

An assignment (`arranger.homework.assignment`) says what is given and asked, as a TOML file; docs/homework.md is its
reference. `arranger.homework.marking.mark` finds the faults of a score against it and what they cost.
"""
