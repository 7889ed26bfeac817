"""Choose in which form players are shown.

- `auto`: a live widget, then the saved form in its place (`course.playback.showing`).
- `widget`: the live widget only.
- `html`: the saved form only.
- `none`: a line of text; nothing is rendered.

`COURSE_PLAYBACK` sets the mode for a whole process. While nbgrader runs a notebook, and where there
is no notebook, the mode is `none`.
"""

import os
import sys

MODES = ("auto", "widget", "html", "none")
MODE_VARIABLE = "COURSE_PLAYBACK"


def choose_mode(mode: str = "auto") -> str:
    """Say in which form players are shown here.

    Args:
        mode: what the caller asks for: "auto", "widget", "html" or "none".

    Returns:
        The same four words; "auto" only where a live widget can be expected to work.

    Raises:
        ValueError: if `mode`, or `COURSE_PLAYBACK` where it counts, is another word.
    """
    if mode == "auto":
        mode = os.environ.get(MODE_VARIABLE) or "auto"
    if mode not in MODES:
        raise ValueError(f"playback mode is {mode!r}; use one of {', '.join(MODES)}")
    if os.environ.get("NBGRADER_EXECUTION") or not _in_notebook():
        return "none"
    if mode == "auto" and "google.colab" in sys.modules:
        return "html"  # its widgets lose large binary messages
    return mode


def _in_notebook() -> bool:
    """Say whether a Jupyter kernel runs this code."""
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython

    return hasattr(get_ipython(), "kernel")
