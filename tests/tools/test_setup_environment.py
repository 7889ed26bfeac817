import ast
import errno
import importlib.util
import json
import shutil
import signal
import subprocess
import sys
import venv
from pathlib import Path
from types import SimpleNamespace

import pytest

from tools import setup_environment as setup

REPOSITORY = Path(setup.__file__).resolve().parent.parent
ALL_STEPS = ["requirements.lock", "tinysoundfont==0.3.7", "torch==2.13.0", "-e ."]
WITH_TEST_TOOLS = [ALL_STEPS[0], "requirements-test.lock", *ALL_STEPS[1:]]

# In place of pip: notes what it is asked for and answers as the test wants.
STAND_IN = """
import json, os, pathlib, sys
root = pathlib.Path(__file__).resolve().parents[5]
request = " ".join(sys.argv[1:])
with (root / "requests.txt").open("a") as requests:
    requests.write(request + "\\n")
for part, (message, status) in json.loads((root / "answers.json").read_text()).items():
    if part in request:
        sys.stderr.write(message)
        os.kill(os.getpid(), -status) if status < 0 else sys.exit(status)
"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Lay out a course without packages, whose environments have a stand-in for pip."""
    root = tmp_path / "course"
    root.mkdir()
    (root / "requirements.lock").write_text("alpha==1.0\ntinysoundfont==0.3.7\nbeta==2.0\n")
    (root / "requirements-test.lock").write_text("alpha==1.0\ntinysoundfont==0.3.7\npytest==9.2\n")
    torch = '[project]\noptional-dependencies = { torch = ["torch==2.13.0"] }\n'
    (root / "pyproject.toml").write_text(torch)
    (root / "answers.json").write_text("{}")
    monkeypatch.setattr(setup, "ROOT", root)
    monkeypatch.setattr(venv, "create", create_with_stand_in)
    monkeypatch.delenv("TORCH_INDEX", raising=False)
    return root


def create_with_stand_in(folder, **options):
    venv.EnvBuilder(clear=options["clear"], symlinks=True, with_pip=False).create(folder)
    pip = site_packages(folder.parent) / "pip"
    pip.mkdir()
    (pip / "__main__.py").write_text(STAND_IN)


def site_packages(root):
    return next((root / ".venv" / "lib").glob("python*/site-packages"))


def answer(root, **answers):
    (root / "answers.json").write_text(json.dumps(answers))


def requests(root):
    """Give the last words of each request to pip since the last look."""
    noted = root / "requests.txt"
    lines = noted.read_text().splitlines() if noted.exists() else []
    noted.unlink(missing_ok=True)
    return lines


def run(root, *arguments, expect=0):
    assert setup.main(list(arguments)) == expect
    return requests(root)


def assert_steps(asked, expected):
    assert len(asked) == len(expected)
    for request, end in zip(asked, expected, strict=True):
        assert end in request


def test_a_first_set_up_does_every_step_in_order(course, capsys):
    asked = run(course)
    assert_steps(asked, ALL_STEPS)
    assert "--no-deps --only-binary :all: -r" in asked[0]
    assert asked[2].endswith("torch==2.13.0 -c requirements.lock")
    assert asked[3].endswith("--no-deps --no-build-isolation -e .")
    assert (course / ".venv" / "requirements.lock").read_text() == "alpha==1.0\nbeta==2.0\n"
    assert "[5/5] the course itself" in capsys.readouterr().out


def test_a_finished_set_up_does_and_says_nothing(course, capsys):
    run(course)
    capsys.readouterr()
    assert run(course) == []
    assert capsys.readouterr() == ("", "")


def test_test_tools_are_added_once_and_stay(course):
    assert_steps(run(course, "--test"), WITH_TEST_TOOLS)
    assert run(course) == []
    assert run(course, "--test") == []


def test_test_tools_are_added_to_a_learners_environment(course):
    run(course)
    assert_steps(run(course, "--test"), ["requirements-test.lock"])


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("requirements.lock", "beta==2.0", "beta==2.1", ALL_STEPS[:1]),
        ("requirements.lock", "font==0.3.7", "font==0.4", ["lock", "tinysoundfont==0.4"]),
        ("pyproject.toml", "torch==2.13.0", "torch==2.14.0", ["torch==2.14.0", "-e ."]),
        ("pyproject.toml", "[project]", "[project]\nname = 'course'", ["-e ."]),
    ],
)
def test_only_what_a_change_concerns_is_done_again(course, file, old, new, expected):
    run(course)
    text = (course / file).read_text()
    (course / file).write_text(text.replace(old, new))
    assert_steps(run(course), expected)


def test_the_index_for_torch_is_passed_on(course, monkeypatch):
    monkeypatch.setenv("TORCH_INDEX", "https://example.org/cpu")
    assert run(course)[2].endswith("--index-url https://example.org/cpu")


def test_carried_wheels_are_the_only_source(course, monkeypatch, capsys):
    monkeypatch.setenv("TORCH_INDEX", "https://example.org/cpu")
    (course / "wheels").mkdir()
    answer(course, tinysoundfont=("ERROR: No matching distribution found for tinysoundfont\n", 1))
    asked = run(course)
    assert_steps(asked, ALL_STEPS)
    for request in asked:
        assert request.endswith(f"--no-index --find-links {course / 'wheels'}")
        assert "example.org" not in request
    assert "plainer sound" in capsys.readouterr().out


def test_a_package_that_was_not_carried_is_explained(course, capsys):
    (course / "wheels").mkdir()
    complaint = "ERROR: No matching distribution found for torch==2.13.0\n"
    answer(course, **{"torch==": (complaint, 1)})
    run(course, expect=1)
    assert capsys.readouterr().err.startswith("\n" + setup.NOT_IN_WHEELS)


def test_an_environment_that_moved_is_built_anew(course, monkeypatch):
    run(course)
    moved = course.with_name("moved")
    shutil.move(course, moved)
    monkeypatch.setattr(setup, "ROOT", moved)
    assert_steps(run(moved), ALL_STEPS)


def test_an_environment_of_another_python_is_built_anew(course):
    run(course)
    done = course / ".venv" / "steps-done.json"
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    done.write_text(done.read_text().replace(f"Python {version}", "Python 3.0"))
    assert_steps(run(course), ALL_STEPS)


def test_an_environment_whose_python_is_gone_is_built_anew(course):
    run(course)
    (course / ".venv" / "bin" / "python").unlink()
    assert_steps(run(course), ALL_STEPS)


def test_an_interrupted_venv_is_built_anew(course, monkeypatch, capsys):
    def interrupt(folder, **options):
        create_with_stand_in(folder, **options)
        raise KeyboardInterrupt

    monkeypatch.setattr(venv, "create", interrupt)
    assert run(course, expect=130) == []
    assert "goes on from here" in capsys.readouterr().err
    monkeypatch.setattr(venv, "create", create_with_stand_in)
    (course / ".venv" / "left-over").touch()
    assert_steps(run(course), ALL_STEPS)
    assert not (course / ".venv" / "left-over").exists()


def test_a_rebuilt_venv_is_unfinished_from_its_first_moment(course, monkeypatch):
    def look(folder, **options):
        assert not (folder / "steps-done.json").exists()
        create_with_stand_in(folder, **options)

    run(course)
    (course / ".venv" / "bin" / "python").unlink()
    monkeypatch.setattr(venv, "create", look)
    run(course)


def test_a_killed_installation_goes_on_at_the_same_step(course):
    answer(course, **{"torch==": ("", -signal.SIGKILL)})
    assert_steps(run(course, expect=1), ALL_STEPS[:3])
    answer(course)
    assert_steps(run(course), ALL_STEPS[2:])


@pytest.mark.parametrize("damage", ["no record", "cut off", "missing file", "no damage"])
def test_half_installed_packages_are_installed_again(course, damage):
    run(course)
    packages = site_packages(course)
    (packages / "alpha.py").write_text("x = 1\n")
    info = packages / "alpha-1.0.dist-info"
    info.mkdir()
    (info / "RECORD").write_text("alpha.py,sha256=abc,6\nalpha-1.0.dist-info/RECORD,,\n")
    if damage == "no record":
        (info / "RECORD").unlink()
    elif damage == "cut off":
        (packages / "alpha.py").write_text("x =")
    elif damage == "missing file":
        (packages / "alpha.py").unlink()
    (course / ".venv" / "steps-done.json").write_text(
        json.dumps({"venv": setup.planned_steps(False)[0].fingerprint})
    )
    run(course)
    assert info.exists() == (damage == "no damage")


RETRY = (
    "WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by "
    "'NewConnectionError('Failed to establish a new connection: [Errno -2] Name or service not "
    "known')': /simple/six/\n"
)


@pytest.mark.parametrize(
    ("complaint", "reason", "words"),
    [
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left\n",
            setup.DISK_FULL,
            "2.5 GB",
        ),
        (
            RETRY + "ERROR: No matching distribution found for torch==2.13.0\n",
            setup.NO_NETWORK,
            "HTTPS_PROXY",
        ),
        (
            "ERROR: Exception:\nTraceback (most recent call last):\n  File 'x.py', line 1\n"
            "pip._vendor.urllib3.exceptions.ReadTimeoutError: Read timed out.\n",
            setup.NO_NETWORK,
            "what is\nalready there is kept",
        ),
        (
            "ERROR: HTTP error 503 while getting https://example.org/x.whl\n",
            setup.NO_NETWORK,
            "HTTP error 503",
        ),
        (
            "ERROR: No matching distribution found for torch==2.13.0\n",
            setup.NO_TORCH,
            "Apple silicon",
        ),
        (
            "ERROR: No matching distribution found for pyyaml==6.0.3\n",
            setup.NO_READY_FILE,
            "PYTHON=python3.12",
        ),
        (
            "ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied\n",
            setup.NO_PERMISSION,
            "Do not use sudo",
        ),
        ("ERROR: ResolutionImpossible\n", setup.UNKNOWN, "setup.log"),
    ],
)
def test_pips_complaints_are_put_into_plain_words(course, capsys, complaint, reason, words):
    answer(course, **{".venv/requirements.lock": (complaint, 1)})
    run(course, expect=1)
    message = capsys.readouterr().err
    assert message.startswith("\n" + reason)
    assert words in message
    assert "Traceback" not in message
    answer(course)
    assert_steps(run(course), ALL_STEPS)


def test_retries_are_shown_while_they_happen(course, capsys):
    answer(course, **{"torch==": (RETRY, 1)})
    run(course, expect=1)
    assert "pip tries again" in capsys.readouterr().out


def test_a_renderer_that_cannot_be_built_is_done_without(course, capsys):
    complaint = "  ERROR: Failed building wheel for tinysoundfont\nERROR: Could not build wheels\n"
    answer(course, tinysoundfont=(complaint, 1))
    assert_steps(run(course), ALL_STEPS)
    assert "plainer sound" in capsys.readouterr().out
    assert run(course) == []


def test_a_renderer_that_could_not_be_downloaded_stops_the_set_up(course):
    answer(course, tinysoundfont=(RETRY, 1))
    assert_steps(run(course, expect=1), ALL_STEPS[:2])


def test_too_little_room_is_seen_before_anything_is_done(course, monkeypatch, capsys):
    monkeypatch.setattr(setup.shutil, "disk_usage", lambda path: SimpleNamespace(free=10**9))
    assert run(course, expect=1) == []
    assert capsys.readouterr().err.strip().endswith("Free: 1.0 GB.")
    assert not (course / ".venv").exists()


def test_a_nearly_full_disk_does_not_matter_once_torch_is_there(course, monkeypatch):
    run(course)
    with (course / "pyproject.toml").open("a") as project:
        project.write("# a new comment\n")
    monkeypatch.setattr(setup.shutil, "disk_usage", lambda path: SimpleNamespace(free=10**6))
    assert_steps(run(course), ["-e ."])


@pytest.mark.parametrize(
    ("number", "reason"),
    [(errno.ENOSPC, setup.DISK_FULL), (errno.EACCES, setup.NO_PERMISSION)],
)
def test_a_failing_write_is_explained(course, monkeypatch, capsys, number, reason):
    def refuse(folder, **options):
        raise OSError(number, "refused", str(folder))

    monkeypatch.setattr(venv, "create", refuse)
    assert setup.main([]) == 1
    assert capsys.readouterr().err.startswith("\n" + reason)


def test_a_python_without_venv_is_explained(course, monkeypatch, capsys):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert run(course, expect=1) == []
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"sudo apt install python{version}-venv" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("output", "words"),
    [
        (b"OSError: [Errno 28] No space left on device", "The disk is full"),
        (b"Traceback (most recent call last):\nImportError: no zlib", "no zlib"),
    ],
)
def test_a_failing_ensurepip_is_explained(course, monkeypatch, capsys, output, words):
    def fail(folder, **options):
        raise subprocess.CalledProcessError(1, ["ensurepip"], output)

    monkeypatch.setattr(venv, "create", fail)
    assert setup.main([]) == 1
    message = capsys.readouterr().err
    assert words in message
    assert "Traceback" not in message


def test_an_old_python_reads_the_script_and_hears_that_it_is_too_old():
    source = Path(setup.__file__).read_text()
    ast.parse(source, feature_version=(3, 6))
    pretend = (
        f"import runpy, sys; sys.version_info = (3, 6, 15); runpy.run_path({setup.__file__!r})"
    )
    done = subprocess.run([sys.executable, "-c", pretend], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("This Python is too old")
    assert "make lab PYTHON=python3.12" in done.stderr
    assert "Traceback" not in done.stderr


def make(*arguments):
    return subprocess.run(["make", *arguments], cwd=REPOSITORY, capture_output=True, text=True)


def test_a_missing_python_is_explained():
    done = make("setup", "PYTHON=no-such-python")
    assert done.returncode != 0
    assert 'There is no "no-such-python" here' in done.stdout


def test_a_stand_in_that_starts_no_python_is_explained(tmp_path):
    shim = tmp_path / "python3"
    shim.write_text("#!/bin/sh\necho 'python3: command not found' >&2\nexit 127\n")
    shim.chmod(0o755)
    done = make("setup", f"PYTHON={shim}")
    assert done.returncode != 0
    assert f'There is no "{shim}" here that runs' in done.stdout
    assert "127" not in done.stderr


def test_port_and_browser_reach_jupyterlab():
    command = make("-n", "lab", "PORT=8890", "BROWSER=no").stdout
    assert "--port=8890" in command
    assert "--no-browser" in command
    command = make("-n", "lab", "PORT=", "BROWSER=").stdout
    assert "bin/course lab" in command
    assert "--port" not in command
    assert "--no-browser" not in command


def test_platforms_and_pythons_reach_the_bundle():
    command = make("-n", "bundle", "PLATFORMS=macos windows", "PYTHONS=3.11 3.12").stdout
    assert "tools.bundle --platforms macos windows --pythons 3.11 3.12\n" in command
    command = make("-n", "bundle", "PLATFORMS=", "PYTHONS=").stdout
    assert "tools.bundle" in command
    assert "--platforms" not in command
    assert "--pythons" not in command


def test_help_names_every_command():
    makefile = (REPOSITORY / "Makefile").read_text()
    named = next(x for x in makefile.splitlines() if x.startswith(".PHONY:")).split()[1:]
    shown = make("help").stdout
    for command in set(named) - {"setup", "setup-test"}:
        assert f"make {command} " in shown
