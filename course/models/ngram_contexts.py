"""What the n-gram looks at: the context of each cell, at five levels, as one whole number.

Columns are soprano, alto, tenor and bass; a frame is written soprano, bass, alto, tenor. This
module counts nothing and knows no probability.
"""

from dataclasses import dataclass

import numpy as np

from course.errors import check_integer, check_shape

SILENCE = -1
VOICES = ("soprano", "alto", "tenor", "bass")
WRITING_ORDER = (0, 3, 1, 2)  # columns in the order in which a frame is written
NUM_LEVELS = 5


@dataclass(frozen=True)
class NGramConfig:
    """What an n-gram can hear.

    Raises:
        ValueError: if a field is out of range.
    """

    low: int = 34  # lowest MIDI pitch
    high: int = 83  # highest MIDI pitch, included
    steps_per_beat: int = 4  # grid steps in a beat, 1..16
    longest_run: int = 8  # a pitch held longer counts as held so many steps, 1..64

    def __post_init__(self) -> None:
        check_integer("low", self.low, 0, 127, "give a MIDI pitch")
        check_integer("high", self.high, self.low, 127, "give a MIDI pitch, at least `low`")
        check_integer("steps_per_beat", self.steps_per_beat, 1, 16, "4 for sixteenths")
        check_integer("longest_run", self.longest_run, 1, 64, "8 sixteenths are a half note")

    @property
    def pitches(self) -> np.ndarray:
        """The pitch that each class stands for: silence (-1), then `low` to `high`."""
        return np.array([SILENCE, *range(self.low, self.high + 1)])

    @property
    def num_classes(self) -> int:
        """Number V of things that a cell can be."""
        return self.high - self.low + 2


def number_classes(pitches: np.ndarray, config: NGramConfig) -> np.ndarray:
    """Number the pitches: 0 for silence, 1 for the lowest.

    Args:
        pitches: (T, 4) MIDI numbers, -1 for silence; T may be 0.
        config: the range of pitches.

    Returns:
        (T, 4) int64.

    Raises:
        TypeError: if the pitches are no whole numbers.
        ValueError: if the shape is another or a pitch is outside the range.
    """
    pitches = np.asarray(pitches)
    check_shape("pitches", pitches.shape, ("T", 4), "give a row of S, A, T, B for each step")
    if pitches.dtype.kind not in "iu" and pitches.size:
        raise TypeError(f"pitches hold {pitches.dtype}; give whole numbers, -1 for silence")
    pitches = pitches.astype(np.int64)
    outside = (pitches != SILENCE) & ((pitches < config.low) | (pitches > config.high))
    if outside.any():
        row, voice = np.argwhere(outside)[0].tolist()
        raise ValueError(
            f"row {row}, {VOICES[voice]}: pitch {pitches[row, voice]} is outside "
            f"{config.low}..{config.high} and not -1 for silence; transpose the piece first"
        )
    return np.where(pitches == SILENCE, 0, pitches - config.low + 1)


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
    runs = _runs(now, steps, config.longest_run)
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


def _runs(now: np.ndarray, steps: np.ndarray, longest: int) -> np.ndarray:
    """Give how many steps each voice has had the pitch of the previous frame, at most `longest`."""
    place = np.arange(len(now))[:, None]
    is_new = (now != np.roll(now, 1, axis=0)) | (steps[:, None] == 0)
    since = np.maximum.accumulate(np.where(is_new, place, 0), axis=0)
    lengths = np.roll(place - since + 1, 1, axis=0)  # of the run that ends one step before
    return np.where(steps[:, None] == 0, 0, np.minimum(lengths, longest))  # (T, 4)


def _number(*fields: tuple[np.ndarray, int]) -> np.ndarray:
    """Give each combination of fields its own number; a field is (values, how many there are).

    With 128 pitches and 16 steps in a beat, context and class stay below 2 ** 63.
    """
    number = np.zeros(len(fields[0][0]), dtype=np.int64)
    for values, size in fields:
        number = number * size + values
    return number
