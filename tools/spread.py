"""Train each recipe for several seeds at the `lesson` budget, and write docs/models.md.

    make spread

The page shows the shipped models from their cards, one `full` run each, and beside them how far
results differ from seed to seed at the small budget. Runs follow one another, never two at once.
"""

import statistics
import tempfile
from datetime import date
from pathlib import Path

from course.models.shipped import FOLDER, read_card
from course.recipes.recipes import RECIPES
from course.recipes.train import train

TARGET = Path(__file__).resolve().parent.parent / "docs" / "models.md"
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


def seed_rows() -> list[str]:
    """Train every recipe for every seed; give a row for each recipe."""
    rows = []
    for name in RECIPES:
        with tempfile.TemporaryDirectory() as folder:
            cards = [train(name, "lesson", seed, Path(folder)) for seed in SEEDS]
        cells = [name, str(cards[0]["steps"])]
        for split in ("valid", "test"):
            values = [card["likelihoods"][split]["nats_per_note"] for card in cards]
            each = ", ".join(f"{value:.4f}" for value in values)
            cells.append(f"{each}; spread {max(values) - min(values):.4f}")
        cells.append(f"{statistics.mean(card['minutes'] for card in cards):.1f}")
        rows.append(" | ".join(cells))
        print(rows[-1], flush=True)
    return rows


def table(heading: str, rows: list[str]) -> str:
    """Write a table in Markdown.

    Args:
        heading: cells divided by " | ".
        rows: the same.
    """
    lines = [heading, " | ".join(["---"] * len(heading.split(" | "))), *rows]
    return "\n".join(f"| {line} |" for line in lines)


def main() -> None:
    """Train, and write the page."""
    head = "model | parameters | valid | test | test, unseen tunes | steps | minutes | processor"
    spread = "model | steps | valid, seeds 0, 1, 2 | test | minutes of one run"
    text = [
        INTRODUCTION.format(day=date.today().isoformat()),
        "## One run at the `full` budget: what is shipped",
        table(head, shipped_rows()),
        "## Three seeds at the `lesson` budget",
        table(spread, seed_rows()),
    ]
    TARGET.write_text("\n\n".join(text) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
