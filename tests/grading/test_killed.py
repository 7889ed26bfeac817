"""A class that is graded with nothing lost, whatever is killed in the middle."""

import os
import subprocess
import sys
import time

import psutil
import pytest
from nbgrader.api import Gradebook

from course.grading.grade import Order, grade_class
from course.grading.gradebook import GradedCourse
from course.grading.records import status_table
from tests.grading.attacks import LESSON
from tests.grading.conftest import COURSE, SMALL, hand_in_a_class, outcome, sandbox

pytestmark = pytest.mark.slow
PATIENCE_SECONDS = 300


def wait_for(look):
    """Look again and again until something is there; fail when it does not come."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError(f"{look.__name__} found nothing for {PATIENCE_SECONDS} seconds")


def start_grading(course):
    """Start `course grade -j 2` in a process of its own."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COURSE_")}
    environment["PYTHONPATH"] = str(COURSE)
    words = [sys.executable, "-m", "course.cli", "--root", str(course.root), "grade", LESSON]
    words += ["-j", "2", "--limit", f"cell_seconds={SMALL.cell_seconds}"]
    return psutil.Popen(words, env=environment, stdout=subprocess.PIPE)


def test_a_worker_is_killed_and_then_the_command_itself(make_course):
    """Nothing is lost, nothing graded twice, and the points that a person gave stay."""
    sandbox()
    course = make_course()
    fair = hand_in_a_class(course)
    command = start_grading(course)
    said = iter(command.stdout.readline, b"")
    next(line for line in said if b" right: " in line)  # the probe is over, the class has begun

    def a_busy_worker():
        boxes = [one for one in command.children(recursive=True) if one.name() == "bwrap"]
        return next((one.parent() for one in boxes if one.parent().name() != "bwrap"), None)

    wait_for(a_busy_worker).kill()
    next(line for line in said if b" wrong: " in line)
    family = command.children(recursive=True)
    command.kill()
    command.wait()
    command.stdout.close()
    assert psutil.wait_procs(family, timeout=PATIENCE_SECONDS)[1] == []  # no box is left behind

    before = {one: status_table(course.folder).get(LESSON, one) for one in fair}
    before = {student: row for student, row in before.items() if row}
    assert 2 <= len(before) < len(fair)
    graded = next(student for student, row in before.items() if row.status == "graded")
    with Gradebook(course.db_url) as book:
        written = book.find_grade("same_melody", LESSON, LESSON, graded)
        written.manual_score, written.needs_manual_grade = 1.5, False
        book.db.commit()

    order = Order(LESSON, sandbox(), SMALL, workers=2)
    rows = grade_class(GradedCourse(course.root), order, lambda line: None)
    assert len(rows) == len(fair) == 12
    table = status_table(course.folder)
    assert {one: table.get(LESSON, one) for one in before} == before  # not graded again
    assert [one.score for one in course.grades(LESSON, graded) if one.name == "same_melody"] == [
        1.5
    ]
    with Gradebook(course.db_url) as book:  # so that status.csv tells of the machine's points
        book.find_grade("same_melody", LESSON, LESSON, graded).manual_score = None
        book.db.commit()
    assert outcome(course) == fair
