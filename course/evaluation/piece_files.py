"""Pieces from a JSON file: a list of pieces, each a list of [S, A, T, B] rows, a row a sixteenth.

A number is a MIDI pitch, -1 is silence. The rows carry no bar lines: the place in the bar counts
from the start of the piece.
"""

import json
from pathlib import Path

import numpy as np

from course.representation.voice_grid import SILENCE

NUM_VOICES = 4
HIGHEST = 127
ROW = f"expected [S, A, T, B], whole numbers, MIDI pitches 0..{HIGHEST} or {SILENCE} for silence"


def read_pieces(path: str | Path) -> list[np.ndarray]:
    """Read four-part pieces from a JSON file, and say exactly what is wrong with a bad one.

    Args:
        path: the file: `[[[S, A, T, B], ...], ...]`, pitches per sixteenth.

    Returns:
        One array (T, 4) of int16 a piece, T >= 1, with -1 for silence.

    Raises:
        ValueError: if there is no such file, it may not be read, or is a folder, no JSON, or not
            such a list; the message names the piece and the row, both counted from 0.
    """
    path = Path(path)
    if path.is_dir():
        raise ValueError(f"{path} is a folder; {_EXPECTED} in a JSON file")
    try:
        content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ValueError(f"there is no file {path}; give the path of one that exists") from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ValueError(f"{path} cannot be read: {reason}; give the path of a file") from None
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"{path}: no JSON ({error}); write a list of pieces") from error
    if not isinstance(content, list) or not content:
        raise ValueError(f"{path}: holds {_say(content)}; {_EXPECTED}")
    return [_read_piece(piece, f"{path}: piece {i}") for i, piece in enumerate(content)]


_EXPECTED = "expected a list of pieces, each a list of rows [S, A, T, B]"


def _read_piece(piece: object, place: str) -> np.ndarray:
    if not isinstance(piece, list) or not piece:
        raise ValueError(f"{place} is {_say(piece)}; {_EXPECTED}")
    for number, row in enumerate(piece):
        _check_row(row, f"{place}, row {number}")
    return np.array(piece, dtype=np.int16)  # (T, 4)


def _check_row(row: object, place: str) -> None:
    if not isinstance(row, list) or len(row) != NUM_VOICES:
        raise ValueError(f"{place} is {_say(row)}; {ROW}")
    for pitch in row:
        if type(pitch) is not int:
            raise ValueError(f"{place} holds {_say(pitch)}; {ROW}")
        if not SILENCE <= pitch <= HIGHEST:
            raise ValueError(f"{place} holds {pitch}; {ROW}")


def _say(value: object) -> str:
    """Name what was found, shortly."""
    if isinstance(value, list):
        return f"a list of {len(value)}" if len(value) > NUM_VOICES + 4 else f"{value!r:.60}"
    return f"{json.dumps(value)!s:.60}"
