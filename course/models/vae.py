"""A variational autoencoder for melodies of two bars: a point z for each, a melody for each point.

The encoder reads a melody and says where in the space of z it lies, as a normal distribution with a
mean and a variance for each of Z numbers; the decoder turns a point into a melody. Both think in
intervals from the *anchor*, the first pitch that sounds: the same tune in another key differs for
them in one number. Beats are read and written with the same weights wherever they stand. The
decoder gives all cells at once,

    p(melody | z) = p(anchor | z)  prod_t p(pitch_t | z, anchor)  prod_t p(struck_t | z, anchor),

so what it does not read in z it does not know; `sees_last` lets it see the pitch before, too, which
makes it able to do without z. Pitches are MIDI numbers, -1 is silence. A cell whose pitch is
another than that before is struck anyway: there p(struck) is not asked for.

References:
    Kingma and Welling, "Auto-encoding variational Bayes", ICLR 2014, arXiv:1312.6114.
    Roberts, Engel, Raffel, Hawthorne and Eck, "A hierarchical latent vector model for learning
    long-term structure in music" (MusicVAE), ICML 2018, arXiv:1803.05428.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from course.errors import check_integer, check_range, check_shape
from course.models.latent import kl_to_standard_normal, reparameterise
from course.models.pitch_head import PitchHead
from course.models.voices import SILENCE, class_pitches

CELLS_PER_BEAT = 4
SILENT = 0  # the class of silence
BEGINNING_LOG_VARIANCE = -4.0  # a new encoder is nearly sure, so that its decoder hears it


class ResidualBlock(nn.Module):
    """Adds to its input what two layers make of it.

    Args:
        size: numbers in and out.
        dropout: share of the hidden numbers that is dropped in training.
    """

    def __init__(self, size: int, dropout: float) -> None:
        super().__init__()
        self.norm, self.first = nn.LayerNorm(size), nn.Linear(size, size)
        self.dropout, self.second = nn.Dropout(dropout), nn.Linear(size, size)
        nn.init.zeros_(self.second.weight)  # a new block changes nothing

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Give x and what is made of it.

        Args:
            x: (..., size).

        Returns:
            The same shape.
        """
        return x + self.second(self.dropout(nn.functional.gelu(self.first(self.norm(x)))))


@dataclass(frozen=True)
class MelodyVAEConfig:
    """Sizes of the network.

    Raises:
        ValueError: if a field is out of range.
    """

    latent_size: int = 32  # Z, numbers in a point, 1..1024
    hidden_size: int = 384  # hidden numbers of encoder and decoder, 1..4096
    beat_size: int = 128  # numbers that stand for one beat, 1..1024
    cell_size: int = 64  # numbers that stand for one cell in the decoder, 1..1024
    embedding_size: int = 24  # numbers that stand for one cell in the encoder, 1..1024
    dropout: float = 0.0  # share dropped in training, 0..0.9
    num_cells: int = 32  # T, sixteenths in a melody, a multiple of 4 up to 1024
    low: int = 36  # lowest MIDI pitch
    high: int = 88  # highest MIDI pitch, included
    sees_last: bool = False  # whether the decoder sees the pitch of the cell before

    def __post_init__(self) -> None:
        check_integer("latent_size", self.latent_size, 1, 1024, "32 is usual")
        check_integer("hidden_size", self.hidden_size, 1, 4096, "384 is usual")
        check_integer("beat_size", self.beat_size, 1, 1024, "128 is usual")
        check_integer("cell_size", self.cell_size, 1, 1024, "64 is usual")
        check_integer("embedding_size", self.embedding_size, 1, 1024, "24 is usual")
        check_range("dropout", self.dropout, 0.0, 0.9, "0 is usual here")
        check_integer("num_cells", self.num_cells, 4, 1024, "32 sixteenths are two bars")
        if self.num_cells % CELLS_PER_BEAT:
            raise ValueError(f"num_cells is {self.num_cells}; choose a multiple of 4, such as 32")
        check_integer("low", self.low, 0, 127, "give a MIDI pitch")
        check_integer("high", self.high, self.low, 127, "give a MIDI pitch, at least `low`")

    @property
    def num_classes(self) -> int:
        """Number V of things that a cell can be: silence, then `low` to `high`."""
        return self.high - self.low + 2

    @property
    def num_beats(self) -> int:
        """Beats of four sixteenths in a melody."""
        return self.num_cells // CELLS_PER_BEAT


class MelodyEncoder(nn.Module):
    """Says where a melody lies.

    Args:
        config: sizes.
    """

    def __init__(self, config: MelodyVAEConfig) -> None:
        super().__init__()
        V, size, wide = config.num_classes, config.embedding_size, config.hidden_size
        self.num_classes = V
        self.interval = nn.Embedding(2 * V, size)  # 1 - V .. V - 1 from the anchor, and silence
        self.struck = nn.Embedding(2, size)
        self.anchor = nn.Embedding(V, wide)
        self.beat = nn.Sequential(
            nn.Linear(CELLS_PER_BEAT * size, config.beat_size),
            nn.GELU(),
            nn.Linear(config.beat_size, config.beat_size),
        )
        self.beats = nn.Linear(config.num_beats * config.beat_size, wide)
        self.blocks = _blocks(wide, config.dropout)
        self.mean = nn.Linear(wide, config.latent_size)
        self.log_variance = nn.Linear(wide, config.latent_size)
        nn.init.normal_(self.anchor.weight, std=0.5)
        nn.init.normal_(self.log_variance.weight, std=0.005)
        nn.init.constant_(self.log_variance.bias, BEGINNING_LOG_VARIANCE)

    def forward(
        self, classes: torch.Tensor, struck: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Give the mean and the logarithm of the variance of z.

        Args:
            classes: (B, T) of the pitches.
            struck: (B, T) booleans.

        Returns:
            Both (B, Z).
        """
        anchor = anchor_of(classes)  # (B,)
        intervals = classes - anchor[:, None] + self.num_classes - 1  # 0 .. 2V - 2
        intervals = intervals.masked_fill(classes == SILENT, 2 * self.num_classes - 1)
        x = self.interval(intervals) + self.struck(struck.long())  # (B, T, E)
        x = x.unflatten(1, (-1, CELLS_PER_BEAT)).flatten(2)  # (B, beats, 4 E)
        h = self.blocks(self.beats(self.beat(x).flatten(1)) + self.anchor(anchor))
        return self.mean(h), self.log_variance(h)


class MelodyDecoder(nn.Module):
    """Says how likely each pitch and each attack is, given a point.

    Args:
        config: sizes.
    """

    def __init__(self, config: MelodyVAEConfig) -> None:
        super().__init__()
        V, wide, size = config.num_classes, config.hidden_size, config.cell_size
        self.num_beats, self.sees_last = config.num_beats, config.sees_last
        self.anchor_logits = nn.Linear(config.latent_size, V)
        self.point = nn.Linear(config.latent_size, wide)
        self.anchor = nn.Embedding(V, wide)
        self.blocks = _blocks(wide, config.dropout)
        self.beats = nn.Linear(wide, config.num_beats * config.beat_size)
        self.cells = nn.Sequential(nn.GELU(), nn.Linear(config.beat_size, CELLS_PER_BEAT * size))
        self.pitch = PitchHead(V, size, size, int(config.sees_last), config.dropout)
        self.struck = nn.Linear(size, 1)
        nn.init.normal_(self.anchor.weight, std=0.5)

    def states(self, z: torch.Tensor, anchor: torch.Tensor) -> torch.Tensor:
        """Give what is known of each cell.

        Args:
            z: (B, Z).
            anchor: (B,) class of the first pitch.

        Returns:
            (B, T, cell_size).
        """
        h = self.blocks(self.point(z) + self.anchor(anchor))  # (B, hidden)
        beats = self.beats(h).unflatten(1, (self.num_beats, -1))  # (B, beats, beat_size)
        return self.cells(beats).unflatten(2, (CELLS_PER_BEAT, -1)).flatten(1, 2)

    def pitch_logits(
        self, states: torch.Tensor, anchor: torch.Tensor, last: torch.Tensor | None
    ) -> torch.Tensor:
        """Give the logits of the pitches of some cells.

        Args:
            states: (B, N, cell_size) of N cells.
            anchor: (B,).
            last: (B, N) class of the cell before each; looked at only with `sees_last`.

        Returns:
            (B, N, V).
        """
        anchor = anchor[:, None].expand(states.shape[:-1])
        return self.pitch(states, anchor, (last,) if self.sees_last else ())


class MelodyVAE(nn.Module):
    """Encoder and decoder.

    Args:
        config: sizes; None for the usual ones.
    """

    def __init__(self, config: MelodyVAEConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or MelodyVAEConfig()
        self.encoder, self.decoder = MelodyEncoder(config), MelodyDecoder(config)

    def classes(self, pitches: torch.Tensor) -> torch.Tensor:
        """Number pitches as classes.

        Args:
            pitches: (B, T) MIDI numbers in `low`..`high`, -1 for silence.

        Returns:
            (B, T) int64.
        """
        return torch.where(pitches == SILENCE, SILENT, pitches - self.config.low + 1)

    def forward(
        self, pitches: torch.Tensor, struck: torch.Tensor, noise: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Give the two parts of the ELBO of each melody, with one z drawn for each.

        Args:
            pitches: (B, T) MIDI numbers.
            struck: (B, T) booleans.
            noise: (B, Z) of a standard normal distribution; None draws it.

        Returns:
            ln p(melody | z), (B,), and the KL divergence in each dimension, (B, Z).
        """
        classes = self.classes(pitches)
        mean, log_variance = self.encoder(classes, struck)
        noise = torch.randn_like(mean) if noise is None else noise
        z = reparameterise(mean, log_variance, noise)
        return self._log_likelihood(z, classes, struck), kl_to_standard_normal(mean, log_variance)

    def _log_likelihood(
        self, z: torch.Tensor, classes: torch.Tensor, struck: torch.Tensor
    ) -> torch.Tensor:
        """Give ln p(melody | z), (B,)."""
        anchor, before = anchor_of(classes), _before(classes)
        states = self.decoder.states(z, anchor)  # (B, T, cell_size)
        logits = self.decoder.pitch_logits(states, anchor, before)  # (B, T, V)
        cross_entropy = nn.functional.cross_entropy
        first = cross_entropy(self.decoder.anchor_logits(z), anchor, reduction="none")
        pitch = cross_entropy(logits.transpose(1, 2), classes, reduction="none").sum(1)
        attack = nn.functional.binary_cross_entropy_with_logits(
            self.decoder.struck(states)[..., 0], struck.float(), reduction="none"
        )
        asked = (classes == before) & (classes != SILENT)  # never at the first cell
        return -(first + pitch + (attack * asked).sum(1))

    @torch.no_grad()
    def encode(self, pitches: np.ndarray, struck: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Say where melodies lie.

        Args:
            pitches: (B, T) MIDI numbers, -1 for silence.
            struck: (B, T) booleans.

        Returns:
            Mean and logarithm of the variance of each z, (B, Z) float32.

        Raises:
            ValueError: if a shape is another, or a pitch outside the range.
        """
        pitches, struck, T = np.asarray(pitches), np.asarray(struck, bool), self.config.num_cells
        check_shape("pitches", pitches.shape, ("B", T), f"give melodies of {T} cells")
        check_shape("struck", struck.shape, pitches.shape, "one for each pitch")
        flat = number_pitches(pitches, self.config)
        found = self.encoder(torch.from_numpy(flat), torch.from_numpy(struck))
        return found[0].numpy(), found[1].numpy()

    @torch.no_grad()
    def decode(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Turn points into melodies: the likeliest anchor, then the likeliest of each cell.

        Nothing of any melody is given; a decoder that sees the last pitch sees its own.

        Args:
            z: (B, Z).

        Returns:
            Pitches (B, T) int64, -1 for silence, and struck (B, T) booleans.

        Raises:
            ValueError: if the shape is another.
        """
        z = torch.as_tensor(np.asarray(z, dtype=np.float32))
        check_shape("z", z.shape, ("B", self.config.latent_size), "give one row for each point")
        anchor = self.decoder.anchor_logits(z)[:, 1:].argmax(dim=1) + 1  # no melody is silent
        states = self.decoder.states(z, anchor)
        classes = self._likeliest(states, anchor)  # (B, T)
        before = _before(classes)
        struck = (self.decoder.struck(states)[..., 0] > 0) | (classes != before)
        pitches = class_pitches(self.config.low, self.config.high)[classes.numpy()]
        return pitches, (struck & (classes != SILENT)).numpy()

    def _likeliest(self, states: torch.Tensor, anchor: torch.Tensor) -> torch.Tensor:
        """Choose the class of each cell, one after the other where the last one is seen; (B, T)."""
        if not self.decoder.sees_last:
            return self.decoder.pitch_logits(states, anchor, None).argmax(dim=-1)
        chosen = [torch.zeros_like(anchor)]
        for state in states.unbind(dim=1):
            logits = self.decoder.pitch_logits(state[:, None], anchor, chosen[-1][:, None])
            chosen.append(logits[:, 0].argmax(dim=-1))
        return torch.stack(chosen[1:], dim=1)


def anchor_of(classes: torch.Tensor) -> torch.Tensor:
    """Give the class of the first pitch that sounds.

    Args:
        classes: (B, T).

    Returns:
        (B,); silence where nothing sounds.
    """
    first = (classes != SILENT).float().argmax(dim=1, keepdim=True)
    return classes.gather(1, first)[:, 0]


def number_pitches(pitches: np.ndarray, config: MelodyVAEConfig) -> np.ndarray:
    """Number the pitches of melodies as classes.

    Args:
        pitches: (B, T) MIDI numbers, -1 for silence.
        config: range of pitches.

    Returns:
        (B, T) int64.

    Raises:
        TypeError: if they are no whole numbers.
        ValueError: if a pitch is outside the range.
    """
    pitches = np.asarray(pitches)
    if pitches.dtype.kind not in "iu":
        raise TypeError(f"pitches hold {pitches.dtype}; give whole numbers, -1 for silence")
    outside = (pitches != SILENCE) & ((pitches < config.low) | (pitches > config.high))
    if outside.any():
        row, cell = np.argwhere(outside)[0].tolist()
        raise ValueError(
            f"melody {row}, cell {cell}: pitch {pitches[row, cell]} is outside {config.low}.."
            f"{config.high} and not -1 for silence; transpose the melody first"
        )
    return np.where(pitches == SILENCE, SILENT, pitches - config.low + 1).astype(np.int64)


def _before(classes: torch.Tensor) -> torch.Tensor:
    """Give the class of the cell before each, silence before the first; (B, T)."""
    return torch.cat([torch.zeros_like(classes[:, :1]), classes[:, :-1]], dim=1)


def _blocks(size: int, dropout: float) -> nn.Sequential:
    return nn.Sequential(
        ResidualBlock(size, dropout), ResidualBlock(size, dropout), nn.LayerNorm(size)
    )
