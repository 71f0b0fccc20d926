"""Learns the weights of rules and preferences from real music.

In every slice the composer chose one of the verticalities that could have been written there. A
conditional logit (McFadden, *Conditional Logit Analysis of Qualitative Choice Behavior*, 1974) finds the
non-negative weights that maximise the likelihood of the real choices; a feature that is as frequent in real
music as among the candidates gets weight 0. The part model's log-probability is one more feature.

`choices` builds the choice sets, `logit` fits the weights, `tables` writes them into profiles and styles.
"""
