"""Evaluation: how near arrangements of real sopranos come to the real settings, by several measures.

Every measure takes an arrangement and the real setting of the same tune by the same route. See
``docs/evaluation.md`` for the definitions and ``arranger evaluate`` for the command.
"""
