"""The networks as they run, in numpy alone: vocabularies, input features, and the weights with their cards."""
