"""Asked against measured: one card for everything that can be asked for.

Beside each accuracy stand what shuffled requests would give and, where music with a known truth
exists, the measure's accuracy on real music: its ceiling. `course control` prints the card.
"""

import math
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from course.arranging.requests import (
    ASKED,
    Pairs,
    chorale_pairs,
    real_mode_pairs,
    real_pieces,
    real_tune_pairs,
    space_pairs,
    tempo_pairs,
    tune_pairs,
)
from course.errors import check_integer
from course.evaluation.control import control_accuracy


class Outcome(NamedTuple):
    """One line of the card."""

    model: str
    way: str  # "labels", "directions", "rules" or "arranging"
    aspect: str
    count: int  # requests
    accuracy: float  # share in which what was measured is what was asked for
    shuffled: float  # the same to be expected if the requests were dealt out at random
    real: float  # the measure's accuracy on real music; NaN where it defines the truth

    def __str__(self) -> str:
        ceiling = "     –" if math.isnan(self.real) else f"{self.real:6.2f}"
        return (
            f"{self.model:20s} {self.way:11s} {self.aspect:9s} {self.count:4d} "
            f"{self.accuracy:8.2f} {self.shuffled:9.2f} {ceiling}"
        )


HEADING = f"{'model':20s} {'way':11s} {'aspect':9s} asked accuracy  shuffled   real"


Asking = Callable[[int, int], Pairs]  # count, seed


class Line(NamedTuple):
    """One line of the card, before it is measured."""

    model: str
    way: str
    aspect: str
    ask: Asking
    real: Callable[[], Pairs] | None = None


def _lines() -> list[Line]:
    """Give everything that can be asked for."""
    lines = []
    for name in ("tune_lstm", "tune_transformer"):
        for aspect in ("style", "mode"):
            real = partial(real_tune_pairs, aspect)
            lines.append(Line(name, "labels", aspect, partial(tune_pairs, name, aspect), real))
    lines += [Line("melody_vae", "directions", a, partial(space_pairs, a)) for a in ASKED]
    for name in ("chorale_lstm", "chorale_transformer"):
        for aspect in ("mode", "register"):
            real = real_mode_pairs if aspect == "mode" else None
            lines.append(Line(name, "rules", aspect, partial(chorale_pairs, name, aspect), real))
    tempo = partial(tempo_pairs, real_pieces())
    return [*lines, Line("held-out chorales", "arranging", "tempo", tempo)]


def measure_requests(model: str = "", count: int = 40, seed: int = 0) -> list[Outcome]:
    """Make the card of asked against measured.

    Args:
        model: whose lines; empty for all.
        count: requests a line, 2..10000.
        seed: of everything that is drawn.

    Returns:
        A line for each model and aspect.

    Raises:
        ValueError: if there is no such model, or a number is out of range.
    """
    check_integer("count", count, 2, 10_000, "40 give a first impression, 200 a number")
    lines = _lines()
    names = list(dict.fromkeys(line.model for line in lines))
    if model and model not in names:
        raise ValueError(f"nothing can be asked of {model!r}; choose from {', '.join(names)}")
    return [_outcome(line, count, seed) for line in lines if model in ("", line.model)]


def _outcome(line: Line, count: int, seed: int) -> Outcome:
    pairs = line.ask(count, seed)
    accuracy, shuffled = control_accuracy(*zip(*pairs, strict=True))
    real = control_accuracy(*zip(*line.real(), strict=True)).accuracy if line.real else math.nan
    return Outcome(line.model, line.way, line.aspect, len(pairs), accuracy, shuffled, real)
