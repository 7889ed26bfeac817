"""Filling in: something is taken out of real windows; how much comes back as Bach wrote it?"""

import numpy as np

from course.models.grid_diffusion import UPDATES, GridDiffusion
from course.models.voices import FREE, SILENCE, VoiceModel
from course.recipes.chorale_batches import chorale_grids
from course.recipes.diffusion_batches import WINDOW

BAR = 16  # sixteenths
HARMONISE, REPAIR = "harmonise a soprano", "repair a bar"
TASKS = (HARMONISE, REPAIR)


def task_windows(
    task: str, count: int, split: str = "valid"
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Take something out of real windows: the first four bars of chorales.

    Args:
        task: one of `TASKS`: all voices but the soprano, or the third bar.
        count: chorales, the first ones of the split.
        split: "valid" or "test".

    Returns:
        For each the window (64, 4), and the same with `FREE` where something was taken out.

    Raises:
        ValueError: if there is no such task.
    """
    if task not in TASKS:
        raise ValueError(f"there is no task {task!r}; choose from {', '.join(TASKS)}")
    pairs = []
    for grid in chorale_grids(split)[:count]:
        window = grid[:WINDOW]
        holes = window.copy()
        if task == HARMONISE:
            holes[:, 1:] = FREE
        else:
            holes[2 * BAR : 3 * BAR] = FREE
        pairs.append((window, holes))
    return pairs


def filling_in(
    model: VoiceModel, task: str, count: int, num_updates: int = UPDATES, seed: int = 0
) -> dict[str, float]:
    """Measure how much of what was taken out comes back as Bach wrote it.

    Args:
        model: a diffusion model of four voices, or any model that writes cell by cell.
        task: one of `TASKS`.
        count: chorales.
        num_updates: as by `GridDiffusion.fill`.
        seed: source of chance.

    Returns:
        "model" and "copy" -> share of the missing cells that are Bach's. The copy lowers the
        soprano by each voice's usual distance, or repeats the bar before.
    """
    how = {"num_updates": num_updates} if isinstance(model, GridDiffusion) else {}
    shares: dict[str, list[float]] = {"model": [], "copy": []}
    distances = usual_distances() if task == HARMONISE else None
    for number, (window, holes) in enumerate(task_windows(task, count)):
        missing, source = holes == FREE, np.random.default_rng(seed + number)
        filled = model.generate(len(window), source, given=holes, **how)
        if distances is None:
            copy = np.roll(window, BAR, axis=0)
        else:
            copy = np.where(window[:, :1] == SILENCE, SILENCE, window[:, :1] - distances)
        for name, answer in (("model", filled), ("copy", copy)):
            shares[name].append(float((answer == window)[missing].mean()))
    return {name: float(np.mean(values)) for name, values in shares.items()}


def usual_distances() -> np.ndarray:
    """Give how far each voice usually lies below the soprano.

    Returns:
        (4,) semitones: the most frequent distance of each voice in training chorales.
    """
    heard = np.concatenate(chorale_grids("train"))
    heard = heard[(heard != SILENCE).all(axis=1)]
    return np.array([np.bincount(np.abs(heard[:, 0] - voice)).argmax() for voice in heard.T])
