"""The steps of two-player training on plain arrays, as lesson 08 builds them.

The package does the same on batches: `course.models.adversarial`, `course.models.track_gan`.
Learners' functions and these can take each other's place.
"""

from collections.abc import Callable, Sequence

import numpy as np
import torch


def optimal_discriminator(real: Sequence[float], fake: Sequence[float]) -> np.ndarray:
    """Give the best possible probability that each thing is real.

    Args:
        real: (N,) probability of each thing in the data.
        fake: (N,) probability of each thing under the generator.

    Returns:
        (N,) real / (real + fake); 0.5 where neither occurs.

    References:
        Goodfellow et al., NeurIPS 2014, arXiv:1406.2661, proposition 1.
    """
    p, q = np.asarray(real, dtype=float), np.asarray(fake, dtype=float)
    both = p + q
    return np.where(both > 0, p / np.where(both > 0, both, 1), 0.5)


def jensen_shannon(p: Sequence[float], q: Sequence[float]) -> float:
    """Measure how different two distributions are.

    Args:
        p: probabilities, from 0, with a sum of 1.
        q: as many.

    Returns:
        (KL(p, m) + KL(q, m)) / 2 with m = (p + q) / 2, in nats: 0 (equal) .. ln 2 (nothing in
        common).

    References:
        Lin: Divergence measures based on the Shannon entropy, IEEE Transactions on Information
            Theory 37(1), 1991.
    """
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    middle = (p + q) / 2
    return (_divergence(p, middle) + _divergence(q, middle)) / 2


def _divergence(p: np.ndarray, q: np.ndarray) -> float:
    """Give sum p ln(p / q) over what p has."""
    there = p > 0
    return float((p[there] * np.log(p[there] / q[there])).sum())


def track_noise(
    chords: np.ndarray, style: np.ndarray, melody: np.ndarray, groove: np.ndarray
) -> np.ndarray:
    """Put side by side what each track hears in each segment.

    Args:
        chords: (S, Z), shared by all tracks.
        style: (Z,), shared by all tracks and segments.
        melody: (M, Z), the same in all segments.
        groove: (M, S, Z).

    Returns:
        (M, S, 4 Z): chords, style, melody, groove.
    """
    M, S, Z = groove.shape
    parts = (chords[None], style[None, None], melody[:, None], groove)
    return np.concatenate([np.broadcast_to(part, (M, S, Z)) for part in parts], axis=-1)


def straight_through(logits: torch.Tensor) -> torch.Tensor:
    """Choose the likeliest class, and let gradients pass as if the softmax had been given.

    Args:
        logits: (..., V).

    Returns:
        (..., V) ones and zeros.
    """
    soft = logits.softmax(dim=-1)
    hard = torch.zeros_like(soft).scatter(-1, soft.argmax(dim=-1, keepdim=True), 1.0)
    return hard + (soft - soft.detach())


def gradient_penalty(
    critic: Callable[[torch.Tensor], torch.Tensor],
    real: torch.Tensor,
    fake: torch.Tensor,
    mix: torch.Tensor,
) -> torch.Tensor:
    """Measure how far the critic's slope is from 1 between real and generated samples.

    Args:
        critic: gives (B,) scores.
        real: (B, ...).
        fake: (B, ...).
        mix: (B,) shares of the real samples.

    Returns:
        mean of (|slope| - 1)^2.
    """
    shares = mix.view(-1, *[1] * (real.ndim - 1))
    between = (shares * real + (1 - shares) * fake).detach().requires_grad_()
    slope = torch.autograd.grad(critic(between).sum(), between, create_graph=True)[0]
    return ((torch.linalg.vector_norm(slope.flatten(1), dim=1) - 1) ** 2).mean()
