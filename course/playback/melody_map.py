"""A map of melodies to walk on: a point is dragged, or moved by two sliders, and its melody sounds.

Whatever can be heard is in the page: one melody for each point of a grid, as numbers; the browser
draws and plays them. So it needs no kernel, no network, and stays in a saved notebook. Where no
script may run, in a notebook that is not trusted, a picture of the map and of its corners' melodies
is left.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from course.errors import check_range, check_shape
from course.playback.framed import framed_page, show_framed

if TYPE_CHECKING:  # heavy
    from matplotlib.figure import Figure

MOST_POINTS = 400  # dots in the background


@dataclass(frozen=True, eq=False)
class MelodyMap:
    """A grid of melodies, and where known ones lie on it.

    Raises:
        ValueError: if shapes do not fit, or there are fewer than two rows or columns.
    """

    pitches: np.ndarray  # (R, C, T) MIDI numbers, -1 for silence; row 0 is the lowest
    struck: np.ndarray  # (R, C, T) booleans
    points: np.ndarray  # (N, 2) places of known melodies, 0..1 from left to right and upwards
    kinds: np.ndarray  # (N,) 0 or 1, how a point is drawn
    legend: tuple[str, str]  # what the two kinds are
    axes: tuple[str, str]  # what changes to the right, and upwards
    title: str
    quarters_per_minute: float = 110.0

    def __post_init__(self) -> None:
        check_shape("pitches", self.pitches.shape, ("R", "C", "T"), "rows, columns, cells")
        check_shape("struck", self.struck.shape, self.pitches.shape, "one for each pitch")
        check_shape("points", self.points.shape, (len(self.kinds), 2), "two numbers for each kind")
        check_range("quarters_per_minute", self.quarters_per_minute, 20, 400, "110 is usual")
        if min(self.pitches.shape) < 2:
            raise ValueError(f"a map of {self.pitches.shape[:2]} melodies; give 2 by 2 at least")


def show_map(melodies: MelodyMap, *, mode: str = "auto") -> None:
    """Show a map of melodies.

    Args:
        melodies: what lies where.
        mode: as for `show`; every mode but "none" gives the page, which needs no kernel.

    Raises:
        ValueError: if `mode` is none of the four.
    """
    show_framed(describe_map(melodies), lambda: map_page(melodies), mode)


def describe_map(melodies: MelodyMap) -> str:
    """Say in one line what a map holds.

    Args:
        melodies: the map.
    """
    rows, columns, _ = melodies.pitches.shape
    return (
        f"{melodies.title}: {columns} by {rows} melodies; to the right {melodies.axes[0]}, "
        f"upwards {melodies.axes[1]}"
    )


def map_page(melodies: MelodyMap) -> str:
    """Give a map as a fragment of HTML that works by itself.

    Args:
        melodies: what lies where.

    Returns:
        A heading, a picture, and a frame whose script takes the picture's place.
    """
    text, data = describe_map(melodies), map_data(melodies)
    return framed_page("map", melodies.title, text, data, _picture(melodies))


def map_data(melodies: MelodyMap) -> dict:
    """Give what the script needs.

    Args:
        melodies: what lies where.

    Returns:
        Plain numbers and texts; melodies row by row, from the lowest.
    """
    rows, columns, cells = melodies.pitches.shape
    flat = melodies.pitches.reshape(-1, cells)
    sounding = flat[flat >= 0]
    keep = np.linspace(0, len(melodies.points) - 1, min(MOST_POINTS, len(melodies.points)))
    shown = keep.astype(int) if len(melodies.points) else []
    points = zip(melodies.points[shown].tolist(), melodies.kinds[shown].tolist(), strict=True)
    return {
        "title": melodies.title,
        "axes": melodies.axes,
        "legend": melodies.legend,
        "rows": rows,
        "columns": columns,
        "cells": cells,
        "start": [columns // 2, rows // 2],
        "seconds": 15.0 / melodies.quarters_per_minute,  # of a sixteenth
        "low": int(sounding.min()) if sounding.size else 60,
        "high": int(sounding.max()) if sounding.size else 72,
        "pitches": flat.tolist(),
        "struck": [
            "".join(map(str, row)) for row in melodies.struck.reshape(-1, cells).astype(int)
        ],
        "points": [[round(x, 3), round(y, 3), kind] for (x, y), kind in points],
    }


def _picture(melodies: MelodyMap) -> "Figure":
    """Draw the known melodies, and the melodies of the corners and the middle."""
    import matplotlib.pyplot as plt  # heavy

    figure, axes = plt.subplots(1, 2, figsize=(7.4, 3.4), layout="constrained")
    for kind, (mark, colour) in enumerate((("o", "#0072B2"), ("s", "#D55E00"))):
        at = melodies.points[melodies.kinds == kind][:MOST_POINTS]
        axes[0].plot(*at.T, mark, ms=2.5, color=colour, label=melodies.legend[kind])
    axes[0].set(xlim=(0, 1), ylim=(0, 1), xlabel=melodies.axes[0], ylabel=melodies.axes[1])
    axes[0].legend(fontsize=8, ncols=2, loc="lower center", bbox_to_anchor=(0.5, 1))
    rows, columns, cells = melodies.pitches.shape
    corners = {"bottom left": (0, 0), "middle": (rows // 2, columns // 2), "top right": (-1, -1)}
    for (name, place), line in zip(corners.items(), ("-", "--", ":"), strict=True):
        pitches = np.where(melodies.pitches[place] < 0, np.nan, melodies.pitches[place])
        axes[1].step(np.arange(cells), pitches, line, where="post", label=name)
    axes[1].set(xlabel="sixteenth", ylabel="MIDI pitch")
    axes[1].legend(fontsize=8, ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1))
    return figure


def plane_places(points: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Put coordinates of a plane onto a map of which two corners are known.

    Args:
        points: (N, 2) coordinates.
        low: (2,) coordinates of the lower left corner.
        high: (2,) of the upper right one.

    Returns:
        (N, 2) numbers 0..1; what lies outside is put onto the edge.
    """
    return np.clip((np.asarray(points) - low) / (np.asarray(high) - low), 0, 1)
