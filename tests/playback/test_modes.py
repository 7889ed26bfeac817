import types

import pytest

from course.playback import modes
from course.playback.modes import choose_mode


@pytest.fixture(autouse=True)
def notebook(monkeypatch):
    """Pretend that a Jupyter kernel runs, with nothing set in the environment."""
    monkeypatch.setattr(modes, "_in_notebook", lambda: True)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.delenv("COURSE_PLAYBACK", raising=False)


def test_in_a_notebook_the_mode_is_auto():
    assert choose_mode() == "auto"


@pytest.mark.parametrize("asked", modes.MODES)
def test_nbgrader_gets_text(monkeypatch, asked):
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    assert choose_mode(asked) == "none"


def test_the_environment_sets_the_mode_and_an_argument_wins(monkeypatch):
    monkeypatch.setenv("COURSE_PLAYBACK", "html")
    assert choose_mode() == "html"
    assert choose_mode("widget") == "widget"


def test_colab_gets_html(monkeypatch):
    monkeypatch.setitem(modes.sys.modules, "google.colab", types.ModuleType("google.colab"))
    assert choose_mode() == "html"


def test_a_wrong_mode_names_the_right_ones(monkeypatch):
    with pytest.raises(ValueError, match="'loud'; use one of auto, widget, html, none"):
        choose_mode("loud")
    monkeypatch.setenv("COURSE_PLAYBACK", "on")
    with pytest.raises(ValueError, match="'on'"):
        choose_mode()


def test_a_python_script_is_no_notebook(monkeypatch):
    monkeypatch.undo()
    assert not modes._in_notebook()
