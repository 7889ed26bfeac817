"""The learner's own copies of the lessons. No file that is there is ever overwritten.

`workspace/NN/NN.ipynb` is the learner's; `workspace/.course/versions.json` remembers which version
of the lesson it came from, and which newer one has been put beside it. Losing that file loses no
work: at worst a version is offered again.
"""

import hashlib
from datetime import datetime
from pathlib import Path

from course.lessons.failures import CommandError
from course.lessons.files import (
    create_file,
    prepared_file,
    put_into_place,
    read_json,
    set_aside,
    write_json,
)
from course.lessons.places import (
    RELEASE_FOLDER,
    lesson_names,
    release_path,
    resolve_lesson,
    workspace_folder,
    workspace_path,
)

STATE_FOLDER = ".course"
VERSIONS_FILE = "versions.json"


def update_workspace(root: Path, now: datetime | None = None) -> list[str]:
    """Copy every lesson that is missing, and put newer versions beside the learner's.

    Args:
        root: the course folder.
        now: the date in the name of a newer version; today by default.

    Returns:
        One line for each thing that was done; empty if there was nothing to do.

    Raises:
        CommandError: if a file cannot be written; what was there is unchanged.
    """
    now = now or datetime.now()
    versions = _read_versions(root)
    lines = []
    for name in lesson_names(root, RELEASE_FOLDER):
        release = _read_release(root, name)
        version = hashlib.sha256(release).hexdigest()
        known = versions.get(name, {})
        if create_file(workspace_path(root, name), release):
            versions[name] = {"base": version}
            lines.append(f"{name}: copied into {workspace_folder(root).name}/")
        elif version in known.values():
            continue
        elif _is_there(root, name, release):
            versions[name] = known | {"offered": version} if known else {"base": version}
        else:
            beside = _put_beside(root, name, release, now)
            versions[name] = known | {"offered": version}
            lines.append(
                f"{name}: the course has a new version; yours is as it was, the new one lies "
                f"beside it: “{beside.name}”"
            )
    if versions != _read_versions(root):
        write_json(_versions_path(root), versions)
    return lines


def reset_lesson(root: Path, word: str, now: datetime | None = None) -> list[str]:
    """Put a fresh copy of a lesson in place of the learner's, which is kept under a dated name.

    Args:
        root: the course folder.
        word: the lesson's name or number.
        now: the time in the backup's name; the clock's by default.

    Returns:
        Lines that say what was done.

    Raises:
        UsageError: if there is no such lesson.
        CommandError: if a file cannot be written; the learner's work is whole then, under its old
            name or under the backup's.
    """
    now = now or datetime.now()
    name = resolve_lesson(word, lesson_names(root, RELEASE_FOLDER))
    release = _read_release(root, name)
    notebook = workspace_path(root, name)
    lines = []
    with prepared_file(notebook, release) as fresh:  # a full disk shows before anything moves
        if notebook.exists():
            backup = f"{name}.backup-{now:%Y-%m-%dT%H-%M-%S}.ipynb"
            kept = set_aside(notebook, notebook.with_name(backup))
            lines.append(f"{name}: your notebook is kept as {name}/{kept.name}")
        if not put_into_place(fresh, notebook):
            raise CommandError(f"{notebook} appeared meanwhile and was left alone; start again")
    versions = _read_versions(root)
    write_json(
        _versions_path(root), versions | {name: {"base": hashlib.sha256(release).hexdigest()}}
    )
    return [*lines, f"{name}: a fresh copy is in {workspace_folder(root).name}/"]


def is_untouched(root: Path, name: str) -> bool:
    """Tell whether the learner's copy is still as it was handed out.

    Args:
        root: the course folder.
        name: the lesson.

    Returns:
        True for a copy that was never saved with a change.
    """
    path = workspace_path(root, name)
    base = _read_versions(root).get(name, {}).get("base")
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == base


def state_path(root: Path, file: str) -> Path:
    """Give the path of a file in which the course keeps what it knows of the learner.

    Args:
        root: the course folder.
        file: its name.

    Returns:
        The path; it need not exist.
    """
    return workspace_folder(root) / STATE_FOLDER / file


def _versions_path(root: Path) -> Path:
    return state_path(root, VERSIONS_FILE)


def _read_versions(root: Path) -> dict[str, dict[str, str]]:
    """Read the versions; an entry of another form counts as missing."""
    return {
        name: entry
        for name, entry in read_json(_versions_path(root)).items()
        if isinstance(entry, dict)
    }


def _read_release(root: Path, name: str) -> bytes:
    path = release_path(root, name)
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(
            f"{path} cannot be read ({error.strerror}); restore it with `git checkout`"
        ) from None


def _is_there(root: Path, name: str, release: bytes) -> bool:
    """Tell whether this very version lies in the lesson's folder, under whatever name."""
    return any(
        path.read_bytes() == release for path in workspace_path(root, name).parent.glob("*.ipynb")
    )


def _put_beside(root: Path, name: str, release: bytes, now: datetime) -> Path:
    """Create a file for a newer version under a name that nothing has."""
    folder, number = workspace_path(root, name).parent, 1
    while True:
        more = f" {number}" if number > 1 else ""
        path = folder / f"{name} (new version {now:%Y-%m-%d}{more}).ipynb"
        if create_file(path, release):
            return path
        number += 1
