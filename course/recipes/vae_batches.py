"""Two-bar melodies on a grid of sixteenths, out of chorales and fiddle tunes.

A window is 32 cells, two bars of four quarters from a bar line. Each cell holds the pitch that
sounds (-1 for silence) and whether it is struck there or held. The chorales give the windows of all
four voices, the two books of tunes those in 4/4 and 2/2, that is reels and hornpipes above all.
Windows with a note off the grid, with an irregular bar, or silent for more than half of their time
are left out. Splits are the corpora's own; `known_melodies` finds what stands in two of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch

from course.data.chorales import Chorale, load_chorales
from course.data.transposition import MOST_SEMITONES, SILENCE
from course.data.tunes import TICKS_PER_QUARTER, Tune, load_tunes
from course.errors import check_integer
from course.note_sequence import Instrument, Note, NoteSequence, Tempo

NUM_CELLS = 32  # sixteenths in a window
BAR_CELLS = 16
TICKS_PER_CELL = TICKS_PER_QUARTER // 4
TUNE_METRES = ((4, 4), (2, 2))
CORPORA = ("chorales", "tunes")
LISTENING_TEMPO = 110.0  # quarter notes a minute


@dataclass(frozen=True, eq=False)
class Windows:
    """N melodies of 32 cells."""

    pitches: np.ndarray  # (N, 32) int64, MIDI numbers, -1 for silence
    struck: np.ndarray  # (N, 32) bool, True where a note begins
    corpus: np.ndarray  # (N,) 0 for a voice of a chorale, 1 for a tune
    names: tuple[str, ...]  # (N,) piece, and voice or bar

    def __len__(self) -> int:
        return len(self.pitches)

    def pick(self, rows: Sequence[int] | np.ndarray) -> "Windows":
        """Give some of the melodies, in the order asked for.

        Args:
            rows: (n,) numbers of melodies, or (N,) booleans.

        Returns:
            New windows, n of them.
        """
        rows = np.arange(len(self))[np.asarray(rows)]
        names = tuple(self.names[row] for row in rows)
        return Windows(self.pitches[rows], self.struck[rows], self.corpus[rows], names)


@cache
def melody_windows(split: str, corpora: tuple[str, ...] = CORPORA) -> Windows:
    """Cut the two-bar melodies of one split, equal ones once; the second time at once.

    Args:
        split: "train", "valid" or "test".
        corpora: "chorales", "tunes", or both.

    Returns:
        The melodies in their own keys, chorales first.

    Raises:
        ValueError: if there is no such split or corpus, so that nothing is found.
    """
    found: dict[bytes, tuple] = {}
    for number, corpus in enumerate(CORPORA):
        if corpus in corpora:
            for pitches, struck, name in _windows_of(corpus, split):
                key = pitches.tobytes() + struck.tobytes()
                found.setdefault(key, (pitches, struck, number, name))
    if not found:
        raise ValueError(f"no melody in split {split!r} of {corpora}; choose train, valid or test")
    pitches, struck, corpus, names = zip(*found.values(), strict=True)
    return Windows(np.stack(pitches), np.stack(struck), np.array(corpus), names)


def _windows_of(corpus: str, split: str) -> Iterator[tuple[np.ndarray, np.ndarray, str]]:
    if corpus == "chorales":
        for chorale in load_chorales():
            if chorale.split == split:
                yield from _chorale_windows(chorale)
        return
    for tune in (*load_tunes("oneills"), *load_tunes("ryans")):
        if tune.split == split and tune.metre in TUNE_METRES and len(tune.metres) == 1:
            yield from _tune_windows(tune)


def _chorale_windows(chorale: Chorale) -> Iterator[tuple[np.ndarray, np.ndarray, str]]:
    for start in _regular_starts(chorale.bar_starts, BAR_CELLS, chorale.num_steps):
        cells = slice(start, start + NUM_CELLS)
        for voice, letter in enumerate("SATB"):
            window = cut_window(chorale.pitches[cells, voice], chorale.onsets[cells, voice])
            if window:
                yield *window, f"{chorale.name} {letter} {start}"


def _regular_starts(starts: np.ndarray, bar: int, end: int) -> list[int]:
    """Give the beginnings of bars that, like the next one, last as long as `bar`."""
    edges = np.append(starts, end)
    return starts[np.isin(starts + bar, starts) & np.isin(starts + 2 * bar, edges)].tolist()


def _tune_windows(tune: Tune) -> Iterator[tuple[np.ndarray, np.ndarray, str]]:
    pitches, struck, on_grid = tune_cells(tune)
    for tick in _regular_starts(tune.bar_starts, BAR_CELLS * TICKS_PER_CELL, tune.num_ticks):
        if tick % TICKS_PER_CELL:
            continue
        cells = slice(tick // TICKS_PER_CELL, tick // TICKS_PER_CELL + NUM_CELLS)
        window = cut_window(pitches[cells], struck[cells]) if on_grid[cells].all() else None
        if window:
            yield *window, f"{tune.name} {tick}"


def tune_cells(tune: Tune) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Put a tune on the grid of sixteenths.

    Args:
        tune: any tune.

    Returns:
        Of each cell (T,): the pitch, -1 for silence; whether it is struck; whether nothing in it
        begins or ends off the grid.
    """
    num_cells = -(-tune.num_ticks // TICKS_PER_CELL)
    pitches = np.full(num_cells, SILENCE, dtype=np.int64)
    struck, on_grid = np.zeros(num_cells, dtype=bool), np.ones(num_cells, dtype=bool)
    for pitch, start, end in zip(
        tune.pitches.tolist(), tune.starts, tune.starts + tune.durations, strict=True
    ):
        first, last = start // TICKS_PER_CELL, -(-end // TICKS_PER_CELL)
        pitches[first:last], struck[first] = pitch, True
        if start % TICKS_PER_CELL or end % TICKS_PER_CELL:
            on_grid[first:last] = False
    return pitches, struck, on_grid


def cut_window(pitches: np.ndarray, struck: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Make a melody of its own out of cells of a longer one.

    Args:
        pitches: (T,) cells, -1 for silence.
        struck: (T,) where notes begin.

    Returns:
        Both as new arrays (NUM_CELLS,); a note that was held into the window is struck at its
        beginning. None if there are not 32 cells, or more than half of them are silent.
    """
    if len(pitches) != NUM_CELLS or np.mean(pitches == SILENCE) > 0.5:
        return None
    pitches, struck = pitches.astype(np.int64), struck.copy()
    struck[0] = pitches[0] != SILENCE
    return pitches, struck & (pitches != SILENCE)


def known_melodies(windows: Windows, training: Windows) -> np.ndarray:
    """Say which melodies stand among others, in any key.

    Args:
        windows: N melodies.
        training: the others.

    Returns:
        (N,) booleans.
    """
    known = set(_shapes(training))
    return np.array([shape in known for shape in _shapes(windows)], dtype=bool)


def _shapes(windows: Windows) -> Iterator[bytes]:
    """Give what stays the same of each melody when it is moved to another key."""
    for pitches, struck in zip(windows.pitches, windows.struck, strict=True):
        first = pitches[pitches != SILENCE][0]
        yield np.where(pitches == SILENCE, -1000, pitches - first).tobytes() + struck.tobytes()


class WindowBatches:
    """Draws melodies, each in a key that keeps it in range, with the weight of the KL divergence.

    The weight rises in a straight line from 0 to `weight` over the first steps (Bowman et al. 2016,
    arXiv:1511.06349): a decoder that may ignore z while it is still noise never learns to hear it.

    Args:
        windows: melodies of the training split.
        low: lowest MIDI pitch.
        high: highest MIDI pitch, included.
        batch_size: melodies in a batch.
        semitones: how far a melody may be moved, 0 for its own key alone.
        weight: of the KL divergence at the end, beta; 1 gives the ELBO.
        annealing_steps: steps of the rise; 0 begins with `weight`.

    Raises:
        ValueError: if a number is out of range.
    """

    def __init__(
        self,
        windows: Windows,
        low: int,
        high: int,
        batch_size: int = 128,
        semitones: int = MOST_SEMITONES,
        weight: float = 1.0,
        annealing_steps: int = 0,
    ) -> None:
        check_integer("batch_size", batch_size, 1, 10**6, "128 is usual")
        check_integer("semitones", semitones, 0, 127, "6 reaches every key")
        check_integer("annealing_steps", annealing_steps, 0, 10**8, "0 for no annealing")
        self.windows, self.batch_size = windows, batch_size
        self.weight, self.annealing_steps = weight, annealing_steps
        sounding = windows.pitches != SILENCE
        lowest = np.where(sounding, windows.pitches, 127).min(axis=1)
        self.down = np.clip(lowest - low, 0, semitones)
        self.up = np.clip(high - windows.pitches.max(axis=1), 0, semitones)

    def __call__(self, step: int, generator: np.random.Generator) -> dict[str, torch.Tensor]:
        """Draw a batch.

        Args:
            step: number of the step, which says how far the weight has risen.
            generator: source of chance.

        Returns:
            "pitches" (B, 32) int64, "struck" (B, 32) bool, "weight" (B,) float, the same for all.
        """
        rows = generator.integers(len(self.windows), size=self.batch_size)
        by = generator.integers(-self.down[rows], self.up[rows] + 1)
        pitches = self.windows.pitches[rows]
        pitches = np.where(pitches == SILENCE, SILENCE, pitches + by[:, None])
        risen = min(1.0, step / self.annealing_steps) if self.annealing_steps else 1.0
        return {
            "pitches": torch.from_numpy(pitches),
            "struck": torch.from_numpy(self.windows.struck[rows]),
            "weight": torch.full((self.batch_size,), self.weight * risen),
        }


def window_music(
    pitches: np.ndarray, struck: np.ndarray, quarters_per_minute: float = LISTENING_TEMPO
) -> NoteSequence:
    """Turn cells into music for a flute.

    Args:
        pitches: (T,) MIDI numbers; what is no MIDI pitch is silence.
        struck: (T,) where notes begin; a pitch that differs from the one before begins anyway.
        quarters_per_minute: the tempo.

    Returns:
        The music, T sixteenths long.
    """
    pitches = [int(p) if 0 <= p <= 127 else SILENCE for p in np.asarray(pitches)]
    before = [SILENCE, *pitches[:-1]]
    edges = [
        i for i, p in enumerate(pitches) if p != before[i] or (struck[i] and p != SILENCE) or i == 0
    ]
    notes = tuple(
        Note(pitches[start], start / 4, end / 4)
        for start, end in zip(edges, [*edges[1:], len(pitches)], strict=True)
        if pitches[start] != SILENCE
    )
    return NoteSequence(
        notes,
        instruments=(Instrument(73, "Flute"),),
        tempos=(Tempo(0.0, quarters_per_minute),),
        total_quarters=len(pitches) / 4,
    )
