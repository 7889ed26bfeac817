"""Whether a lesson's source keeps the form that every lesson has.

Every rule is a function that reads the source and gives `Problem`s with file and line; none of them
runs the lesson. `page` has the rules about card, sections and links, `code` those about code cells,
`exercises` those about exercises and points.

The form: cell 0 is the card, `# NN · Title`; the sections follow as `## 1. Hear it first` …
`## 13. Where next` (`page.SECTIONS`), each heading at the beginning of a markdown cell. Lessons 00
and 13 may leave sections out if their card says so: `Sections left out: Train it, Measure it`. The
card says how long the lesson takes ("30 minutes to read, 45 minutes to code, less than a minute of
computing"), its points ("Points: 20") and, as three to five list items, what one will be able to
do. Lines of code are counted without blank lines and lines that hold only a comment.
"""

from pathlib import Path

from course.lessons.lint.code import CODE_RULES
from course.lessons.lint.common import Problem
from course.lessons.lint.exercises import EXERCISE_RULES
from course.lessons.lint.page import PAGE_RULES
from course.lessons.source import read_lesson


def lint_lesson(root: Path, name: str) -> list[Problem]:
    """Read a lesson's source and list what is wrong with its form.

    Args:
        root: the course folder.
        name: the lesson, such as "01_midi".

    Returns:
        The problems in the order of their lines; empty if all is well.

    Raises:
        CommandError: if there is no source, or it is no py:percent file.
    """
    lesson = read_lesson(root, name)
    rules = (*PAGE_RULES, *CODE_RULES, *EXERCISE_RULES)
    return sorted(problem for rule in rules for problem in rule(lesson))
