"""Gaussian diffusion on piano rolls: a cell is on or off, and the network hears real numbers.

A roll of two channels, sounding and struck, by P pitches is a picture of 2 P rows. Off is -1 and on
is 1. What comes out lies between, and `course.representation.piano_roll.decode_piano_roll` cuts at
the middle.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from course.errors import check_integer
from course.models.picture_diffusion import PictureDiffusion, PictureDiffusionConfig
from course.models.voices import VoiceRange
from course.models.wishes import WISHES, wish_numbers


@dataclass(frozen=True)
class RollDiffusionConfig(VoiceRange):
    """Sizes of the network.

    Raises:
        ValueError: if a field is out of range.
    """

    num_frames: int = 64  # T, sixteenths, a multiple of 4
    hidden_size: int = 128  # a multiple of 8
    dropout: float = 0.1  # share dropped in training, 0..0.9
    schedule: str = "cosine"

    def __post_init__(self) -> None:
        super().__post_init__()
        self.network_config()

    @property
    def num_pitches(self) -> int:
        """P, rows of a channel."""
        return self.high - self.low + 1

    def network_config(self) -> PictureDiffusionConfig:
        """Give the sizes of the denoiser."""
        return PictureDiffusionConfig(
            num_rows=2 * self.num_pitches,
            num_frames=self.num_frames,
            num_wishes=sum(map(len, WISHES.values())),
            hidden_size=self.hidden_size,
            dropout=self.dropout,
            schedule=self.schedule,
        )


class RollDiffusion(nn.Module):
    """The network.

    Args:
        config: sizes; None for the usual ones.
    """

    def __init__(self, config: RollDiffusionConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or RollDiffusionConfig()
        self.network = PictureDiffusion(config.network_config())

    def write(
        self,
        number: int,
        generator: np.random.Generator,
        mode: str | None = None,
        density: str | None = None,
        guidance: float = 1.0,
        num_steps: int = 50,
        watch: Callable[[np.ndarray, np.ndarray], None] | None = None,
    ) -> np.ndarray:
        """Make rolls from noise, by DDPM.

        Args:
            number: of rolls.
            generator: source of chance.
            mode: "major" or "minor"; None for any.
            density: "sparse", "medium" or "dense"; None for any.
            guidance: 0 ignores the wishes, 1 hears them, more overdoes them.
            num_steps: noise levels that are gone through.
            watch: is given the rolls and what is thought to be in them, at each level.

        Returns:
            (number, 2, T, P), 0 for off and 1 for on, and what lies between.

        Raises:
            ValueError: if there is no such wish, or a number is out of range.
        """
        check_integer("number", number, 1, 10_000, "each roll takes some seconds")
        self.eval()
        source = torch.Generator().manual_seed(int(generator.integers(2**31)))
        shape = (number, 2 * self.config.num_pitches, self.config.num_frames)
        wishes = wish_rows(torch.tensor([wish_numbers(mode, density)] * number))
        seen = None if watch is None else lambda x, clean: watch(to_rolls(x), to_rolls(clean))
        with torch.inference_mode():
            noise = torch.randn(shape, generator=source)
            return to_rolls(self.network.pictures(noise, wishes, guidance, num_steps, source, seen))


def wish_rows(numbers: torch.Tensor) -> torch.Tensor:
    """Give each wish as ones and zeros; one that is left out is all zeros.

    Args:
        numbers: (B, 2) as `wish_numbers` gives them.

    Returns:
        (B, K) floats.
    """
    rows = [
        nn.functional.one_hot(column, 1 + len(names))[:, 1:]
        for column, names in zip(numbers.unbind(-1), WISHES.values(), strict=True)
    ]
    return torch.cat(rows, dim=-1).float()


def to_pictures(rolls: np.ndarray) -> torch.Tensor:
    """Turn rolls into pictures for the network.

    Args:
        rolls: (B, 2, T, P), 0..1.

    Returns:
        (B, 2 P, T), -1..1.
    """
    rows = torch.as_tensor(rolls, dtype=torch.float32).transpose(-1, -2)
    return 2 * rows.flatten(1, 2) - 1


def to_rolls(pictures: torch.Tensor) -> np.ndarray:
    """Undo `to_pictures`.

    Args:
        pictures: (B, 2 P, T).

    Returns:
        (B, 2, T, P).
    """
    return ((pictures + 1) / 2).unflatten(1, (2, -1)).transpose(-1, -2).numpy()
