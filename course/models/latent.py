"""The arithmetic of variational autoencoders: draws, divergences, the bound, ways between points.

Knows no network and no music.

References:
    Kingma and Welling, "Auto-encoding variational Bayes", ICLR 2014, arXiv:1312.6114.
    Kingma et al., "Improving variational inference with inverse autoregressive flow", NeurIPS 2016,
    arXiv:1606.04934 (free bits).
    White, "Sampling generative networks", 2016, arXiv:1609.04468 (spherical interpolation).
"""

import numpy as np
import torch

from course.errors import check_range


def reparameterise(
    mean: torch.Tensor, log_variance: torch.Tensor, noise: torch.Tensor
) -> torch.Tensor:
    """Draw from a normal distribution so that the gradient reaches its mean and variance.

    Args:
        mean: (..., Z).
        log_variance: (..., Z), ln of the variance.
        noise: (..., Z), drawn from a standard normal distribution.

    Returns:
        mean + standard deviation * noise, (..., Z).

    References:
        Kingma and Welling 2014, section 2.4.
    """
    return mean + torch.exp(0.5 * log_variance) * noise


def kl_to_standard_normal(mean: torch.Tensor, log_variance: torch.Tensor) -> torch.Tensor:
    """Give the KL divergence KL(N(mean, variance) || N(0, 1)) in each dimension.

    Args:
        mean: (..., Z).
        log_variance: (..., Z), ln of the variance.

    Returns:
        (..., Z) nats, at least 0; the sum over the last axis is the divergence of the whole.

    References:
        Kingma and Welling 2014, appendix B.
    """
    return 0.5 * (mean**2 + torch.exp(log_variance) - 1.0 - log_variance)


def elbo(
    log_likelihood: torch.Tensor, kl: torch.Tensor, weight: float | torch.Tensor = 1.0
) -> torch.Tensor:
    """Give the evidence lower bound, ELBO, or with a weight other than 1 what is trained instead.

    Args:
        log_likelihood: (B,) ln p(x | z), with z drawn from q(z | x).
        kl: (B, Z) divergence in each dimension.
        weight: beta of the divergence, a number or (B,).

    Returns:
        (B,) nats.

    References:
        Kingma and Welling 2014, equation 3; Higgins et al., "beta-VAE", ICLR 2017 (the weight).
    """
    return log_likelihood - weight * kl.sum(dim=-1)


def free_bits(kl: torch.Tensor, least: float) -> torch.Tensor:
    """Charge nothing for the first nats of each dimension: a divergence below costs as much as it.

    Args:
        kl: (B, Z) divergence in each dimension.
        least: lambda, nats that are free in each dimension, from 0.

    Returns:
        (Z,) what is charged: the mean over the batch, or lambda where that is more.

    Raises:
        ValueError: if `least` is negative.

    References:
        Kingma et al. 2016, equation 15.
    """
    check_range("least", least, 0.0, 1e6, "0.1 to 1 nats are usual, 0 switches it off")
    return kl.mean(dim=0).clamp(min=least)


def linear_path(start: np.ndarray, end: np.ndarray, share: float) -> np.ndarray:
    """Give a point on the straight line between two.

    Args:
        start: (Z,).
        end: (Z,).
        share: 0 gives the start, 1 the end.

    Returns:
        (Z,).
    """
    return (1 - share) * np.asarray(start) + share * np.asarray(end)


def spherical_path(start: np.ndarray, end: np.ndarray, share: float) -> np.ndarray:
    """Give a point on the arc between two, whose length changes as little as theirs.

    Args:
        start: (Z,).
        end: (Z,).
        share: 0 gives the start, 1 the end.

    Returns:
        (Z,); on the straight line where the two point in the same direction, in opposite ones, or
        one is 0, since no arc is the shortest there.

    References:
        White 2016, section 2.
    """
    start, end = np.asarray(start, dtype=float), np.asarray(end, dtype=float)
    lengths = np.linalg.norm(start) * np.linalg.norm(end)
    angle = np.arccos(np.clip(start @ end / lengths, -1, 1)) if lengths > 0 else 0.0
    if np.sin(angle) < 1e-6:
        return linear_path(start, end, share)
    weights = np.sin((1 - share) * angle), np.sin(share * angle)
    return (weights[0] * start + weights[1] * end) / np.sin(angle)
