"""A network that fills hidden voices in no order of time, for measuring; its weights do not ship."""
