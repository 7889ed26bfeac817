"""The course's music: corpora shipped as arrays, their cards, and a shelf of real MIDI files.

Loading needs NumPy alone. `course build-data` makes everything here anew from music21's corpus.
"""

from course.data.cards import card_text
from course.data.chorales import Chorale, load_chorales
from course.data.quartets import QuartetMovement, load_quartets
from course.data.shelf import midi_files
from course.data.tunes import Tune, load_tunes

__all__ = [
    "Chorale",
    "QuartetMovement",
    "Tune",
    "card_text",
    "load_chorales",
    "load_quartets",
    "load_tunes",
    "midi_files",
]
