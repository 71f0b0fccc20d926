"""The search: candidates, objective, proposer and beam. It depends on neither torch nor music21."""
