"""How far the learner is: the last check of every lesson, kept in the workspace.

`workspace/.course/progress.json` holds, per lesson, the visible points of the last `course check`,
when it was and what each exercise said. Everything printed here is readable in a plain terminal.
"""

import textwrap
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course.lessons.files import read_json, write_json
from course.lessons.places import RELEASE_FOLDER, lesson_names, workspace_path
from course.lessons.workspace import is_untouched, state_path

if TYPE_CHECKING:
    from course.lessons.run import Report  # it loads the kernel's client

PROGRESS_FILE = "progress.json"


def record(report: "Report", notebook: Path, root: Path, now: datetime | None = None) -> None:
    """Keep the result of a check.

    Args:
        report: what `run_submission` gave.
        notebook: the file that was checked.
        root: the course folder.
        now: when; the clock's time by default.

    Raises:
        CommandError: if it cannot be written; what was kept before is still there then.
    """
    path = state_path(root, PROGRESS_FILE)
    lessons = read_json(path).get("lessons")
    entry = {
        "checked": (now or datetime.now()).isoformat(timespec="seconds"),
        "notebook": str(notebook),
        "points": report.points,
        "reachable": report.reachable,
        "exercises": {result.exercise: result.state for result in report.results},
    }
    lessons = lessons if isinstance(lessons, dict) else {}
    write_json(path, {"lessons": lessons | {report.lesson: entry}})


def report_lines(report: "Report", width: int = 80) -> list[str]:
    """Lay out the result of a check.

    Args:
        report: what `run_submission` gave.
        width: columns of the terminal.

    Returns:
        Lines without line ends.
    """
    rows = [
        (result.exercise, f"{result.points} of {result.reachable}", result.state)
        for result in report.results
    ]
    table = _table([("exercise", "points", "result"), *rows])
    lines = [f"{report.lesson}: {report.points} of {_points(report.reachable)}", "", table[0]]
    for row, result in zip(table[1:], report.results, strict=True):
        lines.append(row)
        if result.state != "passed" and result.message:
            lines += textwrap.wrap(
                result.message, width, initial_indent="    ", subsequent_indent="    "
            )
    lines.append("")
    for note in report.notes:
        lines += textwrap.wrap(f"Note: {note}.", width, subsequent_indent="      ")
    more = [
        f"{report.hidden_points} by hidden tests" if report.hidden_points else "",
        f"{report.written_points} for written answers" if report.written_points else "",
    ]
    if any(more):
        lines += textwrap.wrap(
            f"Only the full grader can give {_points(report.hidden_points + report.written_points)}"
            f" more: {' and '.join(filter(None, more))}.",
            width,
        )
    return lines


def progress_lines(root: Path) -> list[str]:
    """Lay out how far the learner is in every lesson.

    Args:
        root: the course folder.

    Returns:
        Lines without line ends.
    """
    kept = read_json(state_path(root, PROGRESS_FILE)).get("lessons")
    kept = kept if isinstance(kept, dict) else {}
    rows = []
    for name in lesson_names(root, RELEASE_FOLDER):
        entry = kept.get(name)
        entry = entry if isinstance(entry, dict) else {}
        points = f"{entry['points']} of {entry['reachable']}" if _is_complete(entry) else "-"
        when = str(entry.get("checked", "-")).replace("T", " ")[:16]
        rows.append((name, _opened(root, name), points, when))
    if not rows:
        return ["There are no lessons yet."]
    return _table([("lesson", "opened", "points", "last checked"), *rows])


def _points(count: int) -> str:
    return "1 point" if count == 1 else f"{count} points"


def _is_complete(entry: dict[str, Any]) -> bool:
    return isinstance(entry.get("points"), int) and isinstance(entry.get("reachable"), int)


def _opened(root: Path, name: str) -> str:
    """Say whether the learner has worked on the copy: saved it with a change."""
    if not workspace_path(root, name).is_file():
        return "not copied"
    return "no" if is_untouched(root, name) else "yes"


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Align columns with blanks alone."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
