"""Train each recipe for several seeds at the `lesson` budget, and write docs/models.md.

    make spread                          (all recipes)
    make spread NAMES="chorale_lstm"     (these; the others' rows stay as they are)

The page shows all shipped models from their cards, one `full` run each, and beside them how far
results differ from seed to seed at the small budget. The space of two-bar melodies has a page of
its own, docs/melody_vae.md: there the table of seeds goes below what was written by hand; the
diffusion models have theirs by `make diffusion`. Runs follow one another, never two at once; what
each recipe gave is kept in tools/spread.json.
"""

import json
import re
import statistics
import sys
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from course.evaluation.leaderboard import Result, course_results
from course.evaluation.reconstruction import measure_reconstruction
from course.models.shipped import FOLDER, read_card
from course.recipes.recipes import RECIPES
from course.recipes.train import train
from course.recipes.vae_batches import melody_windows
from course.training.loop import fit

TARGET = Path(__file__).resolve().parent.parent / "docs" / "models.md"
FOUND = Path(__file__).with_name("spread.json")
SEEDS = (0, 1, 2)
SPACE = "melody_vae"
SPACE_PAGE = TARGET.with_name("melody_vae.md")
SPACE_HEADING = "## Three seeds at the `lesson` budget"
LESSONS = {
    "ngram": "03",
    "ngram_own_keys": "03",
    "chorale_rnn": "04",
    "tune_rnn": "04",
    "chorale_lstm": "05",
    "tune_lstm": "05",
    "melody_vae": "06",
    "chorale_mixture": "07",
    "chorale_transformer": "07",
    "tune_transformer": "07",
    "track_gan": "08",
    "quartet_gan": "08",
    "timbre_gan": "09",
    "grid_diffusion": "10",
    "roll_diffusion": "10",
    "timbre_diffusion": "10",
}
PAGES = {  # of what is measured by its samples alone
    "track_gan": "experiments_08.md",
    "quartet_gan": "experiments_08.md",
    "timbre_gan": "timbre.md",
    "roll_diffusion": "diffusion.md",
    "timbre_diffusion": "diffusion.md",
}
INTRODUCTION = """# The trained models

Written by `make spread` on {day}; nothing was edited. Numbers are nats per note on held-out pieces,
the weights as they are shipped, in 16 bits. Chorales: every cell of a sixteenth, in the piece's own
key; `course evaluate NAME --split test` shows them again. Tunes: pitch and length of a note
together. Two-bar melodies: minus the ELBO of pitches and attacks, per note; like the number of
masked diffusion it is a bound (≤). Numbers of different corpora cannot be compared. Choices were
made on validation pieces; test pieces were looked at when a card was written. Minutes are clock
time of one run; processor minutes add up the threads.

A model is trained anew with `course train NAME`: same seed, same machine, same number of threads,
same weights. See [training.md](training.md)."""


def shipped_rows() -> list[str]:
    """Give a row for each shipped model, from its card."""
    known = {result.model: result for result in course_results()}
    return [_row(read_card(path), known.get(path.stem)) for path in sorted(FOLDER.glob("*.json"))]


def _row(card: Mapping[str, Any], result: Result | None) -> str:
    """Write what a card says; generators that learned from a critic, and pictures, have no nats."""
    name, nats = card["name"], ["–"] * 3
    kind = re.sub(r"_\d$", "", name)  # another seed of the same recipe
    measured = f"[its samples]({PAGES[kind]})" if result is None else result.corpus
    if result is not None:
        at_most = "≤ " if result.bound or name == SPACE else ""
        error = card["likelihoods"]["test"].get("standard_error")
        test = f"{at_most}{result.test:.4f}" + (f" ± {error:.4f}" if error else "")
        unseen = f"{at_most}{result.unseen:.4f}" if result.unseen else "–"
        nats = [f"{at_most}{result.valid:.4f}", test, unseen]
    parameters = f"{card['parameters']:,}" if "parameters" in card else "–"
    times = [str(card.get(key, "–")) for key in ("steps", "minutes", "processor minutes")]
    return " | ".join([name, LESSONS[kind], measured, parameters, *nats, *times])


def measure(name: str) -> dict[str, Any]:
    """Train a recipe for every seed.

    Args:
        name: of the recipe.

    Returns:
        "steps", "minutes" of each run, and for both splits the nats per note of each seed.
    """
    with tempfile.TemporaryDirectory() as folder:
        cards = [train(name, "lesson", seed, Path(folder)) for seed in SEEDS]
    nats = {
        split: [card["likelihoods"][split]["nats_per_note"] for card in cards]
        for split in ("valid", "test")
    }
    minutes = [card["minutes"] for card in cards]
    return {"steps": cards[0]["steps"], **nats, "minutes": minutes}


def measure_space() -> list[dict[str, Any]]:
    """Train the space of melodies for every seed as lesson 06 does.

    Returns:
        What was measured on validation melodies, for each seed, with its steps and minutes.
    """
    recipe, valid, rows = RECIPES[SPACE], melody_windows("valid"), []
    for seed in SEEDS:
        net, settings = recipe.model(seed), recipe.settings("lesson", seed)
        batches = recipe.batches(net, settings.num_steps)
        run = fit(net, recipe.loss, batches, settings)
        found = measure_reconstruction(net, valid.pitches, valid.struck).to_json()
        rows.append({"seed": seed, "steps": run.step, "minutes": run.seconds / 60, **found})
    return rows


def write_space_page(found: list[dict[str, Any]]) -> None:
    """Put the table of seeds below what else stands on the page of the space of melodies.

    Args:
        found: what `measure_space` gave.
    """
    text = SPACE_PAGE.read_text(encoding="utf-8").split(SPACE_HEADING)[0].rstrip()
    rows = [
        f"{row['seed']} | {row['accuracy']:.1%} | {row['exchanged']:.1%} | {row['copy']:.1%} | "
        f"{row['kl']:.1f} | {row['active_units']} of {row['latent_size']} | {row['minutes']:.1f}"
        for row in found
    ]
    note = f"Made by `make spread NAMES={SPACE}`: {found[0]['steps']} steps for each seed."
    head = "seed | back | with points exchanged | copying | KL | active units | minutes"
    parts = [text, SPACE_HEADING, note, table(head, rows)]
    SPACE_PAGE.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def seed_rows(found: dict[str, dict[str, Any]]) -> list[str]:
    """Give a row for each recipe that was measured.

    Args:
        found: name -> what `measure` gave.
    """
    rows = []
    for name in filter(found.get, [name for name in RECIPES if name != SPACE]):
        cells = [name, str(found[name]["steps"])]
        for split in ("valid", "test"):
            values = found[name][split]
            each = ", ".join(f"{value:.4f}" for value in values)
            cells.append(f"{each}; spread {max(values) - min(values):.4f}")
        cells.append(f"{statistics.mean(found[name]['minutes']):.1f}")
        rows.append(" | ".join(cells))
    return rows


def table(heading: str, rows: list[str]) -> str:
    """Write a table in Markdown.

    Args:
        heading: cells divided by " | ".
        rows: the same.
    """
    lines = [heading, " | ".join(["---"] * len(heading.split(" | "))), *rows]
    return "\n".join(f"| {line} |" for line in lines)


def main(names: list[str]) -> None:
    """Train, keep what was found, and write the page.

    Args:
        names: recipes to be trained; none for all.
    """
    found = json.loads(FOUND.read_text(encoding="utf-8")) if FOUND.exists() else {}
    for name in names or [n for n, recipe in RECIPES.items() if not recipe.measure]:
        if name == SPACE:
            found[name] = measure_space()
            FOUND.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
            write_space_page(found[name])
            continue
        found[name] = measure(name)
        FOUND.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        print(seed_rows({name: found[name]})[0], flush=True)
    write_page(found)


def write_page(found: dict[str, dict[str, Any]]) -> None:
    """Write docs/models.md from the cards that are shipped and the seeds that were measured.

    Args:
        found: name -> what `measure` gave.
    """
    head = (
        "model | lesson | measured on | parameters | valid | test | test, unseen tunes | steps | "
        "minutes | processor"
    )
    spread = "model | steps | valid, seeds 0, 1, 2 | test | minutes of one run"
    text = [
        INTRODUCTION.format(day=date.today().isoformat()),
        "## One run at the `full` budget: what is shipped",
        table(head, shipped_rows()),
        "## Three seeds at the `lesson` budget",
        table(spread, seed_rows(found)),
    ]
    TARGET.write_text("\n\n".join(text) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
