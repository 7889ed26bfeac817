"""Make a folder with everything the course needs, for computers without a network.

    make bundle                                                for computers like this one
    make bundle PLATFORMS="linux windows" PYTHONS="3.11 3.12"  for others
    make bundle TORCH_INDEX=https://download.pytorch.org/whl/cpu

build/bundle then holds the course's files as the last commit has them, ready-made packages (wheels)
for every platform and Python asked for, and the scripts that set all up from them. What pip
downloads is what the lock names for that machine: pip itself reads the lock's conditions for the
machine that it runs on, so they are decided here.
"""

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from typing import NamedTuple

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.setup_environment import SOUND, torch_pin

ROOT = Path(__file__).resolve().parent.parent
FILES = Path(__file__).with_name("bundle_files")
PLACE = ROOT / "build" / "bundle"
COURSE_FILES = "course-files"
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
PATCHES = (0, 99)  # Some pins differ between early and late releases of one Python: both are taken.
NO_FILE = re.compile(r"No matching distribution found")
CPU_INDEX = "https://download.pytorch.org/whl/cpu"


class Platform(NamedTuple):
    """A kind of computer."""

    name: str  # as people call it
    tags: list[str]  # what pip calls it; empty for this computer
    markers: dict[str, str]  # what the lock's conditions ask about it


MANYLINUX = [f"manylinux_2_{minor}_x86_64" for minor in range(28, 4, -1)]
PLATFORMS = {
    "here": Platform(f"{platform.system()} {platform.machine()}", [], {}),
    "linux": Platform(
        "Linux x86-64 (glibc 2.28 or newer)",
        [*MANYLINUX, "manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64"],
        {
            "os_name": "posix",
            "sys_platform": "linux",
            "platform_system": "Linux",
            "platform_machine": "x86_64",
        },
    ),
    "macos": Platform(
        "macOS 14 or newer, Apple silicon",
        ["macosx_14_0_arm64"],
        {
            "os_name": "posix",
            "sys_platform": "darwin",
            "platform_system": "Darwin",
            "platform_machine": "arm64",
        },
    ),
    "windows": Platform(
        "Windows x86-64",
        ["win_amd64"],
        {
            "os_name": "nt",
            "sys_platform": "win32",
            "platform_system": "Windows",
            "platform_machine": "AMD64",
        },
    ),
}


class BundleError(Exception):
    """Why there can be no bundle, and what to do."""


class Target(NamedTuple):
    """A kind of computer with a Python."""

    platform: Platform
    python: str  # such as "3.11"

    def environment(self, patch: int) -> dict[str, str]:
        """Give what the lock's conditions are decided with, for one release of the Python."""
        python = {"python_version": self.python, "python_full_version": f"{self.python}.{patch}"}
        return {**default_environment(), **self.platform.markers, **python}

    def __str__(self) -> str:
        return f"Python {self.python} on {self.platform.name}"


def locked(target: Target, patch: int) -> list[str]:
    """Give the lock's pins for a machine.

    Args:
        target: the machine.
        patch: last number of its Python's version.

    Returns:
        Such as "numpy==2.4.6", the sound renderer left out.
    """
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line) for line in lines if line[:1].isalnum()]
    environment = target.environment(patch)
    wanted = [pin for pin in pins if pin.marker is None or pin.marker.evaluate(environment)]
    return [f"{pin.name}{pin.specifier}" for pin in wanted if pin.name != SOUND]


def download(target: Target, patch: int, folder: Path, *wanted: str) -> None:
    """Let pip fetch ready-made packages for a machine.

    Args:
        target: the machine.
        patch: last number of its Python's version.
        folder: where they are put.
        wanted: requirements, or options of `pip download`.

    Raises:
        BundleError: if pip cannot; its last complaint is in it.
    """
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--only-binary", ":all:", "--dest", str(folder)]
    command += ["--python-version", f"{target.python}.{patch}"]
    command += [word for tag in target.platform.tags for word in ("--platform", tag)]
    done = subprocess.run([*command, *wanted], cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        said = re.findall(r"^ERROR: (.*)", done.stderr, flags=re.MULTILINE) or [done.stderr]
        raise BundleError(f"for {target}, pip said: {said[-1]}")


def fetch_lock(target: Target, wheels: Path) -> None:
    """Fetch what the lock names, for early and late releases of the target's Python."""
    fetched: set[str] = set()
    for patch in PATCHES:
        missing = [pin for pin in locked(target, patch) if pin not in fetched]
        if missing:
            download(target, patch, wheels, *missing)
        fetched.update(missing)


def fetch_sound(target: Target, wheels: Path) -> None:
    """Fetch the sound renderer; where there is no ready-made one, say so and go on."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pin = re.search(rf"^{SOUND}==\S+", lock, flags=re.MULTILINE)[0]
    try:
        download(target, PATCHES[-1], wheels, pin)
    except BundleError as error:
        if not NO_FILE.search(str(error)):
            raise
        print(f"  There is no ready-made {SOUND} for {target}: the sound will be plainer.")


def fetch_torch(target: Target, wheels: Path) -> None:
    """Fetch torch, and refuse a build that needs what the lock has not.

    Raises:
        BundleError: if there is none, or only the one for graphics cards.
    """
    index = os.environ.get("TORCH_INDEX")
    with tempfile.TemporaryDirectory() as folder:
        options = ["--index-url", index] if index else []
        download(target, PATCHES[-1], Path(folder), torch_pin(), *options)
        [wheel] = Path(folder).iterdir()
        if unmet := sorted(unmet_needs(wheel, target)):
            raise BundleError(
                f"for {target}, torch's usual build brings libraries for graphics cards "
                f"({', '.join(unmet[:3])} …), several GB that no lesson needs. Take the small "
                f"one:\n    make bundle TORCH_INDEX={CPU_INDEX}"
            )
        shutil.move(wheel, wheels / wheel.name)


def unmet_needs(wheel: Path, target: Target) -> Iterator[str]:
    """Give the names of packages that a wheel needs and the lock has not."""
    with zipfile.ZipFile(wheel) as archive:
        [name] = [x for x in archive.namelist() if x.endswith(".dist-info/METADATA")]
        needs = message_from_bytes(archive.read(name)).get_all("Requires-Dist") or []
    have = {canonicalize_name(Requirement(pin).name) for pin in locked(target, PATCHES[-1])}
    environment = {**target.environment(PATCHES[-1]), "extra": ""}
    for need in map(Requirement, needs):
        wanted = need.marker is None or need.marker.evaluate(environment)
        if wanted and canonicalize_name(need.name) not in have:
            yield need.name


def fetch(targets: list[Target], wheels: Path) -> None:
    """Fetch all packages for all machines, and the pip that installs them.

    Args:
        targets: the machines.
        wheels: a folder that exists.
    """
    for target in targets:
        print(f"Packages for {target}", flush=True)
        fetch_lock(target, wheels)
        fetch_sound(target, wheels)
        fetch_torch(target, wheels)
        download(target, PATCHES[-1], wheels, "pip")


def copy_course(folder: Path) -> str:
    """Put the course's files, as the last commit has them, into a folder.

    Args:
        folder: which does not exist yet.

    Returns:
        Which commit it is, with its day.

    Raises:
        BundleError: where there is no git repository.
    """
    git = ["git", "-C", str(ROOT)]
    archive = folder.with_suffix(".zip")
    try:
        subprocess.run([*git, "archive", "-o", str(archive), "HEAD"], check=True)
        said = [*git, "log", "-1", "--format=%h of %cs"]
        commit = subprocess.run(said, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError) as error:
        raise BundleError("only a clone of the course's git repository knows its files") from error
    shutil.unpack_archive(archive, folder)
    archive.unlink()
    return commit


def write_scripts(bundle: Path, targets: list[Target], commit: str) -> None:
    """Write the start scripts and what to read first.

    Args:
        bundle: the folder, with everything else in it.
        targets: the machines it is for.
        commit: as `copy_course` gave it.
    """
    words = {
        "@TARGETS@": ", ".join(dict.fromkeys(target.platform.name for target in targets)),
        "@PYTHONS@": " ".join(dict.fromkeys(target.python for target in targets)),
        "@COMMIT@": commit,
        "@SIZE@": f"{size(bundle) / 1e6:.0f} MB",
    }
    for source in FILES.iterdir():
        text = source.read_text(encoding="utf-8")
        for word, value in words.items():
            text = text.replace(word, value)
        newline = "\n" if source.suffix == ".sh" else "\r\n"  # Windows' old tools want both
        (bundle / source.name).write_text(text, encoding="utf-8", newline=newline)


def size(folder: Path) -> int:
    """Give how many bytes the files of a folder have."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def make_bundle(targets: list[Target], place: Path = PLACE) -> None:
    """Make the bundle; what was there before is replaced when the new one is whole.

    Args:
        targets: the machines it is for.
        place: where it is put.

    Raises:
        BundleError: if something cannot be had.
    """
    unfinished = place.with_name(place.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    commit = copy_course(unfinished / COURSE_FILES)
    wheels = unfinished / COURSE_FILES / "wheels"
    wheels.mkdir()
    fetch(targets, wheels)
    write_scripts(unfinished, targets, commit)
    shutil.rmtree(place, ignore_errors=True)
    unfinished.rename(place)
    count = len(list((place / COURSE_FILES / "wheels").iterdir()))
    print(f"{place}: {size(place) / 1e6:.0f} MB, {count} wheels, the course's files of {commit}")


def main(arguments: list[str]) -> int:
    """Make a bundle.

    Args:
        arguments: `--platforms` and `--pythons`, each with words behind.

    Returns:
        Exit status: 0 when it is made, 1 when it cannot be.
    """
    parser = argparse.ArgumentParser(prog="make bundle", description=__doc__.splitlines()[0])
    parser.add_argument("--platforms", nargs="+", choices=PLATFORMS, default=["here"])
    parser.add_argument("--pythons", nargs="+", default=[HERE], metavar="VERSION")
    options = parser.parse_args(arguments)
    targets = [Target(PLATFORMS[p], v) for p in options.platforms for v in options.pythons]
    try:
        make_bundle(targets)
    except BundleError as error:
        print(f"\nNo bundle: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
