"""The steps of diffusion on plain arrays, as lesson 10 builds them.

The package does the same on batches: `course.models.gaussian_diffusion` for pictures,
`course.models.grid_diffusion` for the four-voice grid. Learners' functions and these can take each
other's place.
"""

import numpy as np


def noised(x: np.ndarray, noise: np.ndarray, alpha_bar: float | np.ndarray) -> np.ndarray:
    """Mix pictures with noise, however many small steps that would have taken.

    Args:
        x: (B, ...) clean pictures.
        noise: the same shape, normal with mean 0 and variance 1.
        alpha_bar: share of the clean picture's power that is left, 0..1: one number for all, or
            (B,), one for each picture.

    Returns:
        sqrt(alpha_bar) x + sqrt(1 - alpha_bar) noise, the same shape.

    References:
        Ho et al., NeurIPS 2020, arXiv:2006.11239, equation 4.
    """
    shares = np.asarray(alpha_bar, dtype=float)
    shares = shares.reshape(shares.shape + (1,) * (np.ndim(x) - shares.ndim))
    return np.sqrt(shares) * x + np.sqrt(1 - shares) * noise


def ddim_step(
    x: np.ndarray, clean: np.ndarray, alpha_bar: float, next_alpha_bar: float
) -> np.ndarray:
    """Go to a level with less noise, and keep the noise that the picture holds.

    Args:
        x: the picture at its present level, any shape.
        clean: what a model takes the clean picture to be, the same shape.
        alpha_bar: the present level, 0..1, below 1.
        next_alpha_bar: the level to go to, `alpha_bar`..1.

    Returns:
        The picture at the next level, of the same shape.

    References:
        Song et al., ICLR 2021, arXiv:2010.02502, equation 12 with sigma 0.
    """
    noise = (x - np.sqrt(alpha_bar) * clean) / np.sqrt(1 - alpha_bar)
    return np.sqrt(next_alpha_bar) * clean + np.sqrt(1 - next_alpha_bar) * noise


def masked_nats(log_p: np.ndarray, masked: np.ndarray) -> float:
    """Give the loss of absorbing diffusion, whose mean is a bound on the nats per note.

    Args:
        log_p: (B, T, 4) ln p of the pitch that is there.
        masked: (B, T, 4) booleans, True where it was hidden; only these cells count.

    Returns:
        The mean over windows of the mean of -ln p over the hidden cells of each; 0 for a window
        without any.

    References:
        Austin et al., NeurIPS 2021, arXiv:2107.03006 (absorbing state); Hoogeboom et al., ICLR
            2022, arXiv:2110.02037 (the bound as a mean over how many cells are hidden).
    """
    costs = np.where(masked, -np.asarray(log_p, dtype=float), 0.0)  # (B, T, 4)
    counts = np.sum(masked, axis=(1, 2))  # (B,)
    return float(np.mean(costs.sum(axis=(1, 2)) / np.maximum(counts, 1)))


def reveal(
    grid: np.ndarray, drawn: np.ndarray, masked: np.ndarray, order: np.ndarray, how_many: int
) -> tuple[np.ndarray, np.ndarray]:
    """Uncover those hidden cells whose turn it is.

    Args:
        grid: (T, 4) pitches so far.
        drawn: (T, 4) pitches that a model has drawn for all cells.
        masked: (T, 4) booleans, True where a cell is still hidden.
        order: (T, 4) whole numbers, all different: of the hidden cells, the lowest come first.
        how_many: cells to uncover, from 0; where fewer are hidden, all of them.

    Returns:
        The new grid (T, 4), and what is hidden now (T, 4).

    References:
        Uria et al., ICML 2014, arXiv:1310.1757 (any order); Huang et al., ISMIR 2017,
            arXiv:1903.07227 (chorales).
    """
    hidden = np.flatnonzero(masked)
    chosen = hidden[np.argsort(np.ravel(order)[hidden])[:how_many]]
    now = np.zeros(np.size(masked), dtype=bool)
    now[chosen] = True
    now = now.reshape(np.shape(masked))
    return np.where(now, drawn, grid), np.asarray(masked) & ~now


def guided(told: np.ndarray, untold: np.ndarray, weight: float) -> np.ndarray:
    """Give the probabilities of a model that is led by a wish.

    Args:
        told: (..., V) logits of the model that was told the wish, of any size.
        untold: (..., V) logits of the same model without it.
        weight: 0 does not listen, 1 listens as in training, more listens harder.

    Returns:
        (..., V) softmax of untold + weight (told - untold).

    References:
        Ho, Salimans, 2022, arXiv:2207.12598 (whose weight is this one less 1).
    """
    scores = untold + weight * (np.asarray(told, dtype=float) - untold)
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
