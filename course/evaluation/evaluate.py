"""What `course evaluate` does: a model by name, pieces from a file or a split, nats per note."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import numpy as np

from course.data.cards import card_facts
from course.data.chorales import load_chorales
from course.evaluation.likelihood import Likelihood, measure_likelihood, seen_in_training
from course.evaluation.models import load_model
from course.evaluation.piece_files import read_pieces

SPLITS = ("train", "valid", "test")


def evaluate_split(model: str, split: str) -> Likelihood:
    """Measure a model on the chorales of one split of the literature.

    Args:
        model: its name, one of `course.evaluation.models.model_names()`.
        split: "train", "valid" or "test".

    Returns:
        The likelihood; a tune counts as seen as the corpus marks it.

    Raises:
        ValueError: if there is no such model or split.
    """
    if split not in SPLITS:
        raise ValueError(f"there is no split {split!r}; choose from {', '.join(SPLITS)}")
    chorales = [chorale for chorale in load_chorales() if chorale.split == split]
    grids = [chorale.pitches for chorale in chorales]
    seen = [chorale.tune_in_train for chorale in chorales]
    return measure_likelihood(_numbered(load_model(model).log_probabilities), grids, seen)


def evaluate_file(model: str, path: Path) -> Likelihood:
    """Measure a model on the pieces of a JSON file.

    Args:
        model: its name.
        path: the file; see `course.evaluation.piece_files`.

    Returns:
        The likelihood; a tune counts as seen if its soprano shares a stretch with a training piece.

    Raises:
        ValueError: if there is no such model, or a piece cannot be read or heard by it; the
            message names the file, the piece and the row, both counted from 0.
    """
    pieces = read_pieces(path)
    training = [chorale.pitches for chorale in load_chorales() if chorale.split == "train"]
    seen = seen_in_training(pieces, training)
    answers = _numbered(load_model(model).log_probabilities)
    try:
        return measure_likelihood(answers, pieces, seen)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def split_coverage() -> str:
    """Say how much of the published split the shipped corpus holds.

    Returns:
        One line, such as "train 213 of 229, valid 68 of 76, test 72 of 77".
    """
    coverage = card_facts("chorales")["coverage of the published split"]
    return ", ".join(f"{split} {pieces}" for split, pieces in coverage.items())


def _numbered(
    log_probabilities: Callable[[np.ndarray], np.ndarray],
) -> Callable[[np.ndarray], np.ndarray]:
    """Let a model's complaint say which piece it is about."""
    numbers = count()

    def answer(pitches: np.ndarray) -> np.ndarray:
        number = next(numbers)
        try:
            return log_probabilities(pitches)
        except ValueError as error:
            raise ValueError(f"piece {number}, {error}") from None

    return answer
