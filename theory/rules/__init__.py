"""Rules: how one is declared (`rule`), all of them (`catalogue`), and how much each matters (`profile`)."""
