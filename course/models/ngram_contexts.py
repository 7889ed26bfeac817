"""What the n-gram looks at: the context of each cell, at five levels, as one whole number.

Columns are soprano, alto, tenor and bass; a frame is written soprano, bass, alto, tenor. This
module counts nothing and knows no probability.
"""

from dataclasses import dataclass

import numpy as np

from course.errors import check_integer
from course.models.voices import WRITING_ORDER, VoiceRange, run_lengths

NUM_LEVELS = 5


@dataclass(frozen=True)
class NGramConfig(VoiceRange):
    """What an n-gram can hear.

    Raises:
        ValueError: if a field is out of range.
    """

    steps_per_beat: int = 4  # grid steps in a beat, 1..16
    longest_run: int = 8  # a pitch held longer counts as held so many steps, 1..64

    def __post_init__(self) -> None:
        super().__post_init__()
        check_integer("steps_per_beat", self.steps_per_beat, 1, 16, "4 for sixteenths")
        check_integer("longest_run", self.longest_run, 1, 64, "8 sixteenths are a half note")


def number_contexts(classes: np.ndarray, steps: np.ndarray, config: NGramConfig) -> np.ndarray:
    """Number the context of each cell at each level.

    Args:
        classes: (T, 4) frames, of one piece or of several one after the other.
        steps: (T,) step of each frame in its piece; where it is 0, there is no previous frame.
        config: sizes.

    Returns:
        (levels, T, 4) int64, the cells of a frame in the order in which they are written.
    """
    V = config.num_classes
    now = classes[:, WRITING_ORDER]  # (T, 4)
    before = np.where(steps[:, None] == 0, V, np.roll(now, 1, axis=0))  # V: nothing before
    beat = steps % config.steps_per_beat, config.steps_per_beat
    frame_before = [(column, V + 1) for column in before.T]
    runs = run_lengths(now, steps, config.longest_run)
    contexts = np.empty((NUM_LEVELS, *now.shape), dtype=np.int64)
    for v in range(4):
        voice = np.full(len(now), v), 4
        own = frame_before[v]
        run = runs[:, v], config.longest_run + 1
        moved = [(now[:, u] != before[:, u], 2) for u in range(v)]
        written = [(now[:, u], V) for u in range(v)]
        contexts[0, :, v] = v
        contexts[1, :, v] = _number(voice, beat, own)
        contexts[2, :, v] = _number(voice, beat, own, run, *moved)
        contexts[3, :, v] = _number(voice, beat, own, run, *moved, *written)
        contexts[4, :, v] = _number(voice, beat, *frame_before, *written)
    return contexts


def _number(*fields: tuple[np.ndarray, int]) -> np.ndarray:
    """Give each combination of fields its own number; a field is (values, how many there are).

    With 128 pitches and 16 steps in a beat, context and class stay below 2 ** 63.
    """
    number = np.zeros(len(fields[0][0]), dtype=np.int64)
    for values, size in fields:
        number = number * size + values
    return number
