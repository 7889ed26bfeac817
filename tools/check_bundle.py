"""Install build/bundle into a fresh folder with the network cut, and run a lesson there.

    make bundle-check [LESSON=05_lstm]

The folder, a home without files and the system's programs are all there is: bubblewrap hides this
course folder, pip's settings and the network. Inside, `start.sh` sets the course up and opens
JupyterLab, whose page is fetched; then come `course doctor`, a model that needs torch and a solved
lesson at the `smoke` budget. This file runs itself inside, with the standard library alone.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUNDLE = ROOT / "build" / "bundle"
LESSON = "01_midi"
LAPTOP = Path("/tmp/laptop")  # inside
SCRIPT = Path("/tmp/check_bundle.py")
SETUP_SECONDS = 1800  # at most, for the set-up and JupyterLab
RUN = """
import sys, tempfile
from pathlib import Path
from course import models
from course.lessons.solved import run_solved
print("torch has loaded", type(models.load("tune_lstm")).__name__)
name = sys.argv[1]
with tempfile.TemporaryDirectory() as folder:
    path = Path("solutions", name, f"{name}.ipynb")
    run = run_solved(path, Path(folder), "smoke", cell_seconds=900)
print(f"{name}: every cell ran, {run.computing:.0f} s of computing")
"""


def box(laptop: Path) -> list[str]:
    """Give the words that run a command without network, settings and this course folder.

    Args:
        laptop: the folder that stands for the other computer's disk.
    """
    python = f"{sys.base_prefix}/bin"
    return [
        *("bwrap", "--unshare-net", "--die-with-parent", "--ro-bind", "/", "/"),
        *("--dev", "/dev", "--proc", "/proc", "--tmpfs", str(ROOT), "--tmpfs", "/tmp"),
        *("--bind", str(laptop), str(LAPTOP), "--ro-bind", __file__, str(SCRIPT)),
        *("--chdir", str(LAPTOP), "--clearenv", "--setenv", "HOME", str(LAPTOP / "home")),
        *("--setenv", "PATH", f"{python}:/usr/bin:/bin"),
        *("--setenv", "PIP_CONFIG_FILE", os.devnull, "--setenv", "LANG", "C.UTF-8"),
    ]


def require_no_network() -> None:
    """Make sure that no other computer can be reached."""
    try:
        socket.create_connection(("192.0.2.1", 443), timeout=3).close()
    except OSError as error:
        print(f"The network is cut: {error}", flush=True)
        return
    raise SystemExit("The network is not cut; this would prove nothing.")


def wait_for_lab(process: subprocess.Popen) -> str:
    """Wait until JupyterLab's page can be fetched.

    Args:
        process: which starts it.

    Returns:
        The page.
    """
    end = time.monotonic() + SETUP_SECONDS
    while process.poll() is None and time.monotonic() < end:
        for file in (LAPTOP / "home").rglob("jpserver-*.json"):
            server = json.loads(file.read_text(encoding="utf-8"))
            address = f"{server['url']}lab?token={server['token']}"
            try:
                return urllib.request.urlopen(address, timeout=10).read().decode()
            except OSError:
                pass  # it has said where it will be, and is not there yet
        time.sleep(0.5)
    raise SystemExit("JupyterLab did not come up.")


def start_twice(bundle: Path) -> None:
    """Let `start.sh` set up and open JupyterLab; a second start installs nothing.

    Args:
        bundle: the folder inside.
    """
    for what in ("Set up and opened", "Opened again"):
        begun = time.monotonic()
        command = ["sh", "start.sh", "--no-browser", "--port", "8931"]
        with subprocess.Popen(command, cwd=bundle) as process:
            page = wait_for_lab(process)
            seconds = time.monotonic() - begun
            process.send_signal(signal.SIGTERM)
        if "jupyter-config-data" not in page:
            raise SystemExit("What came up is not JupyterLab.")
        print(f"{what} in {seconds:.0f} s", flush=True)


def run_inside(lesson: str) -> None:
    """Do everything that a person without a network would.

    Args:
        lesson: name of the one that is run.
    """
    require_no_network()
    bundle = LAPTOP / "a folder" / "bundle"
    start_twice(bundle)
    folder = bundle / "course-files"
    subprocess.run([".venv/bin/course", "doctor", "--full"], cwd=folder, check=True)
    subprocess.run([".venv/bin/python", "-c", RUN, lesson], cwd=folder, check=True)


def main(arguments: list[str]) -> int:
    """Check the bundle.

    Args:
        arguments: the name of a lesson, or none.

    Returns:
        Exit status: 0 when all went well.
    """
    if Path(__file__) == SCRIPT:
        run_inside(arguments[0])
        return 0
    if not BUNDLE.is_dir() or not shutil.which("bwrap"):
        print("This needs build/bundle (make bundle) and bubblewrap.", file=sys.stderr)
        return 1
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "home").mkdir()
        shutil.copytree(BUNDLE, Path(folder) / "a folder" / "bundle")
        python = shutil.which("python3", path=f"{sys.base_prefix}/bin:/usr/bin:/bin")
        command = [*box(Path(folder)), python, str(SCRIPT), *(arguments or [LESSON])]
        status = subprocess.run(command).returncode
    print(f"{'Proved' if status == 0 else 'FAILED'} in {time.monotonic() - begun:.0f} s")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
