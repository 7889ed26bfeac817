"""A small network with dropout, its loss and its batches: enough to see what a loop does."""

import torch
from torch import nn

from course.training.callbacks import AverageWeights, Callback, Evaluate
from course.training.config import TrainingConfig

CONFIG = TrainingConfig(num_steps=12, learning_rate=0.05, warmup_steps=3, save_every=1000)


def make_model(seed=0, dropout=0.5):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Dropout(dropout), nn.Linear(8, 1))


def batches(step, generator):
    """Draw six points and their sums."""
    x = torch.from_numpy(generator.normal(size=(6, 3))).float()
    return x, x.sum(dim=1, keepdim=True)


def loss(model, batch):
    x, y = batch
    return ((model(x) - y) ** 2).mean()


def measure(model):
    """Measure on eight fixed points."""
    x = torch.linspace(-1, 1, 24).reshape(8, 3)
    return loss(model, (x, x.sum(dim=1, keepdim=True))).item()


def watchers(every=2):
    average = AverageWeights(0.9)
    return [average, Evaluate("valid", measure, every, average)]


def weights_of(model):
    return {name: weight.clone() for name, weight in model.state_dict().items()}


def same(one, other):
    """Compare weights to the last bit."""
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


class At(Callback):
    """Does something after one step.

    Args:
        step: after which.
        do: takes the run.
    """

    def __init__(self, step, do):
        self.step, self.do = step, do

    def on_step(self, run):
        if run.step == self.step:
            self.do(run)


def stop(run):
    run.stopped = "stopped by the test"
