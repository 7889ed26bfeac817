"""Generating music with deep learning: the package behind the lessons.

Importing `course` loads neither torch nor music21 nor a sound library; each of its modules loads
what it needs when it is imported itself.
"""

__version__ = "0.1.0"
