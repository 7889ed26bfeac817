"""Is it new? The longest stretch of a piece that stands in the training set, in whatever key.

**What is counted.** A *shared run* of n sixteenths is a stretch of n steps of the piece and one of
a training piece that are equal sixteenth by sixteenth in all voices, after one transposition of the
whole stretch. Held cells count like moving ones, so the final chord of a bar alone makes a run of
16; `SharedRun.changes` says in how many steps anything moves. Attacks are not compared. A run ends
where all voices are silent. Give grids of one column for melodies.

**What is normal.** Bach's own chorales share runs. Against train, the longest run of a chorale has
a median of 18 sixteenths in valid and 16 in test, and one in ten has 24 or more, a bar and a half
(soprano alone: 40 and 56, where the tune is in train 77 and 96). Longer ones deserve to be heard
beside their source: `passages`.

References:
    Yin, Reuben, Stepney, Collins: Measuring when a music generation algorithm copies too much,
        SN Computer Science 3, 2022, doi:10.1007/s42979-022-01220-y (originality over training).
    Hadjeres, Pachet, Nielsen: DeepBach, ICML 2017, arXiv:1612.01010 (longest copied passages).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from course.evaluation.note_table import Piece, note_table
from course.note_sequence import NoteSequence
from course.representation.voice_grid import SILENCE, VoiceGrid, decode_voice_grid

UNKNOWN = -1  # number of an edge, or window of edges, that stands nowhere in the training set
BROKEN = 999  # in place of an interval from or to silence


@dataclass(frozen=True)
class SharedRun:
    """The longest stretch that a piece has in common with the training set."""

    num_steps: int  # length in sixteenths; 0: no two neighbouring steps are shared
    start: int  # first step in the piece
    source: int  # index of the training piece, -1 if nothing is shared
    source_name: str  # its name
    source_start: int  # first step in the training piece
    transposition: int  # semitones up from the training piece to this one
    changes: int  # steps of the run, after its first, in which a voice moves

    def __str__(self) -> str:
        if not self.num_steps:
            return "nothing shared with the training set"
        key = f"{abs(self.transposition)} semitones {'up' if self.transposition > 0 else 'down'}"
        return (
            f"{self.num_steps} sixteenths with {self.changes} changes, from step {self.start}: as "
            f"in {self.source_name} from step {self.source_start}"
            + (f", {key}" if self.transposition else ", in the same key")
        )


@dataclass(frozen=True, eq=False)
class RunIndex:
    """All training pieces, prepared for `longest_shared_run`; made by `build_run_index`.

    An *edge* is two neighbouring steps without their key: the intervals between the voices in
    both, and the interval of the move. A run of n steps is n - 1 equal edges in a row. Windows of
    1, 2, 4, 8 ... edges are numbered, equal windows alike; two overlapping windows of a power of
    two make a window of any length.
    """

    pieces: tuple[np.ndarray, ...]  # (T, V) pitches of each training piece
    names: tuple[str, ...]  # one for each piece
    edges: dict[bytes, int]  # edge -> its number
    owners: np.ndarray  # (N,) piece of each step, all pieces joined
    steps: np.ndarray  # (N,) step inside its piece
    windows: tuple[np.ndarray, ...]  # level k: (N,) number of the window of 2**k edges from a step
    pairs: tuple[np.ndarray, ...]  # level k: sorted pairs of windows of level k - 1


def build_run_index(pieces: Sequence[Piece], names: Sequence[str] | None = None) -> RunIndex:
    """Prepare training pieces to be searched.

    Args:
        pieces: the training pieces, all with the same voices in the same order.
        names: what to call them; without names "training piece 0" and so on.

    Returns:
        The index.

    Raises:
        ValueError: if there are no pieces, if they differ in their number of voices, or if there
            are not as many names.
    """
    grids = tuple(note_table(piece).voice_pitches for piece in pieces)
    names = [f"training piece {i}" for i in range(len(grids))] if names is None else names
    voices = sorted({grid.shape[1] for grid in grids})
    if len(voices) != 1 or len(names) != len(grids):
        raise ValueError(
            f"{len(grids)} pieces with {voices} voices and {len(names)} names; give at least one "
            "piece, all with as many voices, and a name for each"
        )
    edges: dict[bytes, int] = {}
    keys = [key for grid in grids for key in _edges(grid)]
    numbers = [UNKNOWN if key is None else edges.setdefault(key, len(edges)) for key in keys]
    windows, pairs = [np.array(numbers, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    while (windows[-1] != UNKNOWN).any():
        joined = _join(windows[-1], 1 << (len(windows) - 1))
        pairs.append(np.unique(joined[joined != UNKNOWN]))
        windows.append(_places(joined, pairs[-1]))
    return RunIndex(
        pieces=grids,
        names=tuple(names),
        edges=edges,
        owners=np.repeat(np.arange(len(grids)), [len(grid) for grid in grids]),
        steps=np.concatenate([np.arange(len(grid)) for grid in grids]),
        windows=tuple(windows),
        pairs=tuple(pairs),
    )


def longest_shared_run(piece: Piece, index: RunIndex, exclude: int | None = None) -> SharedRun:
    """Find the longest run that a piece shares with the training set.

    Args:
        piece: the piece, with as many voices as the training pieces.
        index: what `build_run_index` gave.
        exclude: index of a training piece to leave out, such as the piece itself.

    Returns:
        The longest run, of several as long the one with most changes; its first place in the
        training set.

    Raises:
        ValueError: if the piece has another number of voices.
    """
    grid = note_table(piece).voice_pitches
    voices = index.pieces[0].shape[1]
    if grid.shape[1] != voices:
        raise ValueError(f"a piece of {grid.shape[1]} voices, an index of {voices}; give as many")
    levels = _windows_of(grid, index)
    allowed = index.owners != (UNKNOWN if exclude is None else exclude)
    least, most = 0, len(grid) - 1  # edges that are known to be shared, and that may be
    while least < most:
        middle = (least + most + 1) // 2
        shared = bool(_shared(levels, index, allowed, middle))
        least, most = (middle, most) if shared else (least, middle - 1)
    if least < 1:
        return SharedRun(0, 0, UNKNOWN, "", 0, 0, 0)
    places = _shared(levels, index, allowed, least)
    moved = (grid[1:] != grid[:-1]).any(axis=1)
    changes = {start: int(moved[start : start + least].sum()) for start in places}
    start = max(changes, key=changes.__getitem__)
    source, source_start = int(index.owners[places[start]]), int(index.steps[places[start]])
    voice = int((grid[start] != SILENCE).argmax())
    return SharedRun(
        num_steps=least + 1,
        start=start,
        source=source,
        source_name=index.names[source],
        source_start=source_start,
        transposition=int(grid[start, voice]) - int(index.pieces[source][source_start, voice]),
        changes=changes[start],
    )


def passages(piece: Piece, run: SharedRun, index: RunIndex) -> dict[str, NoteSequence]:
    """Cut out the shared run and its source, to be heard side by side, each in its own key.

    Args:
        piece: the piece that was searched.
        run: what `longest_shared_run` gave for it.
        index: the index that was searched.

    Returns:
        Name -> passage, the piece's first, as `course.playback.compare` takes them; nothing for an
        empty run. Equal neighbours are held, since attacks are not compared.
    """
    if not run.num_steps:
        return {}
    grid = note_table(piece).voice_pitches
    cuts = {
        f"this piece from step {run.start}": (grid, run.start),
        f"{run.source_name} from step {run.source_start}": (
            index.pieces[run.source],
            run.source_start,
        ),
    }
    return {
        name: decode_voice_grid(VoiceGrid(pitches[start : start + run.num_steps]))
        for name, (pitches, start) in cuts.items()
    }


def _edges(grid: np.ndarray) -> list[bytes | None]:
    """Write each step and the next one without their key; None where one of them is silent.

    Distances are counted from the first sounding voice of a step, and so is the move.
    """
    pitches = grid.astype(np.int16)
    sounding = pitches != SILENCE
    anchor = np.take_along_axis(pitches, sounding.argmax(axis=1)[:, None], axis=1)  # (T, 1)
    shapes = np.where(sounding, pitches - anchor, BROKEN)  # (T, V)
    rows = np.hstack([shapes[:-1], shapes[1:], np.diff(anchor, axis=0)])  # (T - 1, 2 V + 1)
    linked = (sounding[1:].any(axis=1) & sounding[:-1].any(axis=1)).tolist()
    keys = [row.tobytes() if link else None for row, link in zip(rows, linked, strict=True)]
    return [*keys, None] if len(grid) else []


def _windows_of(grid: np.ndarray, index: RunIndex) -> list[np.ndarray]:
    """Number the windows of a piece as those of the training set, level by level."""
    first = [UNKNOWN if key is None else index.edges.get(key, UNKNOWN) for key in _edges(grid)]
    levels = [np.array(first, dtype=np.int64)]
    for level, pairs in enumerate(index.pairs[1:]):
        levels.append(_places(_join(levels[-1], 1 << level), pairs))
    return levels


def _shared(
    levels: list[np.ndarray], index: RunIndex, allowed: np.ndarray, num_edges: int
) -> dict[int, int]:
    """Find the windows of so many edges in both: step in the piece -> first place in the index."""
    level = num_edges.bit_length() - 1
    if level >= len(levels):
        return {}
    distance = num_edges - (1 << level)
    names, kinds = np.unique(_join(levels[level], distance), return_inverse=True)
    found = _places(_join(index.windows[level], distance), names)
    hits = np.flatnonzero((found != UNKNOWN) & allowed)
    hit_kinds, first = np.unique(found[hits], return_index=True)
    places = np.full(len(names), UNKNOWN)
    places[hit_kinds] = hits[first]
    places[names == UNKNOWN] = UNKNOWN
    return {step: int(places[kind]) for step, kind in enumerate(kinds) if places[kind] != UNKNOWN}


def _join(windows: np.ndarray, distance: int) -> np.ndarray:
    """Name the pair of a window and the one `distance` steps later; UNKNOWN if either is."""
    later = np.full(len(windows), UNKNOWN)
    later[: max(0, len(windows) - distance)] = windows[distance:]
    known = (windows != UNKNOWN) & (later != UNKNOWN)
    return np.where(known, windows << 32 | later, UNKNOWN)


def _places(names: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Give the place of each name in a sorted list, UNKNOWN for those that are not in it."""
    if not len(known):
        return np.full(len(names), UNKNOWN)
    places = np.minimum(np.searchsorted(known, names), len(known) - 1)
    return np.where(known[places] == names, places, UNKNOWN)
