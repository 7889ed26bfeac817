"""Measure the time from running a player cell to sound, in a real JupyterLab or Notebook 7.

A script in the page presses Play the moment it appears and waits until samples above 0.01 reach the
output; the time starts with the key press that runs the cell. Every cell plays other music, so
nothing comes from a cache.

    python -m tests.browser.measure_cell_to_sound [lab] [notebook]
"""

import json
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.jupyter_pages import (
    FINISHED,
    launch,
    open_notebook,
    running_server,
    write_notebook,
)

SET_UP = """
import random
from course.note_sequence import Instrument, Note, NoteSequence
from course.playback import show

def piece(seed, seconds={seconds}, tracks={tracks}):
    draw = random.Random(seed)
    notes, programs = [], (73, 40, 41, 42, 0, 24, 56, 19)
    for track in range(tracks):
        at = 0.0
        while at < 2 * seconds - 1:  # quarter notes at 120 a minute
            long = draw.choice((0.25, 0.5, 0.5, 1))
            pitch = 74 - 7 * track + draw.randint(-5, 5)
            notes.append(Note(pitch, at, at + long, draw.randint(60, 110), track))
            at += long
    kit = tuple(Instrument(programs[track % 8], f"Track {{track + 1}}") for track in range(tracks))
    return NoteSequence(tuple(notes), kit, total_quarters=2 * seconds)
"""
APPS = {"lab": "JupyterLab", "notebook": "Notebook 7"}
SET_UP_HAS_RUN = "() => document.querySelector('.jp-InputPrompt').textContent.includes('1')"
WATCH = """() => {
    const times = (window.measured = {});
    const loud = () => {
        const output = window.coursePlayback?.output;
        if (!output) return false;
        const samples = new Float32Array(output.fftSize);
        output.getFloatTimeDomainData(samples);
        return Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length) > 0.01;
    };
    const wait = () => {
        if (loud()) times.sound = performance.now();
        else setTimeout(wait, 2);
    };
    document.addEventListener('keydown', (event) => {
        if (event.key === 'Enter' && event.shiftKey) times.run ??= performance.now();
    }, { capture: true });
    const old = new Set(document.querySelectorAll('.cp-play'));
    new MutationObserver((_, observer) => {
        const button = [...document.querySelectorAll('.cp-play')].find((one) => !old.has(one));
        if (!button) return;
        observer.disconnect();
        times.ready = performance.now();
        button.click();
        wait();
    }).observe(document.body, { childList: true, subtree: true });
}"""


def measure(*apps: str, runs: int = 5) -> dict[str, float]:
    """Measure the wait for 30 seconds of four tracks, from the key press to sound.

    Args:
        apps: "lab", "notebook"; both if none is named.
        runs: how many player cells to run in each, after the first one.

    Returns:
        What was measured, in words, to seconds.
    """
    waits = {}
    for app in apps or APPS:
        first, *others = measure_cells(app, runs=runs)["cells"]
        name = APPS[app]
        waits[f"{name}: the first player, to sound"] = first["sound"]
        for what, words in (("ready", "Play is there"), ("sound", "sound")):
            seconds = statistics.median(cell[what] for cell in others)
            waits[f"{name}: median of {runs} more, to {words}"] = round(seconds, 3)
    return waits


def measure_cells(app: str, *, runs: int = 5, seconds: int = 30, tracks: int = 4) -> dict:
    """Run player cells one after the other.

    Args:
        app: "lab" or "notebook".
        runs: how many player cells to run after the first one.
        seconds: length of the music.
        tracks: how many instruments play.

    Returns:
        "cells": for each the seconds until Play is there ("ready") and until it is heard
        ("sound"); "saved_bytes": what each adds to the notebook file.
    """
    source = SET_UP.format(seconds=seconds, tracks=tracks)
    cells = [source, *(f"show(piece({run}))" for run in range(runs + 1))]
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder) / "server") as server,
        sync_playwright() as playwright,
    ):
        path = write_notebook(server.root / "measure.ipynb", cells)
        empty = path.stat().st_size
        browser = launch(playwright)
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        open_notebook(page, server, "measure.ipynb", app)
        page.locator(".jp-CodeCell .cm-content").first.click()
        page.keyboard.press("Shift+Enter")
        page.wait_for_function(SET_UP_HAS_RUN)
        results = [_run_cell(page, run) for run in range(runs + 1)]
        page.wait_for_function(FINISHED)
        page.evaluate("() => window.jupyterapp.shell.currentWidget.context.save()")
        saved = (path.stat().st_size - empty) / (runs + 1)
        browser.close()
    return {"cells": results, "saved_bytes": round(saved)}


def _run_cell(page, number: int) -> dict[str, float]:
    """Run the selected cell, play at once, and give the waits in seconds."""
    saved = "document.querySelectorAll('.course-playback iframe').length"
    page.wait_for_function(f"() => {saved} === {number}")  # all players before are finished
    page.wait_for_timeout(500)  # the page itself comes to rest
    page.evaluate(WATCH)
    page.keyboard.press("Shift+Enter")
    page.wait_for_function("() => window.measured.sound", timeout=30_000)
    page.evaluate("() => window.coursePlayback.engines.forEach((engine) => engine.pause())")
    times = page.evaluate("() => window.measured")
    return {key: round((times[key] - times["run"]) / 1000, 3) for key in ("ready", "sound")}


if __name__ == "__main__":
    print(json.dumps(measure(*sys.argv[1:]), indent=2))
