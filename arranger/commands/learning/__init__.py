"""What `arranger fit` and `arranger evaluate` do: the weights of rules and networks, and how they compare."""
