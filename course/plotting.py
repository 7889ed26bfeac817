"""Figures with one look: piano rolls, losses, distributions.

Every function draws into given axes or makes its own, and returns the axes. `describe` shows a
figure with a text alternative, so that a screen reader meets a sentence instead of "image".
Colours are Okabe and Ito's, told apart by colour-blind readers too, and never the only mark.

References:
    Okabe, Ito: Color Universal Design, 2008 (the palette).
"""

import base64
import html
import io
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from course.bars import bar_lines as bar_lines
from course.note_names import NOTE_NAMES as NOTE_NAMES
from course.note_names import note_name
from course.note_sequence import NoteSequence
from course.pedal import expand_pedal

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#5E5E5E", "#B8A800")
HATCHES = ("", "////", "....", "\\\\\\\\", "xxxx", "----", "||||", "++++")
LINES = ("-", "--", "-.", ":")
STYLE = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "axes.labelsize": 10,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "figure.facecolor": "white",
    "hatch.linewidth": 0.6,
}


def new_axes(axes: Axes | None, size: tuple[float, float] = (9.0, 3.0)) -> Axes:
    """Give axes to draw into, in the course's look.

    Args:
        axes: axes of the caller's, or None to make a figure.
        size: width and height in inches of a figure that is made.

    Returns:
        The axes.
    """
    if axes is not None:
        return axes
    with plt.rc_context(STYLE):
        return plt.subplots(figsize=size, layout="constrained")[1]


def plot_piano_roll(sequence: NoteSequence, axes: Axes | None = None) -> Axes:
    """Draw notes as bars over time, one colour and hatching an instrument, bar lines behind.

    Args:
        sequence: the piece; the sustain pedal is drawn as length, as it sounds.
        axes: where to draw; a new figure by default.

    Returns:
        The axes: quarter notes to the right, pitch upwards. An empty piece gives an empty grid.
    """
    axes = new_axes(axes)
    sequence = expand_pedal(sequence)
    for index, instrument in enumerate(sequence.instruments):
        notes = sequence.notes_of(index)
        boxes = [Rectangle((n.start, n.pitch - 0.4), n.duration, 0.8) for n in notes]
        alpha = [0.35 + 0.65 * n.velocity / 127 for n in notes]
        colour = COLOURS[index % len(COLOURS)]
        axes.add_collection(
            PatchCollection(
                boxes,
                facecolor=[(*_rgb(colour), a) for a in alpha],
                edgecolor=colour,
                hatch=HATCHES[index % len(HATCHES)],
                linewidth=0.8,
            )
        )
        if len(sequence.instruments) > 1:
            label = instrument.name or f"instrument {index + 1}"
            hatch = HATCHES[index % len(HATCHES)]
            axes.bar(0, 0, width=0, color=colour, alpha=0.7, hatch=hatch, label=label)
    _roll_axes(sequence, axes)
    return axes


def _roll_axes(sequence: NoteSequence, axes: Axes) -> None:
    """Set limits, bar lines and note names of a piano roll."""
    pitches = [note.pitch for note in sequence.notes] or [60, 72]
    low, high = min(pitches) - 1.5, max(pitches) + 1.5
    axes.set(xlim=(0, max(sequence.total_quarters, 1.0)), ylim=(low, high))
    for line in bar_lines(sequence):
        axes.axvline(line, color="0.8", linewidth=0.8, zorder=0)
    named = (0,) if high - low > 30 else (0, 4, 7)  # C alone, or C, E and G
    ticks = [pitch for pitch in range(int(low) + 1, int(high) + 1) if pitch % 12 in named]
    axes.set_yticks(ticks, [note_name(pitch) for pitch in ticks])
    axes.set(xlabel="time in quarter notes", ylabel="pitch")
    if len(sequence.instruments) > 1:
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), handleheight=1.4)


def plot_loss(
    losses: Mapping[str, Sequence[float | tuple[int, float]]], axes: Axes | None = None
) -> Axes:
    """Draw loss curves over steps, each with its last value.

    Args:
        losses: name -> values in nats: one a step, or pairs (step, value), as a run records them.
        axes: where to draw; a new figure by default.

    Returns:
        The axes. A name without values is left out.
    """
    axes = new_axes(axes, (7.0, 3.2))
    for index, (name, values) in enumerate(losses.items()):
        if len(values):
            pairs = [(i, v) if np.ndim(v) == 0 else tuple(v) for i, v in enumerate(values, 1)]
            axes.plot(
                *zip(*pairs, strict=True),
                LINES[index % len(LINES)],
                color=COLOURS[index % len(COLOURS)],
                marker="o" if len(values) < 20 else None,
                markersize=4,
                label=f"{name} (last: {pairs[-1][1]:.3f})",
            )
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set(xlabel="step", ylabel="loss in nats")
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="upper right")  # to look for the best place warns on a slow machine
    return axes


def plot_phrases(
    sets: Mapping[str, Mapping[int, np.ndarray]], columns: int = 6, track: int = 0
) -> Axes:
    """Draw samples over a training as small staircases: a row a moment, a column a noise.

    Args:
        sets: name of a training -> step -> (N, T, M) pitches, -1 for silence.
        columns: phrases that are drawn, at most N.
        track: which track.

    Returns:
        The first axes; the trainings stand side by side.
    """
    rows = max(len(pages) for pages in sets.values())
    width = (columns + 1) * len(sets) - 1  # an empty column between two trainings
    _, grid = plt.subplots(
        rows, width, figsize=(0.9 * width, 0.6 * rows + 0.6), sharex=True, sharey=True,
        squeeze=False, layout="constrained",
    )  # fmt: skip
    for panel in grid.ravel():
        panel.set(xticks=[], yticks=[])
    for part, (name, pages) in enumerate(sets.items()):
        block = grid[:, part * (columns + 1) :][:, :columns]
        block[0, 0].set_title(name, loc="left", fontsize=10)
        for panels, (step, phrases) in zip(block, pages.items(), strict=False):
            panels[0].set_ylabel(f"step {step}", rotation=0, ha="right", va="center", fontsize=8)
            for panel, phrase in zip(panels, phrases[:, :, track], strict=False):
                line = np.where(phrase < 0, np.nan, phrase)
                panel.step(np.arange(len(line)), line, where="mid", color=COLOURS[0])
    for panel in grid.ravel():
        if not panel.lines:  # between two trainings, or behind the end of the shorter one
            panel.axis("off")
    return grid[0, 0]


def plot_distributions(
    counts: Mapping[str, Mapping[Any, float]], axes: Axes | None = None, label: str = ""
) -> Axes:
    """Draw distributions side by side as bars, each summing to one.

    Args:
        counts: name -> {value: count or probability, >= 0}; values may be numbers or words.
        axes: where to draw; a new figure by default.
        label: what the values are, written under the axis.

    Returns:
        The axes. A distribution whose counts are all zero is drawn as zeros.
    """
    axes = new_axes(axes, (8.0, 3.0))
    keys = sorted({key for distribution in counts.values() for key in distribution})
    places, width = np.arange(len(keys)), 0.8 / max(len(counts), 1)
    for index, (name, distribution) in enumerate(counts.items()):
        heights = np.array([distribution.get(key, 0.0) for key in keys], dtype=float)
        axes.bar(
            places + (index - (len(counts) - 1) / 2) * width,
            heights / (heights.sum() or 1.0),
            width,
            color=COLOURS[index % len(COLOURS)],
            hatch=HATCHES[index % len(HATCHES)],
            edgecolor="white",
            linewidth=0.5,
            label=name,
        )
    axes.set_xticks(places, [str(key) for key in keys])
    axes.set(xlabel=label, ylabel="share")
    axes.legend()
    return axes


def plot_attention(
    weights: np.ndarray, labels: Sequence[str], axes: Axes | None = None, query: str = ""
) -> Axes:
    """Draw what the heads of a layer look at from one step: dark is much.

    The step at which each head looks most is marked by a ring with its share, so that the figure
    can be read without its colours.

    Args:
        weights: (heads, S) from 0 up, a row for each head, a column for each step that is seen.
        labels: S texts under the columns, such as note names; "" for none.
        axes: where to draw; a new figure by default.
        query: what looks back, written under the axis.

    Returns:
        The axes: steps to the right, head 1 at the top.

    Raises:
        ValueError: if there are not as many labels as steps.
    """
    weights = np.asarray(weights, dtype=float)
    heads, steps = weights.shape
    if len(labels) != steps:
        raise ValueError(f"{len(labels)} labels for {steps} steps; give one for each")
    axes = new_axes(axes, (10.0, 0.8 + 0.38 * heads))
    axes.pcolormesh(
        np.arange(steps + 1) - 0.5,
        np.arange(heads + 1) - 0.5,
        weights / weights.max(axis=1, keepdims=True).clip(min=1e-9),
        cmap="cividis_r",
        vmin=0,
        vmax=1,
        edgecolors="white",
        linewidth=0.3,
    )
    for head, place in enumerate(weights.argmax(axis=1).tolist()):
        for colour, width in (("black", 3.5), ("white", 1.8)):  # stands out from dark and light
            ring = {"markerfacecolor": "none", "markeredgecolor": colour, "markeredgewidth": width}
            axes.plot(place, head, "o", markersize=10, **ring)
        right = place > 0.9 * steps
        axes.annotate(
            f"{weights[head, place]:.0%}",
            (place + (-0.8 if right else 0.8), head),
            ha="right" if right else "left",
            va="center",
            fontsize=8,
            bbox={"boxstyle": "round,pad=0.15", "fc": "white", "ec": "none", "alpha": 0.85},
        )
    named = [place for place, label in enumerate(labels) if label]
    axes.set_xticks(named, [labels[place] for place in named])
    axes.set_yticks(range(heads), [f"head {head + 1}" for head in range(heads)])
    axes.set(ylim=(heads - 0.5, -0.5), xlabel=query)
    return axes


def plot_levels(
    levels: np.ndarray,
    axes: Axes | None = None,
    row_step: float = 1.0,
    frame_seconds: float = 0.016,
    floor: float = -80.0,
) -> Axes:
    """Draw a spectrogram: dark is loud.

    Args:
        levels: (T, rows) dB, frames first.
        axes: where to draw; a new figure by default.
        row_step: distance of two rows in the unit of the axis, such as Hz; row n lies at n of them.
        frame_seconds: from one frame to the next.
        floor: dB that is drawn as silence; 0 dB is darkest.

    Returns:
        The axes: seconds to the right, rows upwards.
    """
    axes = new_axes(axes, (7.0, 2.6))
    levels = np.asarray(levels, dtype=float)
    moments = np.arange(levels.shape[0] + 1) * frame_seconds
    rows = (np.arange(levels.shape[1] + 1) - 0.5) * row_step
    axes.pcolormesh(moments, rows, levels.T, cmap="Greys", vmin=floor, vmax=0)
    axes.set(xlabel="seconds")
    return axes


PIPELINE = (
    "input:\nmusic, MIDI,\na request",
    "preparing",
    "features:\nrolls, tokens",
    "generative\nmodel",
    "post-\nprocessing",
    "output:\naudio, MIDI,\ninterface",
)
PIPELINE_LAYERS = {"data layer": (0, 2), "model layer": (3, 3), "application layer": (4, 5)}


def plot_pipeline(here: int | None = None, axes: Axes | None = None) -> Axes:
    """Draw the course's pipeline with its three layers, and mark where a lesson stands.

    Args:
        here: the stage to mark, 0 (input) .. 5 (output); None marks none.
        axes: where to draw; a new figure by default.

    Returns:
        The axes.
    """
    axes = new_axes(axes, (10.0, 2.2))
    for place, stage in enumerate(PIPELINE):
        box = {"boxstyle": "round,pad=0.4", "fc": "#DCEBF5", "ec": "#0072B2", "linewidth": 0.8}
        if place == here:
            box.update(fc="#F9E2B0", ec="black", linewidth=2.5)
            axes.text(place, 0.75, "you are here", ha="center", va="bottom", weight="bold")
        axes.text(place, 0, stage, ha="center", va="center", bbox=box, fontsize=10)
        if place:
            arrow = {"arrowstyle": "->", "color": "0.3"}
            axes.annotate("", (place - 0.4, 0), (place - 0.6, 0), arrowprops=arrow)
    for name, (first, last) in PIPELINE_LAYERS.items():
        axes.plot((first - 0.35, last + 0.35), (-0.9, -0.9), color=COLOURS[0], linewidth=3)
        axes.text((first + last) / 2, -1.05, name, ha="center", va="top", fontsize=10)
    axes.set(xlim=(-0.6, 5.6), ylim=(-1.6, 1.1))
    axes.axis("off")
    return axes


class Described:
    """A figure as a picture with a text alternative; the last line of a cell shows it.

    Args:
        axes: any axes of the figure.
        text: one sentence that says what the figure shows, for those who cannot see it.

    Raises:
        ValueError: if the text is empty.
    """

    def __init__(self, axes: Axes, text: str) -> None:
        if not text.strip():
            raise ValueError("describe(axes, ''): empty text; say in a sentence what is shown")
        self.text = text
        with io.BytesIO() as target:
            axes.figure.savefig(target, format="png", dpi=110)
            self._png = target.getvalue()
        plt.close(axes.figure)

    def _repr_html_(self) -> str:
        data = base64.b64encode(self._png).decode()
        alt = html.escape(self.text)
        return (
            f'<img src="data:image/png;base64,{data}" alt="{alt}" '
            'style="max-width: 100%; background: white">'
        )

    def __repr__(self) -> str:
        return f"Figure: {self.text}"


def describe(axes: Axes, text: str) -> Described:
    """Finish a figure with a text alternative.

    Args:
        axes: any axes of the figure.
        text: one sentence that says what the figure shows.

    Returns:
        What the notebook shows; the figure is closed, so that it appears once.
    """
    return Described(axes, text)


def _rgb(colour: str) -> tuple[float, float, float]:
    """Turn "#0072B2" into three numbers 0..1."""
    return tuple(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
