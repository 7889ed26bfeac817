"""What `course train` does: train by a recipe, measure, and write the checkpoint with its card."""

import os
import platform
import subprocess
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import torch
from torch import distributed, nn

import course
from course.data.cards import card_facts
from course.data.chorales import load_chorales
from course.evaluation.likelihood import measure_likelihood
from course.models import checkpoints
from course.models.melody_net import MelodyNet
from course.models.shipped import FOLDER, read_card
from course.recipes.recipes import RECIPES, Recipe, melody_nats
from course.recipes.tune_batches import melody_of, usable_tunes
from course.training.callbacks import AverageWeights, Callback, Evaluate
from course.training.loop import fit
from course.training.run import Run


def train(
    name: str,
    budget: str = "full",
    seed: int = 0,
    out: Path = FOLDER,
    callbacks: Sequence[Callback] = (),
    save_to: Path | None = None,
) -> dict[str, Any]:
    """Train a network by its recipe and write `NAME.safetensors` and `NAME.json`.

    Under `torchrun` each process takes its part of every batch; the first one writes.

    Args:
        name: one of `RECIPES`.
        budget: "smoke", "lesson" or "full".
        seed: of weights, batches and dropout.
        out: the folder; the shipped one by default.
        callbacks: what else watches the run.
        save_to: a file that keeps the run, so that it can go on; see `fit`.

    Returns:
        The card.

    Raises:
        ValueError: if there is no such recipe.
    """
    recipe = find_recipe(name)
    _join_processes()
    model = recipe.model(seed)
    average = AverageWeights(recipe.average)
    settings = recipe.settings(budget, seed)
    valid = Evaluate("valid", recipe.valid_nats, max(1, settings.num_steps // 10), average)
    watching = [average, valid, *callbacks]
    run = fit(model, recipe.loss, recipe.batches(model), settings, watching, save_to)
    path = Path(out) / f"{name}.safetensors"
    if run.is_main:
        model.half().float()  # files hold 16 bits: measure what everybody will use
        checkpoints.save(model, path, _card(name, recipe, run, budget))
    if distributed.is_initialized():
        distributed.barrier()
    return read_card(path)


def find_recipe(name: str) -> Recipe:
    """Give a recipe by its name.

    Args:
        name: one of `RECIPES`.

    Returns:
        The recipe.

    Raises:
        ValueError: if there is none of that name.
    """
    if name not in RECIPES:
        raise ValueError(f"there is no recipe {name!r}; choose from {', '.join(RECIPES)}")
    return RECIPES[name]


def likelihoods(model: nn.Module) -> dict[str, dict[str, float | int | None]]:
    """Measure a network on validation and test pieces, all of them in their own keys.

    Args:
        model: of four voices, or of melodies.

    Returns:
        split -> what was measured.
    """
    if isinstance(model, MelodyNet):
        return {
            split: melody_nats(model, [melody_of(t) for t in usable_tunes(split, model.config)])
            for split in ("valid", "test")
        }
    found = {}
    for split in ("valid", "test"):
        pieces = [piece for piece in load_chorales() if piece.split == split]
        seen = [piece.tune_in_train for piece in pieces]
        grids = [piece.pitches for piece in pieces]
        found[split] = measure_likelihood(model.log_probabilities, grids, seen).to_json()
    return found


def _card(name: str, recipe: Recipe, run: Run, budget: str) -> dict[str, Any]:
    """Say how a model came about."""
    return {
        "name": name,
        "what": type(run.model).__name__,
        "parameters": sum(weights.numel() for weights in run.model.parameters()),
        "trained on": {corpus: card_facts(corpus)["sha256"] for corpus in recipe.corpora},
        "terms": "the music is in the public domain, see the corpora's cards; the weights are "
        "given under CC BY 4.0",
        "budget": budget,
        "seed": run.config.seed,
        "steps": run.step,
        "stopped": run.stopped,
        "learning rate": run.config.learning_rate,
        "precision": run.config.precision,
        "minutes": round(run.seconds / 60, 1),
        "processor minutes": round(run.processor_seconds / 60, 1),
        "threads": torch.get_num_threads(),
        "processes": distributed.get_world_size() if distributed.is_initialized() else 1,
        "machine": f"{_processor()}, {os.cpu_count()} cores, {platform.system()}",
        "versions": f"Python {platform.python_version()}, torch {torch.__version__}",
        "code": f"course {course.__version__}, {_revision()}",
        "date": date.today().isoformat(),
        "validation while training": run.records.get("valid", []),
        "likelihoods": likelihoods(run.model),
    }


def _processor() -> str:
    """Name the processor as far as the system tells."""
    cpu = Path("/proc/cpuinfo")
    lines = cpu.read_text().splitlines() if cpu.exists() else []
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _revision() -> str:
    """Give the commit of the course's folder, and whether something was changed since."""
    folder = Path(course.__file__).parents[1]
    git = ["git", "-C", str(folder)]
    try:
        commit = subprocess.run(
            [*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True
        )
        changed = subprocess.run(
            [*git, "diff", "--quiet", "HEAD", "--", "course"], capture_output=True
        )
    except OSError:
        return "no commit known"
    if commit.returncode:
        return "no commit known"
    return f"commit {commit.stdout.strip()}{' with changes' if changed.returncode else ''}"


def _join_processes() -> None:
    """Meet the other processes, if `torchrun` has started several."""
    if int(os.environ.get("WORLD_SIZE", "1")) > 1 and not distributed.is_initialized():
        distributed.init_process_group("gloo")
