"""Evaluation: compares arrangements of real sopranos with the real settings, by several measures.

Every measure treats an arrangement and the real setting of the same tune in the same way. See
``docs/evaluation.md`` for the definitions and ``arranger evaluate`` for the command.
"""
