"""A generator of single notes, told pitch and family of instruments; the sizes of both players.

Its critic is in `course.models.timbre_critic`. Both see a note as a picture (C, T): C rows over T
frames, the first `num_harmonics` the levels of harmonics, as many detunings, then bands of noise.
Convolutions run over time alone; which row is which harmonic, they learn. Which harmonics a pitch
has at all is given: the others are silent.

References:
    Engel et al., GANSynth, ICLR 2019, arXiv:1902.08710 (a note from pitch and noise).
    Karras et al., CVPR 2019, arXiv:1812.04948 (noise that scales every layer).
"""

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import nn

from course.errors import check_integer
from course.models.note_pictures import (
    NUM_PITCH_FEATURES,
    NotePictureConfig,
    condition_numbers,
    heard_rows,
    silence_unheard,
)


@dataclass(frozen=True)
class TimbreGANConfig(NotePictureConfig):
    """Sizes of both players.

    Raises:
        ValueError: if a size is out of range, or there is no count of harmonics for each pitch.
    """

    latent_size: int = 32  # Z, numbers of noise
    hidden_size: int = 128  # channels inside the generator
    critic_size: int = 128  # channels inside the critic

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("latent_size", "hidden_size", "critic_size"):
            check_integer(name, getattr(self, name), 1, 4096, "see the defaults")


class Condition(nn.Module):
    """Numbers that stand for a pitch and a family.

    Args:
        config: the sizes.
        size: numbers that come out.
    """

    def __init__(self, config: TimbreGANConfig, size: int) -> None:
        super().__init__()
        self.config = config
        self.join = nn.Linear(config.num_families + NUM_PITCH_FEATURES, size)

    def forward(self, pitch: torch.Tensor, shares: torch.Tensor) -> torch.Tensor:
        """Give the numbers.

        Args:
            pitch: (B,) MIDI numbers.
            shares: (B, families), each row summing to 1.

        Returns:
            (B, size).
        """
        return self.join(condition_numbers(pitch, shares, self.config))


class ScaledBlock(nn.Module):
    """Twice as many frames, a convolution over time, and a scale and shift from the style.

    Args:
        channels_in: channels that come in.
        channels_out: channels that go out.
        style_size: numbers of the style.
    """

    def __init__(self, channels_in: int, channels_out: int, style_size: int) -> None:
        super().__init__()
        self.convolution = nn.Conv1d(channels_in, channels_out, 5, padding=2)
        self.norm = nn.GroupNorm(8 if channels_out % 8 == 0 else 1, channels_out, affine=False)
        self.scale = nn.Linear(style_size, 2 * channels_out)

    def forward(self, h: torch.Tensor, style: torch.Tensor) -> torch.Tensor:
        """Apply the block.

        Args:
            h: (B, channels_in, T).
            style: (B, style_size).

        Returns:
            (B, channels_out, 2 T).
        """
        h = nn.functional.interpolate(h, scale_factor=2, mode="linear")
        scale, shift = self.scale(style).unsqueeze(-1).chunk(2, dim=1)  # (B, channels_out, 1)
        h = self.norm(self.convolution(h)) * (1 + scale) + shift
        return nn.functional.leaky_relu(h, 0.2)


class TimbreGenerator(nn.Module):
    """Makes pictures of notes from noise, pitch and family.

    Args:
        config: the sizes.
    """

    def __init__(self, config: TimbreGANConfig) -> None:
        super().__init__()
        self.config = config
        size, start = config.hidden_size, config.num_frames // 8
        self.condition = Condition(config, size // 2)
        self.style = nn.Sequential(
            nn.Linear(config.latent_size + size // 2, size),
            nn.LeakyReLU(0.2),
            nn.Linear(size, size),
            nn.LeakyReLU(0.2),
        )
        self.begin = nn.Linear(size, size * start)
        sizes = (size, size, 3 * size // 4, size // 2)  # fewer channels where there are more frames
        self.blocks = nn.ModuleList(ScaledBlock(*pair, size) for pair in pairwise(sizes))
        self.end = nn.Conv1d(sizes[-1], config.num_channels, 1)
        self.register_buffer("heard", heard_rows(config), persistent=False)

    def noise(self, number: int, generator: torch.Generator | None = None) -> torch.Tensor:
        """Draw noise.

        Args:
            number: of notes.
            generator: source of chance; None for torch's own.

        Returns:
            (number, Z), independent and normal.
        """
        return torch.randn(number, self.config.latent_size, generator=generator)

    def forward(
        self, noise: torch.Tensor, pitch: torch.Tensor, shares: torch.Tensor
    ) -> torch.Tensor:
        """Make notes.

        Args:
            noise: (B, Z).
            pitch: (B,) MIDI numbers within the range of the config.
            shares: (B, families), each row summing to 1.

        Returns:
            (B, C, T) in -1..1.
        """
        style = self.style(torch.cat([noise, self.condition(pitch, shares)], dim=1))
        h = self.begin(style).unflatten(1, (self.config.hidden_size, -1))  # (B, H, T / 8)
        for block in self.blocks:
            h = block(h, style)
        return silence_unheard(torch.tanh(self.end(h)), self.heard, pitch, self.config)
