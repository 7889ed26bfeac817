"""The listening test: blind, one trial after the other, and it goes on where it stopped."""

import json

import pytest

from course.playback import ListeningTest, answers, listening
from tests.player_music import four_voices, one_note

QUESTION = "Which one is Bach?"


@pytest.fixture(autouse=True)
def live(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_WORKSPACE", str(tmp_path))
    monkeypatch.setattr(listening, "choose_mode", lambda: "widget")
    return tmp_path


def trials(count=3):
    return {f"t{i}": {"Bach": four_voices(2), "net": one_note()} for i in range(count)}


def make(count=3):
    return ListeningTest("a_test", trials(count), "Bach", question=QUESTION)


def label_of(test, name):
    return next(k for k, v in test._comparison.answer.items() if v == name)


def test_from_the_first_trial_to_the_last():
    test = make()
    assert (test.number, test.total, test.question) == (1, 3, QUESTION)
    assert test.labels == ["A", "B"]
    assert len(test.stems) == 2
    seen = {test.data["id"]}
    for number, who in enumerate(("Bach", "net", "Bach"), start=1):
        assert not test.finished
        test.answer(label_of(test, who))
        assert test.number == number + 1
        seen.add(test.data["id"])
    assert len(seen) == 4  # each trial has a player of its own
    assert test.finished
    assert [answer.right for answer in test.answers] == [True, False, True]
    with pytest.raises(ValueError, match="all 3 trials are answered"):
        test.answer("A")
    assert repr(test) == "<ListeningTest a_test: 3 of 3 trials answered>"


def test_a_new_kernel_goes_on_at_the_next_trial():
    first = make()
    first.answer(label_of(first, "net"))
    again = make()
    assert again.number == 2
    assert again._open_trial() == "t1"
    assert len(again.answers) == 1


def test_the_page_knows_neither_names_nor_notes_nor_who_was_right():
    test = make(2)
    for _ in range(2):
        state = json.dumps(
            {
                k: v
                for k, v in test.get_state().items()
                if k not in ("stems", "_esm", "_css", "question")
            },
            default=str,
        )
        assert "Bach" not in state
        assert "net" not in state
        assert "t0" not in state
        assert test.data["views"] == []
        test.answer("A")
        assert "right" not in test.said


def test_either_version_may_come_first():
    first = {
        listening.arrange(trials(1)["t0"], blind=True, title="", mode="none").names[0]
        for _ in range(60)
    }
    assert first == {"Bach", "net"}


def test_what_the_page_sends():
    test = make()
    turn = test.turn
    test._hear(test, {"command": "play"}, [])
    assert test.turn == turn
    test._hear(test, {"number": 1, "answer": "A"}, [])
    assert (test.number, len(test.answers)) == (2, 1)
    test._hear(test, {"number": 1, "answer": "A"}, [])  # pressed twice
    assert len(test.answers) == 1
    assert test.turn == turn + 2
    test._hear(test, {"number": 2, "answer": "Q"}, [])
    assert test.said.startswith("Not kept: no trial 't1' with a 'Q'")
    assert test.number == 2


def test_an_answer_that_cannot_be_written_is_asked_for_again(monkeypatch):
    test = make()

    def full(_number):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(answers.os, "fsync", full)
        test._hear(test, {"number": 1, "answer": "A"}, [])
    assert "No space left" in test.said
    assert (test.number, test.answers) == (1, [])
    test._hear(test, {"number": 1, "answer": "A"}, [])
    assert (test.number, len(test.answers)) == (2, 1)


def test_outside_a_notebook_nothing_is_rendered(monkeypatch):
    monkeypatch.setattr(listening, "choose_mode", lambda: "none")
    test = make()
    assert test.stems == []
    assert repr(test) == "<ListeningTest a_test: 0 of 3 trials answered>"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "there are no trials"),
        ({"t": {"Bach": one_note()}}, "trial 't' has the versions Bach"),
        ({"t": {"a": one_note(), "b": one_note()}}, "one of them called 'Bach'"),
    ],
)
def test_what_is_no_test(given, words):
    with pytest.raises(ValueError, match=words):
        ListeningTest("a_test", given, "Bach", question=QUESTION)
