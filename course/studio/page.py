"""The studio as a page of its own: voilà serves it on this machine, to this machine only.

Whoever opens the page has a kernel, and so a studio, of their own; closing the page ends it. The
address is bound to 127.0.0.1: other machines cannot reach it. voilà's template links fonts on the
internet; the page's content security policy lets nothing be fetched from elsewhere.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat

from course.errors import check_integer

HOST = "127.0.0.1"
PORT = 8866  # voilà's own; the next free one is taken if it is in use
IDLE_SECONDS = 1800  # after which the kernel of a page that was lost is ended
EXTENSIONS = [  # of JupyterLab; others, such as nbgrader's, fail on voilà's page
    "@voila-dashboards/widgets-manager8",
    "@jupyter-widgets/jupyterlab-manager",
    "anywidget",
]
POLICY = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; "
    "connect-src 'self' ws: data: blob:; frame-ancestors 'self'"
)
CELL = "from course.studio.panel import Studio\n\nStudio()"


def write_page(folder: Path) -> Path:
    """Write the notebook that voilà serves.

    Args:
        folder: where to.

    Returns:
        Its path.
    """
    notebook = nbformat.v4.new_notebook()
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    notebook.metadata.title = "Studio"
    notebook.cells = [nbformat.v4.new_code_cell(CELL, id="studio")]
    path = folder / "studio.ipynb"
    nbformat.write(notebook, path)
    return path


def command(notebook: Path, port: int = PORT, browser: bool = True) -> list[str]:
    """Give the command that serves the page.

    Args:
        notebook: as `write_page` wrote it.
        port: 1024..65535.
        browser: whether a browser is opened.

    Returns:
        The words of the command.

    Raises:
        ValueError: if the port is out of range.
    """
    check_integer("port", port, 1024, 65_535, "8866 is usual")
    return [
        sys.executable,
        "-m",
        "voila",
        str(notebook),
        f"--Voila.ip={HOST}",
        f"--port={port}",
        f"--Voila.tornado_settings={{'headers': {{'Content-Security-Policy': {POLICY!r}}}}}",
        f"--VoilaConfiguration.extension_allowlist={EXTENSIONS!r}",
        f"--MappingKernelManager.cull_idle_timeout={IDLE_SECONDS}",
        "--MappingKernelManager.cull_interval=60",
        *([] if browser else ["--no-browser"]),
    ]


def serve(workspace: Path, port: int = PORT, browser: bool = True) -> int:
    """Serve the page until somebody stops it with Ctrl+C.

    Args:
        workspace: the folder below which exports are written.
        port: 1024..65535.
        browser: whether a browser is opened.

    Returns:
        The server's exit code; 0 if it was stopped.

    Raises:
        ValueError: if the port is out of range.
    """
    workspace.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "COURSE_WORKSPACE": str(workspace)}
    with tempfile.TemporaryDirectory(prefix="course-studio-") as folder:
        words = command(write_page(Path(folder)), port, browser)
        try:
            return subprocess.call(words, env=environment, cwd=workspace)
        except KeyboardInterrupt:
            return 0


def meet_request(path: Path, folder: Path, name: str) -> Iterator[str]:
    """Meet the request in a file and export the take; gives lines that say what was done.

    Args:
        path: of the request.
        folder: in which a new folder is made for the files.
        name: of that folder and its files.

    Yields:
        Lines.

    Raises:
        RequestError: if the file cannot be used.
        ExportError: if something cannot be written.
    """
    from course.studio import exporting, request_files, takes

    take = takes.make(request_files.read_request(path))
    yield str(take.music)
    yield from (str(report).partition("\n")[0] for report in take.reports)
    yield f"written: {exporting.export(take, folder, name)}"


def replay_recipe(path: Path, folder: Path, name: str) -> Iterator[str]:
    """Make the piece of a recipe again, export it, and try whether sampling gives the same.

    Args:
        path: of the recipe.
        folder: in which a new folder is made for the files.
        name: of that folder and its files.

    Yields:
        Lines that say what was done.

    Raises:
        RecipeError: if the file cannot be used, or the MIDI file would be another.
        ExportError: if something cannot be written.
    """
    from course.studio import exporting, recipe, takes

    read = recipe.read_recipe(path)
    music = recipe.replay(read)
    yield f"{music}: the recipe's MIDI file, byte for byte"
    tried, text = recipe.sample_again(read)
    yield f"sampling again gives {text}"
    yield f"written: {exporting.export(takes.Take(music, tried), folder, name)}"
