import errno
import os
import threading

import pytest

from course.lessons.failures import CommandError
from course.lessons.files import (
    create_file,
    read_json,
    set_aside,
    write_atomically,
    write_json,
)


@pytest.fixture
def full_disk(monkeypatch):
    def refuse(_handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", refuse)


def test_a_file_appears_with_its_folder(tmp_path):
    assert create_file(tmp_path / "a" / "b.txt", b"one") is True
    assert (tmp_path / "a" / "b.txt").read_bytes() == b"one"
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.txt"]


def test_creating_never_overwrites(tmp_path):
    (tmp_path / "b.txt").write_bytes(b"mine")
    (tmp_path / "c.txt").symlink_to(tmp_path / "nowhere")
    assert create_file(tmp_path / "b.txt", b"theirs") is False
    assert create_file(tmp_path / "c.txt", b"theirs") is False
    assert (tmp_path / "b.txt").read_bytes() == b"mine"
    assert not (tmp_path / "nowhere").exists()


def test_creating_without_hard_links(tmp_path, monkeypatch):
    def no_links(*_):
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", no_links)
    assert create_file(tmp_path / "b.txt", b"one") is True
    assert create_file(tmp_path / "b.txt", b"two") is False
    assert (tmp_path / "b.txt").read_bytes() == b"one"


def test_only_one_of_many_creates_it(tmp_path):
    won = []
    threads = [
        threading.Thread(target=lambda i=i: won.append(create_file(tmp_path / "x", b"%d" % i)))
        for i in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 15 + [True]
    assert len(list(tmp_path.iterdir())) == 1


def test_a_full_disk_leaves_everything_as_it_was(tmp_path, full_disk):
    (tmp_path / "old").write_bytes(b"old")
    for write in (write_atomically, lambda path, data: write_json(path, {})):
        with pytest.raises(CommandError, match=r"the disk is full: .*old was not written and eve"):
            write(tmp_path / "old", b"new")
    with pytest.raises(CommandError, match=r"the disk is full"):
        create_file(tmp_path / "new", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["old"]
    assert (tmp_path / "old").read_bytes() == b"old"


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(CommandError, match=r"a/b cannot be written: .*; every file is as it was"):
        create_file(tmp_path / "a" / "b", b"")


def test_setting_aside_takes_a_free_name(tmp_path):
    for number in range(3):
        (tmp_path / "x.ipynb").write_text(str(number))
        set_aside(tmp_path / "x.ipynb", tmp_path / "x.backup.ipynb")
    kept = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert kept == {"x.backup.ipynb": "0", "x.backup-2.ipynb": "1", "x.backup-3.ipynb": "2"}


def test_setting_aside_what_is_gone(tmp_path):
    with pytest.raises(CommandError, match=r"x cannot be written"):
        set_aside(tmp_path / "x", tmp_path / "y")
    assert list(tmp_path.iterdir()) == []


def test_json_round_trip(tmp_path):
    write_json(tmp_path / "a" / "b.json", {"ü": [1]})
    assert read_json(tmp_path / "a" / "b.json") == {"ü": [1]}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"null"])
def test_damaged_json_counts_as_empty(tmp_path, content):
    (tmp_path / "b.json").write_bytes(content)
    assert read_json(tmp_path / "b.json") == {}
    assert read_json(tmp_path / "missing.json") == {}
