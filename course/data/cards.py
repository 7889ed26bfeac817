"""Data cards: what a corpus is, where it comes from, under what terms, and what is wrong with it.

A card is a Markdown file. Its text is written by hand; below `FACTS_HEADING` stand the facts of the
last build, written by `course build-data`, which keeps them in a JSON file beside the card too.
"""

import json
from pathlib import Path

CARD_FOLDER = Path(__file__).parent / "cards"
CARDS = ("chorales", "oneills", "ryans", "quartets", "midi")
FACTS_HEADING = "## Facts of this build"


def card_text(name: str) -> str:
    """Give the card of one corpus as Markdown.

    Args:
        name: "chorales", "oneills", "ryans", "quartets" or "midi".

    Returns:
        The whole card.

    Raises:
        ValueError: if there is no such card.
    """
    return (CARD_FOLDER / f"{_known(name)}.md").read_text(encoding="utf-8")


def card_facts(name: str) -> dict:
    """Give the facts of the last build of one corpus: fingerprints, counts, what was left out.

    Args:
        name: "chorales", "oneills", "ryans", "quartets" or "midi".

    Returns:
        The facts by name; "sha256" gives the fingerprint of every file.

    Raises:
        ValueError: if there is no such card.
    """
    return json.loads((CARD_FOLDER / f"{_known(name)}.json").read_text(encoding="utf-8"))


def write_card(name: str, facts: dict, folder: Path) -> None:
    """Write the facts of a build into a card, under its text, and into its JSON file.

    Args:
        name: the corpus.
        facts: what to write; values are numbers, texts, lists of texts, or dictionaries of these.
        folder: where the card goes; the text is taken from the shipped card.
    """
    prose = card_text(name).partition(FACTS_HEADING)[0].rstrip()
    lines = [line for fact, value in facts.items() for line in _fact_lines(fact, value)]
    text = "\n".join([prose, "", FACTS_HEADING, "", *lines, ""])
    (folder / f"{name}.md").write_text(text, encoding="utf-8", newline="\n")
    data = json.dumps(facts, indent=1, ensure_ascii=False) + "\n"
    (folder / f"{name}.json").write_text(data, encoding="utf-8", newline="\n")


def _known(name: str) -> str:
    if name not in CARDS:
        raise ValueError(f"no card {name!r}; choose from {', '.join(CARDS)}")
    return name


def _fact_lines(name: str, value: object) -> list[str]:
    """Write one fact as a Markdown list entry, longer ones as a nested list."""
    if isinstance(value, dict):
        return [f"- {name}:", *(f"  - {key}: {_plain(item)}" for key, item in value.items())]
    if isinstance(value, list):
        return [f"- {name}: {len(value)}", *(f"  - {item}" for item in value)]
    return [f"- {name}: {_plain(value)}"]


def _plain(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
