"""What a person sees of a training run: progress with time left, losses, samples.

In a notebook one output is drawn anew every few seconds; in a terminal one line is.
"""

import html
import math
import sys
import time
from collections.abc import Callable

import numpy as np
from torch import nn

from course.errors import check_integer
from course.plotting import describe, plot_loss
from course.training.callbacks import Callback
from course.training.run import Run


def time_left(run: Run, seconds_before: float = 0.0, steps_before: int = 0) -> str:
    """Say how long a run will still take, at its present speed.

    Args:
        run: the run.
        seconds_before: seconds of the run when this sitting began.
        steps_before: steps that were done then.

    Returns:
        Text such as "1 min 20 s left"; "…" before the first step.
    """
    done = run.step - steps_before
    if done < 1:
        return "…"
    left = (run.seconds - seconds_before) / done * (run.config.num_steps - run.step)
    minutes, seconds = divmod(round(left), 60)
    return f"{minutes} min {seconds} s left" if minutes else f"{seconds} s left"


def status(run: Run, begun: tuple[float, int] = (0.0, 0)) -> str:
    """Say how a run stands: time left, why it ended early, or how long it took.

    Args:
        run: the run.
        begun: seconds and steps of the run when this sitting began.

    Returns:
        Text such as "1 min 20 s left", "interrupted" or "done in 80 s".
    """
    if run.step == run.config.num_steps:
        return f"done in {run.seconds:.0f} s"
    return run.stopped or time_left(run, *begun)


class ProgressLine(Callback):
    """Show one line in a terminal, or a line now and then where the output goes into a file."""

    def __init__(self) -> None:
        self.shown, self.begun = -math.inf, (0.0, 0)

    def on_start(self, run: Run) -> None:
        """Remember where this sitting begins."""
        self.begun = (run.seconds, run.step)

    def on_step(self, run: Run) -> None:
        """Write the line anew, at most every half second; into a file every half minute."""
        live = sys.stdout.isatty()
        if run.is_main and time.monotonic() - self.shown >= (0.5 if live else 30.0):
            self._write(run, "" if live else "\n")

    def on_end(self, run: Run) -> None:
        """Write the last line, however the run ended."""
        if run.is_main and run.losses:
            self._write(run, "\n")

    def _write(self, run: Run, end: str) -> None:
        self.shown = time.monotonic()
        recent = float(np.mean(run.losses[-50:]))
        measured = "".join(f", {name} {v[-1][1]:.4f}" for name, v in run.records.items())
        line = f"step {run.step} of {run.config.num_steps}, loss {recent:.4f}{measured}, "
        line += status(run, self.begun)
        print(f"\r{line:<78}" if sys.stdout.isatty() else line, end=end, flush=True)


class LiveLoss(Callback):
    """Show a run in a notebook: a bar with the time left, the losses, and what the model writes.

    Press the square in the toolbar (*Interrupt the kernel*) to end the run; the model stays as it
    is then.

    Args:
        sample: takes the model and gives something to show, such as a player; None for nothing.
        every: steps from one sample to the next, at least 1.
        smooth: losses are drawn as means of so many steps, at least 1; of a short run, of fewer.

    Raises:
        ValueError: if a number is out of range.
    """

    def __init__(
        self,
        sample: Callable[[nn.Module], object] | None = None,
        every: int = 100,
        smooth: int = 10,
    ) -> None:
        check_integer("every", every, 1, 10**8, "100 is usual")
        check_integer("smooth", smooth, 1, 10**6, "10 is usual")
        self.sample, self.every, self.smooth = sample, every, smooth
        self.shown, self.begun = -math.inf, (0.0, 0)
        self.outputs: dict[str, object] = {}

    def on_start(self, run: Run) -> None:
        """Open the outputs."""
        self.begun, self.outputs = (run.seconds, run.step), {}
        if run.is_main:
            self._show("bar", self._bar(run))

    def on_step(self, run: Run) -> None:
        """Draw anew, at most every second."""
        if not run.is_main:
            return
        if self.sample and run.step % self.every == 0 and run.step < run.config.num_steps:
            run.model.eval()
            self._show("sample", self.sample(run.model))
        if time.monotonic() - self.shown > 1.0:
            self._draw(run)

    def on_end(self, run: Run) -> None:
        """Draw the whole run."""
        if run.is_main and run.losses:
            self._draw(run)

    def _draw(self, run: Run) -> None:
        self.shown = time.monotonic()
        self._show("bar", self._bar(run))
        self._show("loss", describe(*_loss_figure(run, self.smooth)))

    def _show(self, name: str, shown: object) -> None:
        """Put something into its output, or make one; outside notebooks there are none."""
        from IPython.display import display  # heavy

        if self.outputs.get(name) is not None:
            self.outputs[name].update(shown)
        else:
            self.outputs[name] = display(shown, display_id=True)

    def _bar(self, run: Run) -> "Html":
        text = f"step {run.step} of {run.config.num_steps}, {status(run, self.begun)}"
        return Html(
            f'<progress value="{run.step}" max="{run.config.num_steps}" '
            f'style="width: 20em" aria-label="training"></progress> {html.escape(text)}',
            text,
        )


class Html:
    """A piece of HTML with the same in words.

    Args:
        page: the HTML.
        text: what stands where there is no HTML.
    """

    def __init__(self, page: str, text: str) -> None:
        self.page, self.text = page, text

    def _repr_html_(self) -> str:
        return self.page

    def __repr__(self) -> str:
        return self.text


def _loss_figure(run: Run, smooth: int) -> tuple:
    """Draw training losses as means of `smooth` steps, and what was measured, over the steps.

    A short run is smoothed less, so that from two steps on there is a curve.
    """
    smooth = min(smooth, max(1, len(run.losses) // 2))
    groups = [run.losses[i : i + smooth] for i in range(0, len(run.losses), smooth)]
    steps = [min((i + 1) * smooth, len(run.losses)) for i in range(len(groups))]
    curves = {"training": list(zip(steps, map(float, map(np.mean, groups)), strict=True))}
    axes = plot_loss({**curves, **run.records})
    axes.set_ylabel(run.loss_name)
    return axes, f"Losses over {run.step} steps: training ends at {curves['training'][-1][1]:.3f}."
