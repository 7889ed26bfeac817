"""Opening the learner's lessons in JupyterLab, with the course's settings."""

import os
from pathlib import Path

from course.errors import check_integer
from course.lessons.places import RELEASE_FOLDER, lesson_names, workspace_folder, workspace_path

HERE = "127.0.0.1"
SETTINGS = Path("tools", "jupyter_lab")  # below the course folder


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
        The options of `jupyter lab`. Where the first lesson is not in the workspace yet, it is
        opened; later JupyterLab opens what was open last.

    Raises:
        ValueError: if the port is out of range.
    """
    if port is not None:
        check_integer("port", port, 1024, 65_535, "8888 is usual")
    workspace, settings = workspace_folder(root), root / SETTINGS
    options = [f"--notebook-dir={workspace}", f"--config={settings / 'config.json'}"]
    options += [f"--LabApp.app_settings_dir={settings}"]
    for first in lesson_names(root, RELEASE_FOLDER)[:1]:
        if not workspace_path(root, first).exists():
            options += [f"--LabApp.default_url=/lab/tree/{first}/{first}.ipynb"]
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
