"""What learners get to read after grading: points and one line per test, no hidden test.

nbgrader's own feedback shows the source of hidden tests, in the cells and in their tracebacks.
"""

from typing import Any

from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbformat import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests, GetGrades, NbGraderPreprocessor
from nbgrader.utils import is_grade


class ShortErrors(NbGraderPreprocessor):
    """Replace the traceback of a failed test by its message.

    A course check renders itself as one line, which is kept; any other error becomes
    "NameError: name 'x' is not defined".
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Shorten the errors of one cell; other cells keep theirs.

        Args:
            cell: a cell of an autograded notebook; its outputs are changed in place.
            resources: what nbconvert passes along.
            cell_index: position in the notebook.

        Returns:
            The cell and the resources.
        """
        if cell.cell_type == "code" and is_grade(cell):
            for output in cell.outputs:
                if output.output_type == "error":
                    output.traceback = [f"{output.ename}: {output.evalue}"]
        return cell, resources


FEEDBACK_STEPS = [GetGrades, ClearHiddenTests, ShortErrors, CSSHTMLHeaderPreprocessor]
