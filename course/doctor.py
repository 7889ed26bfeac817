"""Look at everything the course stands on, and say for each thing that is wrong how to mend it.

`course doctor` and lesson 00 run it. It takes well under a second, so it imports nothing heavy:
neither torch nor music21, and of Jupyter only its paths.
"""

import importlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import psutil
from jupyter_core.paths import jupyter_path
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent  # `course` is installed editable: its own folder
OLDEST_PYTHON = (3, 11)
GB = 10**9
ENOUGH_MEMORY = 4 * GB  # bytes; a lesson's kernel takes at most 2 GiB, the browser needs the rest
ENOUGH_DISK = 1 * GB  # bytes, for the learner's notebooks, checkpoints and exports
SOUND_BANK_SIZE = 5_000_000  # bytes; the whole file has 5.9 million
KERNEL_FIX = f"{sys.executable} -m ipykernel install --sys-prefix"


@dataclass(frozen=True)
class Finding:
    """What one check found."""

    status: str  # "ok", "warn" (it works, but worse) or "fail"
    name: str
    detail: str
    fix: str = ""  # what to type or to do; empty where all is well


def run_doctor(full: bool = False, graded: Path | None = None) -> int:
    """Check the environment and print a table, one line for each finding, its fix below it.

    Args:
        full: also start a kernel, which takes a second or two.
        graded: a course folder in which a class shall be graded; None for learners.

    Returns:
        Exit status: 0 when the lessons can run, 1 when something must be mended first.
    """
    checks = [*CHECKS, check_kernel_start] if full else CHECKS
    findings = [check() for check in checks]
    if graded:
        from course.grading.checkup import examine  # it loads nbgrader

        findings += [Finding(*found) for found in examine(graded)]
    for finding in findings:
        print(f"{finding.status:5} {finding.name:13} {finding.detail}")
        if finding.fix:
            print(f"{'':5} {'':13} -> {finding.fix}")
    failed = sum(finding.status == "fail" for finding in findings)
    if failed:
        print(f"\nMend what says fail ({failed} of {len(findings)}), then run this again.")
    else:
        print("\nThe lessons can run." + " A class can be graded here." * bool(graded))
    return int(failed > 0)


def check_python() -> Finding:
    """See whether this Python is new enough."""
    version = platform.python_version()
    if sys.version_info < OLDEST_PYTHON:
        fix = "make clean, then make lab PYTHON=python3.12"
        return Finding("fail", "Python", f"{version}; the course needs 3.11 or newer", fix)
    return Finding("ok", "Python", version)


def check_packages() -> Finding:
    """Compare what is installed with the lock, but for the sound, which has a check of its own."""
    wanted = [r for r in read_lock(ROOT / "requirements.lock") if r.name != "tinysoundfont"]
    return compare("packages", wanted, "--no-deps ")


def check_torch() -> Finding:
    """See whether torch is there in the version that was tested."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    [pin] = project["optional-dependencies"]["torch"]
    return compare("torch", [Requirement(pin)], "")


def read_lock(lock: Path) -> list[Requirement]:
    """Read what a lock wants on this machine.

    Args:
        lock: a file as `make lock` writes it.

    Returns:
        The requirements whose marker holds here.
    """
    lines = lock.read_text(encoding="utf-8").splitlines()
    requirements = [Requirement(line) for line in lines if line[:1].isalnum()]
    return [r for r in requirements if r.marker is None or r.marker.evaluate()]


def compare(name: str, wanted: list[Requirement], pip_options: str) -> Finding:
    """Compare installed versions with wanted ones.

    Args:
        name: of the finding.
        wanted: each with the one version that was tested.
        pip_options: what the fix puts before the packages, with a space behind.

    Returns:
        "fail" where a package is missing, "warn" where one has another version.
    """
    installed = {requirement.name: installed_version(requirement.name) for requirement in wanted}
    missing = [r for r in wanted if installed[r.name] is None]
    other = [r for r in wanted if r not in missing and not r.specifier.contains(installed[r.name])]
    if not missing and not other:
        [version] = installed.values() if len(wanted) == 1 else [f"{len(wanted)} as tested"]
        return Finding("ok", name, version)
    pins = " ".join(f"{r.name}{r.specifier}" for r in missing + other)
    fix = f"{sys.executable} -m pip install {pip_options}{pins}"
    if missing:
        return Finding("fail", name, f"missing: {', '.join(r.name for r in missing)}", fix)
    versions = ", ".join(f"{r.name} is {installed[r.name]}, tested {r.specifier}" for r in other)
    return Finding("warn", name, versions, fix)


def installed_version(package: str) -> str | None:
    """Give the version of a package without importing it.

    Args:
        package: its name in the package index.

    Returns:
        The version, such as "2.4.6"; None where it is missing.
    """
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def check_kernel() -> Finding:
    """See whether Jupyter's kernel `python3` runs the Python of this environment."""
    if find_spec("ipykernel") is None:
        fix = f"{sys.executable} -m pip install ipykernel"
        return Finding("fail", "kernel", "ipykernel is missing", fix)
    specs = [Path(folder, "python3", "kernel.json") for folder in jupyter_path("kernels")]
    spec = next((file for file in specs if file.exists()), None)
    if spec is None:
        return Finding("fail", "kernel", "Jupyter knows no kernel named python3", KERNEL_FIX)
    program = kernel_program(spec)
    if not program:
        fix = f"delete that file, then {KERNEL_FIX}"
        return Finding("fail", "kernel", f"{spec} does not say what to start", fix)
    own = {"python", "python3", f"python3.{sys.version_info.minor}"}  # Jupyter puts its own there
    if program not in own and Path(program).parent != Path(sys.executable).parent:
        return Finding("fail", "kernel", f"python3 runs another Python: {program}", KERNEL_FIX)
    return Finding("ok", "kernel", "python3 runs this environment's Python")


def kernel_program(spec: Path) -> str:
    """Read which program a kernel starts.

    Args:
        spec: a file `kernel.json`.

    Returns:
        The first word of its command; empty where the file is damaged and has none.
    """
    try:
        command = json.loads(spec.read_text(encoding="utf-8"))["argv"]
    except (OSError, ValueError, TypeError, KeyError):
        return ""
    first = command[0] if isinstance(command, list) and command else ""
    return first if isinstance(first, str) else ""


def check_kernel_start() -> Finding:
    """Start a kernel and let it answer."""
    from jupyter_client.manager import run_kernel

    try:
        with run_kernel(kernel_name="python3", stderr=subprocess.DEVNULL) as client:
            reply = client.execute_interactive("import course", timeout=60)["content"]
    except Exception as error:  # a kernel can fail to start in any way; each is a finding
        detail = " ".join(f"{type(error).__name__}: {error}".split())
        return Finding("fail", "kernel start", detail, KERNEL_FIX)
    if reply["status"] != "ok":
        return Finding("fail", "kernel start", reply.get("evalue", reply["status"]), KERNEL_FIX)
    return Finding("ok", "kernel start", "it starts, answers and finds the course")


def check_sound_bank() -> Finding:
    """See whether the General MIDI sounds that pretty_midi brings along are there and whole."""
    spec = find_spec("pretty_midi")
    bank = Path(spec.origin).with_name("TimGM6mb.sf2") if spec else None
    if bank is None or not bank.exists() or bank.stat().st_size < SOUND_BANK_SIZE:
        fix = f"{sys.executable} -m pip install --force-reinstall --no-deps pretty_midi"
        return Finding("fail", "sound bank", "TimGM6mb.sf2 of pretty_midi is missing", fix)
    return Finding("ok", "sound bank", bank.name)


def check_sound_renderer() -> Finding:
    """See whether the renderer's compiled library loads; without it the sound is plainer."""
    try:
        importlib.import_module("tinysoundfont")
    except ImportError as error:
        fix = f"{sys.executable} -m pip install --no-deps tinysoundfont (or Python 3.11 or 3.12)"
        return Finding("warn", "sound", f"plain: {error}", fix)
    return Finding("ok", "sound", "tinysoundfont")


def check_widgets() -> Finding:
    """See whether the browser's side of the players and sliders is installed."""
    wanted = ("anywidget", "@jupyter-widgets/jupyterlab-manager")
    folders = [Path(folder) for folder in jupyter_path("labextensions")]
    missing = [
        name for name in wanted if not any((f / name / "package.json").exists() for f in folders)
    ]
    if missing:
        packages = "anywidget ipywidgets jupyterlab_widgets"
        fix = f"{sys.executable} -m pip install --force-reinstall --no-deps {packages}"
        return Finding("fail", "widgets", f"JupyterLab misses {', '.join(missing)}", fix)
    return Finding("ok", "widgets", "players and sliders can be shown")


def check_memory() -> Finding:
    """See whether the memory is enough for a lesson beside a browser."""
    memory = psutil.virtual_memory()
    detail = f"{memory.total / GB:.1f} GB, {memory.available / GB:.1f} GB of them free"
    if memory.total < ENOUGH_MEMORY or memory.available < ENOUGH_MEMORY / 2:
        return Finding("warn", "memory", detail, "close other programs and other notebooks")
    return Finding("ok", "memory", detail)


def check_disk() -> Finding:
    """See whether there is room for the learner's own work."""
    free = shutil.disk_usage(ROOT).free
    if free < ENOUGH_DISK:
        fix = "make room: notebooks and models are saved in workspace/"
        return Finding("warn", "disk", f"{free / GB:.1f} GB free", fix)
    return Finding("ok", "disk", f"{free / GB:.1f} GB free")


def check_threads() -> Finding:
    """See how many cores training can use."""
    cores = psutil.cpu_count(logical=False) or psutil.cpu_count() or 1
    limit = os.environ.get("OMP_NUM_THREADS", "")
    if limit.isdigit() and int(limit) < cores:
        detail = f"OMP_NUM_THREADS={limit} leaves {cores - int(limit)} of {cores} cores idle"
        return Finding("warn", "threads", detail, "unset OMP_NUM_THREADS to train faster")
    return Finding("ok", "threads", f"{cores} core{'s' * (cores > 1)}")


CHECKS = [
    check_python,
    check_packages,
    check_torch,
    check_kernel,
    check_sound_bank,
    check_sound_renderer,
    check_widgets,
    check_memory,
    check_disk,
    check_threads,
]
