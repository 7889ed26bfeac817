"""The training loop of the course. It knows no model, no data and no music.

A run is reproducible because everything that happens in a step depends on the seed and the step's
number alone: the batch, and the dropout. So a run that is interrupted and resumed gives the same
model, to the last bit, as one that was not (on one machine, with as many threads and the same
precision).

Under `torchrun` the same `fit` runs on several processes: each takes its rows of the batch, and
PyTorch's DistributedDataParallel averages the gradients. See `docs/training.md`.
"""

import contextlib
import math
import signal
import threading
import time
import types
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import distributed, nn

from course.training.callbacks import Callback
from course.training.config import TrainingConfig, learning_rate_at
from course.training.run import Batch, Batches, Loss, Run
from course.training.state import load_run, save_run


def fit(
    model: nn.Module,
    loss: Loss,
    batches: Batches,
    config: TrainingConfig,
    callbacks: Sequence[Callback] = (),
    save_to: Path | None = None,
) -> Run:
    """Train a model.

    Args:
        model: what is trained, in place; at the end it holds the last weights, or the average or
            the best ones if a callback keeps those.
        loss: gives the mean loss of a batch as a scalar; it calls the model itself, not a method
            of it.
        batches: gives batch number `step`, from a generator that is seeded for it.
        config: the settings.
        callbacks: are told of the start, of each step, and of the end, in this order.
        save_to: a file that keeps the run every `save_every` steps and when it ends; if it is
            there already, the run goes on from it.

    Returns:
        The run, with its losses and measurements. An interrupt (Ctrl+C, or the square in
        JupyterLab) ends it after the present step and is told in `stopped`; nothing is lost.

    Raises:
        KeyboardInterrupt: at a second interrupt, which does not wait for the end of the step; the
            callbacks' best weights are in place.
        FloatingPointError: if the loss is no number any more; the callbacks' best weights are in
            place, else the last ones.
        ValueError: if `save_to` is damaged, or was written with other settings.
    """
    run = Run(model, torch.optim.AdamW(parameter_groups(model, config)), config)
    resume(run, callbacks, save_to)
    wrapped = _distributed(model)
    return watch_steps(run, lambda: _train_step(wrapped, loss, batches, run), callbacks, save_to)


def resume(run: Run, callbacks: Sequence[Callback], save_to: Path | None) -> None:
    """Let a new run go on from its file, if that is there.

    Args:
        run: the run, at step 0; it is changed.
        callbacks: what watches it.
        save_to: the file, or None.

    Raises:
        ValueError: if the file is damaged, or was written with other settings.
    """
    if save_to and Path(save_to).exists():
        load_run(Path(save_to), run, callbacks)


def watch_steps(
    run: Run, train_step: Callable[[], float], callbacks: Sequence[Callback], save_to: Path | None
) -> Run:
    """Take all steps of a run: what every kind of training has in common.

    Args:
        run: the run; it is changed.
        train_step: learns from the next batch, or batches, and gives the loss.
        callbacks: are told of the start, of each step, and of the end, in this order.
        save_to: a file that keeps the run, or None.

    Returns:
        The same run, which may have ended early; its models are in evaluation mode.
    """
    for callback in callbacks:
        callback.on_start(run)
    try:
        with _interrupts_wait(run):
            _take_steps(run, train_step, callbacks, save_to)
    finally:
        for callback in callbacks:
            callback.on_end(run)
        for module, _ in run.players.values():
            module.eval()
    return run


def _take_steps(
    run: Run, train_step: Callable[[], float], callbacks: Sequence[Callback], save_to: Path | None
) -> None:
    """Train to the last step, or until something stops the run; keep it in its file."""
    config, stopping = run.config, bool(run.stopped)
    start = time.perf_counter() - run.seconds
    processor_start = time.process_time() - run.processor_seconds
    while run.step < config.num_steps and not stopping:
        run.losses.append(train_step())
        run.step += 1
        run.seconds = time.perf_counter() - start
        run.processor_seconds = time.process_time() - processor_start
        for callback in callbacks:
            callback.on_step(run)
        if run.seconds > config.max_seconds:
            run.stopped = run.stopped or f"time limit of {config.max_seconds:g} seconds"
        stopping = _stops_anywhere(run)
        if save_to and run.is_main and run.step % config.save_every == 0:
            save_run(Path(save_to), run, callbacks)
    if save_to and run.is_main:
        save_run(Path(save_to), run, callbacks)


@contextlib.contextmanager
def _interrupts_wait(run: Run) -> Iterator[None]:
    """Let an interrupt end the run between two steps, never within one; the second one is heard."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_signal: int, _frame: types.FrameType | None) -> None:
        if run.stopped:
            raise KeyboardInterrupt
        run.stopped = "interrupted"

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _train_step(model: nn.Module, loss: Loss, batches: Batches, run: Run) -> float:
    """Learn from one batch; give its loss."""
    config, step = run.config, run.step
    batch = _rows_of_this_process(batches(step, np.random.default_rng([config.seed, step])))
    rank = distributed.get_rank() if distributed.is_initialized() else 0
    torch.manual_seed(config.seed * 1_000_003 + step + 777_767_777 * rank)  # of the dropout
    for group in run.optimizer.param_groups:
        group["lr"] = learning_rate_at(step, config)
    model.train()
    device = next(model.parameters()).device.type
    with torch.autocast(device, torch.bfloat16, enabled=config.precision == "bfloat16"):
        value = loss(model, batch)
    run.optimizer.zero_grad()
    value.backward()
    nn.utils.clip_grad_norm_(model.parameters(), config.largest_gradient)
    value = check_loss(_mean_over_processes(value.detach()), run)
    run.optimizer.step()
    return value


def check_loss(value: float, run: Run) -> float:
    """Give a loss back if it is a number.

    Args:
        value: the loss.
        run: the run that it belongs to.

    Returns:
        The same.

    Raises:
        FloatingPointError: if it is infinite or NaN.
    """
    if not math.isfinite(value):
        raise FloatingPointError(
            f"the loss is {value} at step {run.step}; lower the learning rate "
            f"(now {run.config.learning_rate:g}), or look for log(0) or a division by 0 in the loss"
        )
    return value


def parameter_groups(model: nn.Module, config: TrainingConfig) -> list[dict]:
    """Let only matrices decay, no biases.

    Args:
        model: whose weights are to be learned.
        config: with the learning rate and the decay.

    Returns:
        Two groups for one of torch's optimizers.
    """
    matrices = [p for p in model.parameters() if p.requires_grad and p.ndim > 1]
    others = [p for p in model.parameters() if p.requires_grad and p.ndim <= 1]
    return [
        {"params": matrices, "lr": config.learning_rate, "weight_decay": config.weight_decay},
        {"params": others, "lr": config.learning_rate, "weight_decay": 0.0},
    ]


def _distributed(model: nn.Module) -> nn.Module:
    """Wrap the model if there are several processes."""
    if not distributed.is_initialized() or distributed.get_world_size() == 1:
        return model
    return nn.parallel.DistributedDataParallel(model)


def _rows_of_this_process(batch: Batch) -> Batch:
    """Take every n-th row of the batch, if there are n processes."""
    if not distributed.is_initialized():
        return batch
    rank, processes = distributed.get_rank(), distributed.get_world_size()
    if isinstance(batch, torch.Tensor):
        if len(batch) % processes:
            raise ValueError(
                f"a batch of {len(batch)} rows for {processes} processes; "
                "choose a batch size that can be divided by their number"
            )
        return batch[rank::processes]
    if isinstance(batch, dict):
        return {name: _rows_of_this_process(part) for name, part in batch.items()}
    return tuple(_rows_of_this_process(part) for part in batch)


def _mean_over_processes(value: torch.Tensor) -> float:
    """Give the mean loss of the whole batch."""
    if distributed.is_initialized():
        distributed.all_reduce(value)
        value = value / distributed.get_world_size()
    return float(value)


def _stops_anywhere(run: Run) -> bool:
    """Tell whether a process stops; then all do, or the others would wait for it for ever."""
    if not distributed.is_initialized():
        return bool(run.stopped)
    stops = torch.tensor(float(bool(run.stopped)))
    distributed.all_reduce(stops)
    if stops and not run.stopped:
        run.stopped = "another process stopped"
    return bool(stops)
