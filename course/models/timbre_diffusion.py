"""Gaussian diffusion of single notes: the same pictures as `course.models.timbre_gan`, denoised.

It is asked as the generator of the GAN is, noise, pitch and shares of families in, pictures out:
by DDIM the noise decides all, so that the same noise at all pitches is one instrument.
"""

from dataclasses import dataclass

import torch
from torch import nn

from course.errors import check_integer, check_range
from course.models.note_pictures import (
    NUM_PITCH_FEATURES,
    NotePictureConfig,
    condition_numbers,
    heard_rows,
    silence_unheard,
)
from course.models.picture_diffusion import PictureDiffusion, PictureDiffusionConfig, Watch


@dataclass(frozen=True)
class TimbreDiffusionConfig(NotePictureConfig):
    """Sizes of the network.

    Raises:
        ValueError: if a size is out of range, or there is no count of harmonics for each pitch.
    """

    hidden_size: int = 128  # channels, a multiple of 8
    dropout: float = 0.0  # share dropped in training, 0..0.9
    schedule: str = "cosine"
    num_steps: int = 20  # noise levels that are gone through
    guidance: float = 1.0  # 0 ignores pitch and family, 1 hears them, more overdoes them

    def __post_init__(self) -> None:
        super().__post_init__()
        check_integer("num_steps", self.num_steps, 1, 10_000, "20 is usual")
        check_range("guidance", self.guidance, 0.0, 100.0, "1 is usual")
        self.network_config()

    def network_config(self) -> PictureDiffusionConfig:
        """Give the sizes of the denoiser."""
        return PictureDiffusionConfig(
            num_rows=self.num_channels,
            num_frames=self.num_frames,
            num_wishes=self.num_families + NUM_PITCH_FEATURES,
            hidden_size=self.hidden_size,
            dropout=self.dropout,
            schedule=self.schedule,
        )


class TimbreDiffusion(nn.Module):
    """The network.

    Args:
        config: the sizes.
    """

    def __init__(self, config: TimbreDiffusionConfig) -> None:
        super().__init__()
        self.config = config
        self.network = PictureDiffusion(config.network_config())
        self.register_buffer("heard", heard_rows(config), persistent=False)

    def noise(self, number: int, generator: torch.Generator | None = None) -> torch.Tensor:
        """Draw noise.

        Args:
            number: of notes.
            generator: source of chance; None for torch's own.

        Returns:
            (number, C, T), independent and normal.
        """
        shape = (number, self.config.num_channels, self.config.num_frames)
        return torch.randn(shape, generator=generator)

    def wishes(self, pitch: torch.Tensor, shares: torch.Tensor) -> torch.Tensor:
        """Give pitch and family as the network hears them.

        Args:
            pitch: (B,) MIDI numbers.
            shares: (B, families), each row summing to 1.

        Returns:
            (B, K).
        """
        return condition_numbers(pitch, shares, self.config)

    def forward(
        self,
        noise: torch.Tensor,
        pitch: torch.Tensor,
        shares: torch.Tensor,
        num_steps: int | None = None,
        watch: Watch | None = None,
    ) -> torch.Tensor:
        """Make notes.

        Args:
            noise: (B, C, T).
            pitch: (B,) MIDI numbers within the range of the config.
            shares: (B, families), each row summing to 1.
            num_steps: noise levels that are gone through; None for the config's number.
            watch: see `course.models.gaussian_diffusion.sample`.

        Returns:
            (B, C, T) in -1..1.
        """
        steps = self.config.num_steps if num_steps is None else num_steps
        wishes = self.wishes(pitch, shares)
        made = self.network.pictures(noise, wishes, self.config.guidance, steps, watch=watch)
        return silence_unheard(made, self.heard, pitch, self.config)
