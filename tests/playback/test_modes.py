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


HOMES = {  # what the environment holds there, as public reports and documents have it
    "VS Code": {"VSCODE_PID": "94309", "VSCODE_CWD": "/"},
    "VS Code in a container": {"VSCODE_IPC_HOOK_CLI": "/tmp/x.sock", "REMOTE_CONTAINERS": "true"},
    "Codespaces": {"CODESPACES": "true", "VSCODE_CWD": "/"},
    "Binder": {"BINDER_SERVICE_HOST": "10.3.2.1", "JUPYTERHUB_USER": "x", "NB_USER": "jovyan"},
    "Colab with a runtime of one's own": {"COLAB_RELEASE_TAG": "release-colab"},
}


@pytest.mark.parametrize("home", HOMES)
def test_elsewhere_the_mode_is_auto(monkeypatch, home):
    # There, a widget that does not come up is replaced by the saved form after a moment.
    for name, value in HOMES[home].items():
        monkeypatch.setenv(name, value)
    assert choose_mode() == "auto"


def test_nbgrader_and_a_wish_come_before_colab(monkeypatch):
    monkeypatch.setitem(modes.sys.modules, "google.colab", types.ModuleType("google.colab"))
    monkeypatch.setenv("COURSE_PLAYBACK", "widget")
    assert choose_mode() == "widget"
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert choose_mode() == "none"


@pytest.mark.parametrize(("kernel", "expected"), [(True, True), (False, False)])
def test_a_kernel_of_any_home_is_a_notebook_and_ipythons_terminal_is_none(
    monkeypatch, kernel, expected
):
    # Every home's shell, Colab's own class too, has its kernel; the terminal's has none.
    shell = types.SimpleNamespace(kernel=object()) if kernel else types.SimpleNamespace()
    monkeypatch.undo()
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    assert modes._in_notebook() is expected


def test_a_wrong_mode_names_the_right_ones(monkeypatch):
    with pytest.raises(ValueError, match="'loud'; use one of auto, widget, html, none"):
        choose_mode("loud")
    monkeypatch.setenv("COURSE_PLAYBACK", "on")
    with pytest.raises(ValueError, match="'on'"):
        choose_mode()


def test_a_python_script_is_no_notebook(monkeypatch):
    monkeypatch.undo()
    assert not modes._in_notebook()
