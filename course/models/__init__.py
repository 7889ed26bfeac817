"""The models that the lessons build; tensors or tokens in, tensors or tokens out.

No module here knows an encoding or a corpus.
"""
