"""How the course's own models are trained: which data, which sizes, how many steps.

Each recipe joins a corpus, a model and the training loop, which do not know one another.
`course train NAME` runs one; the lessons run the same, live.
"""
