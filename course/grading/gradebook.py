"""Everything that touches nbgrader's gradebook; only the process that grades a class calls it.

nbgrader's autograder is used as it is, cut in two at its one dangerous step. Before it, nbgrader
puts the course's own tests into a submission; the cells then run elsewhere, in a sandbox; after it,
nbgrader reads the outputs and writes the points.
"""

import contextlib
import copy
import sqlite3
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGraderAPI
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute
from sqlalchemy.exc import SAWarning, SQLAlchemyError
from traitlets.config import Config, PyFileConfigLoader

from course.lessons.build import CONFIG_FILE, collected_log, last_line, solution_notebook
from course.lessons.failures import CommandError, UsageError
from course.lessons.places import resolve_lesson

BACKUPS_KEPT = 20


@dataclass(frozen=True)
class CellGrade:
    """The points of one cell."""

    name: str
    score: float  # a person's points where there are some, else the machine's
    max_score: float
    needs_manual_grade: bool


class GradedCourse:
    """A course folder with its gradebook.

    Args:
        root: where nbgrader_config.py lies; `COURSE_SOURCE` and `COURSE_DB` count, see there.

    Raises:
        UsageError: if the gradebook cannot be opened.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.config = PyFileConfigLoader(CONFIG_FILE, path=str(root)).load_config()
        self.config.NbGraderAPI.log_level = "CRITICAL"
        self.folder = root / "grading"
        self.folder.mkdir(exist_ok=True)
        self.submitted_folder = root / self.config.CourseDirectory.submitted_directory
        self.db_url: str = CourseDirectory(config=self.config).db_url
        self._releases: dict[str, NotebookNode] = {}
        with contextlib.ExitStack() as stack, _usable(self.db_url):
            stack.enter_context(Gradebook(self.db_url)).assignments  # noqa: B018  (it connects)

    def lessons(self) -> list[str]:
        """List the lessons that have a source here."""
        source = self.root / self.config.CourseDirectory.source_directory
        return sorted({path.stem for path in source.glob("*/*.*") if path.parent.name == path.stem})

    def lesson(self, word: str) -> str:
        """Find the lesson that a person means, by name or number.

        Args:
            word: such as "01_midi" or "1".

        Returns:
            Its name.

        Raises:
            UsageError: if there is no such lesson.
        """
        return resolve_lesson(word, self.lessons())

    def source(self, lesson: str) -> Path:
        """Give the file that a lesson's tests come from: the .py where there is one.

        Args:
            lesson: its name.

        Returns:
            The .py, else the .ipynb.
        """
        folder = self.root / self.config.CourseDirectory.source_directory / lesson
        python = folder / f"{lesson}.py"
        return python if python.is_file() else folder / f"{lesson}.ipynb"

    def submitted(self, lesson: str) -> dict[str, Path]:
        """Give what was collected for a lesson.

        Args:
            lesson: its name.

        Returns:
            Student -> notebook, which may be missing.
        """
        found = sorted(self.submitted_folder.glob(f"*/{lesson}"), key=lambda path: path.parent.name)
        return {path.parent.name: path / f"{lesson}.ipynb" for path in found if path.is_dir()}

    def read(self, path: Path) -> NotebookNode:
        """Read a notebook of the course.

        Args:
            path: the file.

        Returns:
            The notebook, in nbformat 4.
        """
        return nbformat.read(path, as_version=4)

    def autograded(self, student: str, lesson: str) -> Path:
        """Give the place of a graded notebook.

        Args:
            student: the id.
            lesson: its name.

        Returns:
            The path; it need not exist.
        """
        folder = self.root / self.config.CourseDirectory.autograded_directory
        return folder / student / lesson / f"{lesson}.ipynb"

    def backup(self, now: datetime) -> Path | None:
        """Copy a SQLite gradebook away; the newest `BACKUPS_KEPT` copies stay.

        Args:
            now: the time that names the copy.

        Returns:
            The copy; None for another database, which has its own tools.
        """
        if not self.db_url.startswith("sqlite:///"):
            return None
        folder = self.folder / "backups"
        folder.mkdir(exist_ok=True)
        target = folder / f"gradebook-{now:%Y%m%d-%H%M%S-%f}.db"
        with (
            contextlib.closing(sqlite3.connect(self.db_url.removeprefix("sqlite:///"))) as old,
            contextlib.closing(sqlite3.connect(target)) as new,
        ):
            old.backup(new)
        for stale in sorted(folder.glob("gradebook-*.db"))[:-BACKUPS_KEPT]:
            stale.unlink()
        return target

    def prepare(self, lesson: str) -> NotebookNode:
        """Write a lesson's present tests and points into the gradebook.

        Args:
            lesson: its name.

        Returns:
            The student notebook that goes with them. No file of the course is changed.

        Raises:
            CommandError: if nbgrader refuses, for one because graded cells were added or removed
                after submissions had been graded.
        """
        if lesson in self._releases:
            return self._releases[lesson]
        with tempfile.TemporaryDirectory(prefix="course-release-") as folder:
            source, target = (Path(folder).resolve() / name for name in ("source", "release"))
            (source / lesson).mkdir(parents=True)
            (source / lesson / f"{lesson}.ipynb").write_bytes(self._solved(lesson))
            config = self._config(source_directory=str(source), release_directory=str(target))
            course = CourseDirectory(config=config, assignment_id=lesson)
            converter = GenerateAssignment(coursedir=course, config=config)
            converter.force = True
            self._start(converter, f"{lesson} cannot be prepared")
            release = nbformat.read(target / lesson / f"{lesson}.ipynb", as_version=4)
        self._releases[lesson] = release
        return release

    def with_tests(self, notebook: NotebookNode, lesson: str, student: str) -> str:
        """Let nbgrader put the course's own tests, hidden ones included, into a submission.

        Args:
            notebook: a submission, repaired.
            lesson: its lesson.
            student: its student.

        Returns:
            The notebook as JSON.
        """
        exporter = NotebookExporter(config=self._config())
        for step in Autograde(config=self._config()).sanitize_preprocessors:
            exporter.register_preprocessor(step, enabled=True)
        resources = {
            "unique_key": lesson,
            "nbgrader": {
                "student": student,
                "assignment": lesson,
                "notebook": lesson,
                "db_url": self.db_url,
            },
        }
        with collected_log(exporter.log), _usable(self.db_url):
            return exporter.from_notebook_node(notebook, resources=resources)[0]

    def score(self, lesson: str, student: str, executed: str, timestamp: str = "") -> None:
        """Write an executed submission's points, and its notebook for the formgrader.

        Points and comments that a person gave stay.

        Args:
            lesson: its lesson.
            student: its student, who is added if new.
            executed: the notebook with outputs, as JSON.
            timestamp: when it was handed in, as nbgrader writes it; empty if that is unknown.

        Raises:
            CommandError: if nbgrader refuses it.
        """
        outputs = [cell.get("outputs") for cell in nbformat.reads(executed, as_version=4).cells]

        def take_over(notebook: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
            for cell, output in zip(notebook.cells, outputs, strict=True):
                if cell.cell_type == "code":
                    cell.outputs = output
            return notebook, resources

        with tempfile.TemporaryDirectory(prefix="course-score-") as folder:
            place = Path(folder).resolve() / student / lesson
            place.mkdir(parents=True)
            (place / f"{lesson}.ipynb").write_text(executed, encoding="utf-8")
            if timestamp:
                (place / "timestamp.txt").write_text(timestamp, encoding="utf-8")
            config = self._config(submitted_directory=str(Path(folder).resolve()))
            course = CourseDirectory(config=config, assignment_id=lesson, student_id=student)
            converter = Autograde(coursedir=course, config=config)
            converter.force = True
            converter.autograde_preprocessors = [
                take_over if step is Execute else step for step in converter.autograde_preprocessors
            ]
            self._start(converter, f"{student} cannot be scored")

    def grades(self, lesson: str, student: str) -> list["CellGrade"]:
        """Give the points of a submission, cell by cell.

        Args:
            lesson: its name.
            student: the id.

        Returns:
            One entry a graded cell; empty if nothing was graded.
        """
        with _usable(self.db_url), Gradebook(self.db_url) as gradebook:
            try:
                notebook = gradebook.find_submission_notebook(lesson, lesson, student)
            except MissingEntry:
                return []
            return [
                CellGrade(one.name, one.score, one.max_score, one.needs_manual_grade)
                for one in notebook.grades
            ]

    def feedback(self, student: str, lesson: str) -> Path:
        """Give the place of a feedback page.

        Args:
            student: the id.
            lesson: its name.

        Returns:
            The path; it need not exist.
        """
        folder = self.root / self.config.CourseDirectory.feedback_directory
        return folder / student / lesson / f"{lesson}.html"

    def quietly(self, call: Callable[[], Any]) -> Any:
        """Call nbgrader without its warnings; a broken database becomes one line.

        Args:
            call: what to call.

        Returns:
            What it returns.

        Raises:
            UsageError: if the database cannot be used.
        """
        with _usable(self.db_url):
            return call()

    def api(self) -> NbGraderAPI:
        """Give nbgrader's own programming interface for this course."""
        return NbGraderAPI(config=self._config())

    def _solved(self, lesson: str) -> bytes:
        source = self.source(lesson)
        return solution_notebook(source) if source.suffix == ".py" else source.read_bytes()

    def _config(self, **course_directory: str) -> Config:
        config = copy.deepcopy(self.config)
        config.CourseDirectory.update(course_directory)
        config.Exporter.default_preprocessors = []
        return config

    def _start(self, converter: Any, what: str) -> None:
        """Run one of nbgrader's steps; give its complaint as one line."""
        with collected_log(converter.log) as records, _usable(self.db_url):
            try:
                converter.start()
            except NbGraderException:
                raise CommandError(f"{what}: {last_line(records)}") from None
            except SystemExit as error:
                raise CommandError(f"{what}: nbgrader ended with {error.code}") from None


@contextlib.contextmanager
def _usable(db_url: str) -> Iterator[None]:
    """Say in one line what is wrong with a database."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # nbgrader's way with SQLAlchemy 2
            yield
    except SQLAlchemyError as error:
        reason = str(error).splitlines()[0]
        raise UsageError(f"the gradebook {db_url} cannot be used: {reason}") from None
