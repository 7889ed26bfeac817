"""Measure the shipped generators of four tracks against their limits: three seeds of one recipe.

make tracks
"""

import sys

import numpy as np

from course.data import load_chorales
from course.evaluation.originality import build_run_index, longest_shared_run
from course.evaluation.tracks import (
    MUSEGAN,
    MUSEGAN_TONAL,
    compare_tracks,
    measure_tracks,
    track_lines,
)
from course.models.checkpoints import load
from course.recipes.phrases import chorale_phrases
from course.recipes.track_recipe import MEASURED, TRACK_GANS, write_phrases

LIMITS = {  # what `compare_tracks` says -> (least, most)
    "qualified notes": (0.0, 0.15),
    "empty bars": (0.0, 5.0),
    "used pitch classes": (0.0, 1.0),
    "spread": (0.7, float("inf")),
    "collapsed tracks": (0.0, 0.0),
}
SEARCHED = 100  # phrases that are looked for in the training set


def broken_limits(found: dict[str, float]) -> list[str]:
    """Name the measurements that lie outside their limits.

    Args:
        found: what `compare_tracks` gave.

    Returns:
        Their names.
    """
    return [name for name, (low, high) in LIMITS.items() if not low <= found[name] <= high]


def copy_line(name: str, phrases: np.ndarray) -> str:
    """Say how long the runs are that phrases share with training pieces.

    Args:
        name: whose phrases they are.
        phrases: (N, T, M) pitches.

    Returns:
        A line.
    """
    training = [piece.grid for piece in load_chorales() if piece.split == "train"]
    index = build_run_index(training)
    runs = [longest_shared_run(phrase, index).num_steps for phrase in phrases]
    whole = sum(run == phrases.shape[1] for run in runs)
    return (
        f"{name:14s} longest run shared with training: median {np.median(runs):g}, nine in ten "
        f"{np.quantile(runs, 0.9):g}, most {max(runs)} of {phrases.shape[1]} sixteenths; "
        f"{whole} of {len(runs)} phrases are copies"
    )


def main() -> int:
    """Print all numbers; give 1 if a limit is broken."""
    valid = chorale_phrases("valid")
    real = measure_tracks(valid)
    written = {name: write_phrases(load(name), MEASURED) for name in TRACK_GANS}
    found = {name: measure_tracks(phrases) for name, phrases in written.items()}
    print(f"{MEASURED} phrases each; tracks: soprano, alto, tenor, bass")
    print("\n".join(track_lines({"validation": real, **found})))
    print("Published, other data and grid: bass, guitar, piano, strings")
    for name, rows in MUSEGAN.items():
        tonal = MUSEGAN_TONAL.get(name, ())
        print(f"{name:15s} EB {rows[0]}  UPC {rows[1]}  QN {rows[2]}  TD {tonal or '–'}")
    broken = {}
    for name, measures in found.items():
        far = compare_tracks(measures, real)
        broken[name] = broken_limits(far)
        shown = ", ".join(f"{what} {number:.3f}" for what, number in far.items())
        print(f"{name}: {shown}: {'limits kept' if not broken[name] else broken[name]}")
    for name, phrases in {"held-out Bach": valid[::8], **written}.items():
        print(copy_line(name, phrases[:SEARCHED]))
    return int(any(broken.values()))


if __name__ == "__main__":
    sys.exit(main())
