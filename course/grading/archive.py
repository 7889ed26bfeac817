"""Reading what a learning platform hands out: a zip file or a folder, neither of them trusted.

Nothing is unpacked by name. Every file is read into memory, up to a limit, and where it is written
later has nothing to do with what it is called here.
"""

import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from course.lessons.failures import UsageError

MAX_FILES = 20_000
_IGNORED = ("__MACOSX", ".ipynb_checkpoints", ".DS_Store", "Thumbs.db")


@dataclass(frozen=True)
class File:
    """One file of what was handed out."""

    path: str  # with forward slashes, without a folder that all share
    data: bytes
    changed: datetime  # with the time zone of this machine
    refused: str = ""  # why it was not read; empty if it was


def read_zip(path: Path, limit: int) -> Iterator[File]:
    """Read the files of a zip archive, one after the other.

    Args:
        path: the archive.
        limit: bytes of one file; of a larger one the first `limit` + 1 are read.

    Yields:
        Files; links, encrypted members and names that lead out of the archive are refused.

    Raises:
        UsageError: if it is no zip archive, or holds too many files.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            if len(members) > MAX_FILES:
                raise UsageError(f"{path} holds {len(members)} files; at most {MAX_FILES}")
            names = _without_shared_folder([member.filename for member in members])
            for name, member in zip(names, members, strict=True):
                if not _is_ignored(name):
                    yield _read_member(archive, member, name, limit)
    except (OSError, zipfile.BadZipFile, ValueError) as error:
        raise UsageError(f"{path} is no zip archive that can be read: {error}") from None


def read_folder(path: Path, limit: int) -> Iterator[File]:
    """Read the files below a folder; links are refused.

    Args:
        path: the folder.
        limit: bytes of one file; of a larger one the first `limit` + 1 are read.

    Yields:
        Files, sorted by name.

    Raises:
        UsageError: if it is no folder.
    """
    if not path.is_dir():
        raise UsageError(f"{path} is no folder")
    for file in sorted(path.rglob("*")):
        name = file.relative_to(path).as_posix()
        if _is_ignored(name):
            continue
        if file.is_symlink() or any(above.is_symlink() for above in _between(file, path)):
            yield File(name, b"", datetime.now().astimezone(), "is a link")
        elif file.is_file():
            changed = datetime.fromtimestamp(file.stat().st_mtime).astimezone()
            with file.open("rb") as opened:
                yield File(name, opened.read(limit + 1), changed)


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, limit: int) -> File:
    try:
        changed = datetime(*member.date_time).astimezone()
    except (ValueError, OverflowError):  # a date that does not exist
        changed = datetime.now().astimezone()
    parts = PurePosixPath(member.filename.replace("\\", "/")).parts
    if stat.S_ISLNK(member.external_attr >> 16):
        return File(name, b"", changed, "is a link")
    if ".." in parts or member.filename.startswith(("/", "\\")) or ":" in parts[0]:
        return File(name, b"", changed, "has a name that leads out of the archive")
    try:
        with archive.open(member) as opened:
            return File(name, opened.read(limit + 1), changed)
    except (RuntimeError, NotImplementedError, zipfile.BadZipFile, OSError, EOFError) as error:
        return File(name, b"", changed, f"cannot be unpacked: {error}")


def _without_shared_folder(names: list[str]) -> list[str]:
    """Leave out a folder that holds the folders of all students."""
    parts = [PurePosixPath(name).parts for name in names if not _is_ignored(name)]
    tops = {part[0] for part in parts}
    below = {part[1] for part in parts if len(part) > 2}
    if len(tops) == 1 and len(below) > 1 and all(len(part) > 2 for part in parts):
        return [name.partition("/")[2] for name in names]
    return names


def _is_ignored(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return any(part in _IGNORED or part.startswith("._") for part in parts)


def _between(file: Path, folder: Path) -> list[Path]:
    return [above for above in file.parents if above.is_relative_to(folder) and above != folder]
