"""Pictures of single notes, and how a network is told which note to draw.

A note is a picture (C, T): C rows over T frames, the first `num_harmonics` the levels of harmonics,
as many detunings, then bands of noise. Which harmonics a pitch has at all is given: the others are
silent. The generator of `course.models.timbre_gan`, its critic, and the denoiser of
`course.models.timbre_diffusion` share all this.
"""

from dataclasses import dataclass

import torch

from course.errors import check_integer

NUM_PITCH_FEATURES = 5
WAVES = (torch.sin, torch.cos)


@dataclass(frozen=True)
class NotePictureConfig:
    """Sizes of the pictures, and what can be wished for.

    Raises:
        ValueError: if a size is out of range, or there is no count of harmonics for each pitch.
    """

    num_families: int = 6
    lowest_pitch: int = 48  # MIDI number
    harmonics: tuple[int, ...] = (32,) * 25  # that a pitch has, from the lowest pitch upwards
    num_harmonics: int = 32  # rows of levels, and of detunings
    num_bands: int = 16  # rows of noise
    num_frames: int = 64  # T, a multiple of 8

    def __post_init__(self) -> None:
        check_integer("num_families", self.num_families, 1, 128, "six are usual here")
        check_integer("num_frames", self.num_frames, 8, 4096, "64 is usual")
        if self.num_frames % 8:
            raise ValueError(f"num_frames is {self.num_frames}; choose a multiple of 8")
        for name in ("num_harmonics", "num_bands"):
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


def condition_numbers(
    pitch: torch.Tensor, shares: torch.Tensor, config: NotePictureConfig
) -> torch.Tensor:
    """Give numbers that stand for a pitch and a family.

    A pitch is given by smooth curves of its height, so that one that was never seen lies between
    its neighbours; a family by a share of each, so that one can ask for half a trumpet.

    Args:
        pitch: (B,) MIDI numbers.
        shares: (B, families), each row summing to 1.
        config: the sizes.

    Returns:
        (B, families + `NUM_PITCH_FEATURES`).
    """
    span = max(1, len(config.harmonics) - 1)
    height = 2 * (pitch.float() - config.lowest_pitch) / span - 1  # -1 to 1
    waves = [height, *(wave(torch.pi * n * height / 2) for n in (1, 2) for wave in WAVES)]
    return torch.cat([2 * shares, torch.stack(waves, dim=1)], dim=1)


def heard_rows(config: NotePictureConfig) -> torch.Tensor:
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
    picture: torch.Tensor, heard: torch.Tensor, pitch: torch.Tensor, config: NotePictureConfig
) -> torch.Tensor:
    """Silence the harmonics that a pitch does not have.

    Args:
        picture: (B, C, T).
        heard: (pitches, C) booleans, what `heard_rows` gives.
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
