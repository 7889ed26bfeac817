import re
import tomllib
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

REPOSITORY = Path(__file__).resolve().parent.parent.parent
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ("requirements.lock", "requirements-test.lock")
NOT_IN_THE_LOCKS = {"pyaudio", "torch"}  # rendering needs no PyAudio; torch is installed after them
CUDA = re.compile(r"nvidia-|cuda-|triton$")  # what some builds of torch bring beside themselves
PYTHONS = ("3.11.7", "3.12.12", "3.13.9", "3.14.1")
MACHINES = {
    "linux": {"os_name": "posix", "platform_system": "Linux", "platform_machine": "x86_64"},
    "darwin": {"os_name": "posix", "platform_system": "Darwin", "platform_machine": "arm64"},
    "win32": {"os_name": "nt", "platform_system": "Windows", "platform_machine": "AMD64"},
}


def environments():
    """Give the marker variables of every machine and Python that the locks are for."""
    for platform, machine in MACHINES.items():
        for full in PYTHONS:
            python = {"python_full_version": full, "python_version": full.rpartition(".")[0]}
            yield {**default_environment(), "sys_platform": platform, **machine, **python}


def holds(requirement, environment, extras=("",)):
    marker = requirement.marker
    return marker is None or any(marker.evaluate({**environment, "extra": x}) for x in extras)


@cache
def read_lines(name):
    lines = (REPOSITORY / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line[:1].isalnum()]


def pins(name, environment):
    """Give package: version for one machine; a package pinned twice there is an error."""
    lines = [line for line in read_lines(name) if holds(line, environment)]
    versions = {canonicalize_name(x.name): next(iter(x.specifier)).version for x in lines}
    assert len(versions) == len(lines)
    return versions


def direct_requirements(with_tests):
    wanted = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["torch-needs"]]
    if with_tests:
        wanted += PROJECT["project"]["optional-dependencies"]["test"]
    return [Requirement(line) for line in wanted]


def torch_requirement():
    return Requirement(PROJECT["project"]["optional-dependencies"]["torch"][0])


@cache
def requirements_of(package):
    try:
        return [Requirement(line) for line in metadata.requires(package) or []]
    except metadata.PackageNotFoundError:  # it belongs to another platform
        return []


def needed_by(requirement, environment):
    """Give what an installed distribution needs on some machine, for the extras asked for."""
    extras = ("", *requirement.extras)
    return [x for x in requirements_of(requirement.name) if holds(x, environment, extras)]


def everything_needed(start, environment):
    """Follow the requirements of what is installed here, down to the last one."""
    seen, waiting = set(), list(start)
    while waiting:
        requirement = waiting.pop()
        key = (canonicalize_name(requirement.name), frozenset(requirement.extras))
        if key not in seen:
            seen.add(key)
            yield requirement
            waiting += needed_by(requirement, environment)


@pytest.mark.parametrize("with_tests", [False, True])
def test_direct_requirements_are_locked_within_their_ranges(with_tests):
    for environment in environments():
        locked = pins(LOCKS[with_tests], environment)
        for requirement in direct_requirements(with_tests):
            version = locked[canonicalize_name(requirement.name)]
            assert requirement.specifier.contains(version), requirement


@pytest.mark.parametrize("with_tests", [False, True])
def test_the_locks_are_complete_and_consistent(with_tests):
    start = [*direct_requirements(with_tests), torch_requirement()]
    for environment in environments():
        locked = pins(LOCKS[with_tests], environment)
        for requirement in everything_needed(start, environment):
            name = canonicalize_name(requirement.name)
            if name in NOT_IN_THE_LOCKS or CUDA.match(name):
                continue
            assert name in locked, f"{requirement} is not locked; run make lock"
            assert requirement.specifier.contains(locked[name]), requirement


def test_following_requirements_goes_deep_and_minds_extras():
    start = [Requirement("jupyterlab")]
    linux = next(environments())
    names = {canonicalize_name(x.name) for x in everything_needed(start, linux)}
    assert {"jupyter-server", "jupyter-events", "rfc3987-syntax", "ptyprocess"} <= names
    assert "pywinpty" not in names  # jupyter_server needs it on Windows only
    windows = next(x for x in environments() if x["sys_platform"] == "win32")
    assert "pywinpty" in {canonicalize_name(x.name) for x in everything_needed(start, windows)}


def test_the_test_lock_holds_the_other_one():
    for environment in environments():
        assert pins(LOCKS[0], environment).items() <= pins(LOCKS[1], environment).items()


def test_what_is_not_locked_stays_out_of_the_locks():
    for name in LOCKS:
        assert not NOT_IN_THE_LOCKS & {canonicalize_name(x.name) for x in read_lines(name)}


def test_the_locks_carry_the_day_that_the_makefile_names():
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    day = re.search(r"^LOCK_DATE := (\d{4}-\d\d-\d\d)$", makefile, flags=re.MULTILINE)[1]
    assert "--exclude-newer $(LOCK_DATE)" in makefile
    for name in LOCKS:
        header = (REPOSITORY / name).read_text(encoding="utf-8").splitlines()[1]
        assert header.split() == ["#", "make", "lock", f"LOCK_DATE={day}"]


def test_the_locks_name_no_address_and_no_folder():
    for name in LOCKS:
        text = (REPOSITORY / name).read_text(encoding="utf-8")
        assert not re.search(r"://|@ |--index|--find-links|/\w+/", text)


def test_this_environment_is_the_locked_one():
    here = default_environment()
    installed = {name: metadata.version(name) for name in pins(LOCKS[1], here)}
    assert installed == pins(LOCKS[1], here)
    assert torch_requirement().specifier.contains(metadata.version("torch"))


def conda_environment():
    return yaml.safe_load((REPOSITORY / "environment.yml").read_text(encoding="utf-8"))


def test_conda_installs_the_same_lock_the_same_torch_and_the_course():
    [pip] = [x["pip"] for x in conda_environment()["dependencies"] if isinstance(x, dict)]
    assert pip == ["-r requirements.lock", str(torch_requirement()), "-e ."]


def test_condas_own_packages_are_the_python_and_pyaudio_that_are_asked_for():
    names = [x for x in conda_environment()["dependencies"] if isinstance(x, str)]
    versions = dict(name.partition("=")[::2] for name in names)
    assert list(versions) == ["python", "pip", "pyaudio"]
    python = Version(versions["python"])
    assert python in Requirement(f"python{PROJECT['project']['requires-python']}").specifier
    [pyaudio] = [
        requirement
        for requirement in needed_by(Requirement("tinysoundfont"), default_environment())
        if canonicalize_name(requirement.name) == "pyaudio"
    ]
    assert pyaudio.specifier.contains(versions["pyaudio"])
