"""What all models of four voices share: numbering pitches, and writing a piece cell by cell.

Pitches are MIDI numbers, -1 is silence; columns are soprano, alto, tenor, bass. A frame, the four
cells of one grid step, is written soprano, bass, alto, tenor: the outer voices first, as one writes
a chorale. This module knows no model.

References:
    Peracha, "Improving polyphonic music models with feature-rich encoding", 2019,
    arXiv:1911.11775 (soprano, bass, alto, tenor).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from course.errors import check_integer, check_shape
from course.models.drawing import Choose, draw_class
from course.reproducibility import one_thread

SILENCE = -1
FREE = -2  # in what is given to `VoiceModel.generate`: a cell that the model writes
VOICES = ("soprano", "alto", "tenor", "bass")
WRITING_ORDER = (0, 3, 1, 2)  # columns in the order in which a frame is written
NextDistribution = Callable[[np.ndarray, Sequence[int]], np.ndarray]


@dataclass(frozen=True)
class VoiceRange:
    """The pitches that a model of four voices can hear and write.

    Raises:
        ValueError: if a field is out of range.
    """

    low: int = 34  # lowest MIDI pitch
    high: int = 83  # highest MIDI pitch, included

    def __post_init__(self) -> None:
        check_integer("low", self.low, 0, 127, "give a MIDI pitch")
        check_integer("high", self.high, self.low, 127, "give a MIDI pitch, at least `low`")

    @property
    def pitches(self) -> np.ndarray:
        """The pitch that each class stands for: silence (-1), then `low` to `high`."""
        return class_pitches(self.low, self.high)

    @property
    def num_classes(self) -> int:
        """Number V of things that a cell can be."""
        return self.high - self.low + 2


def number_classes(pitches: np.ndarray, low: int, high: int) -> np.ndarray:
    """Number the pitches: 0 for silence, 1 for the lowest.

    Args:
        pitches: (T, 4) MIDI numbers, -1 for silence; T may be 0.
        low: lowest MIDI pitch that the model can hear.
        high: highest one, included.

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
    outside = (pitches != SILENCE) & ((pitches < low) | (pitches > high))
    if outside.any():
        row, voice = np.argwhere(outside)[0].tolist()
        raise ValueError(
            f"row {row}, {VOICES[voice]}: pitch {pitches[row, voice]} is outside "
            f"{low}..{high} and not -1 for silence; transpose the piece first"
        )
    return np.where(pitches == SILENCE, 0, pitches - low + 1)


def class_pitches(low: int, high: int) -> np.ndarray:
    """Give the pitch that each class stands for: silence (-1), then `low` to `high`.

    Args:
        low: lowest MIDI pitch.
        high: highest one, included.

    Returns:
        (V,) whole numbers.
    """
    return np.array([SILENCE, *range(low, high + 1)])


def run_lengths(classes: np.ndarray, steps: np.ndarray, longest: int) -> np.ndarray:
    """Say how many steps each voice has had the pitch of the previous frame.

    Args:
        classes: (T, 4) frames, of one piece or of several one after the other.
        steps: (T,) step of each frame in its piece; where it is 0, nothing came before.
        longest: longer runs count as so many.

    Returns:
        (T, 4) 0 at the beginning of a piece, else 1..`longest`.
    """
    place = np.arange(len(classes))[:, None]
    is_new = (classes != np.roll(classes, 1, axis=0)) | (steps[:, None] == 0)
    since = np.maximum.accumulate(np.where(is_new, place, 0), axis=0)
    lengths = np.roll(place - since + 1, 1, axis=0)  # of the run that ends one step before
    return np.where(steps[:, None] == 0, 0, np.minimum(lengths, longest))  # (T, 4)


class VoiceModel:
    """What every model of four voices can do, if it has a `config` and can be read from.

    `config` is a `VoiceRange`.
    """

    def reader(self) -> NextDistribution:
        """Give what says how a piece goes on, cell by cell.

        Returns:
            A function of the complete frames (T, 4) so far and of the pitches of the next one that
            are there already, none to three, in writing order. It gives the probabilities (V,) of
            the next cell. It is called with a piece that grows frame by frame, so a model with a
            memory need only hear what is new.
        """
        raise NotImplementedError

    def classes(self, pitches: np.ndarray) -> np.ndarray:
        """Number the pitches as this model does.

        Args:
            pitches: (T, 4) MIDI numbers, -1 for silence.

        Returns:
            (T, 4) int64.

        Raises:
            TypeError: if the pitches are no whole numbers.
            ValueError: if the shape is another or a pitch is outside the model's range.
        """
        return number_classes(pitches, self.config.low, self.config.high)

    def write_voices(self, num_steps: int, generator: np.random.Generator) -> np.ndarray:
        """Write a piece from nothing, each cell drawn as often as the model says.

        Whatever model has this method, cell by cell or not, stands among the writers that
        `course.evaluation.models.writer_names` gives.

        Args:
            num_steps: length in sixteenths.
            generator: source of chance; the same state gives the same piece.

        Returns:
            (num_steps, 4) MIDI pitches, -1 for silence.
        """
        return self.generate(num_steps, generator)

    @one_thread()
    def generate(
        self,
        num_steps: int,
        generator: np.random.Generator,
        seed: np.ndarray | None = None,
        sampler: Choose | None = None,
        allowed: np.ndarray | None = None,
        given: np.ndarray | None = None,
    ) -> np.ndarray:
        """Write a piece, or go on with one, cell by cell.

        A model that reads from left to right does not know what is given further on: it harmonises
        a soprano as it comes.

        Args:
            num_steps: how many frames to add.
            generator: source of chance; the same state gives the same piece.
            seed: (T, 4) the beginning; None to begin with nothing.
            sampler: a `course.sampling.Sampler` or another function of (probabilities, generator[,
                allowed]); None draws each class as often as the model says.
            allowed: booleans (4, V), a row for each column S, A, T, B, True for what may be
                written; None for everything. See `course.sampling.allowed_pitches`.
            given: (num_steps, 4) pitches that are kept exactly in the new frames, -1 for silence,
                columns S, A, T, B; `FREE` (-2) where the model writes. They need not be allowed.
                None for nothing.

        Returns:
            (T + num_steps, 4) int16, the seed and what follows.

        Raises:
            TypeError: if the seed or what is given holds anything but whole numbers.
            ValueError: if the seed or what is given cannot be heard by the model, `num_steps` or a
                choice is out of range, or `allowed` or `given` has another shape.
        """
        check_integer("num_steps", num_steps, 0, 100_000, "16 sixteenths are a bar of 4/4")
        start = np.empty((0, 4), dtype=np.int16) if seed is None else np.asarray(seed)
        self.classes(start)
        pitches = self.config.pitches
        if allowed is not None:
            check_shape("allowed", np.shape(allowed), (4, len(pitches)), "a row for each voice")
        new = np.full((num_steps, 4), FREE) if given is None else np.asarray(given)
        check_shape("given", new.shape, (num_steps, 4), "give a row for each new frame")
        self.classes(np.where(new == FREE, SILENCE, new))
        piece = np.concatenate([start, new]).astype(np.int16)
        next_distribution, choose = self.reader(), sampler or draw_class
        for step in range(len(start), len(piece)):
            for voice, column in enumerate(WRITING_ORDER):
                if piece[step, column] != FREE:
                    continue
                p = next_distribution(piece[:step], piece[step, WRITING_ORDER[:voice]])
                rule = () if allowed is None else (allowed[column],)
                choice = choose(p, generator, *rule)
                check_integer("choice of the sampler", choice, 0, len(pitches) - 1, "a class")
                piece[step, column] = pitches[choice]
        return piece
