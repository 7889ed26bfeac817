"""Train a judge to tell two sources of four-voice music apart, and count how often it is right."""

from collections.abc import Sequence

import numpy as np
import torch
from torch.nn import functional

from course.errors import check_integer
from course.models.judge import Judge

WINDOW = 32  # sixteenths: two bars


class JudgeBatches:
    """Draws passages from two sources, half of each, from any bar on.

    Args:
        real: pieces (T, 4), T at least a window.
        made: pieces of the other source.
        batch_size: passages in a batch, even.
        window: sixteenths of a passage.

    Raises:
        ValueError: if a source has no piece, or a piece is too short.
    """

    def __init__(
        self,
        real: Sequence[np.ndarray],
        made: Sequence[np.ndarray],
        batch_size: int = 64,
        window: int = WINDOW,
    ) -> None:
        check_integer("batch_size", batch_size, 2, 10**4, "64 is usual")
        self.sources = [_long_enough(pieces, window) for pieces in (real, made)]
        self.half, self.window = batch_size // 2, window

    def __call__(
        self, step: int, generator: np.random.Generator
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Draw a batch.

        Args:
            step: is not looked at; the generator is seeded for it.
            generator: source of chance.

        Returns:
            Pitches (B, T, 4), and 1.0 for the real ones, 0.0 for the others, (B,).
        """
        passages = [
            _passage(pieces[generator.integers(len(pieces))], self.window, generator)
            for pieces in self.sources
            for _ in range(self.half)
        ]
        labels = torch.tensor([1.0] * self.half + [0.0] * self.half)
        return torch.from_numpy(np.stack(passages)), labels


def judge_loss(model: Judge, batch: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
    """Give the mean of -ln p of the right source, nats; guessing costs ln 2 = 0.69.

    Args:
        model: the judge.
        batch: what `JudgeBatches` draws.

    Returns:
        A scalar.
    """
    pitches, labels = batch
    return functional.binary_cross_entropy_with_logits(model(pitches), labels)


def count_right(
    judge: Judge,
    real: Sequence[np.ndarray],
    made: Sequence[np.ndarray],
    seed: int = 0,
    window: int = WINDOW,
) -> tuple[int, int]:
    """Let a trained judge hear one passage of each piece that it has not learned from.

    One each, because passages of one piece are no independent trials.

    Args:
        judge: the judge.
        real: pieces (T, 4) of the data.
        made: pieces of the other source; of the longer list only so many are heard as the other
            has, so that guessing is right half the time.
        seed: of the places.
        window: sixteenths of a passage.

    Returns:
        Right answers, and trials.

    Raises:
        ValueError: if a source has no piece, or a piece is too short.
    """
    generator = np.random.default_rng(seed)
    count = min(len(real), len(made))
    passages = [
        _passage(piece, window, generator)
        for pieces in (real, made)
        for piece in _long_enough(pieces, window)[:count]
    ]
    with torch.no_grad():
        said = judge(torch.from_numpy(np.stack(passages))) > 0
    right = int(said[:count].sum()) + int((~said[count:]).sum())
    return right, 2 * count


def _long_enough(pieces: Sequence[np.ndarray], window: int) -> list[np.ndarray]:
    grids = [np.asarray(piece) for piece in pieces]
    if not grids or min(map(len, grids)) < window:
        raise ValueError(
            f"{len(grids)} pieces, the shortest of {min(map(len, grids), default=0)} sixteenths; "
            f"give at least one, and none shorter than {window}"
        )
    return grids


def _passage(piece: np.ndarray, window: int, generator: np.random.Generator) -> np.ndarray:
    """Cut a passage out of a piece, from the beginning of a bar."""
    bars = (len(piece) - window) // 16 + 1
    start = 16 * int(generator.integers(bars))
    return piece[start : start + window].astype(np.int64)
