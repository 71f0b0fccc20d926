"""Training and evaluation of the part model: examples with random holes, the network in torch, figures."""
