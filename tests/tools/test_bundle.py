import ensurepip
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from tools import bundle, check_bundle
from tools import setup_environment as setup
from tools.bundle import PLATFORMS, BundleError, Target

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
LOCK = """\
alpha==1.0
early==1.0 ; python_full_version < '3.11.5'
early==2.0 ; python_full_version >= '3.11.5'
window==3.0 ; sys_platform == 'win32'
apple==4.0 ; sys_platform == 'darwin'
new==5.0 ; python_full_version >= '3.12'
tinysoundfont==0.3.7
"""


def git(root, *words):
    settings = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run(["git", "-C", root, *settings, *words], check=True, capture_output=True)


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Lay out a course of three files in a git repository."""
    root = tmp_path / "course"
    (root / "build").mkdir(parents=True)
    (root / "requirements.lock").write_text(LOCK)
    torch = '[project]\noptional-dependencies = { torch = ["torch==2.13.0"] }\n'
    (root / "pyproject.toml").write_text(torch)
    (root / "README.md").write_text("committed\n")
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "first")
    monkeypatch.setattr(bundle, "ROOT", root)
    monkeypatch.setattr(setup, "ROOT", root)
    monkeypatch.delenv("TORCH_INDEX", raising=False)
    return root


@pytest.fixture
def pip(monkeypatch):
    """Put a stand-in in pip's place: it lays down what is asked for; `needs` are torch's."""
    real = subprocess.run
    known = SimpleNamespace(asked=[], needs=["alpha", 'far==1; sys_platform == "cygwin"'], fail={})

    def run(command, **options):
        if command[1:4] != ["-m", "pip", "download"]:
            return real(command, **options)
        known.asked.append(command)
        for part, complaint in known.fail.items():
            if any(part in word for word in command):
                return SimpleNamespace(returncode=1, stderr=f"ERROR: {complaint}\n")
        folder = Path(command[command.index("--dest") + 1])
        for pin in [word for word in command[4:] if "==" in word or word == "pip"]:
            write_wheel(folder, *pin.partition("==")[::2], known.needs)
        return SimpleNamespace(returncode=0, stderr="")

    monkeypatch.setattr(bundle.subprocess, "run", run)
    return known


def write_wheel(folder, name, version, needs):
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        lines = [f"Name: {name}", *(f"Requires-Dist: {need}" for need in needs)]
        wheel.writestr(f"{name}-{version}.dist-info/METADATA", "\n".join(lines) + "\n\n")


@pytest.mark.parametrize(
    ("platform", "python", "first", "then"),
    [
        ("linux", "3.11", ["alpha==1.0", "early==1.0"], ["alpha==1.0", "early==2.0"]),
        ("windows", "3.12", ["alpha==1.0", "early==2.0", "window==3.0", "new==5.0"], None),
        ("macos", "3.11", ["alpha==1.0", "early==1.0", "apple==4.0"], None),
    ],
)
def test_the_locks_conditions_are_decided_for_the_target(course, platform, python, first, then):
    target = Target(PLATFORMS[platform], python)
    assert bundle.locked(target, 0) == first
    if then:
        assert bundle.locked(target, 99) == then


def test_a_bundle_holds_course_wheels_and_scripts(course, pip, capsys):
    (course / "README.md").write_text("changed since\n")
    (course / "untracked.txt").write_text("private\n")
    place = course / "build" / "bundle"
    bundle.make_bundle([Target(PLATFORMS["linux"], "3.11")], place)
    inside = place / "course-files"
    assert {path.name for path in place.iterdir()} == {
        "course-files",
        "start.sh",
        "start.bat",
        "START.txt",
    }
    assert (inside / "README.md").read_text() == "committed\n"
    assert not (inside / "untracked.txt").exists()
    names = {path.name.partition("-py3")[0] for path in (inside / "wheels").iterdir()}
    assert names == {
        "alpha-1.0",
        "early-1.0",
        "early-2.0",
        "tinysoundfont-0.3.7",
        "torch-2.13.0",
        "pip-",
    }
    assert f"{bundle.size(place) / 1e6:.0f} MB, 6 wheels" in capsys.readouterr().out
    text = (place / "START.txt").read_text()
    assert "Linux x86-64" in text
    assert "@" not in text
    assert list(place.parent.iterdir()) == [place]


def test_pip_is_asked_for_the_targets_files_and_for_no_sources(course, pip):
    bundle.fetch([Target(PLATFORMS["windows"], "3.12")], course)
    for command in pip.asked:
        assert {"--no-deps", "--only-binary", "win_amd64"} <= set(command)
        assert command[command.index("--python-version") + 1].startswith("3.12.")


def test_the_index_for_torch_is_asked_for_torch_alone(course, pip, monkeypatch):
    monkeypatch.setenv("TORCH_INDEX", "https://example.org/cpu")
    bundle.fetch([Target(PLATFORMS["linux"], "3.11")], course)
    [asked] = [command for command in pip.asked if "--index-url" in command]
    assert "torch==2.13.0" in asked


def test_torch_for_graphics_cards_is_refused(course, pip):
    pip.needs.append('nvidia-cublas==13.1; platform_system == "Linux"')
    with pytest.raises(BundleError, match=r"\(nvidia-cublas …\)(.|\n)*make bundle TORCH_INDEX="):
        bundle.fetch_torch(Target(PLATFORMS["linux"], "3.11"), course)
    bundle.fetch_torch(Target(PLATFORMS["macos"], "3.11"), course)
    assert [path.name for path in course.glob("*.whl")] == ["torch-2.13.0-py3-none-any.whl"]


def test_a_missing_sound_renderer_is_said_and_anything_else_stops(course, pip, capsys):
    target = Target(PLATFORMS["macos"], "3.13")
    pip.fail["tinysoundfont"] = "No matching distribution found for tinysoundfont==0.3.7"
    bundle.fetch_sound(target, course)
    assert "plainer" in capsys.readouterr().out
    pip.fail["tinysoundfont"] = "Read timed out"
    with pytest.raises(BundleError, match=r"Python 3.13 on macOS.*pip said: Read timed out"):
        bundle.fetch_sound(target, course)


def test_an_older_bundle_stays_when_a_new_one_cannot_be_made(course, pip, capsys, monkeypatch):
    place = course / "build" / "bundle"
    place.mkdir()
    (place / "older").touch()
    make = bundle.make_bundle
    monkeypatch.setattr(bundle, "make_bundle", lambda targets: make(targets, place))
    pip.fail["alpha"] = "No matching distribution found for alpha==1.0"
    assert bundle.main(["--platforms", "windows", "--pythons", "3.12"]) == 1
    assert "No bundle: for Python 3.12 on Windows" in capsys.readouterr().err
    assert (place / "older").exists()


def test_a_folder_without_git_is_explained(course, monkeypatch, tmp_path):
    monkeypatch.setattr(bundle, "ROOT", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(BundleError, match="clone"):
        bundle.copy_course(tmp_path / "copy")


@pytest.fixture
def scripts(tmp_path):
    """Write the start scripts of a bundle whose set-up only makes a `course` that echoes."""
    place = tmp_path / "a folder"
    tools = place / "course-files" / "tools"
    tools.mkdir(parents=True)
    (tools / "setup_environment.py").write_text(
        "from pathlib import Path\n"
        "program = Path('.venv/bin/course')\n"
        "program.parent.mkdir(parents=True, exist_ok=True)\n"
        "program.write_text('#!/bin/sh\\necho course \"$@\"\\n')\n"
        "program.chmod(0o755)\n"
    )

    def write(*pythons):
        bundle.write_scripts(place, [Target(PLATFORMS["here"], x) for x in pythons], "abc")
        return place

    return write


def start(place, **environment):
    command = ["sh", str(place / "start.sh"), "--port", "8890"]
    program = Path(sys.executable).parent
    environment = {"PATH": f"{program}:/usr/bin:/bin", **environment}
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def test_the_start_script_sets_up_and_opens_the_course(scripts):
    for _ in range(2):
        done = start(scripts("3.0", HERE))
        assert done.stdout == "course lab --port 8890\n"
        assert done.returncode == 0


def test_the_start_script_says_which_pythons_would_do(scripts):
    done = start(scripts("3.0", "3.1"))
    assert done.returncode == 1
    assert "for Python 3.0 3.1. None was found here." in done.stdout
    done = start(scripts("3.0"), PYTHON=sys.executable)
    assert f"({sys.executable} is another)" in done.stdout
    assert start(scripts(HERE), PYTHON=sys.executable).returncode == 0


def test_the_script_for_windows_has_its_line_ends_and_the_same_pythons(scripts):
    text = (scripts("3.11", "3.12") / "start.bat").read_bytes().decode()
    assert text.count("\r\n") == text.count("\n")
    assert "in (3.11 3.12)" in text
    assert "@PYTHONS@" not in text


@pytest.mark.slow
def test_a_python_without_ensurepip_takes_the_pip_that_was_carried(course, monkeypatch):
    wheel = next((Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl"), None)
    if wheel is None:
        pytest.skip("this Python keeps its pip elsewhere")
    (course / "wheels").mkdir()
    (course / "wheels" / wheel.name).write_bytes(wheel.read_bytes())
    monkeypatch.setattr(setup.importlib.util, "find_spec", lambda name: None)
    setup.build_venv()
    version = [setup.venv_python(), "-m", "pip", "--version"]
    assert str(course) in subprocess.run(version, capture_output=True, text=True).stdout


def test_the_check_wants_a_bundle_and_a_network_that_is_cut(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(check_bundle, "BUNDLE", tmp_path / "none")
    assert check_bundle.main([]) == 1
    assert "make bundle" in capsys.readouterr().err
    assert {"--unshare-net", "--clearenv"} <= set(check_bundle.box(tmp_path))
    open_door = SimpleNamespace(close=lambda: None)
    monkeypatch.setattr(check_bundle.socket, "create_connection", lambda *a, **k: open_door)
    with pytest.raises(SystemExit, match="not cut"):
        check_bundle.require_no_network()
