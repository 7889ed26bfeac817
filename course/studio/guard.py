"""A widget without a face that makes the studio usable by keyboard and ear; see static/guard.js."""

from importlib.resources import files

import anywidget

STATIC = files("course.studio") / "static"


class Guard(anywidget.AnyWidget):
    """Stands in a box with the class `course-studio` and looks after it."""

    _esm = (STATIC / "guard.js").read_text("utf-8")
    _css = (STATIC / "guard.css").read_text("utf-8")

    def __init__(self) -> None:
        super().__init__()
        self.add_class("course-studio-guard")
