"""Phrases of chorales for networks of several tracks: two bars, from a bar line, in one key.

All pieces are moved to the key without signature, C major or A minor, so that a small network need
not learn twelve keys.
"""

import numpy as np
import torch

from course.data.chorales import Chorale, load_chorales
from course.data.transposition import SILENCE
from course.errors import check_integer
from course.note_sequence import NoteSequence
from course.recipes.chorale_batches import chorale_music

STEPS_PER_BAR = 16


def chorale_phrases(
    split: str, num_bars: int = 2, low: int = 36, high: int = 81, hop_bars: int = 1
) -> np.ndarray:
    """Cut the chorales of one split into phrases of full bars of 4/4.

    Args:
        split: "train", "valid" or "test".
        num_bars: bars in a phrase, 1..16.
        low: lowest MIDI pitch; a phrase that leaves the range is left out.
        high: highest MIDI pitch, included.
        hop_bars: bars from one phrase to the next.

    Returns:
        (N, T, 4) int16 pitches, -1 for silence, in C major or A minor.

    Raises:
        ValueError: if a number is out of range.
    """
    check_integer("num_bars", num_bars, 1, 16, "2 to 4 bars make a phrase")
    check_integer("hop_bars", hop_bars, 1, 16, "1 begins a phrase at each bar line")
    found = [
        phrase
        for chorale in load_chorales()
        if chorale.split == split
        for phrase in _phrases(chorale, num_bars, hop_bars)
        if low <= phrase[phrase >= 0].min(initial=high) and phrase.max() <= high
    ]
    return np.stack(found)


def _phrases(chorale: Chorale, num_bars: int, hop_bars: int) -> list[np.ndarray]:
    """Cut one chorale, moved to the key without signature."""
    moved = to_plain_key(chorale.pitches, chorale.fifths)
    starts = chorale.bar_starts
    lengths = np.diff(np.append(starts, chorale.num_steps))
    return [
        moved[starts[bar] : starts[bar] + num_bars * STEPS_PER_BAR]
        for bar in range(0, len(starts) - num_bars + 1, hop_bars)
        if (lengths[bar : bar + num_bars] == STEPS_PER_BAR).all()
    ]


def to_plain_key(pitches: np.ndarray, fifths: int) -> np.ndarray:
    """Move a piece by the shortest way to the key without sharps and flats.

    Args:
        pitches: MIDI numbers of any shape, -1 for silence.
        fifths: sharps of the key signature, flats below 0.

    Returns:
        A new array of the same shape; a piece in D major (two sharps) is two semitones lower.
    """
    down = (7 * fifths) % 12
    semitones = -down if down <= 6 else 12 - down
    return np.where(pitches == SILENCE, SILENCE, pitches + semitones)


class PhraseBatches:
    """Draws phrases as ones and zeros.

    Args:
        phrases: (N, T, M) pitches, -1 for silence, at least one.
        low: MIDI pitch of class 1.
        num_classes: V.
        batch_size: phrases in a batch.
    """

    def __init__(
        self, phrases: np.ndarray, low: int, num_classes: int, batch_size: int = 64
    ) -> None:
        check_integer("batch_size", batch_size, 1, 10**6, "64 is usual")
        if not len(phrases):
            raise ValueError("there are no phrases; give at least one")
        self.classes = torch.from_numpy(pitches_to_classes(phrases, low)).transpose(1, 2)
        self.num_classes, self.batch_size = num_classes, batch_size

    def __call__(self, step: int, generator: np.random.Generator) -> torch.Tensor:
        """Draw a batch.

        Args:
            step: is not looked at; the generator is seeded for it.
            generator: source of chance.

        Returns:
            (B, M, T, V) ones and zeros.
        """
        drawn = torch.from_numpy(generator.integers(len(self.classes), size=self.batch_size))
        return torch.nn.functional.one_hot(self.classes[drawn], self.num_classes).float()


def pitches_to_classes(pitches: np.ndarray, low: int) -> np.ndarray:
    """Number pitches from 1, and silence 0.

    Args:
        pitches: MIDI numbers of any shape, -1 for silence.
        low: pitch of class 1.

    Returns:
        int64 of the same shape.
    """
    return np.where(pitches == SILENCE, 0, pitches.astype(np.int64) - low + 1)


def phrases_music(phrases: np.ndarray, rest_steps: int = 4) -> NoteSequence:
    """Play phrases one after the other, with a short silence behind each.

    Args:
        phrases: (N, T, 4) pitches, -1 for silence; S, A, T, B.
        rest_steps: sixteenths of silence.

    Returns:
        The music, for an organ.
    """
    rests = np.full((len(phrases), rest_steps, phrases.shape[2]), SILENCE)
    return chorale_music(np.concatenate([phrases, rests], axis=1).reshape(-1, phrases.shape[2]))


def phrases_of(cells: torch.Tensor, low: int) -> np.ndarray:
    """Read phrases off ones and zeros, or off logits.

    Args:
        cells: (B, M, T, V).
        low: pitch of class 1.

    Returns:
        (B, T, M) int16 pitches, -1 for silence.
    """
    classes = cells.argmax(dim=-1).transpose(1, 2).numpy()
    return np.where(classes == 0, SILENCE, classes + low - 1).astype(np.int16)
