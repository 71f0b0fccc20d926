"""The neural part model: given the known cells of a texture, what is the next unknown one?

`vocabulary` names the tokens, `features` turns slices into numbers, `network` is the one definition
of the network (torch), `examples` makes training examples with random holes, `training` trains,
`export` writes weights and card, `runtime` runs them with numpy alone.
"""
