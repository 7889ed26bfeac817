"""Training with two players: a generator that imitates, and a critic that tells it from the data.

The loop knows no model, no loss and no music. Each step trains the critic a few times, then the
generator once, each time on a batch of its own. Batch number k, the noise that the losses draw
from torch's generator, and dropout depend on the seed and on k alone, so that a run repeats to the
last bit, and so does one that is interrupted and resumed. What watches a run
(`course.training.callbacks`, `course.watching`) sees the generator as the model: `AverageWeights`
averages the generator.

References:
    Goodfellow et al.: Generative adversarial nets, NeurIPS 2014, arXiv:1406.2661, algorithm 1.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import distributed, nn

from course.errors import check_integer, check_range
from course.training.callbacks import Callback
from course.training.config import TrainingConfig, learning_rate_at
from course.training.loop import check_loss, parameter_groups, resume, watch_steps
from course.training.run import Batch, Batches, Run

PlayersLoss = Callable[[nn.Module, nn.Module, Batch], torch.Tensor]  # of generator, critic, batch


@dataclass(frozen=True)
class AdversarialConfig(TrainingConfig):
    """The settings of a run with two players; `num_steps` counts updates of the generator.

    Raises:
        ValueError: if a field is out of range.
    """

    learning_rate: float = 1e-3  # the generator's highest one
    weight_decay: float = 0.0  # of both players
    largest_gradient: float = 1e6  # practically none: a penalty keeps the critic's short
    critic_steps: int = 5  # updates of the critic before each of the generator, at least 1
    critic_rate: float = 1.0  # the critic's learning rate as a multiple of the generator's
    beta1: float = 0.0  # Adam's memory of gradients, 0..1: little, since the other player moves
    beta2: float = 0.9  # Adam's memory of their squares, 0..1

    def __post_init__(self) -> None:
        super().__post_init__()
        check_integer("critic_steps", self.critic_steps, 1, 1000, "1 to 5 are usual")
        check_range("critic_rate", self.critic_rate, 1e-6, 1e6, "1 for equal rates")
        check_range("beta1", self.beta1, 0.0, 0.9999, "0 or 0.5 are usual for two players")
        check_range("beta2", self.beta2, 0.0, 0.9999, "0.9 or 0.99 are usual for two players")


@dataclass
class AdversarialRun(Run):
    """A run with two players: `model` is the generator, `losses` are the critic's.

    `records["generator"]` is for measurements of callbacks only; the generator's losses are in
    `generator_losses`, of this sitting.
    """

    loss_name: str = "critic's loss"
    critic: nn.Module = field(default_factory=nn.Identity)
    critic_optimizer: torch.optim.Optimizer | None = None
    generator_losses: list[float] = field(default_factory=list)  # one for each step

    @property
    def players(self) -> dict[str, tuple[nn.Module, torch.optim.Optimizer]]:
        """The generator and the critic, with their optimizers."""
        return {**super().players, "critic ": (self.critic, self.critic_optimizer)}


def fit_players(
    generator: nn.Module,
    critic: nn.Module,
    losses: tuple[PlayersLoss, PlayersLoss],
    batches: Batches,
    config: AdversarialConfig,
    callbacks: Sequence[Callback] = (),
    save_to: Path | None = None,
) -> AdversarialRun:
    """Train a generator against a critic.

    Args:
        generator: makes samples; it is trained in place, and at the end holds the last weights, or
            the average or the best ones if a callback keeps those.
        critic: gives scores to samples; it is trained in place.
        losses: the critic's and the generator's, in this order. Each takes (generator, critic,
            batch), draws its noise from torch's own generator, and gives a scalar to be lowered.
            While one player learns, the other's weights gather no gradients.
        batches: gives batch number k, from a generator that is seeded for it; step s of the
            generator uses the batches s (n + 1) .. s (n + 1) + n, where n is `critic_steps`.
        config: the settings.
        callbacks: are told of the start, of each step, and of the end, in this order.
        save_to: a file that keeps the run every `save_every` steps and when it ends; if it is
            there already, the run goes on from it.

    Returns:
        The run; `losses` holds the critic's, the mean of its updates in each step. An interrupt
        ends it after the present step, as in `course.training.loop.fit`.

    Raises:
        KeyboardInterrupt: at a second interrupt.
        FloatingPointError: if a loss is no number any more.
        ValueError: if `save_to` is damaged or was written with other settings, or under `torchrun`,
            since two players train in one process.
    """
    if distributed.is_initialized() and distributed.get_world_size() > 1:
        raise ValueError("two players train in one process; start it without torchrun")
    both = [_optimizer(generator, config), _optimizer(critic, config)]
    run = AdversarialRun(generator, both[0], config, critic=critic, critic_optimizer=both[1])
    resume(run, callbacks, save_to)
    return watch_steps(run, lambda: _round(run, losses, batches), callbacks, save_to)


def _optimizer(model: nn.Module, config: AdversarialConfig) -> torch.optim.Optimizer:
    return torch.optim.AdamW(parameter_groups(model, config), betas=(config.beta1, config.beta2))


def _round(run: AdversarialRun, losses: tuple[PlayersLoss, PlayersLoss], batches: Batches) -> float:
    """Train the critic `critic_steps` times and the generator once; give the critic's mean loss."""
    config = run.config
    first = run.step * (config.critic_steps + 1)
    run.model.train(), run.critic.train()
    values = [
        _update(run, run.critic, run.model, losses[0], batches, first + number)
        for number in range(config.critic_steps)
    ]
    last = _update(run, run.model, run.critic, losses[1], batches, first + config.critic_steps)
    run.generator_losses.append(last)
    return float(np.mean(values))


def _update(
    run: AdversarialRun,
    learner: nn.Module,
    other: nn.Module,
    loss: PlayersLoss,
    batches: Batches,
    number: int,
) -> float:
    """Let one player learn from batch `number`; give its loss."""
    config = run.config
    batch = batches(number, np.random.default_rng([config.seed, number]))
    torch.manual_seed(config.seed * 1_000_003 + number)  # of noise and dropout
    optimizer = run.optimizer if learner is run.model else run.critic_optimizer
    multiple = 1.0 if learner is run.model else config.critic_rate
    for group in optimizer.param_groups:
        group["lr"] = multiple * learning_rate_at(run.step, config)
    resting = [weights for weights in other.parameters() if weights.requires_grad]
    device = next(learner.parameters()).device.type
    for weights in resting:
        weights.requires_grad_(False)
    try:
        with torch.autocast(device, torch.bfloat16, enabled=config.precision == "bfloat16"):
            value = loss(run.model, run.critic, batch)
        optimizer.zero_grad()
        value.backward()
    finally:
        for weights in resting:
            weights.requires_grad_(True)
    nn.utils.clip_grad_norm_(learner.parameters(), config.largest_gradient)
    checked = check_loss(float(value.detach()), run)
    optimizer.step()
    return checked
