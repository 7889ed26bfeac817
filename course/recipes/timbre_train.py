"""How the shipped generator of notes is trained: `course train timbre_gan`."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from course.data.single_notes import FAMILIES, PITCHES, VELOCITIES
from course.models import checkpoints
from course.models.shipped import read_card
from course.models.timbre_gan import TimbreCritic, TimbreGANConfig, TimbreGenerator
from course.recipes.origin import origin
from course.recipes.timbre_batches import (
    NoteBatches,
    critic_loss,
    generator_loss,
    timbre_config,
    training_notes,
)
from course.recipes.timbre_measures import measure_generator
from course.training.adversarial import AdversarialConfig, AdversarialRun, fit_players
from course.training.callbacks import AverageWeights, Callback

NAME = "timbre_gan"
STEPS = {"smoke": 2, "lesson": 400, "full": 4000}
TRAINING = AdversarialConfig(
    STEPS["full"], learning_rate=2e-3, warmup_steps=50, final_share=0.1, critic_steps=1, beta2=0.99
)
AVERAGE = 0.998  # decay of the averaged generator
LOSSES = (critic_loss, generator_loss)


def settings_of(
    budget: str, seed: int = 0, precision: str = "float32", num_steps: int | None = None
) -> AdversarialConfig:
    """Give the settings of one budget.

    Args:
        budget: "smoke", "lesson" or "full".
        seed: of batches and noise.
        precision: "float32" or "bfloat16".
        num_steps: another number of steps than the budget's; None for its own.

    Returns:
        The settings.

    Raises:
        ValueError: if there is no such budget or precision.
    """
    if budget not in STEPS:
        raise ValueError(f"there is no budget {budget!r}; choose from {', '.join(STEPS)}")
    steps = num_steps or STEPS[budget]
    warmup = min(TRAINING.warmup_steps, steps // 5)
    return replace(TRAINING, num_steps=steps, warmup_steps=warmup, seed=seed, precision=precision)


def new_players(
    seed: int = 0, config: TimbreGANConfig | None = None
) -> tuple[TimbreGenerator, TimbreCritic]:
    """Make both players with new weights.

    Args:
        seed: source of the weights.
        config: the sizes; None for the shipped ones.

    Returns:
        Generator and critic.
    """
    torch.manual_seed(seed)
    config = config or timbre_config()
    return TimbreGenerator(config), TimbreCritic(config)


def train_timbre(
    budget: str,
    seed: int,
    out: Path,
    callbacks: Sequence[Callback] = (),
    save_to: Path | None = None,
    precision: str = "float32",
) -> dict[str, Any]:
    """Train the generator, measure its notes, and write `timbre_gan.safetensors` and its card.

    Args:
        budget: "smoke", "lesson" or "full".
        seed: of weights, batches and noise.
        out: the folder.
        callbacks: what else watches the run.
        save_to: a file that keeps the run, so that it can go on.
        precision: "float32" or "bfloat16".

    Returns:
        The card.

    Raises:
        ValueError: if there is no such budget or precision.
    """
    settings, players = settings_of(budget, seed, precision), new_players(seed)
    batches = NoteBatches(training_notes(budget))
    watching = [AverageWeights(AVERAGE), *callbacks]
    run = fit_players(*players, LOSSES, batches, settings, watching, save_to)
    run.model.half().float()  # files hold 16 bits: measure what everybody will use
    path = Path(out) / f"{NAME}.safetensors"
    checkpoints.save(run.model, path, _card(run, budget))
    return read_card(path)


def _card(run: AdversarialRun, budget: str) -> dict[str, Any]:
    """Say how the generator came about and what its notes are like."""
    every, number = (60, 2) if budget == "smoke" else (1, 8)
    return {
        "name": NAME,
        "what": type(run.model).__name__,
        "parameters": sum(weights.numel() for weights in run.model.parameters()),
        "parameters of the critic": sum(weights.numel() for weights in run.critic.parameters()),
        "trained on": {
            "programs": {name: list(programs) for name, programs in FAMILIES.items()},
            "pitches": [PITCHES[0], PITCHES[-1]],
            "velocities": list(VELOCITIES),
        },
        "terms": "the notes are rendered from TimGM6mb.sf2 as pretty_midi installs it; the "
        "weights are given under CC BY 4.0",
        "budget": budget,
        "seed": run.config.seed,
        "steps": run.step,
        "stopped": run.stopped,
        "learning rate": run.config.learning_rate,
        "precision": run.config.precision,
        "minutes": round(run.seconds / 60, 1),
        "processor minutes": round(run.processor_seconds / 60, 1),
        "threads": torch.get_num_threads(),
        **origin(),
        "measured": measure_generator(run.model, number, every),
    }
