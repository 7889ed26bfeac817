"""Answers in a file: complete at every moment, never lost, never of another test."""

import json

import pytest

from course.playback import answers
from course.playback.answers import AnswerFile

SHOWN = {"A": "network", "B": "Bach"}


@pytest.fixture
def file(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_WORKSPACE", str(tmp_path))
    return AnswerFile("bach_or_net", "Bach", ["one", "two"])


def test_an_answer_is_there_for_whoever_opens_the_file(file):
    assert file.read() == []
    file.keep("one", SHOWN, "B")
    file.keep("two", SHOWN, "A")
    again = AnswerFile("bach_or_net", "Bach", ["one", "two"]).read()
    assert [(a.trial, a.label, a.right, a.shown) for a in again] == [
        ("one", "B", True, SHOWN),
        ("two", "A", False, SHOWN),
    ]
    assert file.path.parent.name == "listening"
    assert not file.path.with_suffix(".new").exists()


def test_the_first_answer_counts_whoever_gave_it(file):
    other = AnswerFile("bach_or_net", "Bach", ["one", "two"])
    file.keep("one", SHOWN, "B")
    kept = other.keep("one", SHOWN, "A")
    assert [a.label for a in kept] == ["B"]
    other.keep("two", SHOWN, "A")
    assert [a.trial for a in file.read()] == ["one", "two"]


def test_a_file_of_other_trials_is_left_alone(file):
    file.keep("one", SHOWN, "B")
    before = file.path.read_bytes()
    for target, trials in (("Bach", ["one", "three"]), ("network", ["one", "two"])):
        with pytest.raises(ValueError, match="other trials; move it away"):
            AnswerFile("bach_or_net", target, trials)
    assert file.path.read_bytes() == before


@pytest.mark.parametrize("text", ["", "[]", '{"target": "Bach"}', "{"])
def test_a_damaged_file_is_named_and_left_alone(file, text):
    file.path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="is damaged"):
        file.keep("one", SHOWN, "B")
    assert file.path.read_text(encoding="utf-8") == text


def test_a_full_disk_loses_nothing(file, monkeypatch):
    file.keep("one", SHOWN, "B")

    def full(_number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(answers.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        file.keep("two", SHOWN, "A")
    assert [a.trial for a in file.read()] == ["one"]
    assert json.loads(file.path.read_text(encoding="utf-8"))["target"] == "Bach"


@pytest.mark.parametrize("name", ["", "Bach", "../bach", "a b", "_a"])
def test_a_name_that_is_no_file(file, name):
    with pytest.raises(ValueError, match="small letters"):
        AnswerFile(name, "Bach", ["one"])


def test_no_such_label(file):
    with pytest.raises(ValueError, match="'C'; it has A, B"):
        file.keep("one", SHOWN, "C")
