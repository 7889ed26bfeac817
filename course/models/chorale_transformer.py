"""A Transformer for four voices that hears time and pitch relative to itself.

One step is one frame, a sixteenth of all four voices, as in `course.models.chorale_net`, and the
same four heads write the next one. What is read is nearly the same in every key: for each voice how
it has moved and how long it has held its pitch, how the upper voices stand above the bass, and the
place in the bar. The attention is relative twice over. In time, by rotary positions. In pitch: each
step carries its four pitch classes along, a head mixes them as it mixes its values, and the mixture
is turned so that the present bass comes first. So a head can hear "the leading note sounded two
beats ago" without learning that for twelve keys.

References:
    Huang et al., "Music Transformer", ICLR 2019, arXiv:1809.04281 (attention relative to time and
    pitch, on these chorales).
    Su et al., "RoFormer", 2021, arXiv:2104.09864 (rotary positions).
    Vaswani et al., 2017, arXiv:1706.03762.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from course.errors import check_integer, check_range
from course.models.chained_voices import ChainedVoices, ChainedVoicesConfig, chain_of_heads
from course.models.chorale_net import prepare_frames
from course.models.frame_lookup import FrameLookup
from course.models.transformer import TransformerStack, sum_embeddings

WIDEST = 24  # semitones; a voice that moves further counts as moving so far
ABOVE_BASS = [0, 2, 3]  # soprano, alto and tenor, in writing order
BASS = 1  # in writing order
STANDS = (-15, 46)  # semitones above the bass; a voice outside counts as at the border


@dataclass(frozen=True)
class ChoraleTransformerConfig(ChainedVoicesConfig):
    """Sizes of the network.

    Raises:
        ValueError: if a field is out of range.
    """

    hidden_size: int = 128  # H, numbers in the stream, a multiple of num_heads
    num_layers: int = 4  # blocks, 1..64
    num_heads: int = 4  # of each block
    positions: str = "rotary"  # see course.models.positions
    reach: int = 256  # steps that a step sees in one layer, 1..10,000
    dropout: float = 0.35  # of corrections and heads, share dropped in training, 0..0.9
    input_dropout: float = 0.2  # of what enters the first block and leaves the last, 0..0.9
    attention_dropout: float = 0.1  # of the attention's weights, 0..0.9
    forget: float = 0.1  # share of the pitches read that are hidden in training, 0..0.9
    relative: bool = True  # False: pitches as they are, no pitch classes in the attention
    lookup_size: int = 64  # numbers by which earlier frames are looked up, 0 for no lookup, ..1024

    def __post_init__(self) -> None:
        super().__post_init__()
        check_integer("reach", self.reach, 1, 10_000, "256 sixteenths are sixteen bars")
        check_range("input_dropout", self.input_dropout, 0.0, 0.9, "0.2 is usual")
        check_range("forget", self.forget, 0.0, 0.9, "0.1 is usual")
        check_integer("lookup_size", self.lookup_size, 0, 1024, "64 is usual")


class ChoraleTransformer(ChainedVoices):
    """The network: embeddings, blocks, four heads in a chain.

    Args:
        config: sizes; None for the usual ones.
    """

    def __init__(self, config: ChoraleTransformerConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or ChoraleTransformerConfig()
        V, H = config.num_classes, config.hidden_size
        # One table for four voices: voice v has its own rows, beginning at v times their number.
        self.pitch = nn.Embedding(4 * (V + 1), H)  # V: nothing yet
        self.run = nn.Embedding(4 * (config.longest_run + 1), H)
        self.place = nn.Embedding(config.steps_per_bar, H)
        if config.relative:
            self.move = nn.Embedding(4 * (2 * WIDEST + 2), H)
            self.stand = nn.Embedding(3 * (STANDS[1] - STANDS[0] + 2), H)
        for module in self.modules():
            if isinstance(module, nn.Embedding):
                nn.init.normal_(module.weight, std=0.3)  # a dozen are summed up
        self.input_dropout = nn.Dropout(config.input_dropout)
        self.core = TransformerStack(
            H,
            H,
            config.num_layers,
            config.num_heads,
            config.positions,
            config.reach,
            config.dropout,
            chroma_rows=4 if config.relative else 0,
            attention_dropout=config.attention_dropout,
        )
        self.heads = chain_of_heads(config)
        if config.lookup_size:
            self.lookup = FrameLookup(H, config.lookup_size)

    def prepare(self, pitches: np.ndarray) -> tuple[np.ndarray, ...]:
        """Turn a piece into what the network reads and what it is asked.

        Args:
            pitches: (T, 4) MIDI numbers, -1 for silence; S, A, T, B.

        Returns:
            int64 arrays, voices in writing order: before (T, 4) the classes of the frame before, V
            for none; runs (T, 4) how long each voice has held it; moves (T, 4) by how much the
            frame before differs from the one before that, 0 where that is unknown, else semitones +
            25; places (T,) in the bar; frames (T, 4).

        Raises:
            TypeError: if the pitches are no whole numbers.
            ValueError: if the shape is another or a pitch is outside the model's range.
        """
        before, runs, places, frames = prepare_frames(pitches, self.config)
        V = self.config.num_classes
        earlier = np.roll(before, 1, axis=0)
        earlier[:1] = V
        sounding = (before > 0) & (before < V) & (earlier > 0) & (earlier < V)
        steps = np.clip(before - earlier, -WIDEST, WIDEST) + WIDEST + 1
        return before, runs, np.where(sounding, steps, 0), places, frames

    def read(
        self,
        before: torch.Tensor,
        runs: torch.Tensor,
        moves: torch.Tensor,
        places: torch.Tensor,
        states: list | None,
    ) -> tuple[torch.Tensor, list]:
        """Sum up the past at each step.

        Args:
            before: (B, T, 4) classes of the frame before each step, in writing order; V for none.
            runs: (B, T, 4) how long each voice has held that pitch, 0..`longest_run`.
            moves: (B, T, 4) by how much each voice had moved to it; 0 for unknown.
            places: (B, T) place in the bar.
            states: of the blocks; None at the beginning.

        Returns:
            h (B, T, H), and the new states.
        """
        V = self.config.num_classes
        bass = self._pitch_classes(before)[..., BASS]
        if self.training and self.config.forget:
            hidden = torch.rand(before.shape, device=before.device) < self.config.forget
            before, moves = before.masked_fill(hidden, V), moves.masked_fill(hidden, 0)
        x = self.place(places) + sum_embeddings(self.pitch, before) + sum_embeddings(self.run, runs)
        heard = None
        if self.config.relative:
            x = (
                x
                + sum_embeddings(self.move, moves)
                + sum_embeddings(self.stand, self._stands(before))
            )
            heard = self._heard(before, x.dtype), bass
        h, states = self.core(self.input_dropout(x), states, heard)
        return self.input_dropout(h), states

    def _stands(self, before: torch.Tensor) -> torch.Tensor:
        """Give by how much soprano, alto and tenor stand above the bass, (B, T, 3); 0: unknown."""
        sounding = (before > 0) & (before < self.config.num_classes)
        low, high = STANDS
        stands = (before[..., ABOVE_BASS] - before[..., [BASS]]).clamp(low, high) - low + 1
        return stands * (sounding[..., ABOVE_BASS] & sounding[..., [BASS]])

    def _pitch_classes(self, before: torch.Tensor) -> torch.Tensor:
        """Give the pitch class of each voice, C is 0; without meaning where nothing sounds."""
        return (before.clamp(max=self.config.num_classes - 1) - 1 + self.config.low) % 12

    def _heard(self, before: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
        """Give a row of twelve for each voice, 1 where its pitch class is, (B, T, 4, 12)."""
        sounding = (before > 0) & (before < self.config.num_classes)
        rows = nn.functional.one_hot(self._pitch_classes(before), 12) * sounding[..., None]
        return rows.to(dtype)
