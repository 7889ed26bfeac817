"""Train each recipe for several seeds at the `lesson` budget, and write docs/models.md.

    make spread                          (all recipes)
    make spread NAMES="chorale_lstm"     (these; the others' rows stay as they are)

The page shows the shipped models from their cards, one `full` run each, and beside them how far
results differ from seed to seed at the small budget. Runs follow one another, never two at once;
what each recipe gave is kept in tools/spread.json.
"""

import json
import statistics
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from course.models.shipped import FOLDER, read_card
from course.recipes.recipes import RECIPES
from course.recipes.train import train

TARGET = Path(__file__).resolve().parent.parent / "docs" / "models.md"
FOUND = Path(__file__).with_name("spread.json")
SEEDS = (0, 1, 2)
INTRODUCTION = """# The trained models

Written by `make spread` on {day}; nothing was edited. Numbers are nats per note on held-out pieces,
the weights as they are shipped, in 16 bits. Chorales: every cell of a sixteenth, in the piece's own
key; `course evaluate NAME --split test` shows them again. Tunes: pitch and length of a note
together. Choices were made on validation pieces; test pieces were looked at when a card was
written. Minutes are clock time of one run; processor minutes add up the threads.

A model is trained anew with `course train NAME`: same seed, same machine, same number of threads,
same weights. See [training.md](training.md)."""


def shipped_rows() -> list[str]:
    """Give a row for each shipped model, from its card."""
    rows = []
    for path in sorted(FOLDER.glob("*.json")):
        card = read_card(path)
        if "likelihoods" not in card:  # a generator: `make tracks` measures it
            continue
        valid, test = card["likelihoods"]["valid"], card["likelihoods"]["test"]
        unseen = test.get("nats_per_note_unseen")
        numbers = [
            card["name"],
            f"{card['parameters']:,}" if "parameters" in card else "–",
            f"{valid['nats_per_note']:.4f}",
            f"{test['nats_per_note']:.4f} ± {test['standard_error']:.4f}",
            f"{unseen:.4f}" if unseen else "–",
            str(card.get("steps", "–")),
            str(card["minutes"]),
            str(card.get("processor minutes", "–")),
        ]
        rows.append(" | ".join(numbers))
    return rows


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


def seed_rows(found: dict[str, dict[str, Any]]) -> list[str]:
    """Give a row for each recipe that was measured.

    Args:
        found: name -> what `measure` gave.
    """
    rows = []
    for name in filter(found.get, RECIPES):
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
    for name in names or RECIPES:
        found[name] = measure(name)
        FOUND.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        print(seed_rows({name: found[name]})[0], flush=True)
    head = "model | parameters | valid | test | test, unseen tunes | steps | minutes | processor"
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
