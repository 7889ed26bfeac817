"""A denoiser of pictures: told the noise level and wishes, it says how the noise moves.

A picture is (C, T), C rows over T frames. Convolutions run over time alone, on three scales: it
sees fine detail and the whole at once (a U-Net). Which row is which, it learns. Level and wishes
scale every layer. A wish that is left out is a row of zeros; in training wishes are left out now
and then, so that the same network can be asked with and without them (classifier-free guidance).

References:
    Ronneberger, Fischer, Brox, "U-Net", 2015, arXiv:1505.04597.
    Ho, Salimans, "Classifier-free diffusion guidance", 2022, arXiv:2207.12598.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn

from course.errors import check_integer, check_range
from course.models.gaussian_diffusion import clean_from_velocity, sample
from course.models.noise_schedules import SCHEDULES, alpha_bars

NUM_WAVES = 16  # that stand for a noise level
Watch = Callable[[torch.Tensor, torch.Tensor], None]


@dataclass(frozen=True)
class PictureDiffusionConfig:
    """Sizes of the network.

    Raises:
        ValueError: if a field is out of range.
    """

    num_rows: int  # C
    num_frames: int  # T, a multiple of 4
    num_wishes: int  # K, numbers by which a wish is given
    hidden_size: int = 128  # channels on the finest scale, a multiple of 8
    dropout: float = 0.1  # share dropped in training, 0..0.9
    schedule: str = "cosine"

    def __post_init__(self) -> None:
        check_integer("num_rows", self.num_rows, 1, 4096, "80 to 200 are usual here")
        check_integer("num_frames", self.num_frames, 4, 4096, "64 is usual")
        check_integer("num_wishes", self.num_wishes, 0, 4096, "0 for a network that is told none")
        check_integer("hidden_size", self.hidden_size, 8, 4096, "128 is usual")
        check_range("dropout", self.dropout, 0.0, 0.9, "0.1 is usual")
        if self.num_frames % 4 or self.hidden_size % 8:
            raise ValueError(
                f"num_frames is {self.num_frames}, hidden_size {self.hidden_size}; "
                "choose a multiple of 4 and a multiple of 8"
            )
        if self.schedule not in SCHEDULES:
            raise ValueError(f"schedule is {self.schedule!r}; choose from {', '.join(SCHEDULES)}")


class DenoisingBlock(nn.Module):
    """Two convolutions over time, scaled and shifted by the style; adds to its input.

    Args:
        channels_in: channels that come in.
        channels_out: channels that go out.
        style_size: numbers of the style.
        dropout: share dropped in training.
    """

    def __init__(self, channels_in: int, channels_out: int, style_size: int, dropout: float):
        super().__init__()
        self.first_norm = nn.GroupNorm(8, channels_in)
        self.first = nn.Conv1d(channels_in, channels_out, 3, padding=1)
        self.style = nn.Linear(style_size, 2 * channels_out)
        self.second_norm = nn.GroupNorm(8, channels_out)
        self.dropout = nn.Dropout(dropout)
        self.second = nn.Conv1d(channels_out, channels_out, 3, padding=1)
        nn.init.zeros_(self.second.weight)  # a new block changes nothing
        self.skip = nn.Conv1d(channels_in, channels_out, 1) if channels_in != channels_out else None

    def forward(self, h: torch.Tensor, style: torch.Tensor) -> torch.Tensor:
        """Apply the block.

        Args:
            h: (B, channels_in, T).
            style: (B, style_size).

        Returns:
            (B, channels_out, T).
        """
        scale, shift = self.style(style).unsqueeze(-1).chunk(2, dim=1)  # (B, channels_out, 1)
        z = self.first(nn.functional.silu(self.first_norm(h)))
        z = self.second_norm(z) * (1 + scale) + shift
        z = self.second(self.dropout(nn.functional.silu(z)))
        return z + (h if self.skip is None else self.skip(h))


class PictureDiffusion(nn.Module):
    """The network.

    Args:
        config: the sizes.
    """

    def __init__(self, config: PictureDiffusionConfig) -> None:
        super().__init__()
        self.config = config
        H, S = config.hidden_size, 2 * config.hidden_size
        self.level = nn.Linear(2 * NUM_WAVES, S)
        self.wish = nn.Linear(config.num_wishes, S, bias=False) if config.num_wishes else None
        self.style = nn.Sequential(nn.SiLU(), nn.Linear(S, S), nn.SiLU())
        self.begin = nn.Conv1d(config.num_rows, H, 3, padding=1)

        def block(channels_in: int, channels_out: int) -> DenoisingBlock:
            return DenoisingBlock(channels_in, channels_out, S, config.dropout)

        self.down = nn.ModuleList([block(H, H), block(H, 2 * H), block(2 * H, 2 * H)])
        self.middle = block(2 * H, 2 * H)
        self.up = nn.ModuleList([block(4 * H, 2 * H), block(4 * H, H), block(2 * H, H)])
        self.end_norm = nn.GroupNorm(8, H)
        self.end = nn.Conv1d(H, config.num_rows, 3, padding=1)
        nn.init.zeros_(self.end.weight)

    def forward(
        self, x: torch.Tensor, alpha_bar: torch.Tensor, wishes: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Give the velocity.

        Args:
            x: (B, C, T) noisy pictures.
            alpha_bar: (B,) their noise levels.
            wishes: (B, K), zeros for a wish that is left out; None for none.

        Returns:
            (B, C, T).
        """
        style = self.level(level_waves(alpha_bar))
        if self.wish is not None and wishes is not None:
            style = style + self.wish(wishes)
        style, h, kept = self.style(style), self.begin(x), []
        for number, block in enumerate(self.down):  # T, T / 2, T / 4 frames
            h = block(nn.functional.avg_pool1d(h, 2) if number else h, style)
            kept.append(h)
        h = self.middle(h, style)
        for number, block in enumerate(self.up):
            if number:
                h = nn.functional.interpolate(h, scale_factor=2, mode="nearest")
            h = block(torch.cat([h, kept.pop()], dim=1), style)
        return self.end(nn.functional.silu(self.end_norm(h)))

    def levels(self, num_steps: int) -> list[float]:
        """Give the noise levels of a sampling in so many steps.

        Args:
            num_steps: steps, at least 1.

        Returns:
            alpha_bar from the noisiest level to 1.
        """
        return alpha_bars(num_steps, self.config.schedule)[::-1].tolist()

    def clean(
        self,
        x: torch.Tensor,
        alpha_bar: float,
        wishes: torch.Tensor | None = None,
        guidance: float = 1.0,
    ) -> torch.Tensor:
        """Say what clean pictures may be in noisy ones.

        Args:
            x: (B, C, T).
            alpha_bar: of all of them.
            wishes: (B, K); None for none.
            guidance: 0 ignores the wishes, 1 hears them, more overdoes them.

        Returns:
            (B, C, T) in -1..1.
        """
        level = torch.full((len(x),), alpha_bar)
        found = self(x, level, wishes)
        if wishes is not None and guidance != 1.0:
            untold = self(x, level)
            found = untold + guidance * (found - untold)
        return clean_from_velocity(x, found, alpha_bar).clamp(-1, 1)

    def pictures(
        self,
        noise: torch.Tensor,
        wishes: torch.Tensor | None = None,
        guidance: float = 1.0,
        num_steps: int = 50,
        generator: torch.Generator | None = None,
        watch: Watch | None = None,
    ) -> torch.Tensor:
        """Make pictures from noise.

        Args:
            noise: (B, C, T).
            wishes: (B, K); None for none.
            guidance: as by `clean`.
            num_steps: noise levels that are gone through.
            generator: source of DDPM's noise; None for DDIM.
            watch: see `course.models.gaussian_diffusion.sample`.

        Returns:
            (B, C, T) in -1..1.

        Raises:
            ValueError: if `num_steps` or `guidance` is out of range.
        """
        check_integer("num_steps", num_steps, 1, 10_000, "20 to 100 are usual")
        check_range("guidance", guidance, 0.0, 100.0, "1 to 4 are usual")

        def predict(x: torch.Tensor, alpha_bar: float) -> torch.Tensor:
            return self.clean(x, alpha_bar, wishes, guidance)

        return sample(predict, noise, self.levels(num_steps), generator, watch)


def level_waves(alpha_bar: torch.Tensor) -> torch.Tensor:
    """Give a noise level as sines and cosines of its angle, of rising speed.

    Args:
        alpha_bar: (B,) in 0..1.

    Returns:
        (B, 2 `NUM_WAVES`).
    """
    angle = torch.acos(alpha_bar.clamp(0, 1).sqrt())  # 0 for clean, pi / 2 for noise
    waves = angle[:, None] * torch.logspace(0, 2, NUM_WAVES)  # (B, waves)
    return torch.cat([waves.sin(), waves.cos()], dim=1)
