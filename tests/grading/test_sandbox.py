"""How the boxes are made; what bubblewrap really keeps out stands in test_attacks.py."""

import sys
from pathlib import Path

import pytest

from course.cli import main
from course.grading import sandbox as module
from course.grading.limits import Limits
from course.grading.sandbox import PACKAGE, Sandbox, find_sandbox, make_box
from course.lessons.failures import UsageError


def pairs(command, word):
    return [command[i + 1] for i, found in enumerate(command) if found == word]


@pytest.mark.parametrize("kind", ["docker", "podman"])
def test_the_command_for_a_container(kind, tmp_path):
    limits = Limits(memory_bytes=2**30, processes=99, disk_bytes=2**20)
    box = make_box(Sandbox(kind, "image:1"), tmp_path, limits)
    words = box.command
    assert words[:2] == [kind, "run"]
    assert pairs(words, "--network") == ["none"]
    options, after = words[: words.index("image:1")], words[words.index("image:1") + 1 :]
    assert pairs(options, "--memory") == pairs(options, "--memory-swap") == [str(2**30)]
    assert pairs(words, "--pids-limit") == ["99"]
    assert pairs(words, "--cap-drop") == ["ALL"]
    assert pairs(words, "--security-opt") == ["no-new-privileges"]
    assert pairs(words, "--user") == ["65534:65534"]
    assert "--read-only" in words
    assert pairs(words, "--tmpfs") == [f"/tmp:rw,exec,mode=1777,size={2**20}"]
    # of the course the package alone, never the checkout around it
    assert pairs(words, "--volume") == [f"{PACKAGE}:/package/course:ro", f"{tmp_path}:{tmp_path}"]
    assert after[:3] == ["python", "-m", "course.grading.inside"]
    assert pairs(after, "--processes") == ["0"]  # the container counts; the system would count
    assert pairs(after, "--memory") == [str(2**30)]  # all containers of this user together
    assert after[-2:] == ["--connection", "{connection_file}"]
    [name] = pairs(words, "--name")
    assert box.end == [kind, "rm", "--force", name]


def test_bubblewrap_as_a_user_and_as_root(tmp_path, monkeypatch):
    monkeypatch.setattr(module.os, "geteuid", lambda: 1000)
    words = make_box(Sandbox("bubblewrap"), tmp_path, Limits()).command
    assert "--unshare-all" in words
    assert pairs(words, "--uid") == [""]
    monkeypatch.setattr(module.os, "geteuid", lambda: 0)
    words = make_box(Sandbox("bubblewrap"), tmp_path, Limits()).command
    assert {"--unshare-net", "--unshare-pid", "--unshare-ipc"} < set(words)
    assert int(pairs(words, "--uid")[0]) >= 200_000  # root is never limited in processes
    assert "--clearenv" in words
    assert str(PACKAGE.parent) not in pairs(words, "--ro-bind")
    assert pairs(words, "--bind") == [str(tmp_path)]


def test_without_a_sandbox_it_refuses_and_says_what_unsafe_means(monkeypatch):
    monkeypatch.setattr(module, "_program", lambda kind: None)
    with pytest.raises(
        UsageError, match=r"no sandbox: .*apt install bubblewrap.*change the gradebook"
    ):
        find_sandbox()
    assert find_sandbox(unsafe=True) == Sandbox("none")
    assert main(["grade", "1"]) == 2


def test_which_one_is_chosen(monkeypatch):
    monkeypatch.setattr(module, "_program", lambda kind: kind in ("docker", "podman"))
    assert find_sandbox().kind == "docker"
    assert find_sandbox("podman", image="x") == Sandbox("podman", "x")
    with pytest.raises(UsageError, match="bubblewrap is not installed"):
        find_sandbox("bubblewrap")
    with pytest.raises(UsageError, match="no sandbox 'none'"):
        find_sandbox("none")


def test_an_old_bubblewrap_cannot_limit_a_disk(tmp_path, monkeypatch):
    program = tmp_path / "bwrap"
    program.write_text("#!/bin/sh\necho '  --tmpfs DEST'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    module._program.cache_clear()
    try:
        with pytest.raises(UsageError, match="no sandbox"):
            find_sandbox("bubblewrap")
    finally:
        module._program.cache_clear()


@pytest.mark.parametrize("value", [0, -1, 1.5, True])
def test_limits_are_whole_numbers(value):
    with pytest.raises(ValueError, match="cell_seconds"):
        Limits(cell_seconds=value)


def test_this_python_is_the_one_in_the_box(tmp_path):
    words = make_box(Sandbox("bubblewrap"), tmp_path, Limits()).command
    assert sys.executable in words
    assert Path(sys.prefix).as_posix() in words
