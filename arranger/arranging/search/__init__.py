"""The search: candidates, objective, proposer, beam. It knows neither torch nor music21."""
