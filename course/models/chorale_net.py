"""A recurrent network for four voices on a grid, frame by frame, voice by voice.

One step of the network is one frame, a sixteenth of all four voices. It reads the frame before, how
long each voice has held its pitch, and the place in the bar, counted from the start of the piece;
its state h_t sums up the past. `course.models.chained_voices` writes the frame from it.

References:
    Hadjeres, Pachet and Nielsen, "DeepBach", ICML 2017, arXiv:1612.01010 (voices on a grid).
    Peracha, 2019, arXiv:1911.11775 (order of the voices, repetition counts).
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from course.errors import check_integer
from course.models.chained_voices import ChainedVoices, ChainedVoicesConfig, chain_of_heads
from course.models.recurrent import RecurrentStack
from course.models.voices import WRITING_ORDER, number_classes, run_lengths


@dataclass(frozen=True)
class ChoraleNetConfig(ChainedVoicesConfig):
    """Sizes of the network.

    Raises:
        ValueError: if a field is out of range.
    """

    cell: str = "lstm"  # "rnn" or "lstm"
    num_layers: int = 1  # recurrent layers, 1..8
    embedding_size: int = 48  # numbers that stand for the pitch of one voice, 1..1024

    def __post_init__(self) -> None:
        super().__post_init__()
        check_integer("num_layers", self.num_layers, 1, 8, "1 or 2 are usual")
        check_integer("embedding_size", self.embedding_size, 1, 1024, "48 is usual")


class ChoraleNet(ChainedVoices):
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
        self.heads = chain_of_heads(config)

    def prepare(self, pitches: np.ndarray) -> tuple[np.ndarray, ...]:
        """Give a piece as the network reads it; see `prepare_frames`.

        Args:
            pitches: (T, 4) MIDI numbers, -1 for silence.

        Returns:
            before (T, 4), runs (T, 4), places (T,) and frames (T, 4).
        """
        return prepare_frames(pitches, self.config)

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


def prepare_frames(pitches: np.ndarray, config: ChainedVoicesConfig) -> tuple[np.ndarray, ...]:
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
