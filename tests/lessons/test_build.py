import json
import os
import re
import subprocess
import sysconfig
from pathlib import Path

import nbformat
import pytest

from course.lessons.build import build_lessons, generate, stale_files
from course.lessons.failures import CommandError, UsageError
from tests.lessons.conftest import COURSE, TINY

LEAKS = ("BEGIN SOLUTION", "END SOLUTION", "BEGIN HIDDEN", "END HIDDEN", "BEGIN MARK SCHEME")


def both(root):
    return (
        root / "solutions" / TINY / f"{TINY}.ipynb",
        root / "notebooks" / TINY / f"{TINY}.ipynb",
    )


def test_every_cell_has_a_lasting_name(built_course):
    solved, release = (json.loads(path.read_text("utf-8")) for path in both(built_course))
    names = [cell["id"] for cell in solved["cells"]]
    assert names[:2] == ["cell-000", "cell-001"]
    start = names.index("note_name")
    assert names[start - 1 : start + 4] == [
        "note_name_task",
        "note_name",
        "note_name_check",
        "note_name_hidden",
        "note_name_hints",
    ]
    assert [cell["id"] for cell in release["cells"]] == names
    assert len(set(names)) == len(names)


def test_text_code_marks_and_tags_arrive(built_course):
    solved = nbformat.read(both(built_course)[0], as_version=4)
    nbformat.validate(solved)
    cells = {cell["id"]: cell for cell in solved.cells}
    assert cells["cell-000"].source.startswith("# 05 · Tiny lesson\n\nIn a few minutes")
    assert cells["note_name_check"].source == "check.note_name(note_name)"
    assert cells["note_name_check"].metadata.tags == ["raises-exception"]
    assert cells["note_name_check"].metadata.nbgrader.points == 2
    assert "nbgrader" not in cells["note_name_task"].metadata
    assert solved.metadata.kernelspec.name == "python3"
    assert all(not cell.get("outputs") and not cell.get("execution_count") for cell in solved.cells)


def test_the_students_get_a_stub_and_one_comment(built_course):
    release = nbformat.read(both(built_course)[1], as_version=4)
    cells = {cell["id"]: cell.source for cell in release.cells}
    assert cells["turn_round"].endswith(
        '    """\n    raise NotImplementedError("Write your answer here, then delete this line.")'
    )
    assert cells["note_name_hidden"].splitlines() == [
        "# Hidden tests: other values of the same kind, run when the notebook is graded."
    ]
    assert cells["same_melody"] == "*Write your answer here.*"


def test_no_solution_leaks(built_course):
    text = both(built_course)[1].read_text("utf-8")
    assert [mark for mark in LEAKS if mark in text] == []
    assert "127" not in text  # of a hidden test
    assert "Rubric" not in text
    assert [path.name for path in (built_course / "notebooks" / TINY).iterdir()] == [
        f"{TINY}.ipynb"
    ]


def test_building_twice_gives_the_same_bytes_and_writes_nothing(built_course):
    before = [path.read_bytes() for path in both(built_course)]
    assert build_lessons(built_course) == []
    for path in both(built_course):
        path.unlink()
    assert sorted(build_lessons(built_course, ["5"])) == sorted(both(built_course))
    assert [path.read_bytes() for path in both(built_course)] == before


def test_building_leaves_no_gradebook(built_course):
    assert sorted(path.name for path in built_course.iterdir()) == [
        "nbgrader_config.py",
        "notebooks",
        "solutions",
    ]


def test_stale_files_are_named_with_the_way_to_mend_them(built_course):
    assert stale_files(built_course) == []
    solved, release = both(built_course)
    release.write_text(release.read_text("utf-8").replace("Hum three", "Sing three"))
    (release.parent / "05_tiny.py").write_text("secret")
    (release.parents[1] / "09_gone").mkdir()
    (release.parents[1] / "09_gone" / "09_gone.ipynb").write_text("{}")
    assert stale_files(built_course) == [
        "notebooks/05_tiny/05_tiny.ipynb is not what its source gives; run `course build-lessons "
        "05_tiny` and commit the result",
        "notebooks/05_tiny/05_tiny.py has no source in solutions/; delete it",
        "notebooks/09_gone/09_gone.ipynb has no source in solutions/; delete it",
    ]
    assert "09_gone" not in "".join(stale_files(built_course, ["05_tiny"]))
    solved.unlink()
    assert stale_files(built_course)[0].startswith("solutions/05_tiny/05_tiny.ipynb is not what")


def test_an_instructors_own_folders_do_not_redirect_the_build(built_course, monkeypatch, tmp_path):
    before = [path.read_bytes() for path in both(built_course)]
    for name in ("COURSE_SOURCE", "COURSE_RELEASE"):
        monkeypatch.setenv(name, "private")
    monkeypatch.setenv("COURSE_DB", f"sqlite:///{tmp_path}/private.db")
    assert list(generate(built_course).values()) == before
    assert not (tmp_path / "private.db").exists()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("### END SOLUTION", "", r"05_tiny: nbgrader refuses it: .*[nN]o end solution"),
        (
            '"note_name_hidden"',
            '"note_name_check"',
            r"py: the grade_id 'note_name_check' is used tw",
        ),
        (
            '"grade_id": "note_name_check"',
            '"grade_id": "a b"',
            r"py: the grade_id 'a b' is used tw",
        ),
    ],
)
def test_a_faulty_source_is_one_clear_line(make_course, tiny_source, old, new, message):
    with pytest.raises(CommandError, match=message) as caught:
        build_lessons(make_course(tiny_source.replace(old, new)))
    assert "\n" not in str(caught.value)


def test_no_such_lesson(built_course):
    with pytest.raises(UsageError, match=r"there is no lesson '08'; there are: 05_tiny"):
        build_lessons(built_course, ["08"])


@pytest.mark.slow
def test_it_is_what_nbgrader_generate_assignment_gives(built_course):
    built = both(built_course)[1].read_bytes()
    nbgrader = Path(sysconfig.get_path("scripts")) / "nbgrader"
    subprocess.run(
        [nbgrader, "generate_assignment", TINY, "--force"],
        cwd=built_course,
        env={key: value for key, value in os.environ.items() if not key.startswith("COURSE_")},
        check=True,
        capture_output=True,
    )
    assert both(built_course)[1].read_bytes() == built
    assert (built_course / "grading" / "gradebook.db").is_file()


@pytest.mark.slow
def test_the_courses_notebooks_are_what_their_sources_give():
    assert stale_files(COURSE) == []


def test_the_course_hands_out_no_solution():
    files = [path for path in (COURSE / "notebooks").rglob("*") if path.is_file()]
    assert [path.name for path in files if path.suffix != ".ipynb"] == []
    for path in files:
        text = path.read_text("utf-8")
        assert [mark for mark in LEAKS if mark in text] == [], path
        for source in (COURSE / "solutions" / path.stem).glob("*.py"):
            assert [line for line in _secrets(source.read_text("utf-8")) if line in text] == []


def _secrets(source: str) -> list[str]:
    """Give the longer lines of hidden tests, rubrics and solutions, as JSON writes them."""
    marked = re.findall(
        r"BEGIN (?:SOLUTION|HIDDEN TESTS)[^\n]*\n(.*?)\n[^\n]*END (?:SOLUTION|HIDDEN)", source, re.S
    )
    outside = re.sub(r"BEGIN (SOLUTION|HIDDEN TESTS).*?END \1", "", source, flags=re.S)
    lines = {line.strip(" #") for text in marked for line in text.splitlines()}
    return [json.dumps(line)[1:-1] for line in lines if len(line) > 20 and line not in outside]
