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

NUM_PITCH_FEATURES = 5
WAVES = (torch.sin, torch.cos)


@dataclass(frozen=True)
class TimbreGANConfig:
    """Sizes of both players.

    Raises:
        ValueError: if a size is out of range, or there is no count of harmonics for each pitch.
    """

    num_families: int = 6
    lowest_pitch: int = 48  # MIDI number
    harmonics: tuple[int, ...] = (32,) * 25  # that a pitch has, from the lowest pitch upwards
    num_harmonics: int = 32  # rows of levels, and of detunings
    num_bands: int = 16  # rows of noise
    num_frames: int = 64  # T, a multiple of 8
    latent_size: int = 32  # Z, numbers of noise
    hidden_size: int = 128  # channels inside the generator
    critic_size: int = 128  # channels inside the critic

    def __post_init__(self) -> None:
        check_integer("num_families", self.num_families, 1, 128, "six are usual here")
        check_integer("num_frames", self.num_frames, 8, 4096, "64 is usual")
        if self.num_frames % 8:
            raise ValueError(f"num_frames is {self.num_frames}; choose a multiple of 8")
        for name in ("num_harmonics", "num_bands", "latent_size", "hidden_size", "critic_size"):
            check_integer(name, getattr(self, name), 1, 4096, "see the defaults")
        if not self.harmonics or not 0 < max(self.harmonics) <= self.num_harmonics:
            raise ValueError(
                f"harmonics is {self.harmonics}; give for each pitch how many of the "
                f"{self.num_harmonics} it has"
            )

    @property
    def num_channels(self) -> int:
        """C, the rows of a picture."""
        return 2 * self.num_harmonics + self.num_bands


class Condition(nn.Module):
    """Numbers that stand for a pitch and a family.

    A pitch is given by smooth curves of its height, so that one that was never seen lies between
    its neighbours; a family by a share of each, so that one can ask for half a trumpet.

    Args:
        config: the sizes.
        size: numbers that come out.
    """

    def __init__(self, config: TimbreGANConfig, size: int) -> None:
        super().__init__()
        self.lowest, self.range = config.lowest_pitch, max(1, len(config.harmonics) - 1)
        self.join = nn.Linear(config.num_families + NUM_PITCH_FEATURES, size)

    def forward(self, pitch: torch.Tensor, shares: torch.Tensor) -> torch.Tensor:
        """Give the numbers.

        Args:
            pitch: (B,) MIDI numbers.
            shares: (B, families), each row summing to 1.

        Returns:
            (B, size).
        """
        height = 2 * (pitch.float() - self.lowest) / self.range - 1  # -1 to 1
        waves = [height, *(wave(torch.pi * n * height / 2) for n in (1, 2) for wave in WAVES)]
        return self.join(torch.cat([2 * shares, torch.stack(waves, dim=1)], dim=1))


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


def heard_rows(config: TimbreGANConfig) -> torch.Tensor:
    """Tell which rows a pitch has.

    Args:
        config: the sizes.

    Returns:
        (pitches, C) booleans: levels and detunings of its harmonics, and all noise.
    """
    numbers = torch.arange(config.num_harmonics)
    heard = numbers < torch.tensor(config.harmonics)[:, None]  # (pitches, harmonics)
    noise = torch.ones(len(heard), config.num_bands, dtype=torch.bool)
    return torch.cat([heard, heard, noise], dim=1)


def silence_unheard(
    picture: torch.Tensor, heard: torch.Tensor, pitch: torch.Tensor, config: TimbreGANConfig
) -> torch.Tensor:
    """Silence the harmonics that a pitch does not have.

    Args:
        picture: (B, C, T).
        heard: what `heard_rows` gives.
        pitch: (B,) MIDI numbers.
        config: the sizes.

    Returns:
        (B, C, T): -1 for their levels, 0 for their detunings.
    """
    place = (pitch.long() - config.lowest_pitch).clamp(0, len(heard) - 1)
    kept = heard[place].unsqueeze(-1)  # (B, C, 1)
    silence = torch.zeros(config.num_channels, 1)
    silence[: config.num_harmonics] = -1
    return torch.where(kept, picture, silence)
