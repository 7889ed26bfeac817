"""What broken and hostile submissions cost, and whom: the table of tests/grading/attacks.py.

`make test` runs the quick rows, `make test-banks` all of them. Both write what they saw into
grading/attack_report.md.
"""

import os
from datetime import datetime

import psutil
import pytest

from course.grading.feedback import OTHER_VALUES
from course.grading.grade import Order, grade_class
from course.grading.limits import MIB
from course.grading.records import status_table
from tests.grading.attacks import (
    ATTACKS,
    FULL,
    GRADER_SECRET,
    LESSON,
    SECRET,
    Attack,
    Maker,
)
from tests.grading.conftest import COURSE, SMALL, hand_in, points, sandbox

ROWS = [
    pytest.param(attack, id=attack.name, marks=[] if attack.quick else pytest.mark.autograder)
    for attack in ATTACKS
]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def hostile_class(make_course, request):
    """All attacks that were asked for, graded as one class."""
    course = make_course()
    maker = Maker(course.root)
    asked = {
        item.callspec.params["attack"].name
        for item in request.session.items
        if item.module is request.module and "attack" in getattr(item, "callspec", _None).params
    }
    attacks = [attack for attack in ATTACKS if attack.name in asked or attack.quick]
    for attack in attacks:
        hand_in(course, attack.name, attack.submission(maker))
    huge = hand_in(course, "100 MB", b"{")
    os.truncate(huge, 100 * MIB)
    link = hand_in(course, "a link", b"")
    link.unlink()
    link.symlink_to(course.submitted_folder / "correct" / LESSON / f"{LESSON}.ipynb")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADER_TOKEN", GRADER_SECRET)
        grade_class(course, Order(LESSON, sandbox(), SMALL, workers=2), lambda line: None)
    write_report(course, attacks)
    return course


class _None:
    params = ()


def write_report(course, attacks):
    """Write what became of every attack, for people to read."""
    table, lines = status_table(course.folder), []
    for attack in attacks:
        row = table.get(LESSON, attack.name)
        found = sum(points(course, attack.name).values()) if row.status == "graded" else ""
        reason = row.reason.replace("|", "\\|")[:80]
        cells = (attack.name, attack.wanted, row.status, str(found), reason, row.seconds)
        lines.append(f"| {' | '.join(cells)} |")
    folder = COURSE / "grading"
    folder.mkdir(exist_ok=True)
    head = [
        f"# Attacks, as graded on {datetime.now():%Y-%m-%d %H:%M}",
        "",
        f"All points are {sum(FULL.values())}; a status other than *graded* leaves them blank.",
        "",
        "| submission | a fair instructor wants | status | points | reason | seconds |",
        "|---|---|---|---|---|---|",
    ]
    (folder / "attack_report.md").write_text("\n".join([*head, *lines, ""]), encoding="utf-8")


@pytest.mark.parametrize("attack", ROWS)
def test_each_gets_what_is_fair(hostile_class, attack: Attack):
    row = status_table(hostile_class.folder).get(LESSON, attack.name)
    found = points(hostile_class, attack.name) if row.status == "graded" else {}
    assert row.status == attack.status, row.reason
    assert found == (attack.points if attack.status == "graded" else {})
    assert (row.points == "") == (attack.status != "graded")  # lost is blank, never 0


def test_a_huge_file_and_a_link_are_not_read(hostile_class):
    table = status_table(hostile_class.folder)
    assert table.get(LESSON, "100 MB").status == "too_large"
    assert table.get(LESSON, "a link").status == "lost"
    assert table.get(LESSON, "a link").points == ""


def executed(course, student):
    return course.autograded(student, LESSON).read_text("utf-8")


def test_the_sandbox_shows_nothing_of_the_course_or_the_grader(hostile_class):
    text = executed(hostile_class, "reads files and environment")
    assert "SAW /package/course/checks" in text  # it did look round
    assert "'FOUND'" not in text
    assert GRADER_SECRET not in text
    assert "unable to open database file" in executed(hostile_class, "writes into the gradebook")


def test_nobody_elses_points_change(hostile_class):
    assert points(hostile_class, "correct") == FULL
    grades = hostile_class.grades(LESSON, "correct")
    assert max(grade.score for grade in grades) == 2


def test_hidden_tests_are_not_in_the_feedback(hostile_class):
    who = "prints hidden tests"
    assert executed(hostile_class, who).count(SECRET) > 1  # it had got hold of them
    api = hostile_class.api()
    assert hostile_class.quietly(lambda: api.generate_feedback(LESSON, who))["success"]
    page = hostile_class.feedback(who, LESSON).read_text("utf-8")
    assert SECRET not in page
    assert "BEGIN HIDDEN" not in page
    assert OTHER_VALUES in page


def test_nothing_outlives_its_submission(hostile_class):
    commands = []
    for process in psutil.process_iter():
        try:
            commands.append(" ".join(process.cmdline()))
        except psutil.Error:
            continue
    assert not [one for one in commands if "outlives-its-cell" in one and "-c" in one]


@pytest.mark.autograder
@pytest.mark.parametrize("who", ["shows a script", "shows a script afterwards"])
def test_scripts_do_not_reach_the_formgrader(hostile_class, who):
    cells = hostile_class.read(hostile_class.autograded(who, LESSON)).cells
    outputs = str([cell.outputs for cell in cells if cell.cell_type == "code"])
    assert "HTML object" in outputs
    assert "stolen-token" not in outputs


@pytest.mark.autograder
def test_a_graded_notebook_stays_small(hostile_class):
    assert len(executed(hostile_class, "an error of 100 MB")) < 10**6
    assert len(executed(hostile_class, "30 MB of output")) < 2 * 10**6


@pytest.mark.autograder
def test_no_address_is_reached(hostile_class):
    text = executed(hostile_class, "uses the network")
    assert "refused:" in text
    assert "REACHED (" not in text
