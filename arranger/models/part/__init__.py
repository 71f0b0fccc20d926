"""The neural part model: the probability of each unknown cell of a texture, given the known ones.

A cell is what one voice does in one slice. `vocabulary` defines the tokens, `features` the input columns, and
`runtime` runs the network with numpy alone; it is trained in `arranger.lab.part`.
"""
