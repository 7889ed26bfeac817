"""The kinds of positions compared: the same small Transformer, as long trained, near and far.

It learns from windows of four bars. On whole chorales it is then measured where it has been, in the
first four bars, and beyond, from the ninth bar on, where no window ever reached.
`make positions` writes a table over three seeds, which is not shipped yet; lesson 07 runs a small
comparison live, and shows the table where it is.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from course.models.chorale_transformer import ChoraleTransformer, ChoraleTransformerConfig
from course.recipes.chorale_batches import ChoraleBatches, chorale_grids, chorale_loss
from course.training.callbacks import Callback
from course.training.config import TrainingConfig
from course.training.loop import fit

TABLE = Path(__file__).parent / "positions.json"
WINDOW = 64  # sixteenths in a window of training
FAR = 2 * WINDOW  # from this step on is "beyond"


def measure_positions(
    positions: str,
    num_steps: int,
    seed: int = 0,
    num_pieces: int | None = None,
    callbacks: Sequence[Callback] = (),
) -> dict[str, float]:
    """Train a small Transformer with one kind of positions and measure it.

    Args:
        positions: one of `course.models.positions.POSITIONS`.
        num_steps: batches of sixteen windows.
        seed: of weights and batches.
        num_pieces: validation pieces that are read; None for all.
        callbacks: what else watches the run.

    Returns:
        "inside" and "beyond", nats per note on validation pieces in the first `WINDOW` steps and
        from step `FAR` on; "seconds" of training.

    Raises:
        ValueError: if there are no such positions, or a number is out of range.
    """
    torch.manual_seed(seed)
    sizes = ChoraleTransformerConfig(
        hidden_size=64,
        num_layers=2,
        head_size=96,
        positions=positions,
        reach=WINDOW if positions == "relative" else 1000,  # one vector for all that is further
        dropout=0.1,
        forget=0.0,
        relative=False,
        lookup_size=0,
    )
    net = ChoraleTransformer(sizes)
    batches = ChoraleBatches(chorale_grids("train"), net, WINDOW, 16)
    warmup = min(50, num_steps // 5)
    settings = TrainingConfig(num_steps, learning_rate=5e-3, warmup_steps=warmup, seed=seed)
    run = fit(net, chorale_loss, batches, settings, callbacks)
    logs = [net.log_probabilities(grid) for grid in chorale_grids("valid")[:num_pieces]]
    parts = {"inside": [rows[:WINDOW] for rows in logs], "beyond": [rows[FAR:] for rows in logs]}
    found = {name: -float(np.concatenate(rows).mean()) for name, rows in parts.items()}
    return {**found, "seconds": run.seconds}


def read_table() -> dict[str, Any]:
    """Give the table that `make positions` wrote.

    Returns:
        "steps", "seeds", "window", "far", and "rows": kind of positions -> a list of what
        `measure_positions` gave for each seed.
    """
    return json.loads(TABLE.read_text(encoding="utf-8"))
