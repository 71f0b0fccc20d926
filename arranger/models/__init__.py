"""Inference with the networks, in numpy alone: vocabularies, input features, and the weights with their cards."""
