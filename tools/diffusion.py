"""Write docs/diffusion.md: what the three diffusion models are worth.

    make diffusion                                    (from the cards, and what is measured here)
    .venv/bin/python -m tools.diffusion --seeds       (also train each for three seeds at `lesson`)

The models' cards hold what `course train` measured after its one `full` run. Measured here: the
baselines that fill in, steps against quality, and the time of four bars. What the seeds gave is
kept in tools/diffusion_seeds.json.
"""

import json
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np

from course import models
from course.evaluation.card import OF_NOTES, OF_SETS, OF_VOICES
from course.evaluation.fragments import isolated_sixteenths
from course.evaluation.models import load_model
from course.evaluation.voice_leading import held_cells, parallels_per_100
from course.models.checkpoints import load_file
from course.models.shipped import FOLDER, read_card
from course.recipes.diffusion_batches import WINDOW
from course.recipes.diffusion_measures import CRUMBS, wishes_granted, written
from course.recipes.filling_in import TASKS, filling_in
from course.recipes.train import train
from course.representation.voice_grid import VoiceGrid
from tools.spread import table

TARGET = Path(__file__).resolve().parent.parent / "docs" / "diffusion.md"
FOUND = Path(__file__).with_name("diffusion_seeds.json")
NAMES = ("grid_diffusion", "roll_diffusion", "timbre_diffusion")
SEEDS = (0, 1, 2)
BASELINES = ("ngram", "chorale_lstm", "chorale_transformer")
ORDER = (*OF_NOTES, *OF_VOICES, *OF_SETS, CRUMBS)  # the metric card's
UPDATES = (1, 4, 16, 64, 256)
INTRODUCTION = """# The diffusion models, measured

Written by `make diffusion` on {day}; nothing was edited. One `full` run of `course train` for each
model, seed 0; the weights as they are shipped, in 16 bits. What the rows mean is said in
`course/recipes/diffusion_measures.py`."""


def form_table(form: Mapping[str, Mapping[str, float]]) -> str:
    """Give a row for each measure of form, a column for the model and each control."""
    rows = [
        " | ".join(
            [row, *(f"{column[row]:.3f}" if row in column else "–" for column in form.values())]
        )
        for row in sorted(form["model"], key=ORDER.index)
    ]
    return table("measure | " + " | ".join(form), rows)


def control_table(control: list[Mapping[str, Any]]) -> str:
    """Give a row for each strength of guidance."""
    rows = [
        f"{found['guidance']:g} | "
        + " | ".join(
            f"{found[kind]['accuracy']:.2f} | {found[kind]['shuffled']:.2f} | "
            f"{found[kind]['different chords']}"
            for kind in ("mode", "density")
        )
        for found in control
    ]
    head = "guidance | mode | shuffled | chords | density | shuffled | chords"
    return table(head, rows)


def filling_table(card: Mapping[str, Any], count: int) -> str:
    """Give how much of what was taken out comes back, for the model and others."""
    rows = []
    for task in TASKS:
        found = card["measures"]["filling in"][task]
        others = [f"{filling_in(load_model(name), task, count)['model']:.1%}" for name in BASELINES]
        rows.append(" | ".join([task, f"{found['model']:.1%}", *others, f"{found['copy']:.1%}"]))
    return table("task | grid_diffusion | " + " | ".join(BASELINES) + " | copy", rows)


def steps_table(count: int) -> str:
    """Give what becomes of windows when fewer or more cells are written at once."""
    model, rows = models.load("grid_diffusion"), []
    for number in UPDATES:
        start = time.perf_counter()
        made = written(model, count, WINDOW, num_updates=number)
        seconds = (time.perf_counter() - start) / count
        grids = [VoiceGrid(piece) for piece in made]
        values = [
            mean(held_cells(grid) for grid in grids),
            float(np.nanmean([isolated_sixteenths(piece) for piece in made])),
            float(np.nanmean([parallels_per_100(grid) for grid in grids])),
        ]
        cells = [str(number), *(f"{value:.3f}" for value in values), f"{seconds:.2f}"]
        rows.append(" | ".join(cells))
    head = "updates | held cells | isolated sixteenths | parallels per 100 | seconds a window"
    return table(head, rows)


def seconds_of_four_bars() -> float:
    """Time one window of four bars from nothing, the second time."""
    model = models.load("grid_diffusion")
    for _ in range(2):
        start = time.perf_counter()
        model.generate(WINDOW, np.random.default_rng(0))
    return time.perf_counter() - start


def notes_table(names: tuple[str, ...] = ("timbre_gan", "timbre_diffusion")) -> str:
    """Give the measures of notes of lesson 09, for both generators."""
    cards = {name: read_card(FOLDER / f"{name}.json")["measures"] for name in names}
    columns = {f"{name}, {part}": cards[name][part] for name in names for part in cards[name]}
    first = next(iter(columns.values()))
    rows = [
        " | ".join([row, *(f"{column[row]:.4g}" for column in columns.values())]) for row in first
    ]
    return table("measure | " + " | ".join(columns), rows)


def measure_seed(name: str, seed: int) -> dict[str, float]:
    """Train at the `lesson` budget and measure a few numbers.

    Args:
        name: one of `NAMES`.
        seed: of weights and batches.

    Returns:
        What was measured.
    """
    with tempfile.TemporaryDirectory() as folder:
        card = train(name, "lesson", seed, Path(folder), measure=False)
        model = load_file(Path(folder) / f"{name}.safetensors")
    found = {"valid": card["validation while training"][-1][1]}
    if name != "timbre_diffusion":
        granted = wishes_granted(model, 2.0, 16, 64 if name == "grid_diffusion" else 50)
        found |= {kind: granted[kind]["accuracy"] for kind in ("mode", "density")}
    return found


def seeds_table() -> str:
    """Give a row for each model and seed that was trained."""
    found = json.loads(FOUND.read_text(encoding="utf-8"))
    names = ("valid", "mode", "density")
    rows = [
        " | ".join([model, seed, *(f"{row[name]:.3f}" if name in row else "–" for name in names)])
        for model, seeds in found.items()
        for seed, row in seeds.items()
    ]
    head = "model | seed | loss or bound on validation | mode, guidance 2 | density, guidance 2"
    return table(head, rows)


def page(count: int = 68) -> str:
    """Measure what is not on the cards and write the page.

    Args:
        count: chorales that the baselines fill in; 24 windows show steps against quality.

    Returns:
        The page in Markdown.
    """
    grid, roll = (read_card(FOLDER / f"{name}.json") for name in NAMES[:2])
    bounds = {split: grid["likelihoods"][split] for split in ("valid", "test")}
    parts = [
        INTRODUCTION.format(day=date.today().isoformat()),
        "## Four voices: masked diffusion",
        "Nats per masked cell, which bound the nats per note: "
        + ", ".join(f"{split} {b['nats_per_note']:.4f}" for split, b in bounds.items())
        + f". Four bars from nothing in {seconds_of_four_bars():.1f} s.",
        form_table(grid["measures"]["form"]),
        "### Wishes, four bars each",
        control_table(grid["measures"]["control"]),
        "### Filling in: share of the missing cells that are Bach's",
        filling_table(grid, count),
        "### Steps against quality",
        steps_table(24 if count > 2 else 1),
        "## Piano rolls: Gaussian diffusion",
        form_table(roll["measures"]["form"]),
        control_table(roll["measures"]["control"]),
        "## Single notes: Gaussian diffusion beside the GAN",
        notes_table(),
    ]
    if FOUND.exists():
        parts += ["## Three seeds at the `lesson` budget", seeds_table()]
    return "\n\n".join(parts) + "\n"


def main(arguments: list[str]) -> None:
    """Train for three seeds if asked to, and write the page.

    Args:
        arguments: "--seeds" or nothing.
    """
    if arguments == ["--seeds"]:
        found: dict[str, dict[str, Any]] = {}
        for name in NAMES:
            found[name] = {str(seed): measure_seed(name, seed) for seed in SEEDS}
            FOUND.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    elif arguments:
        sys.exit(f"unknown: {' '.join(arguments)}; give --seeds or nothing")
    TARGET.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
