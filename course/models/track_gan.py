"""A generator and a critic for phrases of several tracks, after MuseGAN.

A *phrase* is T steps of M tracks, each of which sounds one pitch or none: class 0 is silence, class
c the pitch `low` + c - 1. Generator and critic see it as ones and zeros (B, M, T, V). The generator
grows it on a time axis that begins with S *segments* and doubles until it has T steps. What it is
told is noise of four kinds:

- *chords* (B, S, Z), shared by all tracks, its own for each segment;
- *style* (B, Z), shared by all tracks, the same throughout;
- *melody* (B, M, Z), for each track, the same throughout;
- *groove* (B, M, S, Z), for each track and segment.

Tracks have weights of their own and hear of each other through the shared noise alone, so that a
change of one track's noise changes that track only.

References:
    Dong, Hsiao, Yang, Yang: MuseGAN, AAAI 2018, arXiv:1709.06298 (the four kinds of noise).
    Dong, Yang: Convolutional generative adversarial networks with binary neurons, ISMIR 2018,
        arXiv:1804.09399 (straight-through binarisation).
"""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import torch
from torch import nn
from torch.nn.functional import leaky_relu, one_hot

from course.errors import check_integer

KINDS = ("chords", "style", "melody", "groove")
SLOPE = 0.2  # of the leaky rectifier for negative numbers
SHRINK = 0.5  # what tells two children of a step apart counts less with each doubling
LEAST_SIZE = 32  # numbers in a step of the generator, unless `hidden_size` is less


@dataclass(frozen=True)
class TrackGanConfig:
    """All sizes of both networks.

    Raises:
        ValueError: if a size is out of range or T is not S times a power of two.
    """

    low: int = 36  # lowest MIDI pitch
    high: int = 81  # highest MIDI pitch, included
    num_tracks: int = 4  # M
    num_steps: int = 32  # T, sixteenths of a phrase
    num_segments: int = 4  # S, places with chords and groove of their own
    noise_size: int = 16  # Z, numbers in a noise vector
    hidden_size: int = 64  # of a track of the generator
    critic_size: int = 128  # of the critic
    relations: bool = True  # whether the critic is shown attacks and intervals

    def __post_init__(self) -> None:
        check_integer("low", self.low, 0, 127, "give a MIDI pitch")
        check_integer("high", self.high, self.low, 127, "give a MIDI pitch, at least `low`")
        for name in ("num_tracks", "num_segments", "noise_size", "hidden_size", "critic_size"):
            check_integer(name, getattr(self, name), 1, 4096, "see the class for usual sizes")
        check_integer("num_steps", self.num_steps, 8, 4096, "32 sixteenths are two bars of 4/4")
        times, rest = divmod(self.num_steps, self.num_segments)
        if rest or times & (times - 1) or self.num_steps % 8:
            raise ValueError(
                f"num_steps is {self.num_steps} with {self.num_segments} segments; choose a "
                "multiple of 8 that is the segments doubled some times, such as 32 and 4"
            )

    @property
    def sizes(self) -> list[int]:
        """Numbers in a step of the generator: after the start, and after each doubling."""
        doublings = (self.num_steps // self.num_segments).bit_length() - 1
        least = min(self.hidden_size, LEAST_SIZE)
        return [max(least, self.hidden_size * 3**n // 4**n) for n in range(doublings + 1)]

    @property
    def num_classes(self) -> int:
        """V: silence and the pitches."""
        return self.high - self.low + 2


@dataclass(frozen=True)
class Noise:
    """The four kinds of noise for B phrases."""

    chords: torch.Tensor  # (B, S, Z)
    style: torch.Tensor  # (B, Z)
    melody: torch.Tensor  # (B, M, Z)
    groove: torch.Tensor  # (B, M, S, Z)

    def changed(self, **kinds: torch.Tensor) -> "Noise":
        """Give the same noise with some kinds replaced.

        Args:
            kinds: "chords", "style", "melody" or "groove", each of the same shape as before.

        Returns:
            New noise.
        """
        return replace(self, **kinds)


def draw_noise(
    config: TrackGanConfig, count: int, generator: torch.Generator | None = None
) -> Noise:
    """Draw noise from the normal distribution.

    Args:
        config: the sizes.
        count: phrases B.
        generator: source of chance; torch's own by default.

    Returns:
        The noise.
    """
    M, S, Z = config.num_tracks, config.num_segments, config.noise_size
    shapes = {"chords": (S, Z), "style": (Z,), "melody": (M, Z), "groove": (M, S, Z)}
    drawn = {
        kind: torch.randn(count, *shape, generator=generator) for kind, shape in shapes.items()
    }
    return Noise(**drawn)


def straight_through(logits: torch.Tensor) -> torch.Tensor:
    """Choose the likeliest class, and let gradients pass as if the softmax had been given.

    Args:
        logits: (..., V).

    Returns:
        (..., V) ones and zeros, exactly one 1 in each row; their gradient is the softmax's.

    References:
        Bengio, Leonard, Courville: Estimating or propagating gradients through stochastic neurons,
            2013, arXiv:1308.3432 (the straight-through estimator).
    """
    soft = torch.softmax(logits, dim=-1)
    hard = one_hot(soft.argmax(dim=-1), soft.shape[-1]).to(soft.dtype)
    return hard + (soft - soft.detach())  # exactly the ones and zeros


class TrackLinear(nn.Module):
    """A linear layer for each track.

    Args:
        num_tracks: M.
        inputs: numbers that come in.
        outputs: numbers that go out.
    """

    def __init__(self, num_tracks: int, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(num_tracks, inputs, outputs) * inputs**-0.5)
        self.bias = nn.Parameter(torch.zeros(num_tracks, 1, outputs))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Take each track through its own matrix.

        Args:
            x: (M, B, T, inputs).

        Returns:
            (M, B, T, outputs).
        """
        M, B, T, _ = x.shape
        return (x.reshape(M, B * T, -1) @ self.weight + self.bias).view(M, B, T, -1)


def with_neighbours(x: torch.Tensor) -> torch.Tensor:
    """Put each step's neighbours beside it; with a linear layer behind, a convolution of width 3.

    Args:
        x: (..., T, C).

    Returns:
        (..., T, 3 C): the step before, the step, the step after; zeros beyond the ends.
    """
    blank = torch.zeros_like(x[..., :1, :])
    before = torch.cat([blank, x[..., :-1, :]], dim=-2)
    after = torch.cat([x[..., 1:, :], blank], dim=-2)
    return torch.cat([before, x, after], dim=-1)


class Growth(nn.Module):
    """Double the time axis: each step has two children, which resemble it and see its neighbours.

    Args:
        num_tracks: M.
        inputs: numbers in a step.
        outputs: numbers in a child, at most as many.
        scale: how much counts what tells the children apart.
    """

    def __init__(self, num_tracks: int, inputs: int, outputs: int, scale: float = 1.0) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(inputs)
        self.split = TrackLinear(num_tracks, 3 * inputs, 2 * outputs)
        self.outputs, self.scale = outputs, scale

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Grow.

        Args:
            x: (M, B, T, inputs).

        Returns:
            (M, B, 2 T, outputs).
        """
        M, B, T, _ = x.shape
        children = self.split(with_neighbours(leaky_relu(self.norm(x), SLOPE)))
        parents = x[..., : self.outputs].repeat_interleave(2, dim=2)
        return parents + self.scale * children.view(M, B, 2 * T, self.outputs)


class TrackGenerator(nn.Module):
    """Turns noise into phrases.

    Args:
        config: the sizes.
    """

    def __init__(self, config: TrackGanConfig) -> None:
        super().__init__()
        self.config = config
        M, sizes = config.num_tracks, config.sizes
        self.start = TrackLinear(M, 3 * 4 * config.noise_size, sizes[0])
        self.growths = nn.ModuleList(
            [Growth(M, *pair, SHRINK**n) for n, pair in enumerate(pairwise(sizes))]
        )
        self.norm = nn.LayerNorm(sizes[-1])
        self.out = TrackLinear(M, 3 * sizes[-1], config.num_classes)

    def logits(self, noise: Noise) -> torch.Tensor:
        """Give the logits of all classes.

        Args:
            noise: for B phrases.

        Returns:
            (B, M, T, V).
        """
        x = self.start(with_neighbours(self.noise_of_tracks(noise)))
        for growth in self.growths:
            x = growth(x)
        return self.out(with_neighbours(leaky_relu(self.norm(x), SLOPE))).transpose(0, 1)

    def noise_of_tracks(self, noise: Noise) -> torch.Tensor:
        """Put side by side what each track hears in each segment.

        Args:
            noise: for B phrases.

        Returns:
            (M, B, S, 4 Z).
        """
        M, S = self.config.num_tracks, self.config.num_segments
        parts = (
            noise.chords[None].expand(M, -1, -1, -1),
            noise.style[None, :, None].expand(M, -1, S, -1),
            noise.melody.transpose(0, 1)[:, :, None].expand(-1, -1, S, -1),
            noise.groove.transpose(0, 1),
        )
        return torch.cat(parts, dim=-1)

    def forward(self, noise: Noise, soft_share: float = 0.0) -> torch.Tensor:
        """Make phrases that gradients pass through.

        A share of them may be handed over as the softmax has them: a critic that sees those, too,
        makes the softmax itself sure, and then its slope is nearly that of the choice.

        Args:
            noise: for B phrases.
            soft_share: share of the phrases, the first ones, that are not chosen.

        Returns:
            (B, M, T, V) ones and zeros; in the soft phrases probabilities.
        """
        logits = self.logits(noise)
        count = round(soft_share * len(logits))
        return torch.cat([logits[:count].softmax(dim=-1), straight_through(logits[count:])])

    @torch.no_grad()
    def write_voices(self, num_steps: int, generator: np.random.Generator) -> np.ndarray:
        """Write phrases one after the other; they know nothing of each other.

        Args:
            num_steps: length in sixteenths.
            generator: source of chance.

        Returns:
            (num_steps, M) MIDI pitches, -1 for silence.
        """
        chance = torch.Generator().manual_seed(int(generator.integers(2**31)))
        noise = draw_noise(self.config, -(-num_steps // self.config.num_steps), chance)
        classes = self.logits(noise).argmax(dim=-1).mT.flatten(0, 1).numpy()  # (B T, M)
        pitches = np.where(classes == 0, -1, classes + self.config.low - 1)
        return pitches[:num_steps].astype(np.int16)
