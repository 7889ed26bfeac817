"""Opening the learner's lessons in JupyterLab, with the course's settings."""

import os
from pathlib import Path

from course.errors import check_integer
from course.lessons.places import workspace_folder

HERE = "127.0.0.1"
SETTINGS = Path("tools", "jupyter_lab_config.json")  # below the course folder


def lab_options(
    root: Path, port: int | None = None, browser: bool = True, address: str = HERE
) -> list[str]:
    """Give what JupyterLab is started with.

    Args:
        root: the course folder.
        port: 1024..65535; None for JupyterLab's own, 8888 or the next free one.
        browser: whether a browser is opened.
        address: which one it listens on; "0.0.0.0", all of them, is for containers.

    Returns:
        The options of `jupyter lab`.

    Raises:
        ValueError: if the port is out of range.
    """
    if port is not None:
        check_integer("port", port, 1024, 65_535, "8888 is usual")
    options = [f"--notebook-dir={workspace_folder(root)}", f"--config={root / SETTINGS}"]
    options += [f"--port={port}"] * (port is not None)
    options += ["--no-browser"] * (not browser)
    options += [f"--ip={address}"] * (address != HERE)
    options += ["--allow-root"] * (getattr(os, "geteuid", lambda: 1)() == 0)
    return options


def open_lab(options: list[str]) -> None:
    """Run JupyterLab until it is shut down.

    Args:
        options: as `lab_options` gives them.
    """
    from jupyterlab.labapp import main

    main(options)
