"""Where a submission's code runs: a box with Python and this package in it, and nothing else.

In the box there is no network, no other file of the course (solutions, gradebook and other
submissions included), no environment of the grader. Files can be written to a small disk in memory
that vanishes with it. `python -m course.grading.inside` is the first program in it.

Two kinds of box are known. *bubblewrap* takes the Python that is running here. *docker* and
*podman* take the Python of an image. `none` is no box at all.
"""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import course
from course.grading.limits import Limits
from course.lessons.failures import UsageError

PACKAGE = Path(course.__file__).resolve().parent
CONTAINERS = ("docker", "podman")
KINDS = ("bubblewrap", *CONTAINERS, "none")
IMAGE = "course-grading"  # docs/instructors.md says how to make it
UNSAFE_MEANING = (
    "without a sandbox every submission's code runs with your rights: it can read solutions, "
    "hidden tests and other submissions, change the gradebook and use the network"
)
_NOBODY = 65534
_FIRST_FREE_UID = 200_000  # a submission's processes get a user id that nobody has
_LINKED = ("/bin", "/sbin", "/lib", "/lib32", "/lib64")
_SETTINGS = (
    *("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives"),
    *("/etc/fonts", "/etc/localtime"),
)


@dataclass(frozen=True)
class Sandbox:
    """A kind of box, and for containers the image that it is made of."""

    kind: str
    image: str = IMAGE


def find_sandbox(wanted: str = "", image: str = IMAGE, unsafe: bool = False) -> Sandbox:
    """Choose the sandbox to grade in.

    Args:
        wanted: "bubblewrap", "docker" or "podman"; empty for the first that is installed.
        image: for containers, the name of the image.
        unsafe: whether to grade without any.

    Returns:
        The choice; whether it works is another question, see `course.grading.probe`.

    Raises:
        UsageError: if there is none and `unsafe` was not asked for.
    """
    if unsafe:
        return Sandbox("none")
    if wanted and wanted not in KINDS[:-1]:
        raise UsageError(f"no sandbox {wanted!r}; there are: {', '.join(KINDS[:-1])}")
    installed = [kind for kind in ([wanted] if wanted else KINDS[:-1]) if _program(kind)]
    if not installed:
        raise UsageError(
            f"no sandbox: {wanted or 'bubblewrap, docker or podman'} is not installed here (Debian "
            "and Ubuntu: sudo apt install bubblewrap). With --unsafe-no-sandbox it goes on, but "
            + UNSAFE_MEANING
        )
    return Sandbox(installed[0], image)


@dataclass(frozen=True)
class Box:
    """One box for one kernel."""

    command: list[str]  # starts the kernel; {connection_file} stands for its file
    environment: Mapping[str, str]  # of the program that makes the box
    end: list[str]  # what to call to be sure that it is gone; empty where ending its process does


def make_box(sandbox: Sandbox, folder: Path, limits: Limits) -> Box:
    """Give the command that starts a kernel in a box.

    Args:
        sandbox: what `find_sandbox` gave.
        folder: a folder for the kernel's sockets; the only one that both sides see.
        limits: what the kernel may use.

    Returns:
        The box, not started.
    """
    path = os.environ.get("PATH", os.defpath)
    if sandbox.kind == "bubblewrap":
        return Box(_bubblewrap(folder, limits), {"PATH": path}, [])
    if sandbox.kind in CONTAINERS:
        name = f"course-grading-{secrets.token_hex(8)}"
        return Box(
            _container(sandbox, name, folder, limits),
            dict(os.environ),  # docker finds its server through it; nothing of it gets inside
            [sandbox.kind, "rm", "--force", name],
        )
    home = str(folder.parent / "home")
    environment = {"PATH": path, "LANG": "C.UTF-8", **_variables(str(PACKAGE.parent), home)}
    return Box(_first_program(sys.executable, limits, home), environment, [])


def _bubblewrap(folder: Path, limits: Limits) -> list[str]:
    size = str(limits.disk_bytes)
    disk = ["--perms", "1777", "--size", size, "--tmpfs"]
    uid = _FIRST_FREE_UID + secrets.randbelow(2**20) if os.geteuid() == 0 else None
    # root makes the box with its own rights, then gives them up inside: the kernel of the system
    # counts processes by user, and never limits root
    namespaces = ["--unshare-all"]
    if uid is not None:
        namespaces = [f"--unshare-{one}" for one in ("ipc", "pid", "net", "uts", "cgroup-try")]
    pythons = [
        place
        for place in dict.fromkeys((sys.base_prefix, os.path.realpath(sys.base_prefix), sys.prefix))
        if not place.startswith("/usr/")
    ]
    shown = {place: place for place in pythons} | {str(PACKAGE): "/package/course"}
    fonts = _font_list()
    if fonts:
        shown[str(fonts)] = f"/fonts/{fonts.name}"
    return [
        *("bwrap", "--die-with-parent", "--new-session", "--clearenv", *namespaces),
        *("--proc", "/proc", "--dev", "/dev", *disk, "/dev/shm", *disk, "/tmp"),
        *_system(),
        *_folders_above([*shown.values(), str(folder)]),
        *(word for pair in shown.items() for word in ("--ro-bind", *pair)),
        *("--bind", str(folder), str(folder)),
        *("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp"),
        *("--setenv", "PATH", os.pathsep.join((f"{sys.prefix}/bin", "/usr/bin", "/bin"))),
        *("--setenv", "LANG", "C.UTF-8"),
        *(word for pair in _variables("/package", "/tmp").items() for word in ("--setenv", *pair)),
        *_first_program(sys.executable, limits, "/tmp", uid, limits.processes),
    ]


def _container(sandbox: Sandbox, name: str, folder: Path, limits: Limits) -> list[str]:
    variables = _variables("/package", "/tmp")
    return [
        *(sandbox.kind, "run", "--rm", "--init", "--name", name, "--network", "none"),
        *("--read-only", "--tmpfs", f"/tmp:rw,exec,mode=1777,size={limits.disk_bytes}"),
        *("--memory", str(limits.memory_bytes), "--memory-swap", str(limits.memory_bytes)),
        *("--pids-limit", str(limits.processes), "--cpus", "1", "--cap-drop", "ALL"),
        *("--security-opt", "no-new-privileges", "--user", f"{_NOBODY}:{_NOBODY}"),
        *("--volume", f"{PACKAGE}:/package/course:ro", "--volume", f"{folder}:{folder}"),
        *("--workdir", "/tmp", "--pull", "never"),
        *(word for pair in variables.items() for word in ("--env", "=".join(pair))),
        sandbox.image,
        *_first_program("python", limits, "/tmp"),
    ]


def _first_program(
    python: str, limits: Limits, home: str, uid: int | None = None, processes: int = 0
) -> list[str]:
    return [
        *(python, "-m", "course.grading.inside", "--home", home, "--uid", str(uid or "")),
        *("--memory", str(limits.memory_bytes), "--cpu", str(limits.cpu_seconds)),
        *("--processes", str(processes), "--file", str(limits.disk_bytes)),
        *("--connection", "{connection_file}"),
    ]


def _variables(package: str, home: str) -> dict[str, str]:
    """Give the environment that a submission sees."""
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
    return {
        "PYTHONPATH": package,
        "HOME": home,
        "TMPDIR": home,
        "MPLCONFIGDIR": f"{home}/matplotlib",
        "COURSE_WORKSPACE": f"{home}/workspace",
        "NBGRADER_EXECUTION": "autograde",
        **dict.fromkeys(threads, "1"),
    }


def _system() -> Iterator[str]:
    """Show the system's programs, read-only."""
    yield from ("--ro-bind", "/usr", "/usr")
    for place in map(Path, _LINKED):
        if place.is_symlink():
            yield from ("--symlink", str(place.readlink()), str(place))
        elif place.is_dir():
            yield from ("--ro-bind", str(place), str(place))
    for place in _SETTINGS:
        yield from ("--ro-bind-try", place, place)


def _folders_above(places: Sequence[str]) -> Iterator[str]:
    """Make the folders on the way to some places, empty and open to the box's user."""
    above = {folder for place in places for folder in Path(place).parents}
    for folder in sorted(map(str, above - {Path("/"), Path("/tmp")})):
        yield from ("--perms", "0755", "--dir", folder)


def _font_list() -> Path | None:
    """Find matplotlib's list of fonts, which takes a second to make anew."""
    home = Path.home()
    named = os.environ.get("MPLCONFIGDIR")
    folders = ([Path(named)] if named else []) + [home / ".cache/matplotlib", home / ".matplotlib"]
    return next((file for place in folders for file in sorted(place.glob("fontlist-*.json"))), None)


@cache
def _program(kind: str) -> str | None:
    program = shutil.which("bwrap" if kind == "bubblewrap" else kind)
    if program and kind == "bubblewrap":
        said = subprocess.run([program, "--help"], capture_output=True, text=True, check=False)
        if "--size" not in said.stdout + said.stderr:  # before 0.7 a disk could not be limited
            return None
    return program
