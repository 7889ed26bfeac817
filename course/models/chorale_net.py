"""A recurrent network for four voices on a grid, frame by frame, voice by voice.

One step of the network is one frame, a sixteenth of all four voices. It reads the frame before, how
long each voice has held its pitch, and the place in the bar, counted from the start of the piece;
its state h_t sums up the past. Then four heads write the frame in a chain, soprano, bass, alto,
tenor: each sees h_t and the voices of this frame that are there already,

    p(frame_t | past) = p(S | h_t) p(B | h_t, S) p(A | h_t, S, B) p(T | h_t, S, B, A).

A flat stream of cells would need four recurrent steps a frame.

`course.models.pitch_head` says how a head gives an opinion on each pitch.

References:
    Hadjeres, Pachet and Nielsen, "DeepBach", ICML 2017, arXiv:1612.01010 (voices on a grid).
    Peracha, 2019, arXiv:1911.11775 (order of the voices, repetition counts).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from course.errors import check_integer, check_range
from course.models.pitch_head import PitchHead
from course.models.recurrent import RecurrentStack
from course.models.voices import (
    SILENCE,
    WRITING_ORDER,
    NextDistribution,
    VoiceModel,
    class_pitches,
    number_classes,
    run_lengths,
)


@dataclass(frozen=True)
class ChoraleNetConfig:
    """Sizes of the network.

    Raises:
        ValueError: if a field is out of range.
    """

    cell: str = "lstm"  # "rnn" or "lstm"
    hidden_size: int = 256  # H, numbers in the state of a layer, 1..4096
    num_layers: int = 1  # recurrent layers, 1..8
    embedding_size: int = 48  # numbers that stand for the pitch of one voice, 1..1024
    head_size: int = 192  # hidden numbers in each voice's head, 1..4096
    dropout: float = 0.3  # share dropped in training, 0..0.9
    low: int = 34  # lowest MIDI pitch
    high: int = 83  # highest MIDI pitch, included
    steps_per_bar: int = 16  # place in the bar: step modulo this, 1..256
    longest_run: int = 16  # a pitch held longer counts as held so many steps, 1..256

    def __post_init__(self) -> None:
        check_integer("hidden_size", self.hidden_size, 1, 4096, "256 is usual")
        check_integer("num_layers", self.num_layers, 1, 8, "1 or 2 are usual")
        check_integer("embedding_size", self.embedding_size, 1, 1024, "48 is usual")
        check_integer("head_size", self.head_size, 1, 4096, "192 is usual")
        check_range("dropout", self.dropout, 0.0, 0.9, "0.3 is usual")
        check_integer("low", self.low, 0, 127, "give a MIDI pitch")
        check_integer("high", self.high, self.low, 127, "give a MIDI pitch, at least `low`")
        check_integer("steps_per_bar", self.steps_per_bar, 1, 256, "16 sixteenths are 4/4")
        check_integer("longest_run", self.longest_run, 1, 256, "16 sixteenths are a whole note")

    @property
    def pitches(self) -> np.ndarray:
        """The pitch that each class stands for: silence (-1), then `low` to `high`."""
        return class_pitches(self.low, self.high)

    @property
    def num_classes(self) -> int:
        """Number V of things that a cell can be."""
        return self.high - self.low + 2


class ChoraleNet(VoiceModel, nn.Module):
    """The network: embeddings, recurrent layers, four heads in a chain.

    Args:
        config: sizes; None for the usual ones.
    """

    def __init__(self, config: ChoraleNetConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or ChoraleNetConfig()
        V, size = config.num_classes, config.embedding_size
        self.pitch = nn.ModuleList(nn.Embedding(V + 1, size) for _ in range(4))  # V: nothing yet
        self.run = nn.ModuleList(nn.Embedding(config.longest_run + 1, size) for _ in range(4))
        self.place = nn.Embedding(config.steps_per_bar, size)
        self.dropout = nn.Dropout(config.dropout)
        self.core = RecurrentStack(
            config.cell, 5 * size, config.hidden_size, config.num_layers, config.dropout
        )
        self.heads = nn.ModuleList(
            PitchHead(V, config.hidden_size, config.head_size, number, config.dropout)
            for number in range(4)
        )

    def read(
        self, before: torch.Tensor, runs: torch.Tensor, places: torch.Tensor, states: list | None
    ) -> tuple[torch.Tensor, list]:
        """Sum up the past at each step.

        Args:
            before: (B, T, 4) classes of the frame before each step, in writing order; V for none.
            runs: (B, T, 4) how long each voice has held that pitch, 0..`longest_run`.
            places: (B, T) place in the bar.
            states: of the recurrent layers; None at the beginning.

        Returns:
            h (B, T, H), and the new states.
        """
        voices = [
            self.pitch[voice](before[..., voice]) + self.run[voice](runs[..., voice])
            for voice in range(4)
        ]
        x = torch.cat([*voices, self.place(places)], dim=-1)  # (B, T, 5 * embedding_size)
        h, states = self.core(self.dropout(x), states)
        return self.dropout(h), states

    def forward(
        self, before: torch.Tensor, runs: torch.Tensor, places: torch.Tensor, frames: torch.Tensor
    ) -> torch.Tensor:
        """Give the logits of every cell, teacher forced.

        Args:
            before: (B, T, 4) classes of the frame before, in writing order; V for none.
            runs: (B, T, 4) how long each voice has held that pitch.
            places: (B, T) place in the bar.
            frames: (B, T, 4) the classes to be guessed, in writing order; head v sees those before
                it, never its own.

        Returns:
            (B, T, 4, V).
        """
        h, _ = self.read(before, runs, places, None)
        V = self.config.num_classes
        own = before.clamp(max=V - 1)
        written = frames.unbind(-1)
        logits = [
            head(h, own[..., voice], written[:voice]) for voice, head in enumerate(self.heads)
        ]
        return torch.stack(logits, dim=-2)  # (B, T, 4, V)

    def inputs(self, pitches: np.ndarray) -> tuple[torch.Tensor, ...]:
        """Prepare a whole piece for `forward`, as a batch of one.

        Args:
            pitches: (T, 4) MIDI numbers, -1 for silence; S, A, T, B.

        Returns:
            before (1, T, 4), runs (1, T, 4), places (1, T), frames (1, T, 4).

        Raises:
            TypeError: if the pitches are no whole numbers.
            ValueError: if the shape is another or a pitch is outside the model's range.
        """
        prepared = prepare_frames(pitches, self.config)
        return tuple(torch.from_numpy(array)[None] for array in prepared)

    @torch.no_grad()
    def log_probabilities(self, pitches: np.ndarray) -> np.ndarray:
        """Say how likely each cell of a piece is, given all cells written before it.

        Args:
            pitches: (T, 4) whole numbers, -1 for silence; T may be 0.

        Returns:
            (T, 4) natural logarithms, in the columns of `pitches`. The first cell is among them.

        Raises:
            TypeError: if the pitches are no whole numbers.
            ValueError: if the shape is another or a pitch is outside the model's range.
        """
        self.eval()
        *given, frames = self.inputs(pitches)
        if not frames.numel():
            return np.empty((0, 4))
        logs = self(*given, frames).log_softmax(-1).gather(-1, frames[..., None])[0, ..., 0]
        scores = np.empty(logs.shape)
        scores[:, WRITING_ORDER] = logs.numpy()  # back to S, A, T, B
        return scores

    def reader(self) -> NextDistribution:
        """Give what writes a piece: each frame is heard once, and the state kept."""
        self.eval()
        return _Reader(self)


def prepare_frames(pitches: np.ndarray, config: ChoraleNetConfig) -> tuple[np.ndarray, ...]:
    """Turn a piece into what the network reads and what it is asked.

    Args:
        pitches: (T, 4) MIDI numbers, -1 for silence; S, A, T, B.
        config: range of pitches, length of the bar, longest run.

    Returns:
        int64 arrays: before (T, 4), runs (T, 4), places (T,), frames (T, 4); voices in writing
        order. The first frame has V before it.

    Raises:
        TypeError: if the pitches are no whole numbers.
        ValueError: if the shape is another or a pitch is outside the range.
    """
    frames = number_classes(pitches, config.low, config.high)[:, WRITING_ORDER]  # (T, 4)
    steps = np.arange(len(frames))
    before = np.roll(frames, 1, axis=0)
    before[:1] = config.num_classes
    runs = run_lengths(frames, steps, config.longest_run)
    return before, runs, steps % config.steps_per_bar, frames


class _Reader:
    """The network while it writes: it hears each frame once and keeps its state."""

    def __init__(self, net: ChoraleNet) -> None:
        self.net = net
        self.states: list | None = None
        self.num_read = 0  # steps; the first one reads that nothing came before

    @torch.no_grad()
    def __call__(self, past: np.ndarray, written: Sequence[int]) -> np.ndarray:
        """Give the probabilities (V,) of the next cell."""
        if self.num_read <= len(past):
            self._read(past)
        config = self.net.config
        classes = [0 if pitch == SILENCE else int(pitch) - config.low + 1 for pitch in written]
        head, own = self.net.heads[len(classes)], self.own[:, len(classes)]
        logits = head(self.h, own, [torch.tensor([number]) for number in classes])[0]
        return torch.softmax(logits.double(), dim=-1).numpy()

    def _read(self, past: np.ndarray) -> None:
        """Read the frames that are new; the next frame is not there yet, and not looked at."""
        config = self.net.config
        with_next = np.concatenate([past, np.full((1, 4), SILENCE)])
        prepared = prepare_frames(with_next, config)[:3]
        new = [torch.from_numpy(array[self.num_read :])[None] for array in prepared]
        h, self.states = self.net.read(*new, self.states)
        self.h, self.num_read = h[:, -1], len(with_next)
        self.own = new[0][:, -1].clamp(max=config.num_classes - 1)  # (1, 4)
