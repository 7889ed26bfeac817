"""The look round before strangers' code gets in, and the doctor that takes it."""

import pytest

from course.cli import main
from course.grading.probe import faults, require
from course.grading.sandbox import Sandbox
from course.lessons.failures import UsageError
from tests.grading.conftest import sandbox

pytestmark = pytest.mark.slow


def test_a_sandbox_holds_and_none_does_not(fast_lesson):
    environment = {"GRADER_TOKEN": "1", "PATH": "/bin"}
    assert faults(sandbox(), fast_lesson, environment) == []
    found = faults(Sandbox("none"), fast_lesson, environment)
    assert f"it lets in files: {fast_lesson / 'solutions'}" in found[0]


def test_a_container_that_cannot_run_is_refused(fast_lesson, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(UsageError, match="podman does not hold: nothing runs in it"):
        require(Sandbox("podman"), fast_lesson, {})


def test_doctor_says_whether_a_class_can_be_graded(fast_lesson, capsys):
    sandbox()
    main(["--root", str(fast_lesson), "doctor", "--grading"])
    said = capsys.readouterr().out
    assert "ok    sandbox       bubblewrap holds" in said
    assert "ok    gradebook" in said
