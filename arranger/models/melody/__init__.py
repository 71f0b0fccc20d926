"""The melody model: the probability of the next note of a single line."""
