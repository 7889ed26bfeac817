"""What the diffusion models are worth: bounds, forms, wishes, filling in, and notes.

Everything here writes music and measures it; the trained models' cards hold the results. A number
of pieces or windows is given for each measure, so that a lesson can repeat a small part.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from course.data.chorales import load_chorales
from course.evaluation.card import metric_card
from course.evaluation.control import control_accuracy
from course.evaluation.control_measures import measure_density, measure_mode
from course.evaluation.fragments import isolated_sixteenths
from course.evaluation.likelihood import measure_likelihood
from course.models.grid_diffusion import UPDATES, GridDiffusion
from course.models.roll_diffusion import RollDiffusion
from course.models.timbre_diffusion import TimbreDiffusion
from course.models.voices import FREE, SILENCE
from course.models.wishes import DENSITIES, WISHES
from course.note_sequence import NoteSequence
from course.recipes.chorale_batches import chorale_grids
from course.recipes.diffusion_batches import WINDOW, window_roll
from course.recipes.filling_in import TASKS, filling_in
from course.recipes.timbre_measures import measure_generator
from course.recipes.window_wishes import DENSITY_BORDERS, window_wishes
from course.representation.piano_roll import decode_piano_roll
from course.representation.voice_grid import VoiceGrid
from course.sampling import Sampler

PIECE = 240  # sixteenths, the mean length of a chorale
STRENGTHS = (0.0, 1.0, 2.0, 4.0)  # of guidance
BATCH = 16  # pieces that are written at once
SAMPLER = Sampler(temperature=0.9)  # of four voices: as on the tour, see docs/experiments_10.md
FORM_ROWS = (  # in the order of the metric card
    "scale consistency",
    "qualified notes",
    "held cells",
    "voice crossings",
    "parallels per 100 similar motions",
    "consistency of pitch",
    "variance of pitch",
    "consistency of length",
    "variance of length",
)
ROLL_ROWS = (
    "scale consistency",
    "polyphony (pitches)",
    "qualified notes",
    "attacks per bar and voice",
    "note length (sixteenths)",
)
RANDOM = "random notes"
CRUMBS = "isolated sixteenths"


def measure_grids(model: GridDiffusion, budget: str) -> dict[str, Any]:
    """Measure a model of four voices for its card.

    Args:
        model: the network.
        budget: "smoke" for a few pieces only.

    Returns:
        "likelihoods" (bounds) and "measures".
    """
    smoke = budget == "smoke"
    pieces, windows, updates = (2, 1, 4) if smoke else (68, 24, UPDATES)
    draws, known = (1, 4) if smoke else (16, None)
    return {
        "likelihoods": {split: bound(model, split, draws, known) for split in SPLITS},
        "measures": {
            "form": form(model, pieces, 96 if smoke else PIECE, updates, known),
            "control": [wishes_granted(model, w, windows, updates // 4) for w in STRENGTHS],
            "filling in": {task: filling_in(model, task, pieces, updates) for task in TASKS},
        },
    }


SPLITS = ("valid", "test")


def bound(
    model: GridDiffusion, split: str, draws: int = 8, known: int | None = None
) -> dict[str, Any]:
    """Measure the bound on nats per note of one split.

    Args:
        model: the network; it is told no wishes.
        split: "valid" or "test".
        draws: masks for each window.
        known: pieces, the first ones of the split; None for all.

    Returns:
        As `Likelihood.to_json`, and "bound": true.
    """
    pieces = [piece for piece in load_chorales() if piece.split == split][:known]
    found = measure_likelihood(
        lambda grid: model.log_bounds(grid, draws),
        [piece.pitches for piece in pieces],
        [piece.tune_in_train for piece in pieces],
    )
    return {**found.to_json(), "bound": True}


def written(
    model: GridDiffusion, count: int, num_steps: int, seed: int = 0, **how: Any
) -> list[np.ndarray]:
    """Let a model write pieces from nothing.

    Args:
        model: the network.
        count: number of pieces.
        num_steps: length of each in sixteenths.
        seed: of the first; the next one has the next seed.
        how: wishes, guidance and the rest of `GridDiffusion.fill`; its sampler is `SAMPLER` if none
            is given.

    Returns:
        `count` arrays (num_steps, 4).
    """
    how = {"sampler": SAMPLER} | how
    empty, found = np.full((num_steps, 4), FREE), []
    for first in range(0, count, BATCH):
        numbers = range(first, min(first + BATCH, count))
        sources = [np.random.default_rng(seed + number) for number in numbers]
        found += list(model.fill(np.stack([empty] * len(sources)), sources, **how))
    return found


def random_notes(count: int, num_steps: int, seed: int = 0) -> list[np.ndarray]:
    """Draw every cell by itself, as often as its voice has that pitch in training chorales.

    Args:
        count: number of pieces.
        num_steps: length of each in sixteenths.
        seed: source of chance.

    Returns:
        `count` arrays (num_steps, 4).
    """
    source, heard = np.random.default_rng(seed), np.concatenate(chorale_grids("train"))
    rows = source.integers(len(heard), size=(count, num_steps, 4))
    return list(np.take_along_axis(heard[None], rows, axis=1))


def form(
    model: GridDiffusion,
    count: int,
    num_steps: int = PIECE,
    num_updates: int = UPDATES,
    known: int | None = None,
) -> dict[str, dict[str, float]]:
    """Measure what pieces are like, beside the training data and spoilt music.

    Args:
        model: the network.
        count: pieces that it writes.
        num_steps: length of each, at least 96 for the overlap areas.
        num_updates: as by `GridDiffusion.fill`.
        known: training pieces to compare with, the first ones; None for all.

    Returns:
        "model", "data" and the controls -> the rows of the metric card that concern form, and the
        share of isolated sixteenths.
    """
    data = chorale_grids("train")[:known]
    sets = {
        "model": written(model, count, num_steps, num_updates=num_updates),
        RANDOM: random_notes(count, num_steps),
    }
    card = metric_card(
        {name: [VoiceGrid(p) for p in pieces] for name, pieces in sets.items()},
        [VoiceGrid(piece) for piece in data],
    )
    found = {name: {row: card.value(row, name) for row in FORM_ROWS} for name in card.cells}
    for name, pieces in {**sets, "data": data}.items():
        found[name][CRUMBS] = float(np.nanmean([isolated_sixteenths(piece) for piece in pieces]))
    return found


def wishes_granted(
    model: GridDiffusion | RollDiffusion,
    guidance: float,
    count: int,
    num_updates: int = UPDATES // 4,
    kinds: Sequence[str] = tuple(WISHES),
) -> dict[str, Any]:
    """Ask for each mode and each density, and measure what comes.

    Args:
        model: of four voices or of rolls.
        guidance: how strongly wishes are heard.
        count: windows of four bars for each wish.
        num_updates: for four voices as by `GridDiffusion.fill`, for rolls the noise levels.
        kinds: "mode", "density", or both.

    Returns:
        "guidance"; for each kind "accuracy" and "shuffled", the accuracy that shuffled requests
        would have, and "different chords", how many the windows of that kind hold in all.
    """
    found: dict[str, Any] = {"guidance": guidance, "windows per wish": count}
    for place, kind in enumerate(kinds):
        asked, measured, frames = [], [], []
        for number, wish in enumerate(WISHES[kind]):
            seed = 10_000 * (1 + place) + 1_000 * number
            for window in _windows(model, count, seed, {kind: wish}, guidance, num_updates):
                asked.append(wish)
                measured.append(window_wishes_of(window)[tuple(WISHES).index(kind)])
                frames.append(window)
        accuracy, shuffled = control_accuracy(asked, measured)
        found[kind] = {
            "accuracy": accuracy,
            "shuffled": shuffled,
            "different chords": different_chords(frames),
        }
    return found


def _windows(
    model: GridDiffusion | RollDiffusion,
    count: int,
    seed: int,
    wish: Mapping[str, str],
    guidance: float,
    num_updates: int,
) -> list[np.ndarray] | list[NoteSequence]:
    """Let a model write windows for a wish."""
    if isinstance(model, GridDiffusion):
        how = {"guidance": guidance, "num_updates": num_updates, **wish}
        return written(model, count, WINDOW, seed, **how)
    rolls = model.write(
        count, np.random.default_rng(seed), guidance=guidance, num_steps=num_updates, **wish
    )
    return [decode_piano_roll(roll, low=model.config.low) for roll in rolls]


def window_wishes_of(window: np.ndarray | NoteSequence) -> tuple[str | None, str]:
    """Say of which mode and density a window is, whether it has voices or not.

    Args:
        window: (T, 4) pitches, or music.

    Returns:
        As `window_wishes`.
    """
    if not isinstance(window, NoteSequence):
        return window_wishes(window)
    number = int(np.searchsorted(DENSITY_BORDERS, measure_density(window), "right"))
    return measure_mode(window) if window.notes else None, DENSITIES[number]


def different_chords(windows: Sequence[np.ndarray | NoteSequence]) -> int:
    """Count different chords: which pitch classes sound, counted from the lowest note.

    Args:
        windows: (T, 4) pitches each, or music in sixteenths.

    Returns:
        The number of different ones in all windows together. More windows hold more: compare equal
        numbers.
    """
    chords = set()
    for window in windows:
        steps = window if not isinstance(window, NoteSequence) else _steps(window)
        for frame in steps:
            sounding = [int(pitch) for pitch in frame if pitch != SILENCE]
            if sounding:
                chords.add(frozenset((pitch - min(sounding)) % 12 for pitch in sounding))
    return len(chords)


def _steps(music: NoteSequence) -> list[list[int]]:
    """Give the pitches that sound at each sixteenth."""
    times = np.arange(round(4 * music.total_quarters)) / 4
    return [[n.pitch for n in music.notes if n.start <= time < n.end] for time in times]


def measure_rolls(model: RollDiffusion, budget: str) -> dict[str, Any]:
    """Measure a model of piano rolls for its card.

    Args:
        model: the network.
        budget: "smoke" for a few windows only.

    Returns:
        "measures": "form" and "control".
    """
    count, steps = (2, 4) if budget == "smoke" else (64, 50)
    rolls = [window_roll(grid[:WINDOW], model.config) for grid in chorale_grids("train")]
    data = [decode_piano_roll(roll, low=model.config.low) for roll in rolls]  # without voices, too
    rolls = model.write(count, np.random.default_rng(0), num_steps=steps)
    made = [decode_piano_roll(roll, low=model.config.low) for roll in rolls]
    card = metric_card({"model": made}, data, merge_repeats=False)
    columns = {name: {row: card.value(row, name) for row in ROLL_ROWS} for name in card.cells}
    control = [
        wishes_granted(model, guidance, 1 if budget == "smoke" else 24, steps)
        for guidance in STRENGTHS
    ]
    return {"measures": {"form": columns, "control": control}}


def measure_notes(model: TimbreDiffusion, budget: str) -> dict[str, Any]:
    """Measure a model of single notes for its card, as the GAN's notes are measured.

    Args:
        model: the network.
        budget: "smoke" for a few pairs only.

    Returns:
        "measures": "learned" and "held out".
    """
    every, number = (60, 2) if budget == "smoke" else (1, 8)
    return {"measures": measure_generator(model, number, every)}
