"""The neural part model: the probability of each unknown cell of a texture, given the known ones.

A cell is what one voice does in one slice. `vocabulary` defines the tokens, `features` the input columns,
`network` the network (torch), `examples` the training examples with random holes; `training` trains,
`export` writes weights and card, and `runtime` runs the network with numpy alone.
"""
