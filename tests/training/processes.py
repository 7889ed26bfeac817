"""What each of several processes does in `test_processes`; `torchrun` starts it.

Without other processes it trains alone, on the same batches.
"""

import json
import os
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import distributed

from course.models.chorale_net import ChoraleNet, ChoraleNetConfig
from course.recipes.chorale_batches import ChoraleBatches, chorale_loss
from course.training.callbacks import AverageWeights, Callback, Evaluate
from course.training.config import TrainingConfig
from course.training.loop import fit

SIZES = {"hidden_size": 12, "embedding_size": 6, "head_size": 8, "low": 50, "high": 70}
CONFIG = TrainingConfig(num_steps=6, learning_rate=0.01, warmup_steps=2)
GRIDS = [np.random.default_rng(number).integers(55, 66, (40, 4)) for number in range(3)]


class StopAtThree(Callback):
    """Stops its own process alone, as an interrupt does."""

    def on_step(self, run):
        if run.step == 3:
            run.stopped = "interrupted"


def train(batch_size=8, dropout=0.0, callbacks=(), save_to=None):
    torch.manual_seed(distributed.get_rank() if distributed.is_initialized() else 0)
    model = ChoraleNet(ChoraleNetConfig(cell="lstm", dropout=dropout, **SIZES))
    batches = ChoraleBatches(GRIDS, model, window=16, batch_size=batch_size)
    return fit(model, chorale_loss, batches, CONFIG, callbacks, save_to)


def measure(model):
    return -model.log_probabilities(GRIDS[0]).mean()


def main(out):
    """Write what this process found, and its weights."""
    rank = int(os.environ.get("RANK", "0"))
    if "RANK" in os.environ:
        distributed.init_process_group("gloo")
    average = AverageWeights(0.5)
    run = train(callbacks=[average, Evaluate("valid", measure, 2, average)])
    save_file(run.model.state_dict(), out / f"{rank}.safetensors")
    found = {"losses": run.losses, "valid": run.records["valid"], "is_main": run.is_main}
    if "RANK" in os.environ:
        stopped = train(dropout=0.5, callbacks=[StopAtThree()] if rank else [], save_to=out / "run")
        found["stopped"] = [stopped.step, stopped.stopped]
        found["sum"] = sum(w.double().sum().item() for w in stopped.model.state_dict().values())
        found["rows"], found["masks"] = [], []

        def watched(model, rows):
            found["rows"].append(rows.flatten().tolist())
            found["masks"].append(torch.rand(3).tolist())
            return model(rows).sum()

        numbers = torch.arange(4.0).reshape(4, 1)
        single = TrainingConfig(num_steps=1)
        fit(torch.nn.Linear(1, 1), watched, lambda *_: numbers, single)
        try:
            train(batch_size=5)
        except ValueError as error:
            found["error"] = str(error)
        distributed.destroy_process_group()
    (out / f"{rank}.json").write_text(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
