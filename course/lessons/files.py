"""Writing files so that nothing is half written and nobody's file is overwritten by accident.

A file appears complete or not at all: it is written beside its place under a temporary name and
then moved. When the disk is full, the old file is still whole.
"""

import contextlib
import errno
import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from course.lessons.failures import CommandError


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file's content, all at once.

    Args:
        path: the file, which may be missing; its folder is made.
        data: the new content.

    Raises:
        CommandError: if the disk is full or refuses; the old content is still there then.
    """
    with prepared_file(path, data) as prepared:
        prepared.replace(path)


def create_file(path: Path, data: bytes) -> bool:
    """Create a file unless there is one already.

    Args:
        path: where; its folder is made.
        data: its content.

    Returns:
        Whether it was created; False means that a file of this name was left as it is.

    Raises:
        CommandError: if the disk is full or refuses; nothing is left behind then.
    """
    if os.path.lexists(path):
        return False
    with prepared_file(path, data) as prepared:
        return put_into_place(prepared, path)


@contextlib.contextmanager
def prepared_file(path: Path, data: bytes) -> Iterator[Path]:
    """Write data completely to the disk, under a temporary name beside its place.

    Args:
        path: the place; its folder is made.
        data: the content.

    Yields:
        The temporary file, to be moved; what is left of it at the end is deleted.

    Raises:
        CommandError: if the disk is full or refuses, or if moving it fails.
    """
    temporary = path.with_name(f".course-{secrets.token_hex(8)}")
    try:
        with _in_plain_words(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            with temporary.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            yield temporary
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def put_into_place(prepared: Path, path: Path) -> bool:
    """Move a prepared file to its place, unless something is there.

    Args:
        prepared: what `prepared_file` gave.
        path: the place, in the same folder.

    Returns:
        Whether it is in its place now.
    """
    try:
        os.link(prepared, path)  # unlike a move, it never replaces
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links
        if os.path.lexists(path):
            return False
        prepared.replace(path)
    return True


def set_aside(path: Path, target: Path) -> Path:
    """Move a file to a name that nothing has yet.

    Args:
        path: the file.
        target: the wished name; a number is put behind it where it is taken.

    Returns:
        Where the file is now.

    Raises:
        CommandError: if it cannot be moved; it is still in its old place then.
    """
    place, number = target, 1
    while True:
        try:
            os.close(os.open(place, os.O_CREAT | os.O_EXCL))  # reserves the name
            break
        except FileExistsError:
            number += 1
            place = target.with_name(f"{target.stem}-{number}{target.suffix}")
        except OSError as error:
            raise CommandError(_plain_words(place, error)) from None
    try:
        path.replace(place)
    except OSError as error:
        place.unlink(missing_ok=True)
        raise CommandError(_plain_words(path, error)) from None
    return place


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object that the course keeps for the learner.

    Args:
        path: the file.

    Returns:
        The object; an empty one where the file is missing or damaged.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def write_json(path: Path, value: dict[str, Any]) -> None:
    """Keep a JSON object, all at once.

    Args:
        path: the file; its folder is made.
        value: what to keep.

    Raises:
        CommandError: if the disk is full or refuses.
    """
    text = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    write_atomically(path, text.encode())


@contextlib.contextmanager
def _in_plain_words(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CommandError(_plain_words(path, error)) from None


def _plain_words(path: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"the disk is full: {path} was not written and every file is as it was; "
            "free some space and start again"
        )
    return f"{path} cannot be written: {error.strerror or error}; every file is as it was"
