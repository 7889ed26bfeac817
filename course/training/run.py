"""A training run as it stands: what the loop fills in and the callbacks look at."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import distributed, nn

from course.training.config import TrainingConfig

Batch = Any  # a tensor, or a tuple or dict of tensors; the first axis is the batch
Loss = Callable[[nn.Module, Batch], torch.Tensor]
Batches = Callable[[int, np.random.Generator], Batch]


@dataclass
class Run:
    """A training run, as callbacks see it and as `fit` returns it."""

    model: nn.Module  # the model itself, never its wrapper
    optimizer: torch.optim.Optimizer
    config: TrainingConfig
    step: int = 0  # steps that are done
    losses: list[float] = field(default_factory=list)  # one for each step, in nats
    records: dict[str, list[tuple[int, float]]] = field(default_factory=dict)  # (step, value)
    seconds: float = 0.0  # of training so far, in all sittings
    processor_seconds: float = 0.0  # the same, added up over threads; waiting costs nothing
    loss_name: str = "loss in nats"  # what figures call the losses
    stopped: str = ""  # why it ended early; empty if it did not

    @property
    def players(self) -> dict[str, tuple[nn.Module, torch.optim.Optimizer]]:
        """What learns in this run: name -> module and its optimizer."""
        return {"": (self.model, self.optimizer)}

    @property
    def is_main(self) -> bool:
        """Whether this is the process that prints and saves."""
        return not distributed.is_initialized() or distributed.get_rank() == 0

    def record(self, name: str, value: float) -> None:
        """Note a measurement at the present step.

        Args:
            name: what was measured.
            value: the number.
        """
        self.records.setdefault(name, []).append((self.step, float(value)))
