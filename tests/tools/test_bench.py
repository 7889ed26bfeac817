import subprocess
import sys

import pytest

from course.playback import synth
from tests.browser import jupyter_pages, measure_cell_to_sound
from tools import bench


def test_the_browsers_figures_come_from_the_cells(monkeypatch):
    waits = (0.9, 0.5, 0.4, 0.6)
    found = {"cells": [{"ready": 0.1, "sound": wait} for wait in waits], "saved_bytes": 460_123}
    monkeypatch.setattr(jupyter_pages, "chromium_path", lambda: "/usr/bin/chromium")
    monkeypatch.setattr(measure_cell_to_sound, "measure_cells", lambda app: found)
    rows = bench.browser()
    assert len(rows) == 6
    assert rows[:3] == [
        ("JupyterLab: until it is heard", "500 ms", "700 ms"),
        ("JupyterLab: the first player of a notebook", "900 ms", ""),
        ("JupyterLab: added to the notebook file", "460,123 bytes", "500,000"),
    ]
    assert rows[3][0].startswith("Notebook 7: ")


def test_without_chromium_nothing_is_measured_and_said_so(monkeypatch):
    monkeypatch.setattr(jupyter_pages, "chromium_path", lambda: None)
    monkeypatch.setattr(measure_cell_to_sound, "measure_cells", None)
    ((_, found, _),) = bench.browser()
    assert found == "not measured: Chromium is not installed"


def test_every_timed_rendering_is_done_anew(monkeypatch):
    played = []
    play = synth._play
    monkeypatch.setattr(synth, "_play", lambda *given: played.append(0) or play(*given))
    monkeypatch.setattr(bench, "median_seconds", lambda call, runs: [call() for _ in "123"] and 1.0)
    bench.sound()
    assert len(played) == 3 * 4  # four tracks


@pytest.fixture
def sections(monkeypatch, tmp_path):
    """Give two sections of which the second is still to be set, and where they are written."""
    head = ("what", "time", "promised")
    both = {"One": (lambda: [("a", "1 ms", "2 ms")], head), "Two": (lambda: 1 / 0, head)}
    monkeypatch.setattr(bench, "SECTIONS", both)
    monkeypatch.setattr(bench, "TARGET", tmp_path / "benchmarks.md")
    return both


def test_a_section_that_fails_does_not_cost_the_others(sections, capsys):
    sections["Three"] = sections["One"]
    assert bench.main() == 1
    text = bench.TARGET.read_text()
    assert text.count("| a | 1 ms | 2 ms |") == 2
    assert "| not measured | ZeroDivisionError, see the terminal |  |" in text
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert "symusic" in text


def test_an_interrupted_run_leaves_the_page_as_it_was(sections):
    bench.TARGET.write_text("the page of before")

    def interrupted():
        raise KeyboardInterrupt

    sections["Two"] = (interrupted, sections["Two"][1])
    with pytest.raises(KeyboardInterrupt):
        bench.main()
    assert bench.TARGET.read_text() == "the page of before"


def test_commands_are_timed_together_and_must_succeed():
    pause = [sys.executable, "-c", "import time; time.sleep(0.05)"]
    assert bench.command_seconds(pause, pause, runs=1) > 0.1
    with pytest.raises(subprocess.CalledProcessError):
        bench.command_seconds(["python", "-c", "raise SystemExit(1)"], runs=1)


def test_what_is_timed_as_make_lab_is_what_it_runs():
    makefile = (bench.ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = makefile[makefile.index("\nlab: ") + 1 : makefile.index("\nbundle: ")]
    setup, *steps = bench.LAB
    assert setup.removeprefix("python ") in makefile[makefile.index("SETUP =") :].split("\n\n")[0]
    assert recipe.split("\n")[1].count("$(BIN)/") == recipe.count("$(BIN)/course lab") == 1
    # tests/lessons/test_lab.py shows that `course lab` does these
    assert steps == [f"python -m course.cli {step}" for step in ("doctor", "workspace")]
