"""The part model learned: examples with random holes, the one definition of the network, training, measures."""
