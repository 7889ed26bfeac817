"""Corpora on disk: `.npz` files of integer arrays, the same bytes on every machine.

Nothing is compressed, nothing is pickled and every date is fixed, so that two builds from the same
source are equal byte for byte, whatever the zlib or the operating system. Texts are stored as
UTF-8 bytes, one line each. This module knows nothing of music.
"""

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

ARRAY_FOLDER = Path(__file__).parent / "arrays"
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date a zip archive can hold
UNIX = 3  # "made by" field of a zip entry; Python would write the machine's own system


def save_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write arrays into one `.npz` file that `np.load` reads without pickle.

    Args:
        path: file to write; an existing one is replaced.
        arrays: integer or boolean arrays of any shape by name; they are stored in little-endian
            order.

    Raises:
        TypeError: if an array holds anything but whole numbers or booleans.
    """
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(arrays):
            array = np.ascontiguousarray(arrays[name])
            if array.dtype.kind not in "iub":
                raise TypeError(f"array {name!r} holds {array.dtype}; store whole numbers only")
            buffer = io.BytesIO()
            array = array.astype(array.dtype.newbyteorder("<"))
            np.lib.format.write_array(buffer, array, version=(1, 0), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=ZIP_EPOCH)
            entry.create_system = UNIX
            archive.writestr(entry, buffer.getvalue())


def load_arrays(path: Path) -> dict[str, np.ndarray]:
    """Read all arrays of an `.npz` file; nothing in it is ever executed.

    Args:
        path: a file written by `save_arrays`.

    Returns:
        The arrays by name, with the shapes in which they were written.

    Raises:
        FileNotFoundError: if the file is missing, with the command that builds it.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing; build it with: course build-data {path.stem}")
    with np.load(path, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def pack_texts(texts: Sequence[str]) -> np.ndarray:
    """Turn texts into bytes, one line each.

    Args:
        texts: the texts, without line breaks.

    Returns:
        (n,) uint8, UTF-8; `unpack_texts` undoes it.

    Raises:
        ValueError: if a text holds a line break.
    """
    if any("\n" in text for text in texts):
        raise ValueError("a text holds a line break; every text must be a single line")
    return np.frombuffer("\n".join(texts).encode(), dtype=np.uint8)


def unpack_texts(packed: np.ndarray) -> list[str]:
    """Give back the texts of `pack_texts`.

    Args:
        packed: (n,) uint8.

    Returns:
        The texts; an empty array gives one empty text.
    """
    return packed.tobytes().decode().split("\n")


def split_rows(values: np.ndarray, counts: np.ndarray) -> list[np.ndarray]:
    """Cut a long array into one stretch per piece, without copying.

    Args:
        values: (N, ...) the stretches of all pieces, one after the other.
        counts: (pieces,) length of each piece's stretch; they add up to N.

    Returns:
        One view per piece.
    """
    ends = np.cumsum(counts).tolist()
    return [values[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def starts_within(lengths: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Give the start of each stretch of time, counted from the beginning of its piece.

    Args:
        lengths: (N,) lengths of the stretches of all pieces, which follow upon each other.
        counts: (pieces,) number of stretches of each piece; they add up to N.

    Returns:
        (N,) int32.
    """
    ends = np.cumsum(lengths, dtype=np.int64)
    offsets = np.concatenate([[0], ends])[np.cumsum(counts) - counts]
    return (ends - lengths - np.repeat(offsets, counts)).astype(np.int32)


def file_sha256(path: Path) -> str:
    """Give the SHA-256 fingerprint of a file.

    Args:
        path: any file.

    Returns:
        64 hexadecimal digits.
    """
    return hashlib.sha256(path.read_bytes()).hexdigest()
