"""Losses of generative adversarial networks, as functions of a critic's scores.

A *critic* gives each sample a score, any number; high means real. Where a loss needs a probability
that a sample is real, it is the sigmoid of the score, and the critic is called a discriminator.
Nothing here knows what a sample is.

References:
    Goodfellow et al.: Generative adversarial nets, NeurIPS 2014, arXiv:1406.2661.
    Arjovsky, Chintala, Bottou: Wasserstein GAN, ICML 2017, arXiv:1701.07875.
    Gulrajani et al.: Improved training of Wasserstein GANs, NeurIPS 2017, arXiv:1704.00028.
"""

from collections.abc import Callable

import torch
from torch.nn.functional import softplus


def minimax_critic_loss(real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
    """Give the discriminator's loss of the minimax game.

    -mean ln D(real) - mean ln(1 - D(fake)), with D the sigmoid of the score.

    Args:
        real: scores of real samples, any shape.
        fake: scores of generated samples, any shape.

    Returns:
        A scalar, 2 ln 2 where all scores are 0; its negative is the game's value.

    References:
        Goodfellow et al., equation 1.
    """
    return softplus(-real).mean() + softplus(fake).mean()


def non_saturating_generator_loss(fake: torch.Tensor) -> torch.Tensor:
    """Give the generator's loss in the form that is used in practice.

    -mean ln D(fake): as minimising ln(1 - D(fake)), but with large gradients where the
    discriminator is sure.

    Args:
        fake: scores of generated samples, any shape.

    Returns:
        A scalar, above 0.

    References:
        Goodfellow et al., section 3.
    """
    return softplus(-fake).mean()


def wasserstein_critic_loss(real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
    """Give the critic's loss without its penalty: mean fake score - mean real score.

    Args:
        real: scores of real samples, any shape.
        fake: scores of generated samples, any shape.

    Returns:
        A scalar; its negative estimates the distance of the two distributions if no slope of the
        critic is steeper than 1.

    References:
        Arjovsky et al., equation 2.
    """
    return fake.mean() - real.mean()


def wasserstein_generator_loss(fake: torch.Tensor) -> torch.Tensor:
    """Give the generator's loss: minus the mean score of its samples.

    Args:
        fake: scores of generated samples, any shape.

    Returns:
        A scalar.
    """
    return -fake.mean()


def gradient_penalty(
    critic: Callable[[torch.Tensor], torch.Tensor],
    real: torch.Tensor,
    fake: torch.Tensor,
    mix: torch.Tensor | None = None,
) -> torch.Tensor:
    """Measure how far the critic's slope is from 1 between real and generated samples.

    mean over samples of (|grad c(x)| - 1)^2, at x = m real + (1 - m) fake with m drawn evenly from
    0..1 for each sample; the length of the gradient is taken over all numbers of a sample.

    Args:
        critic: gives (B,) or (B, 1) scores; wrap one that takes a condition in a function of the
            sample alone. Scores of a sample must not depend on the other samples of the batch in a
            way that matters, so use no batch norm in a critic.
        real: (B, ...) real samples.
        fake: (B, ...) generated samples; no gradient goes into them.
        mix: (B,) shares of the real samples; None to draw them from torch's generator.

    Returns:
        A scalar from 0 up that gradients of the critic's weights go through.

    Raises:
        ValueError: if the shapes differ.

    References:
        Gulrajani et al., algorithm 1.
    """
    if real.shape != fake.shape:
        raise ValueError(
            f"real samples are {tuple(real.shape)} and generated ones {tuple(fake.shape)}; "
            "give as many of the same shape"
        )
    if mix is None:
        mix = torch.rand(len(real), device=real.device)
    mix = mix.reshape(-1, *[1] * (real.ndim - 1)).to(real.dtype)  # (B, 1, ...)
    between = (mix * real + (1 - mix) * fake).detach().requires_grad_(True)
    scores = critic(between)
    (slopes,) = torch.autograd.grad(scores.sum(), between, create_graph=True)
    lengths = (slopes.flatten(1).square().sum(dim=1) + 1e-12).sqrt()  # (B,); root of 0 has no slope
    return (lengths - 1).square().mean()
