"""The recipes: for each shipped network its sizes, its data, its settings and its steps.

The steps of each budget were measured on two cores (`make bench` shows the speed): `lesson` takes
about two minutes, `full` at most fifteen, `smoke` a second. Choices were made on validation pieces;
test pieces were looked at by `course train` alone, when it wrote the card.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import nn

from course.evaluation.likelihood import measure_likelihood
from course.models.chained_voices import ChainedVoices
from course.models.chorale_ensemble import ChoraleEnsemble, ChoraleEnsembleConfig
from course.models.chorale_net import ChoraleNet, ChoraleNetConfig
from course.models.chorale_transformer import ChoraleTransformer, ChoraleTransformerConfig
from course.models.grid_diffusion import GridDiffusion, GridDiffusionConfig
from course.models.melody_net import Melody, MelodyNet, MelodyNetConfig
from course.models.roll_diffusion import RollDiffusion, RollDiffusionConfig
from course.models.timbre_diffusion import TimbreDiffusion, TimbreDiffusionConfig
from course.models.vae import MelodyVAE, MelodyVAEConfig
from course.recipes.chorale_batches import ChoraleBatches, chorale_grids, chorale_loss
from course.recipes.diffusion_batches import (
    GridBatches,
    RollBatches,
    budget_windows,
    grid_loss,
    grid_valid_nats,
    note_loss,
    note_valid_loss,
    roll_loss,
    roll_valid_loss,
)
from course.recipes.diffusion_measures import measure_grids, measure_notes, measure_rolls
from course.recipes.timbre_batches import NoteBatches, picture_sizes, training_notes
from course.recipes.timbre_recipe import FACTS as NOTE_FACTS
from course.recipes.tune_batches import (
    CONDITIONS,
    TuneBatches,
    melody_of,
    note_nats,
    pad_melodies,
    tune_loss,
    usable_tunes,
)
from course.recipes.vae_recipe import rising_batches, vae_loss, vae_valid_nats
from course.training.config import TrainingConfig
from course.training.run import Batches, Loss

BATCH = 32  # melodies that are measured at once


@dataclass(frozen=True)
class Recipe:
    """How one network is trained."""

    build: Callable[[], nn.Module]  # with weights drawn from torch's generator
    draw: Callable[[nn.Module, int], Batches]  # of the training split, for a run of so many steps
    loss: Loss  # what is made small, such as the mean of -ln p, in nats per note
    valid_nats: Callable[[nn.Module], float]  # nats per note, or the loss, on validation pieces
    training: TrainingConfig  # of the `full` budget
    steps: dict[str, int]  # of each budget
    corpora: tuple[str, ...]  # whose checksums go onto the card
    average: float = 0.995  # decay of the averaged weights
    measure: Callable[[nn.Module, str], dict[str, Any]] | None = None  # for the card; see `train`
    facts: Mapping[str, Any] = field(default_factory=dict)  # more for the card, or in its place

    def model(self, seed: int = 0) -> nn.Module:
        """Make the network with new weights.

        Args:
            seed: source of the weights.

        Returns:
            The network.
        """
        torch.manual_seed(seed)
        return self.build()

    def batches(self, model: nn.Module, num_steps: int | None = None) -> Batches:
        """Give the batches of one run.

        Args:
            model: the network that learns from them.
            num_steps: of the run, where a batch depends on how far the run is; None for `full`.

        Returns:
            The batches, of the training split.
        """
        return self.draw(model, num_steps or self.steps["full"])

    def settings(self, budget: str, seed: int = 0, precision: str = "float32") -> TrainingConfig:
        """Give the settings of one budget.

        Args:
            budget: "smoke", "lesson" or "full".
            seed: of batches and dropout.
            precision: "float32" or "bfloat16".

        Returns:
            The settings, with the budget's number of steps.

        Raises:
            ValueError: if there is no such budget or precision.
        """
        if budget not in self.steps:
            raise ValueError(f"there is no budget {budget!r}; choose from {', '.join(self.steps)}")
        steps = self.steps[budget]
        warmup = min(self.training.warmup_steps, steps // 5)
        return replace(
            self.training, num_steps=steps, warmup_steps=warmup, seed=seed, precision=precision
        )


def _chorales(
    build: Callable[[], ChainedVoices | ChoraleEnsemble],
    training: TrainingConfig,
    steps: dict[str, int],
    window: int = 96,
    batch_size: int = 32,
    average: float = 0.995,
) -> Recipe:
    """A network of four voices."""

    def valid_nats(model: ChainedVoices | ChoraleEnsemble) -> float:
        logs = model.log_probabilities
        if isinstance(model, ChoraleEnsemble):
            logs = partial(logs, semitones=0)  # one key: seven would take as long as the training
        return measure_likelihood(logs, chorale_grids("valid")).nats_per_note

    return Recipe(
        build=build,
        draw=lambda model, _: ChoraleBatches(chorale_grids("train"), model, window, batch_size),
        loss=chorale_loss,
        valid_nats=valid_nats,
        training=training,
        steps=steps,
        corpora=("chorales",),
        average=average,
    )


def _tunes(config: MelodyNetConfig, training: TrainingConfig, steps: dict[str, int]) -> Recipe:
    """A network of melodies."""

    def melodies(split: str) -> list[Melody]:
        return [melody_of(tune) for tune in usable_tunes(split, config)]

    def valid_nats(model: MelodyNet) -> float:
        return melody_nats(model, melodies("valid"))["nats_per_note"]

    return Recipe(
        build=lambda: MelodyNet(config),
        draw=lambda model, _: TuneBatches(melodies("train"), model.config),
        loss=tune_loss,
        valid_nats=valid_nats,
        training=training,
        steps=steps,
        corpora=("oneills", "ryans"),
    )


def _two_bars(config: MelodyVAEConfig, training: TrainingConfig, steps: dict[str, int]) -> Recipe:
    """A variational autoencoder of two-bar melodies."""
    return Recipe(
        build=lambda: MelodyVAE(config),
        draw=rising_batches,
        loss=vae_loss,
        valid_nats=vae_valid_nats,
        training=training,
        steps=steps,
        corpora=("chorales", "oneills", "ryans"),
    )


def _diffusion(
    build: Callable[[], nn.Module],
    draw: Callable[[str], Batches],
    losses: tuple[Loss, Callable[[nn.Module], float]],
    training: TrainingConfig,
    steps: dict[str, int],
    **card: Any,
) -> Recipe:
    """A network that takes noise out, or masks away."""
    return Recipe(
        build=build,
        draw=lambda model, num_steps: draw(_budget(num_steps, steps)),
        loss=losses[0],
        valid_nats=losses[1],
        training=training,
        steps=steps,
        average=0.998,
        **card,
    )


def _budget(num_steps: int, steps: dict[str, int]) -> str:
    """Give the budget that a run of so many steps belongs to."""
    return next((name for name in steps if num_steps <= steps[name]), "full")


def melody_nats(model: MelodyNet, melodies: list[Melody]) -> dict[str, float]:
    """Measure how well a network expects melodies.

    Args:
        model: the network.
        melodies: at least one, in their own keys.

    Returns:
        "nats_per_note", the mean of -ln p over all notes and rests, pitch and length together (the
        ends count as pitches); of these "pitch" and "length"; "standard_error" over melodies;
        "notes", their number.
    """
    model.eval()
    ordered, rows = sorted(melodies, key=lambda melody: len(melody.pitches)), []  # little padding
    for first in range(0, len(ordered), BATCH):
        batch = pad_melodies(ordered[first : first + BATCH], model.config)
        with torch.no_grad():
            rows.append(torch.stack(note_nats(model, batch), dim=1).double())
    pitch, length, notes = torch.cat(rows).numpy().T
    total = (pitch + length).sum() / notes.sum()
    deviations = pitch + length - total * notes
    error = np.sqrt((deviations**2).sum() * len(notes) / max(1, len(notes) - 1)) / notes.sum()
    return {
        "nats_per_note": float(total),
        "pitch": float(pitch.sum() / notes.sum()),
        "length": float(length.sum() / notes.sum()),
        "standard_error": float(error),
        "notes": int(notes.sum()),
    }


TRANSFORMER = TrainingConfig(num_steps=850, learning_rate=4e-3, warmup_steps=100, weight_decay=0.3)
RECIPES = {
    "chorale_rnn": _chorales(
        lambda: ChoraleNet(ChoraleNetConfig(cell="rnn", dropout=0.2)),
        TrainingConfig(num_steps=3000, learning_rate=4e-3, warmup_steps=100),
        {"smoke": 4, "lesson": 200, "full": 3000},
    ),
    "chorale_lstm": _chorales(
        lambda: ChoraleNet(ChoraleNetConfig(cell="lstm", dropout=0.2)),
        TrainingConfig(num_steps=2200, learning_rate=8e-3, warmup_steps=100),
        {"smoke": 4, "lesson": 150, "full": 2200},
    ),
    "chorale_transformer": _chorales(
        lambda: ChoraleEnsemble(ChoraleEnsembleConfig()),
        # The mean loss of two members: each one's gradient is half of what it is alone.
        replace(TRANSFORMER, largest_gradient=0.7),
        {"smoke": 2, "lesson": 75, "full": 850},
        window=256,
        batch_size=16,
        average=0.998,
    ),
    "chorale_transformer_alone": _chorales(  # one member
        lambda: ChoraleTransformer(ChoraleTransformerConfig()),
        TRANSFORMER,
        {"smoke": 4, "lesson": 150, "full": 850},
        window=256,
        batch_size=8,
        average=0.998,
    ),
    "tune_rnn": _tunes(
        MelodyNetConfig(cell="rnn"),
        TrainingConfig(num_steps=1000, learning_rate=5e-3, warmup_steps=100),
        {"smoke": 4, "lesson": 200, "full": 1000},
    ),
    "tune_lstm": _tunes(
        MelodyNetConfig(cell="lstm", conditions=CONDITIONS),
        TrainingConfig(num_steps=1500, learning_rate=3e-3, warmup_steps=100),
        {"smoke": 4, "lesson": 120, "full": 1500},
    ),
    "melody_vae": _two_bars(
        MelodyVAEConfig(),
        TrainingConfig(num_steps=4200, learning_rate=3e-3, warmup_steps=50, largest_gradient=0.15),
        {"smoke": 4, "lesson": 500, "full": 4200},
    ),
    "tune_transformer": _tunes(
        MelodyNetConfig(
            cell="transformer", hidden_size=128, num_layers=3, conditions=CONDITIONS, dropout=0.2
        ),
        TrainingConfig(num_steps=1000, learning_rate=3e-3, warmup_steps=100, weight_decay=0.1),
        {"smoke": 4, "lesson": 150, "full": 1000},
    ),
    "grid_diffusion": _diffusion(
        lambda: GridDiffusion(GridDiffusionConfig()),
        lambda budget: GridBatches(budget_windows(budget)),
        (grid_loss, grid_valid_nats),
        TrainingConfig(num_steps=1800, learning_rate=3e-3, warmup_steps=100, weight_decay=0.1),
        {"smoke": 2, "lesson": 250, "full": 1800},
        corpora=("chorales",),
        measure=measure_grids,
    ),
    "roll_diffusion": _diffusion(
        lambda: RollDiffusion(RollDiffusionConfig()),
        lambda budget: RollBatches(budget_windows(budget)),
        (roll_loss, roll_valid_loss),
        TrainingConfig(num_steps=3000, learning_rate=2e-3, warmup_steps=100),
        {"smoke": 2, "lesson": 300, "full": 3000},
        corpora=("chorales",),
        measure=measure_rolls,
    ),
    "timbre_diffusion": _diffusion(
        lambda: TimbreDiffusion(TimbreDiffusionConfig(**picture_sizes())),
        lambda budget: NoteBatches(training_notes(budget)),
        (note_loss, note_valid_loss),
        TrainingConfig(num_steps=2500, learning_rate=2e-3, warmup_steps=100),
        {"smoke": 2, "lesson": 400, "full": 2500},
        corpora=(),
        measure=measure_notes,
        facts=NOTE_FACTS,
    ),
}
