"""How nbgrader works on this course; every `nbgrader` command started in this folder reads it.

COURSE_SOURCE, COURSE_RELEASE and COURSE_DB put another folder or gradebook in place, for
instructors who keep hidden tests of their own elsewhere: see docs/instructors.md.
"""

import os
import shutil
import sysconfig
from pathlib import Path

from course.grading.feedback import FEEDBACK_STEPS

c = globals()["get_config"]()  # traitlets puts the function into this file's namespace
ROOT = Path(__file__).resolve().parent
GRADING = ROOT / "grading"

c.CourseDirectory.root = str(ROOT)
c.CourseDirectory.source_directory = os.environ.get("COURSE_SOURCE", "solutions")
c.CourseDirectory.release_directory = os.environ.get("COURSE_RELEASE", "notebooks")
c.CourseDirectory.submitted_directory = "grading/submitted"
c.CourseDirectory.autograded_directory = "grading/autograded"
c.CourseDirectory.feedback_directory = "grading/feedback"
c.CourseDirectory.source_with_tests_directory = "grading/source_with_tests"
c.CourseDirectory.solution_directory = "grading/solution"
# without "*.py" the lesson's source, solutions included, would be copied into the release
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "*.py"]

if shutil.which("alembic") is None:  # nbgrader starts it by name; .venv may not be activated
    os.environ["PATH"] += os.pathsep + sysconfig.get_path("scripts")
if "COURSE_DB" not in os.environ:
    GRADING.mkdir(exist_ok=True)  # SQLite makes the file, not its folder
default_database = f"sqlite:///{(GRADING / 'gradebook.db').as_posix()}"
c.CourseDirectory.db_url = os.environ.get("COURSE_DB", default_database)

c.ClearSolutions.code_stub = {
    "python": 'raise NotImplementedError("Write your answer here, then delete this line.")'
}
c.ClearSolutions.text_stub = "*Write your answer here.*"

c.Execute.timeout = 60  # seconds a cell; nbgrader's own 30 are short for a slow machine
c.OverwriteCells.add_missing_cells = True  # a deleted test is put back and graded as ever
c.GenerateFeedback.preprocessors = FEEDBACK_STEPS
c.HTMLExporter.sanitize_html = True  # a script in an answer would run in the teacher's browser
