"""Build .venv with everything the course needs, or see at once that it is built.

    python3 tools/setup_environment.py [--test]

This runs before anything is installed, so it takes the standard library alone, and its syntax stays
such that Python 3.6 can read it far enough to say that it is too old.

A set-up is a row of steps. `.venv/steps-done.json` holds, for each finished step, a fingerprint of
what it was made from. A step is done again when its fingerprint differs, and all of them when
.venv moved, has another Python or was never finished. So a set-up that was cut off goes on
where it stopped, and a finished one costs a few milliseconds.

Where a folder `wheels` stands beside `tools`, as in what `make bundle` makes, everything comes from
it and no network is asked.
"""

import csv
import errno
import hashlib
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

OLDEST = (3, 11)
OTHER_PYTHON = """\
Every package has ready-made files for Python 3.11 and 3.12. If you have one of them, name it:
    make lab PYTHON=python3.12
To get one: Debian 12, Ubuntu 24.04 or newer: sudo apt install python3 python3-venv; macOS:
brew install python@3.12; without administrator's rights: the conda way in README.md."""

if sys.version_info < OLDEST:
    sys.exit(
        f"This Python is too old: {sys.executable} is version {platform.python_version()}, "
        f"the course needs 3.11 or newer.\n{OTHER_PYTHON}"
    )

ROOT = Path(__file__).resolve().parent.parent
NEEDED_BYTES = 2_500_000_000  # .venv takes 1.9 GB with the CPU build of torch; the rest is for pip
SOUND = "tinysoundfont"  # the only package without a ready-made file on some supported machines

DISK_FULL = """\
The disk is full. The set-up needs about 2.5 GB; on Linux the torch build of PyPI brings CUDA
libraries of several GB more, which no lesson needs: see TORCH_INDEX in README.md.
Make room (`python3 -m pip cache purge` helps) and run the same command again."""

NO_NETWORK = """\
A download failed. Is this computer online? Run the same command again in a while: what is
already there is kept. Behind a proxy, set HTTPS_PROXY=http://host:port first; where the
message below speaks of certificates, set PIP_CERT to the proxy's certificate file too.
Once installed, the course does not need the network."""

NO_TORCH = f"""\
There is no ready-made torch for this machine. torch 2.13 comes for Python 3.11 to 3.14, 64 bit, on
Linux, on Windows (x86-64) and on Macs with Apple silicon (macOS 14 or newer). If TORCH_INDEX
is set, check its spelling.
{OTHER_PYTHON}"""

NO_READY_FILE = f"""\
A package has no ready-made file for this machine, or the package index that pip uses lacks it.
{OTHER_PYTHON}"""

NOT_IN_WHEELS = """\
The folder wheels/ lacks a package, or has none for this machine and this Python: START.txt names
those that it was made for. Use one of them; or, with a network, move the folder away."""

NO_PERMISSION = """\
Something may not be written. Does this folder belong to you? Do not use sudo: move the course
into your home folder and run the same command there."""

UNKNOWN = """\
pip failed for a reason that this script does not know. Run the same command again. If it fails
in the same way, try `make clean` first; then report it together with the log named below."""

# Tried in this order: without a network pip also says that no matching distribution was found.
PATTERNS = {
    DISK_FULL: r"No space left on device|Errno 28\b|Disk quota exceeded",
    NO_NETWORK: (
        r"NewConnectionError|NameResolutionError|Temporary failure in name|Max retries exceeded"
        r"|ConnectTimeout|ReadTimeout|Read timed out|ProxyError|SSLError|CERTIFICATE_VERIFY_FAILED"
        r"|Connection (aborted|reset|refused)|connection broken|IncompleteRead|ProtocolError"
        r"|Network is unreachable|HTTPError|HTTP error"
    ),
    NO_TORCH: r"No matching distribution found for torch\b",
    NO_READY_FILE: (
        r"No matching distribution found|Failed (to build|building)|Could not build"
        r"|subprocess-exited-with-error"
    ),
    NO_PERMISSION: r"Permission denied|Errno 13\b|Read-only file system",
}


class SetupError(Exception):
    """A set-up that cannot go on: `reason` is why and what to do, `details` what else is known."""

    def __init__(self, reason: str, details: str = ""):
        super().__init__(f"{reason}\n{details}".strip())
        self.reason = reason


class Step(NamedTuple):
    """A part of the set-up."""

    name: str
    fingerprint: str  # of everything the step's result depends on
    description: str  # what the learner reads meanwhile
    action: Callable[[], None]


def venv_path(kind: str) -> Path:
    """Give a folder of .venv, wherever this system has it.

    Args:
        kind: "scripts" or "purelib", as `sysconfig` calls them.
    """
    return Path(sysconfig.get_path(kind, "venv", {"base": str(ROOT / ".venv")}))


def venv_python() -> Path:
    """Give the program that runs .venv's Python."""
    return venv_path("scripts") / ("python.exe" if os.name == "nt" else "python")


def carried_wheels() -> Path | None:
    """Give the folder of ready-made packages that was carried here; None where there is none."""
    folder = ROOT / "wheels"
    return folder if folder.is_dir() else None


def explain(errors: str) -> SetupError:
    """Put into plain words why pip failed.

    Args:
        errors: everything that pip wrote to its error stream.

    Returns:
        An error with the reason, pip's own last word and where its log is.
    """
    reason = next((text for text, found in PATTERNS.items() if re.search(found, errors)), UNKNOWN)
    if carried_wheels() and reason in (NO_TORCH, NO_READY_FILE):
        reason = NOT_IN_WHEELS
    said = re.findall(r"^ERROR: (?!Exception)(.*)", errors, flags=re.MULTILINE)
    return SetupError(
        reason,
        f"\npip said: {said[-1] if said else 'nothing'}\n"
        f"This is Python {platform.python_version()}, {platform.system()} {platform.machine()}\n"
        f"The whole log: {ROOT / '.venv' / 'setup.log'}",
    )


def pip_install(*arguments: str) -> None:
    """Run `pip install` in .venv with its progress in sight and its complaints kept back.

    Args:
        arguments: what follows `pip install`.

    Raises:
        SetupError: if it fails; the message explains why.
    """
    log = str(ROOT / ".venv" / "setup.log")
    command = [str(venv_python()), "-m", "pip", "install", "--no-input"]
    command += ["--disable-pip-version-check", "--log", log, *arguments, *source()]
    errors = []
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        for line in process.stderr:
            errors.append(line)
            if line.startswith("WARNING: Retrying"):
                print("  The network is slow or away; pip tries again.", flush=True)
    if process.returncode != 0:
        raise explain("".join(errors))


def source() -> list[str]:
    """Give pip's options that say where packages come from; none for its own index."""
    wheels = carried_wheels()
    return ["--no-index", "--find-links", str(wheels)] if wheels else []


def build_venv() -> None:
    """Make an empty .venv, whatever was there before.

    Raises:
        SetupError: if this Python cannot make one.
    """
    carried_pip = sorted((carried_wheels() or ROOT).glob("pip-*.whl"))
    if importlib.util.find_spec("ensurepip") is None and not carried_pip:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise SetupError(
            f"This Python ({sys.executable}) has no venv module, so it cannot make .venv.\n"
            f"Debian, Ubuntu: sudo apt install python{version}-venv\nElse: {OTHER_PYTHON}"
        )
    (ROOT / ".venv" / "steps-done.json").unlink(missing_ok=True)  # first: it says .venv is whole
    try:
        venv.create(ROOT / ".venv", clear=True, symlinks=os.name != "nt", with_pip=not carried_pip)
        if carried_pip:
            install_pip(carried_pip[-1])
    except subprocess.CalledProcessError as error:
        output = (error.output or b"").decode(errors="replace").strip()
        if re.search(PATTERNS[DISK_FULL], output):
            raise SetupError(DISK_FULL) from error
        problem = f"{sys.executable} could not put pip into .venv.\n{OTHER_PYTHON}"
        raise SetupError(problem, output.rpartition("\n")[2]) from error


def install_pip(wheel: Path) -> None:
    """Put the pip that was carried along into .venv: Debian's Python alone brings none."""
    command = [str(venv_python()), str(wheel / "pip"), "install", "--no-index", str(wheel)]
    subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def install_lock(name: str) -> None:
    """Install a lock as it stands, ready-made files only, without the sound renderer."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines(keepends=True)
    copy = ROOT / ".venv" / name
    copy.write_text("".join(x for x in lines if not x.startswith(SOUND)), encoding="utf-8")
    pip_install("--no-deps", "--only-binary", ":all:", "-r", str(copy))


def install_sound(requirement: str) -> None:
    """Install the sound renderer; where it can neither be had nor built, say so and go on."""
    try:
        pip_install("--no-deps", requirement)
    except SetupError as error:
        if error.reason not in (NO_READY_FILE, NOT_IN_WHEELS):
            raise
        print(
            f"  There is no ready-made {SOUND} for this Python on this machine, and it could not\n"
            "  be built, which takes a C++ compiler. The course works, with plainer sound."
        )


def install_torch(requirement: str) -> None:
    """Install torch with what its build needs, everything else kept as the lock has it."""
    index = None if carried_wheels() else os.environ.get("TORCH_INDEX")
    pip_install(requirement, "-c", "requirements.lock", *(["--index-url", index] if index else []))


def remove_half_installed() -> None:
    """Make pip forget packages whose installation was cut off, so that it installs them again.

    A package's RECORD, written last, lists its files with their sizes.
    """
    for info in venv_path("purelib").glob("*.dist-info"):
        try:
            with (info / "RECORD").open(encoding="utf-8", newline="") as rows:
                sizes = {info.parent / path: size for path, _, size in csv.reader(rows) if size}
            whole = all(path.stat().st_size == int(size) for path, size in sizes.items())
        except (OSError, ValueError):
            whole = False
        if not whole:
            shutil.rmtree(info)


def torch_pin() -> str:
    """Give the requirement of torch."""
    import tomllib  # Python 3.11 has it, an older one must get as far as its message

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project["optional-dependencies"]["torch"][0]


def planned_steps(with_tests: bool) -> list[Step]:
    """List the steps of a set-up, done or not, in order."""
    files = ("requirements.lock", "requirements-test.lock", "pyproject.toml")
    text = {name: (ROOT / name).read_text(encoding="utf-8") for name in files}
    mark = {name: hashlib.sha256(text[name].encode()).hexdigest() for name in text}
    torch = torch_pin()
    sound = re.search(rf"^{SOUND}==\S+", text["requirements.lock"], flags=re.MULTILINE)[0]
    python = f"Python {sys.version_info.major}.{sys.version_info.minor} in {ROOT}"
    course = partial(pip_install, "--no-deps", "--no-build-isolation", "-e", ".")
    return [
        Step("venv", python, "a Python of its own", build_venv),
        *(
            Step(name, mark[name], f"what {name} lists", partial(install_lock, name))
            for name in files[: 2 if with_tests else 1]
        ),
        Step(SOUND, sound, "the sound renderer", partial(install_sound, sound)),
        Step("torch", torch, "torch, the largest part", partial(install_torch, torch)),
        Step("course", mark["pyproject.toml"], "the course itself", course),
    ]


def read_done() -> dict[str, str]:
    """Give the fingerprints of the finished steps; none where .venv is missing or half made."""
    try:
        done = json.loads((ROOT / ".venv" / "steps-done.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return done if venv_python().exists() else {}


def set_up(with_tests: bool) -> None:
    """Do every step that is not done yet; raise SetupError where one cannot be done."""
    steps = planned_steps(with_tests)
    done = read_done()
    if done.get("venv") != steps[0].fingerprint:
        done = {}
    pending = [step for step in steps if done.get(step.name) != step.fingerprint]
    if not pending:
        return
    free = shutil.disk_usage(ROOT).free
    if "torch" not in done and free < NEEDED_BYTES:
        raise SetupError(DISK_FULL, f"Free: {free / 1e9:.1f} GB.")
    remove_half_installed()
    if "torch" not in done:
        print("Setting up the course in .venv. This is done once and takes some minutes.")
    for number, step in enumerate(pending, start=1):
        print(f"[{number}/{len(pending)}] {step.description}", flush=True)
        step.action()
        done[step.name] = step.fingerprint
        (ROOT / ".venv" / "steps-done.json").write_text(json.dumps(done), encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Set up the course's environment.

    Args:
        arguments: `--test` adds the tools for the tests.

    Returns:
        Exit status: 0 when everything is in place, 1 when a step failed, 130 when interrupted.
    """
    try:
        set_up("--test" in arguments)
    except KeyboardInterrupt:
        print("\nInterrupted. The same command goes on from here.", file=sys.stderr)
        return 130
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        print(f"\n{DISK_FULL if full else NO_PERMISSION}\n({error})", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
