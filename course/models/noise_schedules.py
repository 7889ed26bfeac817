"""How fast a picture drowns in noise: schedules of Gaussian diffusion, and what they weigh.

After t of S steps the share alpha_bar_t of the clean picture's power is left, and noise makes up
the rest: alpha_bar_0 = 1, alpha_bar_S nearly 0.

References:
    Ho, Jain, Abbeel, "Denoising diffusion probabilistic models" (DDPM), NeurIPS 2020,
    arXiv:2006.11239, section 4 (linear).
    Nichol, Dhariwal, "Improved denoising diffusion probabilistic models", ICML 2021,
    arXiv:2102.09672, equation 17 (cosine).
    Hang et al., "Efficient diffusion training via min-SNR weighting strategy", ICCV 2023,
    arXiv:2303.09556.
"""

from typing import TypeVar

import numpy as np
import torch

from course.errors import check_integer

Numbers = TypeVar("Numbers", float, np.ndarray, torch.Tensor)
SCHEDULES = ("cosine", "linear")
COSINE_SHIFT = 0.008  # keeps the first steps from being too small
LEAST = 1e-5  # share of the clean picture that is left at the end, so that nothing divides by 0
GAMMA = 5.0  # of min-SNR


def alpha_bars(num_steps: int, schedule: str = "cosine") -> np.ndarray:
    """Give the share of the clean picture's power that is left after each step.

    Args:
        num_steps: S, at least 1.
        schedule: "cosine", or "linear" as in DDPM, scaled to any number of steps.

    Returns:
        (S + 1,) falling from 1 to `LEAST` or a little more.

    Raises:
        ValueError: if there is no such schedule, or the number is out of range.
    """
    check_integer("num_steps", num_steps, 1, 100_000, "50 to 1000 are usual")
    if schedule not in SCHEDULES:
        raise ValueError(f"there is no schedule {schedule!r}; choose from {', '.join(SCHEDULES)}")
    time = np.arange(num_steps + 1) / num_steps  # 0..1
    if schedule == "linear":
        # DDPM's beta rises from 0.0001 to 0.02 over 1000 steps: the product, for any number.
        left = np.exp(-1000 * (1e-4 * time + (0.02 - 1e-4) * time**2 / 2))
    else:
        angle = (time + COSINE_SHIFT) / (1 + COSINE_SHIFT) * np.pi / 2
        left = (np.cos(angle) / np.cos(angle[0])) ** 2
    return np.maximum(left, LEAST)


def signal_to_noise(alpha_bar: Numbers) -> Numbers:
    """Give the ratio of the powers of picture and noise.

    Args:
        alpha_bar: 0..1, 1 left out.

    Returns:
        alpha_bar / (1 - alpha_bar).
    """
    return alpha_bar / (1 - alpha_bar)


def min_snr_weight(alpha_bar: Numbers, gamma: float = GAMMA) -> Numbers:
    """Weigh the squared error of a velocity, so that no noise level takes over the loss.

    A squared error of the clean picture, weighed by the signal-to-noise ratio but at most by gamma,
    is a squared error of the velocity weighed by min(SNR, gamma) / (SNR + 1).

    Args:
        alpha_bar: 0..1, 1 left out.
        gamma: the cut, above 0.

    Returns:
        The weight, from 0 to below 1.
    """
    ratio = signal_to_noise(alpha_bar)
    least = torch.clamp if isinstance(ratio, torch.Tensor) else np.clip
    return least(ratio, None, gamma) / (ratio + 1)
