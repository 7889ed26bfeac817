"""From a lesson's source to its two notebooks: the solved one and the students'.

`solutions/NN/NN.py` → `solutions/NN/NN.ipynb` → `notebooks/NN/NN.ipynb`. The second step is
nbgrader's own, run in a temporary course folder with the course's `nbgrader_config.py`, so that the
student notebook is byte for byte what `nbgrader generate_assignment` gives and no gradebook is left
behind. Building the same source twice gives the same bytes.
"""

import contextlib
import logging
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config, PyFileConfigLoader

from course.lessons.cells import grade_id, marks, plain_cell
from course.lessons.failures import CommandError
from course.lessons.files import write_atomically
from course.lessons.places import (
    RELEASE_FOLDER,
    SOURCE_FOLDER,
    lesson_names,
    release_path,
    resolve_lesson,
    source_path,
)
from course.lessons.source import read_notebook_source

CONFIG_FILE = "nbgrader_config.py"
_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")  # what nbformat allows
_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def build_lessons(root: Path, lessons: Sequence[str] = ()) -> list[Path]:
    """Write both notebooks of lessons, where they differ from what their sources give.

    Args:
        root: the course folder.
        lessons: names or numbers; empty for all.

    Returns:
        The files that were written.

    Raises:
        CommandError: if a source is faulty.
    """
    written = []
    for path, text in generate(root, lessons).items():
        if _bytes_of(path) != text:
            write_atomically(path, text)
            written.append(path)
    return written


def stale_files(root: Path, lessons: Sequence[str] = ()) -> list[str]:
    """Compare the notebooks on disk with what their sources give, and write nothing.

    Args:
        root: the course folder.
        lessons: names or numbers; empty for all, which also finds notebooks without a source.

    Returns:
        One line per file that differs, each saying how to mend it; empty if all agree.

    Raises:
        CommandError: if a source is faulty.
    """
    expected = generate(root, lessons)
    lines = [
        f"{path.relative_to(root)} is not what its source gives; run `course build-lessons "
        f"{path.stem}` and commit the result"
        for path, text in expected.items()
        if _bytes_of(path) != text
    ]
    if not lessons:
        lines += [
            f"{path.relative_to(root)} has no source in {SOURCE_FOLDER}/; delete it"
            for folder in (SOURCE_FOLDER, RELEASE_FOLDER)
            for path in sorted((root / folder).rglob("*"))
            if path.is_file()
            and path not in expected
            and not (folder == SOURCE_FOLDER and path.suffix == ".py")
            and not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts)
        ]
    return lines


def generate(root: Path, lessons: Sequence[str] = ()) -> dict[Path, bytes]:
    """Make both notebooks of lessons in memory.

    Args:
        root: the course folder.
        lessons: names or numbers; empty for all.

    Returns:
        The content of every file, under the path where it belongs.

    Raises:
        CommandError: if a source is faulty.
    """
    known = lesson_names(root)
    names = [resolve_lesson(word, known) for word in lessons] or known
    solved = {name: solution_notebook(source_path(root, name)) for name in names}
    files: dict[Path, bytes] = {}
    with tempfile.TemporaryDirectory(prefix="course-build-") as folder:
        copy = Path(folder).resolve()
        shutil.copy(root / CONFIG_FILE, copy)
        config = _nbgrader_config(copy)
        with contextlib.closing(sqlite3.connect(copy / "gradebook.db")) as gradebook:
            # in a database without any table nbgrader first starts alembic, which takes seconds
            gradebook.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        for name, text in solved.items():
            files[source_path(root, name).with_suffix(".ipynb")] = text
            files[release_path(root, name)] = _release(copy, config, name, text)
    return files


def solution_notebook(path: Path) -> bytes:
    """Convert a lesson's source into the solved notebook, without outputs.

    Args:
        path: the .py file.

    Returns:
        The .ipynb file; cells are called by their grade_id or their place, so that nothing in it
        is random.

    Raises:
        CommandError: if the source is faulty.
    """
    notebook, _ = read_notebook_source(path)
    cells = [_clean_cell(cell) for cell in notebook.cells]
    names = list(_cell_ids(cells))
    for cell, name in zip(cells, names, strict=True):
        if names.count(name) > 1 or not _CELL_ID.fullmatch(name):
            raise CommandError(f"{path}: the grade_id {name!r} is used twice or holds a blank")
        cell["id"] = name
    notebook = nbformat.v4.new_notebook(
        cells=cells,
        metadata={"kernelspec": _KERNEL, "language_info": {"name": "python"}},
        nbformat_minor=5,
    )
    return (nbformat.writes(notebook) + "\n").encode()


def _clean_cell(cell: NotebookNode) -> NotebookNode:
    """Keep of a cell what belongs in a notebook: text, grading, tags, whether it is folded."""
    kept = ("nbgrader", "tags", "jupyter")
    metadata = {key: cell.metadata[key] for key in kept if key in cell.metadata}
    return plain_cell(cell, metadata)


def _cell_ids(cells: Sequence[NotebookNode]) -> Iterator[str]:
    """Name every cell: by its grade_id; task and hints after their exercise; others by place."""
    graded = [grade_id(cell) for cell in cells]
    answers = {
        index: graded[index]
        for index, cell in enumerate(cells)
        if cell.cell_type == "code" and marks(cell).get("solution")
    }
    names = {index - 1: f"{exercise}_task" for index, exercise in answers.items()}
    names |= {index + 3: f"{exercise}_hints" for index, exercise in answers.items()}
    for index, name in enumerate(graded):
        yield name or names.get(index) or f"cell-{index:03}"


def _release(copy: Path, config: Config, name: str, solved: bytes) -> bytes:
    """Let nbgrader make the student notebook in a temporary course folder."""
    source = copy / SOURCE_FOLDER / name / f"{name}.ipynb"
    source.parent.mkdir(parents=True)
    source.write_bytes(solved)
    course = CourseDirectory(config=config, assignment_id=name)
    converter = GenerateAssignment(coursedir=course, config=config)
    with collected_log(converter.log) as records:
        try:
            converter.start()
        except NbGraderException:
            raise CommandError(f"{name}: nbgrader refuses it: {last_line(records)}") from None
    return release_path(copy, name).read_bytes()


def _nbgrader_config(copy: Path) -> Config:
    """Read the course's nbgrader configuration, as it applies to a temporary folder."""
    config = PyFileConfigLoader(CONFIG_FILE, path=str(copy)).load_config()
    # an instructor's COURSE_SOURCE, COURSE_RELEASE and COURSE_DB must not redirect a build
    config.CourseDirectory.source_directory = SOURCE_FOLDER
    config.CourseDirectory.release_directory = RELEASE_FOLDER
    config.CourseDirectory.db_url = f"sqlite:///{(copy / 'gradebook.db').as_posix()}"
    return config


@contextlib.contextmanager
def collected_log(log: logging.Logger) -> Iterator[list[str]]:
    """Keep a logger's messages from the terminal, and collect its errors.

    Args:
        log: nbgrader's logger.

    Yields:
        A list that the errors are added to, as texts with their tracebacks.
    """
    records: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: records.append(record.getMessage())
    before, log.handlers, log.propagate = (log.handlers, log.propagate), [handler], False
    try:
        yield records
    finally:
        log.handlers, log.propagate = before


def last_line(records: Sequence[str]) -> str:
    """Find the sentence in a logged traceback that says what is wrong.

    Args:
        records: what `collected_log` has collected.

    Returns:
        One line; "no reason given" if there is no traceback.
    """
    traceback = next((text for text in records if "Traceback" in text), "no reason given")
    return traceback.strip().splitlines()[-1]


def _bytes_of(path: Path) -> bytes:
    """Read a file; nothing where there is none."""
    return path.read_bytes() if path.is_file() else b""
