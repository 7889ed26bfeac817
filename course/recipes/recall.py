"""A memory test with a known answer: can a network repeat a motif after so many bars?

A sequence is a motif of random notes, then filler, and then a cue, upon which the motif has to be
written again. Nothing but memory helps: without it a guess is right once in `NUM_PITCHES`. The
longer the filler, the further back the motif lies.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from course.errors import check_integer
from course.models.core import make_core
from course.training.config import TrainingConfig
from course.training.loop import fit

NUM_PITCHES = 8  # notes that a motif is made of
FILLER, CUE = NUM_PITCHES, NUM_PITCHES + 1
MOTIF_NOTES = 4
NOTES_PER_BAR = 4


@dataclass(frozen=True)
class Recall:
    """What the memory test found."""

    cell: str  # "rnn", "lstm" or "transformer"
    bars: int  # of filler between motif and cue
    accuracy: float  # share of motif notes that were repeated rightly; chance is 1 / NUM_PITCHES
    steps: int  # of training


class RecallNet(nn.Module):
    """A small network that reads tokens and names the next note.

    Args:
        cell: "rnn", "lstm" or "transformer".
        hidden_size: H, numbers in its state.
        positions: kind of positions of a Transformer.
    """

    def __init__(self, cell: str, hidden_size: int, positions: str = "rotary") -> None:
        super().__init__()
        self.embedding = nn.Embedding(NUM_PITCHES + 2, 16)
        self.core = make_core(cell, 16, hidden_size, 1, 0.0, positions)
        self.output = nn.Linear(hidden_size, NUM_PITCHES)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """Say what may follow after each token.

        Args:
            ids: (B, T) tokens.

        Returns:
            (B, T, NUM_PITCHES) logits.
        """
        return self.output(self.core(self.embedding(ids))[0])


def recall_batch(
    bars: int, batch_size: int, generator: np.random.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """Draw sequences of motif, filler and cue.

    Args:
        bars: of filler, 0..64.
        batch_size: B.
        generator: source of chance.

    Returns:
        ids (B, 2 * MOTIF_NOTES + filler): the motif, the filler, and a cue for every note of the
        motif; and the motif (B, MOTIF_NOTES), to be said at the cues.

    Raises:
        ValueError: if a number is out of range.
    """
    check_integer("bars", bars, 0, 64, "the test takes longer with more bars")
    motif = generator.integers(NUM_PITCHES, size=(batch_size, MOTIF_NOTES))
    filler = np.full((batch_size, bars * NOTES_PER_BAR), FILLER)
    cues = np.full((batch_size, MOTIF_NOTES), CUE)
    ids = np.concatenate([motif, filler, cues], axis=1)
    return torch.from_numpy(ids), torch.from_numpy(motif)


def measure_recall(
    cell: str,
    bars: int,
    num_steps: int = 300,
    hidden_size: int = 64,
    seed: int = 0,
    positions: str = "rotary",
) -> Recall:
    """Train a small network on the memory test and measure how much of the motif it repeats.

    Args:
        cell: "rnn", "lstm" or "transformer".
        bars: of filler between motif and cue.
        num_steps: of training.
        hidden_size: H.
        seed: of weights and sequences.
        positions: kind of positions of a Transformer.

    Returns:
        The share of notes that were right, over 256 new sequences.
    """
    torch.manual_seed(seed)
    model = RecallNet(cell, hidden_size, positions)

    def batches(step: int, generator: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        return recall_batch(bars, 64, generator)

    config = TrainingConfig(num_steps=num_steps, learning_rate=5e-3, warmup_steps=20, seed=seed)
    fit(model, _loss, batches, config)
    ids, motif = recall_batch(bars, 256, np.random.default_rng([seed, 1]))
    with torch.no_grad():
        said = model(ids)[:, -MOTIF_NOTES:].argmax(-1)
    return Recall(cell, bars, float((said == motif).double().mean()), num_steps)


def _loss(model: nn.Module, batch: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
    ids, motif = batch
    logits = model(ids)[:, -MOTIF_NOTES:]
    return nn.functional.cross_entropy(logits.flatten(0, 1), motif.flatten())
