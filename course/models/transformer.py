"""A stack of Transformer blocks that reads a sequence and remembers what it has read.

A block is two corrections of one stream of numbers, each computed from a normalised copy of it:

    x = x + attention(norm(x))
    x = x + feedforward(norm(x))

The stack takes and gives what a stack of recurrent layers does, so that a network of chorales or of
melodies can stand on either. Its memory, the keys and values of earlier steps, is the "cache" that
makes writing step by step fast: an old step is never computed again.

References:
    Vaswani et al., 2017, arXiv:1706.03762; Xiong et al., 2020, arXiv:2002.04745 (the norm first).
    Zhang and Sennrich, 2019, arXiv:1910.07467 (RMS norm).
"""

import torch
from torch import nn

from course.errors import check_integer
from course.models.attention import Heard, Memory, SelfAttention
from course.models.positions import POSITIONS, sinusoidal


class RMSNorm(nn.Module):
    """Scale each vector to a root mean square of 1, then each number by a learned gain.

    Args:
        size: H.
    """

    def __init__(self, size: int) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(size))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Normalise.

        Args:
            x: (..., H).
        """
        return x * torch.rsqrt(x.square().mean(dim=-1, keepdim=True) + 1e-6) * self.gain


class Block(nn.Module):
    """Attention, then a small network for each step alone; each adds to the stream.

    Args:
        size: H, numbers in the stream.
        num_heads: of the attention.
        positions: kind of positions.
        reach: steps that a step sees; None for all.
        dropout: share of each correction that is dropped in training, 0..0.9.
        chroma_rows: rows of twelve that the attention mixes too; 0 for none.
        attention_dropout: share of the attention's weights that are dropped in training.
        causal: False: a step sees later ones too.
    """

    def __init__(
        self,
        size: int,
        num_heads: int,
        positions: str,
        reach: int | None,
        dropout: float,
        chroma_rows: int = 0,
        attention_dropout: float = 0.0,
        causal: bool = True,
    ) -> None:
        super().__init__()
        self.attention_norm, self.feedforward_norm = RMSNorm(size), RMSNorm(size)
        self.attention = SelfAttention(
            size, num_heads, positions, reach, chroma_rows, attention_dropout, causal
        )
        self.feedforward = nn.Sequential(
            nn.Linear(size, 4 * size), nn.GELU(), nn.Linear(4 * size, size)
        )
        self.dropout = nn.Dropout(dropout)

    def forward(
        self, x: torch.Tensor, memory: Memory | None = None, heard: Heard | None = None
    ) -> tuple[torch.Tensor, Memory]:
        """Correct the stream.

        Args:
            x: (B, N, H).
            memory: of the attention; None at the beginning.
            heard: pitch classes, if the attention mixes them.

        Returns:
            (B, N, H), and the new memory.
        """
        seen, memory = self.attention(self.attention_norm(x), memory, heard)
        x = x + self.dropout(seen)
        return x + self.dropout(self.feedforward(self.feedforward_norm(x))), memory


class TransformerStack(nn.Module):
    """Blocks one above the other, between a projection and a norm.

    Args:
        input_size: C, numbers in x_t.
        hidden_size: H, numbers in the stream; a multiple of `num_heads`.
        num_layers: blocks.
        num_heads: of each block.
        positions: one of `POSITIONS`.
        reach: steps that a step sees in one layer, itself included; None for all.
        dropout: share of each correction that is dropped in training.
        longest: steps that learned positions are made for.
        chroma_rows: rows of twelve pitch classes that every attention mixes too; 0 for none.
        attention_dropout: share of the attention's weights that are dropped in training.
        causal: False: a step sees later ones too, so that nothing can be read in parts.

    Raises:
        ValueError: if there are no such positions, or the size is no multiple of the heads.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int,
        num_heads: int = 4,
        positions: str = "rotary",
        reach: int | None = None,
        dropout: float = 0.0,
        longest: int = 1024,
        chroma_rows: int = 0,
        attention_dropout: float = 0.0,
        causal: bool = True,
    ) -> None:
        super().__init__()
        if positions not in POSITIONS:
            raise ValueError(f"positions are {positions!r}; choose from {', '.join(POSITIONS)}")
        check_integer("num_layers", num_layers, 1, 64, "4 is usual here")
        self.positions, self.longest = positions, longest
        self.project = nn.Linear(input_size, hidden_size)
        self.learned = nn.Embedding(longest, hidden_size) if positions == "learned" else None
        self.layers = nn.ModuleList(
            Block(
                hidden_size,
                num_heads,
                positions,
                reach,
                dropout,
                chroma_rows,
                attention_dropout,
                causal,
            )
            for _ in range(num_layers)
        )
        self.norm = RMSNorm(hidden_size)

    def forward(
        self, x: torch.Tensor, states: list | None = None, heard: Heard | None = None
    ) -> tuple[torch.Tensor, list]:
        """Read a sequence, or go on reading one.

        Args:
            x: (B, N, C).
            states: what each layer remembers; None for nothing.
            heard: pitch classes, if the attention mixes them; see `SelfAttention`.

        Returns:
            What is known at each step, (B, N, H), and the new states.

        Raises:
            ValueError: if learned positions end before the sequence does.
        """
        num_read = states[0][2] if states else 0
        x = self.project(x)
        x = x + self._added(num_read, x)
        new_states = []
        for number, layer in enumerate(self.layers):
            x, state = layer(x, states[number] if states else None, heard)
            new_states.append(state)
        return self.norm(x), new_states

    def _added(self, num_read: int, x: torch.Tensor) -> torch.Tensor:
        """Give the positions that are added to the stream, (N, H), (1, N, H) or 0."""
        steps = torch.arange(num_read, num_read + x.shape[1], device=x.device)
        if self.positions == "sinusoidal":
            return sinusoidal(steps, x.shape[2])
        if self.learned is None:
            return x.new_zeros(())
        if num_read + x.shape[1] > self.longest:
            raise ValueError(
                f"{num_read + x.shape[1]} steps, and positions were learned for {self.longest}; "
                "make the piece shorter or choose relative or rotary positions"
            )
        return self.learned(steps[None])


def sum_embeddings(embed: nn.Embedding, numbers: torch.Tensor) -> torch.Tensor:
    """Look up each of several numbers in its own rows of a table, and add up.

    Args:
        embed: the table; the rows of the first number come first, as many for each.
        numbers: (..., n) whole numbers, each from 0.

    Returns:
        (..., H).
    """
    n = numbers.shape[-1]
    first = torch.arange(n, device=numbers.device) * (embed.num_embeddings // n)
    return embed(numbers + first).sum(dim=-2)
