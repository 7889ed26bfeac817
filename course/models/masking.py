"""Which cells of four voices are masked: as the bound draws them, and in the order of writing."""

import numpy as np


def draw_masks(number: int, num_steps: int, generator: np.random.Generator) -> np.ndarray:
    """Draw masks whose numbers of cells are spread evenly from 1 to all.

    Args:
        number: of masks.
        num_steps: T.
        generator: source of chance.

    Returns:
        Booleans (number, T, 4), at least one cell True in each.
    """
    N = 4 * num_steps
    shares = (np.arange(number) + generator.random(number)) / number
    counts = 1 + np.floor(N * shares).astype(int)
    ranks = generator.random((number, N)).argsort(axis=1).argsort(axis=1)
    return (ranks < counts[:, None]).reshape(number, num_steps, 4)


def beat_levels(steps: np.ndarray, steps_per_bar: int = 16) -> np.ndarray:
    """Say how strong each step is in its bar.

    Args:
        steps: whole numbers of any shape, counted from the start of the piece.
        steps_per_bar: steps in a bar.

    Returns:
        The same shape; for each step 0 at the beginning of a bar, 1 in the middle of a bar, 2 at
        its quarters, and so on, as long as a bar can be halved; then one number for all others.
    """
    size, levels = steps_per_bar, np.zeros(np.shape(steps), dtype=int)
    while size > 1:
        levels += np.asarray(steps) % size != 0
        if size % 2:
            break
        size //= 2
    return levels
