"""How phrases of several tracks compare with real ones, and whether a generator has collapsed.

A set of phrases is an array (N, T, M): N phrases of T sixteenths in M tracks, MIDI pitches, -1 for
silence. Touching equal pitches count as one note, for such grids cannot tell. Each track is
measured alone, as MuseGAN's authors did, and each pair of tracks by its tonal distance. None of the
numbers is a mark: what is near that of real phrases is good.

References:
    Dong, Hsiao, Yang, Yang: MuseGAN, AAAI 2018, arXiv:1709.06298 (all but the
        distances of phrases).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from course.errors import check_shape
from course.evaluation.descriptors import empty_bars, qualified_notes, used_pitch_classes
from course.evaluation.voice_leading import tonal_distance

LEAST_SPREAD = 0.5  # of the real distance of phrases; a track below it has collapsed
MOST_EMPTY = 0.5  # share of empty bars; a track above it has collapsed
MUSEGAN = {  # of bass, guitar, piano and strings: EB in %, UPC, QN in % (tables 1 and 2)
    "MuseGAN's data": ((8.06, 19.4, 24.8, 10.1), (1.71, 3.08, 3.28, 3.38), (90, 81.9, 88.4, 89.6)),
    "its jamming": ((6.59, 18.3, 22.6, 6.1), (1.53, 3.69, 4.13, 4.09), (71.5, 56.6, 62.2, 63.1)),
    "its composer": ((0.01, 1.34, 0.02, 0.01), (2.51, 4.2, 4.89, 5.19), (49.5, 47.4, 49.9, 52.5)),
    "its hybrid": ((2.14, 11.7, 17.8, 6.04), (2.35, 4.76, 5.45, 5.24), (44.6, 43.2, 45.5, 52)),
}
MUSEGAN_TONAL = {  # model -> tonal distance of bass-guitar, bass-strings, strings-piano
    "MuseGAN's data": (1.57, 1.58, 1.02),
    "its jamming": (1.56, 1.60, 1.05),
    "its composer": (1.37, 1.36, 0.91),
}


@dataclass(frozen=True, eq=False)
class TrackMeasures:
    """What `measure_tracks` found; one number for each track unless another count is named."""

    empty: np.ndarray  # (M,) share of bars without a note
    pitch_classes: np.ndarray  # (M,) pitch classes in a bar that is not empty
    all_pitch_classes: float  # the same, of all tracks together
    qualified: np.ndarray  # (M,) share of notes of an eighth at least
    tonal: dict[tuple[int, int], float]  # pair of tracks -> tonal distance
    spread: np.ndarray  # (M,) share of cells in which two phrases differ, mean over all pairs

    @property
    def distance(self) -> float:
        """Mean distance of two phrases: the share of cells in which they differ."""
        return float(self.spread.mean())


def mean_pairwise_distance(phrases: np.ndarray) -> np.ndarray:
    """Measure how different the phrases of a set are, track by track.

    The mean over all pairs of phrases of the share of their cells that differ. It is counted cell
    by cell: of N (N - 1) ordered pairs, sum over pitches n (n - 1) agree in a cell.

    Args:
        phrases: (N, T, M) pitches, at least two phrases.

    Returns:
        (M,) distances, 0 (all phrases are the same) .. 1.

    Raises:
        ValueError: if there are fewer than two phrases, or the array has other axes.
    """
    check_shape("phrases", phrases.shape, ("N", "T", "M"), "phrases, steps, tracks")
    if len(phrases) < 2:
        raise ValueError(f"{len(phrases)} phrases; give at least two, to have a pair")
    N = len(phrases)
    agree = np.zeros(phrases.shape[1:])
    for pitch in np.unique(phrases):
        same = (phrases == pitch).sum(axis=0)  # (T, M)
        agree += same * (same - 1)
    return 1 - agree.mean(axis=0) / (N * (N - 1))


def measure_tracks(phrases: np.ndarray) -> TrackMeasures:
    """Measure a set of phrases.

    Args:
        phrases: (N, T, M) pitches, -1 for silence; at least two phrases of whole bars of sixteen.

    Returns:
        The measures; means over phrases, but the qualified notes' share is of all notes together.

    Raises:
        ValueError: if there are fewer than two phrases, or the array has other axes.
    """
    spread = mean_pairwise_distance(phrases)
    M = phrases.shape[2]
    tracks = [_one_after_the_other(phrases[:, :, track : track + 1]) for track in range(M)]
    apart = [[phrase[:, track : track + 1] for phrase in phrases] for track in range(M)]
    return TrackMeasures(
        empty=np.array([empty_bars(track) for track in tracks]),
        pitch_classes=np.array([used_pitch_classes(track) for track in tracks]),
        all_pitch_classes=used_pitch_classes(_one_after_the_other(phrases)),
        qualified=np.array([_qualified(pieces) for pieces in apart]),
        tonal={
            (first, second): tonal_distance(_one_after_the_other(phrases), first, second)
            for first, second in combinations(range(M), 2)
        },
        spread=spread,
    )


def _one_after_the_other(phrases: np.ndarray) -> np.ndarray:
    """Join phrases to one piece; what is counted by bars or beats does not notice."""
    return phrases.reshape(-1, phrases.shape[2])


def _qualified(pieces: list[np.ndarray]) -> float:
    """Give the share of qualified notes of all phrases, none of which reaches into the next."""
    silent = np.full((1, 1), -1, dtype=pieces[0].dtype)
    return qualified_notes(np.concatenate([part for piece in pieces for part in (piece, silent)]))


def collapsed_tracks(made: TrackMeasures, real: TrackMeasures) -> list[int]:
    """Name the tracks that say always the same, or nothing.

    Args:
        made: of generated phrases.
        real: of real ones.

    Returns:
        Tracks, counted from 0, whose phrases differ less than half as much as the real ones, or
        that are empty in more than half of the bars.
    """
    poor = (made.spread < LEAST_SPREAD * real.spread) | (made.empty > MOST_EMPTY)
    return np.flatnonzero(poor).tolist()


def compare_tracks(made: TrackMeasures, real: TrackMeasures) -> dict[str, float]:
    """Say how far generated phrases are from real ones, at the worst track.

    Args:
        made: of generated phrases.
        real: of real ones.

    Returns:
        "qualified notes" (largest difference of a track's share), "empty bars" (the same, in
        points of a hundred), "used pitch classes" (the same, in pitch classes, all tracks together
        among them), "tonal distance" (largest difference of a pair), "spread" (mean distance of
        two phrases as a multiple of the real one), "collapsed tracks" (their number).
    """

    def farthest(one: np.ndarray, other: np.ndarray) -> float:
        return float(np.max(np.abs(np.asarray(one) - np.asarray(other))))

    pairs = list(real.tonal)
    return {
        "qualified notes": farthest(made.qualified, real.qualified),
        "empty bars": 100 * farthest(made.empty, real.empty),
        "used pitch classes": farthest(
            [*made.pitch_classes, made.all_pitch_classes],
            [*real.pitch_classes, real.all_pitch_classes],
        ),
        "tonal distance": farthest(
            [made.tonal[pair] for pair in pairs], [real.tonal[pair] for pair in pairs]
        ),
        "spread": made.distance / real.distance,
        "collapsed tracks": float(len(collapsed_tracks(made, real))),
    }


def track_lines(sets: Mapping[str, TrackMeasures]) -> list[str]:
    """Write measures in lines, a set in each.

    Args:
        sets: name -> its measures.

    Returns:
        A heading and a line for each set: empty bars in per cent, used pitch classes, qualified
        notes in per cent, each track by track; tonal distance, least and most of all pairs; the
        mean distance of two phrases, the spread.
    """
    heads = ("empty bars %", "pitch classes", "qualified %", "tonal", "spread")
    lines = [track_line("", heads)]
    for name, found in sets.items():
        tonal = found.tonal.values()
        cells = (
            " ".join(f"{100 * value:.1f}" for value in found.empty),
            " ".join(f"{value:.1f}" for value in found.pitch_classes),
            " ".join(f"{100 * value:.0f}" for value in found.qualified),
            f"{min(tonal):.2f}–{max(tonal):.2f}" if tonal else "",
            f"{found.distance:.3f}",
        )
        lines.append(track_line(name, cells))
    return lines


def track_line(name: str, cells: Sequence[str]) -> str:
    """Write one line of the table of `track_lines`.

    Args:
        name: of the set.
        cells: up to five texts.

    Returns:
        A line of at most 90 characters if the texts are short enough.
    """
    columns = zip(cells, (18, 15, 12, 9, 6), strict=False)
    return " | ".join([f"{name:14s}", *(f"{cell:>{width}s}" for cell, width in columns)])
