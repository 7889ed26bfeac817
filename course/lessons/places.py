"""Where lessons lie in the course folder, and which lesson a person means. Loads nothing heavy."""

import os
import re
from pathlib import Path

from course.lessons.failures import UsageError

SOURCE_FOLDER = "solutions"
RELEASE_FOLDER = "notebooks"
WORKSPACE_FOLDER = "workspace"
_LESSON_NAME = re.compile(r"\d\d_[a-z0-9_]+")


def lesson_names(root: Path, folder: str = SOURCE_FOLDER) -> list[str]:
    """List the lessons below a course folder.

    Args:
        root: the course folder.
        folder: "solutions" for what authors wrote, "notebooks" for what learners get.

    Returns:
        Names such as "01_midi", sorted; empty where there is no such folder.
    """
    base = root / folder
    if not base.is_dir():
        return []
    return sorted(
        path.name for path in base.iterdir() if path.is_dir() and _LESSON_NAME.fullmatch(path.name)
    )


def resolve_lesson(word: str, names: list[str]) -> str:
    """Find the lesson that a person means.

    Args:
        word: its name, its number ("01", "1") or a path that ends in its name.
        names: the lessons there are.

    Returns:
        The full name.

    Raises:
        UsageError: if no lesson is meant.
    """
    wanted = Path(word).name.removesuffix(".ipynb").removesuffix(".py")
    for name in names:
        number = name[:2]
        if wanted in (name, number) or (wanted.isdigit() and int(wanted) == int(number)):
            return name
    raise UsageError(f"there is no lesson {word!r}; there are: {', '.join(names) or 'none yet'}")


def source_path(root: Path, name: str) -> Path:
    """Give the path of a lesson's source.

    Args:
        root: the course folder.
        name: the lesson, such as "01_midi".

    Returns:
        root/solutions/NAME/NAME.py; it need not exist.
    """
    return root / SOURCE_FOLDER / name / f"{name}.py"


def release_path(root: Path, name: str) -> Path:
    """Give the path of a lesson's student notebook.

    Args:
        root: the course folder.
        name: the lesson, such as "01_midi".

    Returns:
        root/notebooks/NAME/NAME.ipynb; it need not exist.
    """
    return root / RELEASE_FOLDER / name / f"{name}.ipynb"


def workspace_folder(root: Path) -> Path:
    """Give the folder of the learner's copies: `COURSE_WORKSPACE`, else inside the course.

    Args:
        root: the course folder.

    Returns:
        The folder; it need not exist.
    """
    return Path(os.environ.get("COURSE_WORKSPACE") or root / WORKSPACE_FOLDER)


def workspace_path(root: Path, name: str) -> Path:
    """Give the path of a learner's own notebook.

    Args:
        root: the course folder.
        name: the lesson, such as "01_midi".

    Returns:
        NAME/NAME.ipynb in `workspace_folder`; it need not exist.
    """
    return workspace_folder(root) / name / f"{name}.ipynb"


def course_folder() -> Path:
    """Give the folder that this package was installed from, with its lessons."""
    return Path(__file__).resolve().parents[2]
