import json

import pytest

from course.lessons.failures import CommandError, UsageError
from course.lessons.submission import open_submission
from tests.lessons.conftest import TINY


@pytest.fixture
def learner(built_course):
    """The learner's copy under a name of their own, and a function that changes its cells."""
    path = built_course / "mine" / "05_tiny (1).ipynb"
    path.parent.mkdir()
    content = json.loads((built_course / "notebooks" / TINY / f"{TINY}.ipynb").read_text("utf-8"))

    def save(change=lambda cells: cells, **top):
        path.write_text(json.dumps(content | {"cells": change(content["cells"])} | top), "utf-8")
        return open_submission(path, built_course)

    return save


def without(*ids):
    return lambda cells: [cell for cell in cells if cell["id"] not in ids]


def texts(submission):
    return [cell.source for cell in submission.notebook.cells]


def test_a_renamed_notebook_is_recognised_by_its_exercises(learner):
    submission = learner()
    assert submission.lesson.name == TINY
    assert submission.notes == ["this is lesson 05_tiny, by its exercises"]


def test_what_the_lesson_gives_points_for(learner):
    lesson = learner().lesson
    assert [(test.exercise, test.points) for test in lesson.tests] == [
        ("note_name", 2),
        ("count_steps", 2),
        ("turn_round", 2),
    ]
    assert (lesson.hidden_points, lesson.written_points) == (4, 2)


def test_a_deleted_check_is_put_back_and_reported(learner):
    submission = learner(without("count_steps_check"))
    assert "the check of count_steps was deleted; the course's own is run" in submission.notes
    assert texts(submission).count("check.count_steps(count_steps)") == 1


def test_a_deleted_exercise_is_reported(learner):
    submission = learner(without("count_steps", "count_steps_check"))
    assert "the answer cell of count_steps was deleted" in submission.notes
    assert "check.count_steps(count_steps)" not in texts(submission)


def test_a_changed_check_is_replaced(learner):
    def cheat(cells):
        return [
            cell | {"source": "print('fine')"} if cell["id"] == "turn_round_check" else cell
            for cell in cells
        ]

    submission = learner(cheat)
    assert "the check of turn_round was changed; the course's own is run" in submission.notes
    assert "print('fine')" not in texts(submission)


def test_of_a_copied_cell_the_last_counts(learner):
    def paste(cells):
        (check,) = [cell for cell in cells if cell["id"] == "turn_round_check"]
        return [*cells, check | {"id": "copy"}]

    submission = learner(paste)
    assert "the cell turn_round_check is there twice; only the last one counts" in submission.notes
    graded = [
        cell.metadata.get("nbgrader", {}).get("grade_id") for cell in submission.notebook.cells
    ]
    assert graded.count("turn_round_check") == 1
    assert graded[-1] == "turn_round_check"


def test_the_learners_file_is_only_read(learner, built_course):
    learner()
    path = built_course / "mine" / "05_tiny (1).ipynb"
    before = path.read_bytes()
    open_submission(path, built_course)
    assert path.read_bytes() == before


def test_what_other_programs_leave_out_is_filled_in(learner):
    def bare(cells):
        keep = ("cell_type", "source", "metadata")
        return [{key: cell[key] for key in keep if key in cell} for cell in cells]

    assert learner(bare, nbformat_minor=2, metadata={}).lesson.name == TINY


def test_marks_that_were_dropped(learner):
    with pytest.raises(UsageError, match=r"no exercise of this course is in it; .*dropped the ce"):
        learner(lambda cells: [cell | {"metadata": {}} for cell in cells])


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.ipynb", b'{"cells": [', r"a\.ipynb is cut off or damaged \(line 1 is no JSON\)"),
        ("a.ipynb", b"", r"a\.ipynb is cut off or damaged"),
        ("a.txt", b"hello", r"a\.txt is no notebook"),
        ("a.mid", b"MThd\x00\x00\xff", r"a\.mid is no notebook: it holds other than text"),
        ("a.ipynb", b"[]", r"its cells are missing"),
        ("a.ipynb", b"{}", r"its cells are missing"),
        ("a.ipynb", b'{"cells": 3}', r"its cells are missing"),
        ("a.ipynb", b'{"cells": [3]}', r"its cells are missing"),
        ("a.ipynb", b'{"cells": [{"cell_type": "sound"}]}', r"its cells are missing"),
        ("a.ipynb", b'{"cells": []}', r"no exercise of this course is in it"),
    ],
)
def test_files_that_are_no_notebook(built_course, tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=message) as caught:
        open_submission(tmp_path / name, built_course)
    assert "\n" not in str(caught.value)


def test_no_file(built_course, tmp_path):
    with pytest.raises(UsageError, match=r"nope\.ipynb does not exist"):
        open_submission(tmp_path / "nope.ipynb", built_course)
    with pytest.raises(UsageError, match=r"is a folder; name a notebook in it"):
        open_submission(tmp_path, built_course)


def test_a_damaged_course(learner, built_course):
    (built_course / "notebooks" / TINY / f"{TINY}.ipynb").write_text("{")
    with pytest.raises(
        CommandError, match=r"the course itself is damaged: .*05_tiny\.ipynb is cut"
    ):
        learner()
