"""Gaussian diffusion from its equations: noise comes in, and is taken out step by step.

    x_t = sqrt(alpha_bar_t) x_0 + sqrt(1 - alpha_bar_t) noise

Knowing x_t, the clean picture x_0, the noise, and the velocity v say the same: each gives the
others. Networks here give the velocity, whose size is about 1 at every noise level.

References:
    Ho, Jain, Abbeel (DDPM), NeurIPS 2020, arXiv:2006.11239, equations 4, 6, 7 and 14.
    Song, Meng, Ermon, "Denoising diffusion implicit models" (DDIM), ICLR 2021, arXiv:2010.02502,
    equation 12.
    Salimans, Ho, "Progressive distillation", ICLR 2022, arXiv:2202.00512, appendix D (velocity).
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import torch

from course.models.noise_schedules import min_snr_weight

PredictClean = Callable[[torch.Tensor, float], torch.Tensor]  # (x_t, alpha_bar_t) -> x_0


def per_picture(alpha_bar: torch.Tensor | float, x: torch.Tensor) -> torch.Tensor:
    """Give a number for each picture of a batch the axes that the pictures have.

    Args:
        alpha_bar: a number, or (B,).
        x: (B, ...).

    Returns:
        A scalar, or (B, 1, ...).
    """
    alpha_bar = torch.as_tensor(alpha_bar, dtype=x.dtype)
    return alpha_bar if alpha_bar.ndim == 0 else alpha_bar.view(-1, *[1] * (x.ndim - 1))


def add_noise(
    clean: torch.Tensor, noise: torch.Tensor, alpha_bar: torch.Tensor | float
) -> torch.Tensor:
    """Go to a noise level in one jump.

    Args:
        clean: (B, ...) x_0.
        noise: (B, ...) independent and normal.
        alpha_bar: of the level; a number, or (B,).

    Returns:
        (B, ...) x_t.
    """
    a = per_picture(alpha_bar, clean)
    return a.sqrt() * clean + (1 - a).sqrt() * noise


def velocity(
    clean: torch.Tensor, noise: torch.Tensor, alpha_bar: torch.Tensor | float
) -> torch.Tensor:
    """Give the velocity, sqrt(alpha_bar) noise - sqrt(1 - alpha_bar) x_0.

    Args:
        clean: (B, ...) x_0.
        noise: (B, ...).
        alpha_bar: a number, or (B,).

    Returns:
        (B, ...).
    """
    a = per_picture(alpha_bar, clean)
    return a.sqrt() * noise - (1 - a).sqrt() * clean


def clean_from_velocity(
    x: torch.Tensor, v: torch.Tensor, alpha_bar: torch.Tensor | float
) -> torch.Tensor:
    """Work out the clean picture.

    Args:
        x: (B, ...) x_t.
        v: (B, ...) the velocity.
        alpha_bar: a number, or (B,).

    Returns:
        (B, ...) x_0.
    """
    a = per_picture(alpha_bar, x)
    return a.sqrt() * x - (1 - a).sqrt() * v


def diffusion_loss(
    predict_velocity: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    clean: torch.Tensor,
    noise: torch.Tensor,
    alpha_bar: torch.Tensor,
) -> torch.Tensor:
    """Give the mean squared error of the velocity, weighed by min-SNR.

    Args:
        predict_velocity: takes x_t (B, ...) and alpha_bar (B,).
        clean: (B, ...) x_0.
        noise: (B, ...).
        alpha_bar: (B,) each below 1.

    Returns:
        A scalar.
    """
    found = predict_velocity(add_noise(clean, noise, alpha_bar), alpha_bar)
    errors = (found - velocity(clean, noise, alpha_bar)).square().flatten(1).mean(dim=1)
    return (min_snr_weight(alpha_bar) * errors).mean()


def ddim_step(
    x: torch.Tensor, clean: torch.Tensor, alpha_bar: float, next_alpha_bar: float
) -> torch.Tensor:
    """Go to a lower noise level with the noise that is there already.

    Args:
        x: (B, ...) x_t.
        clean: (B, ...) what x_0 is thought to be.
        alpha_bar: of the level of x, below 1.
        next_alpha_bar: of the level to go to, up to 1.

    Returns:
        (B, ...).
    """
    noise = (x - alpha_bar**0.5 * clean) / (1 - alpha_bar) ** 0.5
    return next_alpha_bar**0.5 * clean + (1 - next_alpha_bar) ** 0.5 * noise


def ddpm_step(
    x: torch.Tensor,
    clean: torch.Tensor,
    alpha_bar: float,
    next_alpha_bar: float,
    noise: torch.Tensor,
) -> torch.Tensor:
    """Go to a lower noise level by a draw from q(x_next | x_t, x_0).

    Args:
        x: (B, ...) x_t.
        clean: (B, ...) what x_0 is thought to be.
        alpha_bar: of the level of x, below 1.
        next_alpha_bar: of the level to go to, up to 1 and above `alpha_bar`.
        noise: (B, ...) new, independent and normal.

    Returns:
        (B, ...).
    """
    alpha = alpha_bar / next_alpha_bar  # of the step between the two
    share = (1 - alpha) / (1 - alpha_bar)
    mean = next_alpha_bar**0.5 * share * clean
    mean = mean + alpha**0.5 * (1 - next_alpha_bar) / (1 - alpha_bar) * x
    return mean + ((1 - next_alpha_bar) * share) ** 0.5 * noise


def sample(
    predict_clean: PredictClean,
    noise: torch.Tensor,
    levels: Sequence[float],
    generator: torch.Generator | None = None,
    watch: Callable[[torch.Tensor, torch.Tensor], None] | None = None,
) -> torch.Tensor:
    """Make pictures from noise.

    Args:
        predict_clean: takes x_t and its alpha_bar, and says what x_0 may be.
        noise: (B, ...) independent and normal.
        levels: alpha_bar of each level, from the noisiest to 1.
        generator: source of the noise of DDPM; None for DDIM, in which `noise` decides all.
        watch: is given x and the clean picture that is thought to be in it, at each level.

    Returns:
        (B, ...).
    """
    x = noise
    for alpha_bar, next_alpha_bar in pairwise(levels):
        clean = predict_clean(x, alpha_bar)
        if watch is not None:
            watch(x, clean)
        if generator is None:
            x = ddim_step(x, clean, alpha_bar, next_alpha_bar)
        else:
            new = torch.randn(x.shape, generator=generator)
            x = ddpm_step(x, clean, alpha_bar, next_alpha_bar, new)
    return x
