"""How much each rule and preference matters, learned from real music.

At every slice a composer chose one verticality among those that could have been written there. A
conditional logit (McFadden, *Conditional Logit Analysis of Qualitative Choice Behavior*, 1974) finds
the weights under which the real choices are likeliest, each at least 0: what is as common in real
music as among the candidates weighs nothing. The part model's log-probability is one feature more.

`choices` makes the choice sets, `logit` fits, `tables` writes weights into profiles and styles.
"""
