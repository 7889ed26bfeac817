"""Ask a model in several keys at once: move the past, and move what is said of the future back.

A model that has heard every piece in many keys still says something else in each of them; the mean
of its opinions is better than one. What is moved out of the range stays at its border, and what
would come back from outside is left out: an opinion depends on the past alone, and sums to 1.
"""

from collections.abc import Sequence

import numpy as np

from course.errors import check_integer


class ManyKeys:
    """Some transpositions of the classes of a model: 0 for silence, then V - 1 pitches.

    Args:
        shifts: K, semitones of each transposition, -24..24; at least one.
        num_classes: V.

    Raises:
        ValueError: if there is no shift or one is out of range.
    """

    def __init__(self, shifts: Sequence[int], num_classes: int) -> None:
        if not len(shifts):
            raise ValueError("there are no shifts; give (0,) for the piece's own key")
        for shift in shifts:
            check_integer("shift", shift, -24, 24, "3 semitones up or down are usual")
        classes = np.arange(num_classes)
        moved = classes + np.asarray(shifts, dtype=np.int64)[:, None]
        moved[:, 0] = 0
        inside = np.clip(moved, np.minimum(classes, 1), num_classes - 1)  # (K, V)
        self.stays = inside == moved  # (K, V), False where a pitch leaves the range
        self.moved = np.column_stack([inside, np.full(len(moved), num_classes)])  # (K, V + 1)
        self.rows = np.arange(len(moved))[:, None]

    def __len__(self) -> int:
        return len(self.moved)

    def move(self, classes: np.ndarray | int) -> np.ndarray:
        """Move classes.

        Args:
            classes: (...) numbers 0..V - 1, or V, which stays.

        Returns:
            (K, ...).
        """
        return self.moved[:, classes]

    def back(self, p: np.ndarray) -> np.ndarray:
        """Say of each pitch how likely it was where it had been moved to.

        Args:
            p: (K, ..., V) probabilities in each key.

        Returns:
            (K, ..., V) in the piece's own key; each row sums to 1.
        """
        if p.ndim == 2:
            own = p[self.rows, self.moved[:, :-1]] * self.stays
        else:
            shape = (len(self.moved), *(1,) * (p.ndim - 2), -1)
            moved, stays = self.moved[:, :-1].reshape(shape), self.stays.reshape(shape)
            own = np.take_along_axis(p, moved, axis=-1) * stays
        return own / own.sum(axis=-1, keepdims=True)
