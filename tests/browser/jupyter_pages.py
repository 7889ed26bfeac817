"""A Jupyter server of its own, and the steps people take in JupyterLab and Notebook 7.

Used by the browser tests and by measurements; nothing here knows what a notebook holds.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlparse

import nbformat
from playwright.sync_api import Frame, Page, Playwright

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
START_SECONDS = 60
RUN_MILLISECONDS = 120_000
URLS = {"lab": "/lab/tree/", "notebook": "/notebooks/"}
SERVER_CONFIG = {
    "ServerApp": {"ip": "127.0.0.1", "disable_check_xsrf": True, "open_browser": False},
    "IdentityProvider": {"token": ""},
    "PasswordIdentityProvider": {"hashed_password": ""},
    "LabApp": {
        "expose_app_in_browser": True,
        "check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
    },
    "JupyterNotebookApp": {"expose_app_in_browser": True},
}
NO_NEWS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}
}
READY = """() => {
    const panel = window.jupyterapp?.shell?.currentWidget;
    const session = panel?.context?.sessionContext;
    return panel?.content?.widgets && session?.session?.kernel?.status === 'idle';
}"""
FINISHED = """() => window.jupyterapp.shell.currentWidget.content.widgets
    .filter((cell) => cell.model.type === 'code' && cell.model.sharedModel.source.trim())
    .every((cell) => cell.model.executionCount && cell.model.executionState !== 'running')
    && window.jupyterapp.shell.currentWidget.context.sessionContext.session.kernel.status === 'idle'
"""


class Server:
    """A running server: its address and the folder that it shows."""

    def __init__(self, url: str, root: Path) -> None:
        self.url = url
        self.root = root


def chromium_path() -> str | None:
    """Give the browser of the operating system, or None where there is none."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def launch(playwright: Playwright):
    """Start the operating system's Chromium, without a window."""
    return playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)


@contextlib.contextmanager
def running_server(folder: Path, settings: dict[str, dict] | None = None) -> Iterator[Server]:
    """Start a Jupyter server in a folder with settings and trust of its own; stop it at the end.

    Args:
        folder: an empty folder; notebooks go into its `notebooks`.
        settings: JupyterLab plugin, as "package:plugin", to its settings.

    Yields:
        The server.
    """
    root, config = folder / "notebooks", folder / "config"
    root.mkdir(parents=True)
    config.mkdir()
    (config / "jupyter_server_config.json").write_text(json.dumps(SERVER_CONFIG))
    for plugin, values in {**NO_NEWS, **(settings or {})}.items():
        package, name = plugin.split(":")
        path = config / "lab" / "user-settings" / package / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    port = free_port()
    environment = {
        "COURSE_BUDGET": "smoke",  # unless the caller asks for more
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(config),
        "JUPYTERLAB_SETTINGS_DIR": str(config / "lab" / "user-settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(config / "lab" / "workspaces"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "IPYTHONDIR": str(folder / "ipython"),
    }
    command = [sys.executable, "-m", "jupyterlab", f"--port={port}", f"--ServerApp.root_dir={root}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=root)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_up(url, process, folder / "server.log")
            yield Server(url, root)
        finally:
            process.terminate()
            process.wait(timeout=30)


def write_notebook(path: Path, cells: list[str]) -> Path:
    """Write a notebook of code cells."""
    notebook = nbformat.v4.new_notebook()
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in cells]
    nbformat.write(notebook, path)
    return path


def open_notebook(page: Page, server: Server, path: str, app: str = "lab") -> None:
    """Open a notebook and wait until its kernel is idle.

    Args:
        page: an empty page.
        server: where the notebook is.
        path: path below the server's root.
        app: "lab" or "notebook".
    """
    page.goto(server.url + URLS[app] + quote(path) + ("?reset" if app == "lab" else ""))
    page.wait_for_function(READY, timeout=START_SECONDS * 1000)


def run_all(page: Page, timeout: int = RUN_MILLISECONDS) -> None:
    """Choose Run All Cells from the menu and wait until every code cell has run.

    Args:
        page: with an open notebook, in JupyterLab or Notebook 7.
        timeout: milliseconds.
    """
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(FINISHED, timeout=timeout)


def save(page: Page) -> None:
    """Save the open notebook."""
    page.evaluate("() => window.jupyterapp.shell.currentWidget.context.save()")


def player_frame(page: Page, index: int = 0, timeout: int = 20_000) -> Frame:
    """Give the frame of a player in its saved form, once its script has run.

    Args:
        page: a notebook or a static page.
        index: which of the page's players, from 0.
        timeout: milliseconds.
    """
    handle = page.locator(".course-playback iframe").nth(index)
    handle.wait_for(state="attached", timeout=timeout)
    frame = handle.element_handle().content_frame()
    frame.wait_for_selector(".course-player", timeout=timeout)
    return frame


def outside_requests(urls: list[str]) -> list[str]:
    """Pick the addresses that are not on this machine."""
    local = ("127.0.0.1", "localhost", None)
    return [
        url
        for url in urls
        if urlparse(url).scheme in ("http", "https", "ws", "wss")
        and urlparse(url).hostname not in local
    ]


def free_port() -> int:
    """Give a port of this machine that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_up(url: str, process: subprocess.Popen, log: Path) -> None:
    """Return when the server answers; fail with its log when it does not."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(f"{url}/api/status", timeout=5).close()
            return
        time.sleep(0.1)
    raise RuntimeError(f"the Jupyter server did not start:\n{log.read_text()[-2000:]}")
