"""Batches of chorales for networks of four voices: windows in any key that is in range."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from course.data.chorales import CHORAL_PROGRAM, LISTENING_TEMPO, VOICES, load_chorales
from course.data.transposition import MOST_SEMITONES, SILENCE, transposition_range
from course.errors import check_integer
from course.models.chained_voices import ChainedVoices
from course.note_sequence import Instrument, NoteSequence, Tempo
from course.representation.voice_grid import VoiceGrid, decode_voice_grid

IGNORED = -100  # a class that the loss leaves out


def chorale_grids(split: str) -> list[np.ndarray]:
    """Give the chorales of one split.

    Args:
        split: "train", "valid" or "test".

    Returns:
        Pitches (T, 4) of each, in its own key.
    """
    return [chorale.pitches for chorale in load_chorales() if chorale.split == split]


class ChoraleBatches:
    """Draws windows of chorales: any piece by its length, any key in range, any place.

    A window knows the frame before it and its place in the bar, counted from the start of the
    piece. A piece that is shorter than a window is padded with frames that the loss leaves out.

    Args:
        grids: pieces (T, 4), at least one.
        net: the network that reads them; it prepares each piece.
        window: steps in a window.
        batch_size: windows in a batch.
        semitones: how far a piece may be moved, 0 for its own key alone.

    Raises:
        ValueError: if there is no piece, or a number is out of range.
    """

    def __init__(
        self,
        grids: Sequence[np.ndarray],
        net: ChainedVoices,
        window: int = 96,
        batch_size: int = 32,
        semitones: int = MOST_SEMITONES,
    ) -> None:
        check_integer("window", window, 1, 10**6, "96 sixteenths are six bars")
        check_integer("batch_size", batch_size, 1, 10**6, "32 is usual")
        if not len(grids):
            raise ValueError("there are no pieces; give at least one")
        self.grids = list(grids)
        self.net, self.window, self.batch_size = net, window, batch_size
        self.semitones = semitones
        lengths = np.array([len(grid) for grid in self.grids])
        self.shares = lengths / lengths.sum()

    def __call__(self, step: int, generator: np.random.Generator) -> tuple[torch.Tensor, ...]:
        """Draw a batch.

        Args:
            step: is not looked at; the generator is seeded for it.
            generator: source of chance.

        Returns:
            What the network's `prepare` gives, (B, T, ...) each; the frames last, `IGNORED` where
            a piece has ended.
        """
        drawn = generator.choice(len(self.grids), self.batch_size, p=self.shares)
        windows = [self._window(self.grids[number], generator) for number in drawn]
        return tuple(torch.from_numpy(np.stack(part)) for part in zip(*windows, strict=True))

    def _window(self, grid: np.ndarray, generator: np.random.Generator) -> list[np.ndarray]:
        """Cut one window out of a piece in some key."""
        keys = transposition_range(grid, self.net.config.low, self.net.config.high)
        keys = [key for key in keys if abs(key) <= self.semitones] or [0]
        moved = np.where(grid == SILENCE, SILENCE, grid + generator.choice(keys))
        start = int(generator.integers(max(0, len(grid) - self.window) + 1))
        *given, frames = (a[start : start + self.window] for a in self.net.prepare(moved))
        return [*(_padded(array, self.window, 0) for array in given), _padded(frames, self.window)]


def _padded(array: np.ndarray, rows: int, filling: int = IGNORED) -> np.ndarray:
    """Add rows at the end."""
    missing = [(0, rows - len(array)), *[(0, 0)] * (array.ndim - 1)]
    return np.pad(array, missing, constant_values=filling)


def chorale_loss(model: nn.Module, batch: tuple[torch.Tensor, ...]) -> torch.Tensor:
    """Give the mean of -ln p over all cells of a batch, in nats per note.

    Args:
        model: a `ChainedVoices`.
        batch: what `ChoraleBatches` draws, tensors (B, T, ...).

    Returns:
        A scalar.
    """
    *given, frames = batch
    logits = model(*given, frames.clamp(min=0))  # what is ignored must still be a class
    return nn.functional.cross_entropy(
        logits.flatten(0, -2), frames.flatten(), ignore_index=IGNORED
    )


def chorale_music(
    pitches: np.ndarray, quarters_per_minute: float = LISTENING_TEMPO
) -> NoteSequence:
    """Turn what a model of four voices has written into music for an organ.

    Args:
        pitches: (T, 4) MIDI numbers, -1 for silence; S, A, T, B, in sixteenths, or the first of
            these voices only. Equal neighbours are held.
        quarters_per_minute: the tempo.

    Returns:
        The music.
    """
    voices = tuple(Instrument(CHORAL_PROGRAM, voice) for voice in VOICES[: np.shape(pitches)[1]])
    piece = decode_voice_grid(VoiceGrid(np.asarray(pitches)), instruments=voices)
    tempos = (Tempo(0.0, quarters_per_minute),)
    return NoteSequence(piece.notes, voices, tempos, total_quarters=piece.total_quarters)
