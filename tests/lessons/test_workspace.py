import errno
import os
from datetime import datetime

import pytest

from course.lessons.failures import CommandError, UsageError
from course.lessons.workspace import is_untouched, reset_lesson, update_workspace

NOW = datetime(2026, 11, 22, 10, 20, 30)
OLD, NEW, NEWER = b'{"version": 1}', b'{"version": 2}', b'{"version": 3}'
STATE = ".course/versions.json"


@pytest.fixture(autouse=True)
def _no_workspace_of_the_testers_own(monkeypatch):
    monkeypatch.delenv("COURSE_WORKSPACE", raising=False)


@pytest.fixture
def course(tmp_path):
    publish(tmp_path, OLD)
    publish(tmp_path, OLD, "02_two")
    return tmp_path


def publish(root, content, name="01_one"):
    (root / "notebooks" / name).mkdir(parents=True, exist_ok=True)
    (root / "notebooks" / name / f"{name}.ipynb").write_bytes(content)


def notebooks(root):
    return {path.name: path.read_bytes() for path in sorted((root / "workspace").rglob("*.ipynb"))}


def test_every_missing_lesson_is_copied(course):
    assert update_workspace(course) == [
        "01_one: copied into workspace/",
        "02_two: copied into workspace/",
    ]
    assert notebooks(course) == {"01_one.ipynb": OLD, "02_two.ipynb": OLD}
    assert update_workspace(course) == []


def test_the_learners_work_is_never_overwritten(course):
    update_workspace(course)
    mine = course / "workspace" / "01_one" / "01_one.ipynb"
    mine.write_bytes(b"mine")
    assert update_workspace(course) == []
    publish(course, NEW)
    update_workspace(course)
    assert mine.read_bytes() == b"mine"


def test_a_newer_version_is_announced_once_and_put_beside(course):
    update_workspace(course)
    publish(course, NEW)
    assert update_workspace(course, NOW) == [
        "01_one: the course has a new version; yours is as it was, the new one lies beside it: "
        "“01_one (new version 2026-11-22).ipynb”"
    ]
    after = notebooks(course)
    assert after["01_one.ipynb"] == OLD
    assert after["01_one (new version 2026-11-22).ipynb"] == NEW
    assert update_workspace(course, NOW) == []
    (course / "workspace" / "01_one" / "01_one (new version 2026-11-22).ipynb").unlink()
    assert update_workspace(course, NOW) == []  # it was offered


def test_two_newer_versions_on_one_day(course):
    update_workspace(course)
    for version in (NEW, NEWER):
        publish(course, version)
        update_workspace(course, NOW)
    after = notebooks(course)
    assert after["01_one (new version 2026-11-22).ipynb"] == NEW
    assert after["01_one (new version 2026-11-22 2).ipynb"] == NEWER


def test_a_deleted_or_renamed_folder_is_filled_again(course):
    update_workspace(course)
    (course / "workspace" / "01_one").rename(course / "workspace" / "my favourite")
    assert update_workspace(course) == ["01_one: copied into workspace/"]
    assert (course / "workspace" / "my favourite" / "01_one.ipynb").read_bytes() == OLD


@pytest.mark.parametrize("damage", [b"", b"{", b'{"01_one": 3}', b"[]"])
def test_damaged_state_costs_nothing_but_an_offer(course, damage):
    update_workspace(course)
    mine = course / "workspace" / "01_one" / "01_one.ipynb"
    mine.write_bytes(b"mine")
    (course / "workspace" / STATE).write_bytes(damage)
    (line,) = update_workspace(course, NOW)  # 02_two is recognised by its content
    assert line.startswith("01_one: ")
    assert mine.read_bytes() == b"mine"
    assert update_workspace(course, NOW) == []


def test_a_full_disk_while_copying(course, monkeypatch):
    update_workspace(course)
    publish(course, NEW)
    before = notebooks(course)

    def refuse(_handle):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(CommandError, match="the disk is full"):
        update_workspace(course, NOW)
    with pytest.raises(CommandError, match="the disk is full"):
        reset_lesson(course, "01")
    assert notebooks(course) == before
    monkeypatch.undo()
    assert len(update_workspace(course, NOW)) == 1


def test_reset_keeps_a_dated_backup(course):
    update_workspace(course)
    (course / "workspace" / "01_one" / "01_one.ipynb").write_bytes(b"mine")
    publish(course, NEW)
    assert reset_lesson(course, "1", NOW) == [
        "01_one: your notebook is kept as 01_one/01_one.backup-2026-11-22T10-20-30.ipynb",
        "01_one: a fresh copy is in workspace/",
    ]
    after = notebooks(course)
    assert after["01_one.ipynb"] == NEW
    assert after["01_one.backup-2026-11-22T10-20-30.ipynb"] == b"mine"
    assert update_workspace(course) == []


def test_backups_never_collide(course):
    update_workspace(course)
    for content in (b"first", b"second", b"third"):
        (course / "workspace" / "01_one" / "01_one.ipynb").write_bytes(content)
        reset_lesson(course, "01_one", NOW)
    kept = {name: data for name, data in notebooks(course).items() if "backup" in name}
    assert sorted(kept.values()) == [b"first", b"second", b"third"]


def test_reset_of_a_lesson_that_is_not_there_yet(course):
    assert reset_lesson(course, "02_two") == ["02_two: a fresh copy is in workspace/"]
    assert notebooks(course) == {"02_two.ipynb": OLD}


def test_reset_of_no_lesson(course):
    with pytest.raises(UsageError, match=r"there is no lesson '07'; there are: 01_one, 02_two"):
        reset_lesson(course, "07")


def test_untouched(course):
    assert not is_untouched(course, "01_one")
    update_workspace(course)
    assert is_untouched(course, "01_one")
    (course / "workspace" / "01_one" / "01_one.ipynb").write_bytes(b"mine")
    assert not is_untouched(course, "01_one")


def test_another_workspace_folder(course, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_WORKSPACE", str(tmp_path / "elsewhere"))
    update_workspace(course)
    assert (tmp_path / "elsewhere" / "01_one" / "01_one.ipynb").read_bytes() == OLD
    assert not (course / "workspace").exists()
