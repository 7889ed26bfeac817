"""What watches a training run: measurements, the best weights, averages, an early end.

A callback is told of the start, of each step, and of the end. It sees the `Run` and may set
`run.stopped`. Under several processes each has its own callbacks, which decide alike because they
see the same weights; what prints or saves asks `run.is_main`. What draws is in
`course.watching`.
"""

from collections.abc import Callable

import torch
from torch import nn

from course.errors import check_integer, check_range
from course.training.run import Run

Weights = dict[str, torch.Tensor]


class Callback:
    """Does nothing; the others override what they need."""

    def on_start(self, run: Run) -> None:
        """Look at the run before its first step.

        Args:
            run: the run, which may be at a later step if it is resumed.
        """

    def on_step(self, run: Run) -> None:
        """Look at the run after a step.

        Args:
            run: the run; `run.step` steps are done.
        """

    def on_end(self, run: Run) -> None:
        """Look at the run when it ends, for whatever reason.

        Args:
            run: the run.
        """

    def tensors(self) -> Weights:
        """Give what must be saved so that a resumed run goes on as if it had never stopped."""
        return {}

    def restore(self, tensors: Weights, run: Run) -> None:
        """Take back what `tensors` gave.

        Args:
            tensors: the same.
            run: the run that is resumed.
        """


class AverageWeights(Callback):
    """Keep an exponential moving average of the weights, and end with it.

        average = d * average + (1 - d) * weights,   d = min(decay, (1 + step) / (10 + step)),

    with step 1 the first, so that the beginning is soon forgotten. Give it to `Evaluate`, which
    then measures the average.

    Args:
        decay: share that stays at each step, 0..0.99999.

    Raises:
        ValueError: if the decay is out of range.

    References:
        Polyak and Juditsky, SIAM Journal on Control and Optimization 30(4), 1992.
    """

    def __init__(self, decay: float = 0.999) -> None:
        check_range("decay", decay, 0.0, 0.99999, "0.99 to 0.999 are usual")
        self.decay = decay
        self.average: Weights = {}

    def on_start(self, run: Run) -> None:
        """Begin with the weights as they are, unless the run is resumed."""
        self.average = self.average or copy_weights(run.model)

    @torch.no_grad()
    def on_step(self, run: Run) -> None:
        """Move the average towards the weights."""
        decay = min(self.decay, (1 + run.step) / (10 + run.step))
        for name, weight in run.model.state_dict().items():
            if weight.is_floating_point():
                self.average[name].lerp_(weight, 1 - decay)
            else:
                self.average[name].copy_(weight)

    def on_end(self, run: Run) -> None:
        """Put the average in place."""
        run.model.load_state_dict(self.average)

    def tensors(self) -> Weights:
        """Give the average."""
        return dict(self.average)

    def restore(self, tensors: Weights, run: Run) -> None:
        """Take back the average."""
        self.average = dict(tensors)


class Evaluate(Callback):
    """Measure the model every so many steps, keep the best weights, and end with them.

    Args:
        name: of the measurement in `run.records`.
        measure: takes the model, in evaluation mode, and gives a number; lower is better.
        every: steps from one measurement to the next, at least 1; the last step is measured too.
        average: measure these averaged weights instead of the latest; it has to be among the
            callbacks of the run, before this one.

    Raises:
        ValueError: if `every` is out of range.
    """

    def __init__(
        self,
        name: str,
        measure: Callable[[nn.Module], float],
        every: int,
        average: AverageWeights | None = None,
    ) -> None:
        check_integer("every", every, 1, 10**8, "measuring costs time; 100 is usual")
        self.name, self.measure, self.every, self.average = name, measure, every, average
        self.best_value = float("inf")
        self.best: Weights = {}

    def on_step(self, run: Run) -> None:
        """Measure if it is time; remember what is better than before."""
        if run.step % self.every and run.step != run.config.num_steps:
            return
        latest = copy_weights(run.model)
        if self.average:
            run.model.load_state_dict(self.average.average)
        run.model.eval()
        with torch.no_grad():
            value = float(self.measure(run.model))
        run.record(self.name, value)
        if value < self.best_value:
            self.best_value, self.best = value, copy_weights(run.model)
        run.model.load_state_dict(latest)

    def on_end(self, run: Run) -> None:
        """Put the best weights in place, if any were measured."""
        if self.best:
            run.model.load_state_dict(self.best)

    def tensors(self) -> Weights:
        """Give the best weights and their value."""
        value = torch.tensor([self.best_value], dtype=torch.float64)
        return {"best value": value, **{f"best.{name}": w for name, w in self.best.items()}}

    def restore(self, tensors: Weights, run: Run) -> None:
        """Take back the best weights."""
        self.best_value = float(tensors["best value"])
        kept = {name: weight for name, weight in tensors.items() if name.startswith("best.")}
        self.best = {name.removeprefix("best."): weight for name, weight in kept.items()}


class EarlyStopping(Callback):
    """End a run when a measurement has not become better for a while.

    Args:
        name: of the measurement, as `Evaluate` records it; put this callback behind that one.
        patience: measurements without a new best, at least 1.

    Raises:
        ValueError: if the patience is out of range.
    """

    def __init__(self, name: str, patience: int) -> None:
        check_integer("patience", patience, 1, 10**6, "3 to 10 are usual")
        self.name, self.patience = name, patience

    def on_step(self, run: Run) -> None:
        """Count the measurements since the best one."""
        values = [value for _, value in run.records.get(self.name, [])]
        if values and len(values) - 1 - values.index(min(values)) >= self.patience:
            why = f"{self.name} has not become better for {self.patience} measurements"
            run.stopped = run.stopped or why


def copy_weights(model: nn.Module) -> Weights:
    """Copy all weights and buffers of a model.

    Args:
        model: the model.

    Returns:
        name -> tensor of its own.
    """
    return {name: weight.detach().clone() for name, weight in model.state_dict().items()}
