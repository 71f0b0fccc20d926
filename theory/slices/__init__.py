"""A score as slices by voices, and the windows of them that a rule may look at, with their facts as arrays."""
