"""Running a solved lesson and reading what it cost."""

import nbformat
import pytest
from nbclient import NotebookClient

from course.lessons import solved


def _outputs(*texts):
    return [nbformat.v4.new_output("stream", name="stdout", text=text) for text in texts]


@pytest.mark.parametrize(
    "texts", [("1.5 2048\n",), ("1.5", " 2048", "\n"), ("1.5 2048", "\n")], ids=len
)
def test_what_a_run_cost_is_read_however_the_kernel_sends_it(texts, tmp_path, monkeypatch):
    path = tmp_path / "lesson.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), path)

    def execute(self, **_):
        self.nb.cells[-1].outputs = _outputs(*texts)

    monkeypatch.setattr(NotebookClient, "execute", execute)
    run = solved.run_solved(path, tmp_path / "workspace")
    assert (run.computing, run.memory, run.notebook.cells) == (1.5, 2048, [])


def test_a_run_is_a_learners_whatever_the_shell_has_set(tmp_path, monkeypatch):
    path = tmp_path / "lesson.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), path)
    seen = {}

    def execute(self, env):
        seen.update(env)
        self.nb.cells[-1].outputs = _outputs("1.5 2048")

    monkeypatch.setattr(NotebookClient, "execute", execute)
    for name in ("NBGRADER_EXECUTION", "COURSE_PLAYBACK"):
        monkeypatch.setenv(name, "none")
    solved.run_solved(path, tmp_path / "workspace")
    assert seen["COURSE_BUDGET"] == "smoke"
    assert not {"NBGRADER_EXECUTION", "COURSE_PLAYBACK"} & set(seen)
