"""A network that predicts hidden voices in no fixed order, for evaluation; its weights do not ship."""
