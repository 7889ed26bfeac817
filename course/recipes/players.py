"""How a generator is trained against a critic, and what is written of it.

The counterpart of `course.recipes.recipes` for two players: they have no likelihood, so that what
is measured is samples.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from torch import nn

from course.training.adversarial import (
    AdversarialConfig,
    AdversarialRun,
    PlayersLoss,
    fit_players,
)
from course.training.callbacks import AverageWeights, Callback
from course.training.run import Batches


@dataclass(frozen=True)
class PlayersRecipe:
    """How one generator is trained."""

    build: Callable[[], tuple[nn.Module, nn.Module]]  # generator, critic; from torch's generator
    batches: Callable[[nn.Module, str], Batches]  # to learn from, for a generator and a budget
    losses: tuple[PlayersLoss, PlayersLoss]  # the critic's, the generator's
    measure: Callable[[nn.Module, str], dict]  # what the card says of samples, for a budget
    training: AdversarialConfig  # of the `full` budget
    steps: dict[str, int]  # of each budget
    corpora: tuple[str, ...] = ()  # whose checksums go onto the card
    facts: Mapping[str, Any] = field(default_factory=dict)  # more for the card, or in its place
    average: float = 0.99  # decay of the averaged weights of the generator
    seed: int = 0  # unless another one is asked for

    def players(self, seed: int) -> tuple[nn.Module, nn.Module]:
        """Make both networks with new weights.

        Args:
            seed: source of the weights.

        Returns:
            Generator and critic.
        """
        torch.manual_seed(seed)
        return self.build()

    def averaging(self) -> AverageWeights:
        """Make the callback that averages the generator's weights."""
        return AverageWeights(self.average)

    def settings(
        self,
        budget: str,
        seed: int = 0,
        precision: str = "float32",
        num_steps: int | None = None,
    ) -> AdversarialConfig:
        """Give the settings of one budget.

        Args:
            budget: "smoke", "lesson" or "full".
            seed: of batches, noise and dropout.
            precision: "float32" or "bfloat16".
            num_steps: another number of steps than the budget's; None for its own.

        Returns:
            The settings.

        Raises:
            ValueError: if there is no such budget or precision.
        """
        if budget not in self.steps:
            raise ValueError(f"there is no budget {budget!r}; choose from {', '.join(self.steps)}")
        steps = num_steps or self.steps[budget]
        warmup = min(self.training.warmup_steps, steps // 5)
        return replace(
            self.training, num_steps=steps, warmup_steps=warmup, seed=seed, precision=precision
        )


def train_players(
    recipe: PlayersRecipe,
    budget: str,
    seed: int,
    callbacks: Sequence[Callback] = (),
    save_to: Path | None = None,
    precision: str = "float32",
) -> AdversarialRun:
    """Train a generator and a critic by a recipe; the generator ends with its averaged weights.

    Args:
        recipe: how.
        budget: "smoke", "lesson" or "full".
        seed: of weights, batches and noise.
        callbacks: what else watches the run.
        save_to: a file that keeps the run, so that it can go on.
        precision: "float32" or "bfloat16".

    Returns:
        The run.

    Raises:
        ValueError: if there is no such budget or precision.
    """
    generator, critic = recipe.players(seed)
    settings = recipe.settings(budget, seed, precision)
    watching = [recipe.averaging(), *callbacks]
    batches = recipe.batches(generator, budget)
    return fit_players(generator, critic, recipe.losses, batches, settings, watching, save_to)
