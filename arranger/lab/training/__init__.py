"""``arranger train``: one training loop for every network of the arranger.

`request` holds the options of a run, `networks` lists the networks, `loop` trains any of them (in several
processes with `workers`), `run` carries out a whole run, and `shipping` writes its weights with a card.
"""
