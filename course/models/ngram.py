"""An interpolated n-gram for four voices on a grid: the baseline that every network has to beat.

A piece is written cell by cell: frame after frame, and inside a frame soprano, bass, alto, tenor.
Each cell is guessed from what is already written. Five contexts are asked, from general to special,
each of which says how often it was followed by which pitch:

    level  what is known of the past
    0      the voice
    1      + place in the beat, the voice's previous pitch
    2      + how long it has had that pitch, which voices of this frame have moved
    3      + the pitches already written in this frame
    4      place in the beat, the whole previous frame, the pitches already written in this frame

A special context knows more and has seen less, so that each level is mixed with the one below it:

    p(x) = (c(x) + K p_below(x)) / (N + K)

where a context was seen N times, c(x) times before x, and before K different pitches (Witten and
Bell). Below level 0 all pitches are equally likely. A context that was never seen passes on what
the level below it says.

Pitches are MIDI numbers, -1 is silence; columns are soprano, alto, tenor, bass. The place in the
beat is counted from the start of the piece. Nothing tells a held note from a repeated one, and
no token ends a piece.

References:
    Witten and Bell, "The zero-frequency problem", IEEE Transactions on Information Theory 37(4),
    1991 (method C).
    Peracha, "Improving polyphonic music models with feature-rich encoding", 2019,
    arXiv:1911.11775 (soprano, bass, alto, tenor).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from course.errors import check_integer, check_shape
from course.models.ngram_contexts import NGramConfig, number_contexts
from course.models.voices import (
    SILENCE,
    WRITING_ORDER,
    NextDistribution,
    VoiceModel,
    number_classes,
)


@dataclass(frozen=True, eq=False)
class Counts:
    """How often each context was followed by each class, at one level."""

    pairs: np.ndarray  # (N,) int64, context * V + class, increasing
    counts: np.ndarray  # (N,) int32, >= 1
    num_classes: int

    @cached_property
    def _contexts(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The contexts, how often each was seen, and with how many classes after it."""
        contexts, first, kinds = np.unique(
            self.pairs // self.num_classes, return_index=True, return_counts=True
        )
        return contexts, np.add.reduceat(self.counts, first), kinds

    def mix(self, context: np.ndarray, cell: np.ndarray, below: np.ndarray) -> np.ndarray:
        """Mix what was counted here with what the level below says.

        Args:
            context: numbers of this level's contexts, of any shape.
            cell: the class that follows upon each, in the same shape.
            below: its probability at the level below, in the same shape.

        Returns:
            Its probability at this level, in the same shape.
        """
        contexts, totals, kinds = self._contexts
        c = _look_up(self.pairs, self.counts, context * self.num_classes + cell)
        N = _look_up(contexts, totals, context)
        K = np.maximum(_look_up(contexts, kinds, context), 1)  # unseen: N = c = 0, p = p_below
        return (c + K * below) / (N + K)


def _look_up(keys: np.ndarray, values: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Give the value of each wanted key, 0 where there is none."""
    index = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[index] == wanted, values[index], 0)


@dataclass(frozen=True, eq=False)
class NGram(VoiceModel):
    """A fitted n-gram; `fit_ngram` makes one."""

    config: NGramConfig
    levels: tuple[Counts, ...]  # from general to special

    def log_probabilities(self, pitches: np.ndarray) -> np.ndarray:
        """Say how likely each cell of a piece is, given all cells written before it.

        Args:
            pitches: (T, 4) whole numbers.

        Returns:
            (T, 4) natural logarithms, each below 0, in the columns of `pitches`: soprano, alto,
            tenor, bass. The first cell is among them.

        Raises:
            TypeError: if the pitches are no whole numbers.
            ValueError: if the shape is another or a pitch is outside the model's range.
        """
        classes = self.classes(pitches)
        contexts = number_contexts(classes, np.arange(len(classes)), self.config)
        scores = np.empty(classes.shape)  # (T, 4)
        scores[:, WRITING_ORDER] = np.log(self._probabilities(contexts, classes[:, WRITING_ORDER]))
        return scores

    def next_distribution(self, pitches: np.ndarray, written: Sequence[int] = ()) -> np.ndarray:
        """Give the probabilities of all classes for the next cell.

        Args:
            pitches: (T, 4) the complete frames so far; T may be 0.
            written: the pitches of the next frame that are there already, none to three, in
                the order soprano, bass, alto.

        Returns:
            (V,) positive numbers that sum to one; `config.pitches` says what each stands for.

        Raises:
            TypeError: if a pitch is no whole number.
            ValueError: if a shape is another or a pitch is outside the model's range.
        """
        voice = len(written)
        check_integer("pitches in written", voice, 0, 3, "give only what comes before the cell")
        frame = np.full((1, 4), SILENCE)  # what is not written yet is not looked at
        for column, pitch in zip(WRITING_ORDER, written, strict=False):
            check_integer("pitch in written", pitch, SILENCE, self.config.high, "-1 is silence")
            frame[0, column] = pitch
        past = np.asarray(pitches)
        check_shape("pitches", past.shape, ("T", 4), "give a row of S, A, T, B for each step")
        first = max(0, len(past) - self.config.longest_run)  # nothing before is looked at
        heard = (self.classes(part) for part in (past[first:], frame))
        classes = np.concatenate(list(heard))
        steps = np.arange(first, len(past) + 1)
        contexts = number_contexts(classes, steps, self.config)[:, -1, voice]  # (levels,)
        every = np.arange(self.config.num_classes)
        return self._probabilities(contexts[:, None].repeat(len(every), axis=1), every)

    def _probabilities(self, contexts: np.ndarray, classes: np.ndarray) -> np.ndarray:
        """Give p(class | context); contexts (levels, ...), classes (...)."""
        p = np.full(classes.shape, 1.0 / self.config.num_classes)
        for level, context in zip(self.levels, contexts, strict=True):
            p = level.mix(context, classes, p)
        return p

    def reader(self) -> NextDistribution:
        """Give what writes a piece: the n-gram looks at the past anew each time."""
        return self.next_distribution


def fit_ngram(pieces: Iterable[np.ndarray], config: NGramConfig | None = None) -> NGram:
    """Count what follows upon what in some pieces.

    Args:
        pieces: (T, 4) whole numbers each; transpositions make a better model of few pieces.
        config: what the model can hear; None for the range of Bach's chorales in sixteenths.

    Returns:
        The model.

    Raises:
        TypeError: if a piece holds anything but whole numbers.
        ValueError: if there are no frames, or a piece cannot be heard with this `config`.
    """
    config = config or NGramConfig()
    classes = [number_classes(piece, config.low, config.high) for piece in pieces]
    if not sum(map(len, classes)):
        raise ValueError("pieces hold no frame at all; give at least one piece to count in")
    steps = np.concatenate([np.arange(len(piece)) for piece in classes])
    every = np.concatenate(classes)  # (all frames, 4)
    V = config.num_classes
    levels = []
    for context in number_contexts(every, steps, config):
        pairs, counts = np.unique(context * V + every[:, WRITING_ORDER], return_counts=True)
        levels.append(Counts(pairs, counts.astype(np.int32), V))
    return NGram(config, tuple(levels))
