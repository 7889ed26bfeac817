"""The formgrader in a running JupyterLab that was started in the course folder."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request

import pytest

from course.lessons.places import lesson_names
from tests.lessons.conftest import COURSE, TINY

TOKEN = "formgrader-test"
PATIENCE_SECONDS = 120


@contextlib.contextmanager
def jupyterlab(root, home):
    """Start JupyterLab as an instructor does; give its address."""
    environment = {key: value for key, value in os.environ.items() if "JUPYTER" not in key}
    for name in ("CONFIG", "DATA", "RUNTIME"):
        environment[f"JUPYTER_{name}_DIR"] = str(home / name.lower())
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--port=0"]
    command += ["--ServerApp.ip=127.0.0.1", f"--IdentityProvider.token={TOKEN}"]
    log = home / "lab.log"
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=root, env=environment, stdout=file, stderr=file)
    try:
        yield _address(process, log)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _address(process, log):
    """Wait until the server answers; fail with its log when it does not."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end and process.poll() is None:
        found = re.search(r"http://127\.0\.0\.1:\d+", log.read_text())
        with contextlib.suppress(OSError):
            if found:
                urllib.request.urlopen(f"{found[0]}/api/status?token={TOKEN}", timeout=30).close()
                return found[0]
        time.sleep(0.1)
    raise AssertionError(log.read_text())


@pytest.mark.slow
def test_it_opens_and_lists_the_lessons(built_course, tmp_path):
    for folder in ("solutions", "notebooks"):
        shutil.copytree(COURSE / folder, built_course / folder, dirs_exist_ok=True)
    lessons = [*lesson_names(COURSE, "solutions"), TINY]
    with jupyterlab(built_course, tmp_path) as address:

        def get(path):
            request = urllib.request.Request(
                address + path, headers={"Authorization": f"token {TOKEN}"}
            )
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.read().decode()

        listed = json.loads(get("/formgrader/api/assignments"))
        places = {one["name"]: (one["source_path"], one["release_path"]) for one in listed}
        assert places == {name: (f"solutions/{name}", f"notebooks/{name}") for name in lessons}
        assert "nbgrader" in get("/formgrader/manage_assignments")
        assert get("/formgrader/gradebook")
