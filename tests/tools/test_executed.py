import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course.lessons.solved import SolvedRun
from tools import executed as kept

BUDGET = "smoke"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Put a course of one lesson and one module in the place of this one; count its runs."""
    root = tmp_path / "root"
    for name in ("solutions/00_start", "course"):
        (root / name).mkdir(parents=True)
    (root / "requirements.lock").write_text("numpy==2\n")
    (root / "course" / "bars.py").write_text("one = 1\n")
    cells = [new_code_cell("print(one)", id="a"), new_markdown_cell("a text", id="b")]
    notebook = new_notebook(cells=cells)
    nbformat.write(notebook, root / "solutions" / "00_start" / "00_start.ipynb")
    runs = []

    def run_solved(path, workspace, budget, cell_seconds):
        runs.append(budget)
        notebook = nbformat.read(path, as_version=4)
        notebook.cells[0].outputs = [
            new_output("stream", name="stdout", text=f"run {len(runs)} in {workspace} of {root}")
        ]
        return SolvedRun(notebook, 1.25, 10**8)

    monkeypatch.setattr(kept, "ROOT", root)
    monkeypatch.setattr(kept, "run_solved", run_solved)
    return root, runs


@pytest.fixture
def look(tmp_path):
    """Give look(...): the text that the lesson printed when it was run for this."""

    def look(budget=BUDGET, **options):
        run = kept.executed("00_start", budget, tmp_path / "kept", **options)
        return run.notebook.cells[0].outputs[0].text

    return look


def test_a_lesson_is_run_once(course, look):
    _, runs = course
    assert look() == look()
    assert runs == [BUDGET]


def test_measuring_runs_it_anew_and_keeps_that_run(course, look):
    _, runs = course
    look()
    assert look(anew=True).startswith("run 2")
    assert look().startswith("run 2")
    assert len(runs) == 2


@pytest.mark.parametrize(
    "changed", ["course/bars.py", "requirements.lock", "solutions/00_start/00_start.ipynb"]
)
def test_what_a_run_depends_on_makes_it_old(course, look, changed, tmp_path):
    root, _ = course
    look()
    path = root / changed
    path.write_text(path.read_text().replace("one", "two").replace("==2", "==3"))
    assert look().startswith("run 2")
    assert len(list((tmp_path / "kept").iterdir())) == 1  # the old one is gone


def test_another_text_needs_no_other_run(course, look, tmp_path):
    root, runs = course
    look()
    path = root / "solutions" / "00_start" / "00_start.ipynb"
    path.write_text(path.read_text().replace("a text", "another text"))
    run = kept.executed("00_start", BUDGET, tmp_path / "kept")
    assert runs == [BUDGET]
    assert [cell.source for cell in run.notebook.cells] == ["print(one)", "another text"]
    assert run.notebook.cells[0].outputs[0].text.startswith("run 1")


def test_the_budgets_are_kept_apart(course, look):
    _, runs = course
    look("smoke")
    look("lesson")
    assert look("smoke").startswith("run 1")
    assert runs == ["smoke", "lesson"]


def test_a_run_names_no_folder_of_this_machine(course, look, tmp_path):
    assert look() == "run 1 in workspace of ."


def test_what_a_run_took_is_kept(course, tmp_path):
    for _ in range(2):
        run = kept.executed("00_start", BUDGET, tmp_path / "kept")
        assert (run.computing, run.memory) == (1.2, 10**8)
        assert run.seconds >= 0


def test_a_run_that_fails_is_not_kept(course, look, tmp_path, monkeypatch):
    def fail(*_):
        raise RuntimeError("a cell failed")

    monkeypatch.setattr(kept, "run_solved", fail)
    with pytest.raises(RuntimeError, match="a cell failed"):
        look()
    assert not list((tmp_path / "kept").glob("*"))
