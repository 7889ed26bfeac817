"""What learners get to read after grading: points and one line per test, no hidden test.

nbgrader's own feedback shows the source of hidden tests, in the cells and in their tracebacks.
An answer that meets a hidden test could also print it, or put it into an error of its own, for the
next try or for others. So a page holds the learner's text and code, points, comments, and for a
visible test that failed what the *check* says; nothing that the learner's code said while it was
graded. A check names the values that it tried: a hidden test repeats what the visible one said, or
says no more than that other values fail.
"""

import builtins
import re
from typing import Any

from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbformat import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests, GetGrades, NbGraderPreprocessor
from nbgrader.utils import is_grade

MESSAGE_LENGTH = 200
OTHER_VALUES = "it fails with other values of the same kind."
_CHECK = "CheckFailed"
_STOPPED = re.compile(r"^(\w+)\(.*\) (stopped.*?with \w+|is still running.*?seconds).*", re.DOTALL)


class OneLine(NbGraderPreprocessor):
    """Replace the outputs of every cell by at most one line."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Shorten the outputs of all cells.

        Args:
            nb: an autograded notebook; its outputs are changed in place.
            resources: what nbconvert passes along.

        Returns:
            The notebook and the resources.
        """
        self._said: set[str] = set()  # by visible checks
        return super().preprocess(nb, resources)

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Shorten the outputs of one cell.

        Args:
            cell: a cell of an autograded notebook; its outputs are changed in place.
            resources: what nbconvert passes along.
            cell_index: position in the notebook.

        Returns:
            The cell and the resources.
        """
        if cell.cell_type == "code":
            errors = [output for output in cell.outputs if output.output_type == "error"]
            cell.outputs = errors[:1]
            for output in cell.outputs:
                output.ename, output.evalue = _what_may_be_said(output, is_grade(cell))
                if output.ename == _CHECK and cell.metadata.nbgrader.grade_id.endswith("_hidden"):
                    output.evalue = output.evalue if output.evalue in self._said else OTHER_VALUES
                self._said.add(output.evalue)
                output.traceback = [": ".join(filter(None, (output.ename, output.evalue)))]
        return cell, resources


def _what_may_be_said(error: NotebookNode, graded: bool) -> tuple[str, str]:
    """Give an error's name and message without anything that learners can choose."""
    if graded and error.ename == _CHECK:
        line = " ".join(error.evalue.split())
        return _CHECK, _STOPPED.sub(r"\1 \2", line)[:MESSAGE_LENGTH]
    if graded and error.ename in ("NotRun", "CellTimeout"):  # the grader's own
        return error.ename, error.evalue[:MESSAGE_LENGTH]
    return (error.ename if _is_builtin_error(error.ename) else "Error"), ""


def _is_builtin_error(name: str) -> bool:
    kind = getattr(builtins, name, None)
    return isinstance(kind, type) and issubclass(kind, BaseException)


FEEDBACK_STEPS = [GetGrades, ClearHiddenTests, OneLine, CSSHTMLHeaderPreprocessor]
