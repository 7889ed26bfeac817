"""Which trained models come with the course, and their cards. Needs no torch."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "weights"


def shipped_names() -> list[str]:
    """Give the names of the models that come with the course."""
    return sorted(path.stem for path in FOLDER.glob("*.safetensors"))


def read_card(path: Path) -> dict[str, Any]:
    """Give the card that lies beside a model.

    Args:
        path: of the weights or of the card.

    Returns:
        What `course train` wrote.

    Raises:
        ValueError: if there is no card, or it is damaged.
    """
    path = Path(path).with_suffix(".json")
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{path} cannot be read ({error}); restore it from the course") from error
    if not isinstance(card, dict):
        raise ValueError(f"{path} holds no card; restore it from the course")
    return card


def write_card(path: Path, card: Mapping[str, Any]) -> None:
    """Write the card that lies beside a model; an existing one is replaced.

    Args:
        path: of the weights or of the card.
        card: what is known of the model.
    """
    path = Path(path).with_suffix(".json")
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(card, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")
