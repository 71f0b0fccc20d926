"""``arranger train``: every network of the arranger is trained here, by one loop.

`request` says what a user may choose, `networks` which networks there are, `loop` trains any of them (in several
processes: `workers`), `run` does a whole run, from the scores to `shipping` its weights with a card.
"""
