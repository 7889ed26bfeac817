import json
import sys
import types
from pathlib import Path

import pytest
from jupyterlab_server.config import get_page_config

from course import cli, doctor
from course.lessons.lab import SETTINGS, lab_options
from course.lessons.workspace import update_workspace

COURSE = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _no_workspace_of_the_testers_own(monkeypatch):
    monkeypatch.delenv("COURSE_WORKSPACE", raising=False)


def test_jupyterlab_opens_the_workspace_with_the_courses_settings():
    options = lab_options(COURSE)
    assert f"--notebook-dir={COURSE / 'workspace'}" in options
    given = dict(x.split("=") for x in options if "=" in x)
    assert Path(given["--config"]).is_file()
    assert Path(given["--LabApp.app_settings_dir"], "overrides.json").is_file()
    assert not any(x.startswith(("--port", "--ip", "--no-browser")) for x in options)


def test_learners_see_no_news_and_nothing_of_nbgrader():
    read = {path.stem: json.loads(path.read_text()) for path in (COURSE / SETTINGS).iterdir()}
    news = read["overrides"]["@jupyterlab/apputils-extension:notification"]
    assert news["fetchNews"] == "false"
    disabled = get_page_config([], str(COURSE / SETTINGS))["disabledExtensions"]
    assert disabled == ["@jupyter/nbgrader"]
    nbgraders = Path(sys.prefix, "etc", "jupyter", "jupyter_server_config.d", "nbgrader.json")
    brought = json.loads(nbgraders.read_text())["ServerApp"]["jpserver_extensions"]
    off = read["config"]["ServerApp"]["jpserver_extensions"]
    assert off == dict.fromkeys(brought, False)


def test_the_first_lesson_is_opened_until_it_is_there(root):
    opened = "--LabApp.default_url=/lab/tree/01_one/01_one.ipynb"
    assert opened in lab_options(root)
    update_workspace(root)
    assert opened not in lab_options(root)


def test_port_browser_and_address_are_passed_on():
    options = lab_options(COURSE, 8890, False, "0.0.0.0")
    assert {"--port=8890", "--no-browser", "--ip=0.0.0.0"} <= set(options)


@pytest.mark.parametrize("user", [0, 1000, None])
def test_only_root_is_allowed_to_be_root(monkeypatch, user):
    if user is None:  # Windows
        monkeypatch.delattr("os.geteuid", raising=False)
    else:
        monkeypatch.setattr("os.geteuid", lambda: user, raising=False)
    assert ("--allow-root" in lab_options(COURSE)) == (user == 0)


@pytest.fixture
def started(monkeypatch):
    """Note what JupyterLab is started with instead of starting it."""
    calls = []
    stand_in = types.SimpleNamespace(main=calls.append)
    monkeypatch.setitem(sys.modules, "jupyterlab.labapp", stand_in)
    return calls


@pytest.fixture
def root(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text("")
    (tmp_path / "notebooks" / "01_one").mkdir(parents=True)
    (tmp_path / "notebooks" / "01_one" / "01_one.ipynb").write_text('{"cells": []}')
    return tmp_path


def test_course_lab_copies_the_lessons_and_starts(root, started, monkeypatch):
    monkeypatch.setattr(doctor, "run_doctor", lambda *given: 0)
    assert cli.main(["--root", str(root), "lab", "--port", "8890", "--no-browser"]) == 0
    assert (root / "workspace" / "01_one" / "01_one.ipynb").exists()
    [options] = started
    assert {"--port=8890", "--no-browser"} < set(options)


def test_course_lab_stops_where_the_doctor_says_fail(root, started, monkeypatch):
    monkeypatch.setattr(doctor, "run_doctor", lambda *given: 1)
    assert cli.main(["--root", str(root), "lab"]) == 1
    assert started == []


def test_a_port_out_of_range_is_one_line(root, started, capsys):
    assert cli.main(["--root", str(root), "lab", "--port", "80"]) == 2
    assert capsys.readouterr().err.startswith("course lab: port is 80")
    assert started == []
