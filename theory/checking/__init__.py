"""The checker: what the rules of a profile find in a score."""
