"""What `course train` does: train by a recipe, measure, and write the checkpoint with its card."""

import contextlib
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import distributed, nn

from course.data.cards import card_facts
from course.data.chorales import load_chorales
from course.evaluation.likelihood import measure_likelihood
from course.evaluation.models import MADE, MIXED
from course.models import checkpoints
from course.models.melody_net import MelodyNet
from course.models.mixture import MixedVoices
from course.models.ngram import NGram
from course.models.shipped import FOLDER, read_card, write_card
from course.models.vae import MelodyVAE
from course.recipes.origin import origin
from course.recipes.players import PlayersRecipe, train_players
from course.recipes.recipes import RECIPES, Recipe, melody_nats
from course.recipes.timbre_recipe import TIMBRE_GANS
from course.recipes.track_recipe import QUARTET_GANS, TRACK_GANS
from course.recipes.tune_batches import melody_of, usable_tunes
from course.recipes.vae_recipe import vae_likelihoods
from course.training.callbacks import AverageWeights, Callback, Evaluate
from course.training.loop import fit
from course.training.precision import faster_precision
from course.training.run import Run

GANS: dict[str, PlayersRecipe] = {**TRACK_GANS, **QUARTET_GANS, **TIMBRE_GANS}


def train(
    name: str,
    budget: str = "full",
    seed: int | None = None,
    out: Path = FOLDER,
    callbacks: Sequence[Callback] = (),
    save_to: Path | None = None,
    precision: str = "float32",
    measure: bool = True,
) -> dict[str, Any]:
    """Train a network by its recipe and write `NAME.safetensors` and `NAME.json`.

    Under `torchrun` each process takes its part of every batch; the first one writes. An n-gram is
    counted, not trained: only its card is written, and budget, seed and precision do not matter.

    Args:
        name: one of `RECIPES`, of `GANS` or of `MADE`.
        budget: "smoke", "lesson" or "full".
        seed: of weights, batches and dropout; None for the recipe's own, 0 as a rule.
        out: the folder; the shipped one by default.
        callbacks: what else watches the run.
        save_to: a file that keeps the run, so that it can go on; see `fit`.
        precision: "float32", "bfloat16", or "auto" for what is faster here.
        measure: False to write a card without likelihoods and measures, for who measures
            something else; generators that learn from a critic are measured all the same.

    Returns:
        The card.

    Raises:
        ValueError: if there is no such recipe, budget or precision.
    """
    path = Path(out) / f"{name}.safetensors"
    if name in MADE:
        write_card(path, _made_card(name))
        return read_card(path)
    if name in GANS:
        with _processes():  # which are refused there: two players need one
            _train_gan(name, budget, seed, path, callbacks, save_to, _precision(precision))
        return read_card(path)
    recipe, seed = find_recipe(name), seed or 0
    with _processes():
        settings = recipe.settings(budget, seed, _precision(precision))
        model = recipe.model(seed)
        average = AverageWeights(recipe.average)
        valid = Evaluate("valid", recipe.valid_nats, max(1, settings.num_steps // 10), average)
        watching = [average, valid, *callbacks]
        batches = recipe.batches(model, settings.num_steps)
        run = fit(model, recipe.loss, batches, settings, watching, save_to)
        if run.is_main:
            model.half().float()  # files hold 16 bits: measure what everybody will use
            checkpoints.save(model, path, _card(name, recipe, run, budget, measure))
        if distributed.is_initialized():
            distributed.barrier()
    return read_card(path)


def _train_gan(
    name: str,
    budget: str,
    seed: int | None,
    path: Path,
    callbacks: Sequence[Callback],
    save_to: Path | None,
    precision: str,
) -> None:
    """Train a generator against a critic and write it; the critic has done its work."""
    recipe = GANS[name]
    seed = recipe.seed if seed is None else seed
    run = train_players(recipe, budget, seed, callbacks, save_to, precision)
    generator = run.model
    generator.half().float()  # files hold 16 bits: measure what everybody will use
    card = {
        **_run_card(name, recipe.corpora, run, budget),
        **recipe.facts,
        "parameters of the critic": sum(weights.numel() for weights in run.critic.parameters()),
        "measures": recipe.measure(generator, budget),
    }
    checkpoints.save(generator, path, card)


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
        names = ", ".join([*RECIPES, *GANS, *MADE])
        raise ValueError(f"there is no recipe {name!r}; choose from {names}")
    return RECIPES[name]


def likelihoods(model: nn.Module | NGram) -> dict[str, dict[str, float | int | None]]:
    """Measure a network on validation and test pieces, all of them in their own keys.

    Args:
        model: of four voices, of melodies, or of two-bar melodies.

    Returns:
        split -> what was measured.
    """
    if isinstance(model, MelodyNet):
        return {
            split: melody_nats(model, [melody_of(t) for t in usable_tunes(split, model.config)])
            for split in ("valid", "test")
        }
    if isinstance(model, MelodyVAE):
        return vae_likelihoods(model)
    found = {}
    for split in ("valid", "test"):
        pieces = [piece for piece in load_chorales() if piece.split == split]
        seen = [piece.tune_in_train for piece in pieces]
        grids = [piece.pitches for piece in pieces]
        found[split] = measure_likelihood(model.log_probabilities, grids, seen).to_json()
    return found


def _card(name: str, recipe: Recipe, run: Run, budget: str, measure: bool) -> dict[str, Any]:
    """Say how a model came about, and what it is worth."""
    measured: dict[str, Any] = {}
    if measure and recipe.measure:
        measured = recipe.measure(run.model, budget)
    elif measure:
        measured = {"likelihoods": likelihoods(run.model)}
    return {
        **_run_card(name, recipe.corpora, run, budget),
        **recipe.facts,
        "validation while training": run.records.get("valid", []),
        **measured,
    }


def _run_card(name: str, corpora: Sequence[str], run: Run, budget: str) -> dict[str, Any]:
    """Say how a model came about."""
    return {
        "name": name,
        "what": type(run.model).__name__,
        "parameters": sum(weights.numel() for weights in run.model.parameters()),
        "trained on": _checksums(corpora),
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
        **origin(),
    }


def _made_card(name: str) -> dict[str, Any]:
    """Make a model that is in no file, and say what it reaches."""
    start, processor_start = time.perf_counter(), time.process_time()
    model = MADE[name]()
    minutes = [(time.perf_counter() - start) / 60, (time.process_time() - processor_start) / 60]
    for part in MIXED if isinstance(model, MixedVoices) else ():
        card = read_card(FOLDER / f"{part}.json")
        minutes = [minutes[0] + card["minutes"], minutes[1] + card["processor minutes"]]
    return {
        "name": name,
        "what": type(model).__name__,
        "trained on": _checksums(("chorales",)),
        "terms": "the music is in the public domain, see the corpus's card; the counts are made "
        "anew in each process, in a few seconds",
        "minutes": round(minutes[0], 2),
        "processor minutes": round(minutes[1], 2),
        **origin(),
        "likelihoods": likelihoods(model),
    }


def _checksums(corpora: Sequence[str]) -> dict[str, str]:
    return {corpus: card_facts(corpus)["sha256"] for corpus in corpora}


def _precision(name: str) -> str:
    """Choose a precision, the same for all processes."""
    if name != "auto":
        return name
    found = [faster_precision()]
    if distributed.is_initialized():
        distributed.broadcast_object_list(found)
    return found[0]


@contextlib.contextmanager
def _processes() -> Iterator[None]:
    """Meet the other processes, if `torchrun` has started several, and take leave of them."""
    several = int(os.environ.get("WORLD_SIZE", "1")) > 1 and not distributed.is_initialized()
    if several:
        distributed.init_process_group("gloo")
    try:
        yield
    finally:
        if several:
            distributed.destroy_process_group()
