"""Real submissions through nbgrader's own autograder, in a temporary course folder.

Everything runs in this process through `NbGraderAPI`; only the submission's kernel is another one.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.apps import NbGraderAPI
from traitlets.config import PyFileConfigLoader

CONFIG_FILE = "nbgrader_config.py"


class AutograderCourse:
    """A course folder with a gradebook of its own.

    Args:
        root: folder that holds nbgrader_config.py and solutions/NN/NN.ipynb.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        config = PyFileConfigLoader(CONFIG_FILE, path=str(root)).load_config()
        config.NbGraderAPI.log_level = "ERROR"
        self.api = NbGraderAPI(config=config)

    def release(self, lesson: str) -> Path:
        """Generate the student notebook and give its path."""
        _succeed(self.api.generate_assignment(lesson))
        folder = self.root / self.api.coursedir.release_directory
        return folder / lesson / f"{lesson}.ipynb"

    def submit(self, student: str, lesson: str, notebook: bytes) -> None:
        """Hand in a notebook for a student, replacing an earlier one."""
        folder = self.root / "grading" / "submitted" / student / lesson
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{lesson}.ipynb").write_bytes(notebook)

    def autograde(self, student: str, lesson: str) -> dict[str, float | None]:
        """Grade what a student handed in.

        Returns:
            Score per graded cell; None where a person has to grade.
        """
        _succeed(self.api.autograde(lesson, student))
        return self.scores(student, lesson)

    def scores(self, student: str, lesson: str) -> dict[str, float | None]:
        """Read a student's scores from the gradebook."""
        with self.api.gradebook as gradebook:
            submission = gradebook.find_submission_notebook(lesson, lesson, student)
            return {grade.name: grade.auto_score for grade in submission.grades}

    def complaints(self, student: str, lesson: str) -> list[str]:
        """List the errors and the stderr lines in a graded notebook, cell by cell."""
        path = self.root / "grading" / "autograded" / student / lesson / f"{lesson}.ipynb"
        cells = nbformat.read(path, as_version=4).cells
        return [
            f"{cell.id}: {output.get('evalue') or output.get('text')}"
            for cell in cells
            for output in cell.get("outputs", ())
            if output.output_type == "error" or output.get("name") == "stderr"
        ]

    def feedback(self, student: str, lesson: str) -> str:
        """Make the feedback page and give its HTML."""
        _succeed(self.api.generate_feedback(lesson, student))
        page = self.root / "grading" / "feedback" / student / lesson / f"{lesson}.html"
        return page.read_text(encoding="utf-8")


def _succeed(result: Mapping[str, Any]) -> None:
    """Raise what nbgrader logged unless the step went through."""
    if not result["success"]:
        raise RuntimeError(result.get("error") or result.get("log"))
