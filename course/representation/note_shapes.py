"""Notes of any length from pictures of one length: the held part is stretched, the rest is kept.

A picture (C, T) is `course.representation.tuned_spectrogram`'s. Since its phases are added up from
frequencies, frames may be read slower without changing the pitch; a tape could not do that.

References:
    Flanagan and Golden, Bell System Technical Journal 45, 1966 (stretching time with phases).
"""

import numpy as np

from course.errors import check_integer
from course.representation.tuned_spectrogram import BANDS, HARMONICS

ATTACK = 10  # frames that are never stretched: 160 ms
KEY_UP = 46  # frame at which the key of a picture is let go: 0.75 s less half a window
FADE = 0.07  # of a unit that a short note loses each frame after its key is let go, at least


def read_places(num_held: int, num_frames: int, key_up: int, attack: int) -> np.ndarray:
    """Say which frame of a picture is heard when, if the key is held longer or shorter.

    Args:
        num_held: frames for which the key is held now, at least 1.
        num_frames: frames of the picture.
        key_up: frame of the picture at which its key is let go, above `attack`.
        attack: frames at the beginning that are never stretched.

    Returns:
        (num_held + num_frames - key_up,) places, possibly between two frames. A key that is let go
        early cuts the held part; one that is held long reads it slower; then comes what follows
        the letting go.

    Raises:
        ValueError: if a number is out of range.
    """
    check_integer("num_held", num_held, 1, 10**6, "a frame is 16 ms")
    check_integer("key_up", key_up, attack + 1, num_frames, "it lies behind the attack")
    held = np.arange(num_held, dtype=float)
    if num_held > key_up:
        late = held >= attack
        slower = (key_up - attack) / (num_held - attack)
        held[late] = attack + (held[late] - attack) * slower
    return np.concatenate([held, np.arange(key_up, num_frames)])


def hold(picture: np.ndarray, num_held: int) -> np.ndarray:
    """Give the picture of the same note with its key held for another time.

    Args:
        picture: (C, T) levels, detunings, noise levels.
        num_held: frames, at least 1.

    Returns:
        (C, num_held + T - KEY_UP). After a key that is let go early, levels fall from where they
        are then.

    Raises:
        ValueError: if `num_held` is out of range.
    """
    frames = np.arange(picture.shape[1])
    places = read_places(num_held, len(frames), KEY_UP, ATTACK)
    read = np.stack([np.interp(places, frames, row) for row in picture])
    if num_held < KEY_UP:
        rows = [*range(HARMONICS), *range(2 * HARMONICS, 2 * HARMONICS + BANDS)]  # levels
        last = read[rows, num_held - 1][:, None]
        after = read[rows, num_held:]
        falling = last - FADE * np.arange(1, after.shape[1] + 1)
        moved = after + np.maximum(0, last - after[:, :1])
        read[rows, num_held:] = np.maximum(-1, np.minimum(moved, falling))
    return read
