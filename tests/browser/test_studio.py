"""The studio where people use it: in JupyterLab, by keyboard alone, and in voilà, two at once."""

import os
import subprocess
import time
import urllib.error
import urllib.request

import pytest

from course.studio import page as studio_page
from course.studio.recipe import read_recipe
from tests.browser.jupyter_pages import free_port, outside_requests, run_all, write_notebook
from tests.browser.listening import button, wait_for_silence, wait_for_sound

pytestmark = pytest.mark.browser
COUNT_CELLS = "() => window.jupyterapp.shell.currentWidget.content.widgets.length"
CELL = """import torch
from course.studio.panel import Studio
from course.studio.request import Request

torch.set_num_threads(1)
studio = Studio(Request(model={model!r}, bars={bars}), folder={folder!r})
studio"""
START_SECONDS = 60


def say(page, text, timeout=60_000):
    """Wait until the studio says something that begins so, and give all of it."""
    said = page.locator(".course-studio-said").filter(has_text=text)
    said.wait_for(timeout=timeout)
    return said.inner_text().strip()


def press(page, name):
    """Press a button by keyboard."""
    button(page, name).focus()
    page.keyboard.press("Enter")


@pytest.fixture
def lab_studio(page, jupyter_server, open_notebook, tmp_path):
    """Give lab_studio(model, bars) -> the page with a studio in a notebook."""

    def open_studio(model="chorale_rnn", bars=3):
        source = CELL.format(model=model, bars=bars, folder=str(tmp_path / "out"))
        name = f"studio-{time.monotonic_ns()}.ipynb"
        write_notebook(jupyter_server.root / name, [source])
        open_notebook(page, name)
        run_all(page)
        button(page, "Generate").wait_for()
        return page

    return open_studio


def test_a_piece_by_keyboard_alone(lab_studio, tmp_path):
    page = lab_studio()
    cells = page.evaluate(COUNT_CELLS)
    press(page, "Generate")
    say(page, "a minute · seed 0:")
    button(page, "Play").focus()
    page.keyboard.press("Enter")
    wait_for_sound(page)
    page.keyboard.press("Enter")
    wait_for_silence(page)
    bar = page.get_by_title("Bar 2: free")  # JupyterLab has a button "2" of its own, two kernels
    bar.focus()
    page.keyboard.press("Space")
    locked = button(page, "2 locked")
    locked.wait_for()
    assert locked.get_attribute("aria-pressed") == "true"
    press(page, "Regenerate the rest")
    assert "bar 2 from before" in say(page, "Take 2 ·")
    press(page, "Compare")
    say(page, "Comparing Take 2 and Take 1.")
    button(page, "Play").focus()
    page.keyboard.press("Enter")
    wait_for_sound(page)
    page.keyboard.press("Enter")
    press(page, "Keep")
    say(page, "Take 2 is kept.")
    press(page, "Discard")
    say(page, "✗ take 2 is kept; let it go first")
    press(page, "Undo")
    say(page, "Undone: keep.")
    press(page, "Export")
    say(page, "Exported MIDI, WAV, MP3, MusicXML, recipe and zip into")
    recipe = read_recipe(tmp_path / "out" / "my piece" / "my piece.recipe.json")
    assert recipe.draws[1].locked == (2,)
    assert page.evaluate(COUNT_CELLS) == cells


def test_no_key_is_a_shortcut_of_jupyterlabs(lab_studio):
    page = lab_studio()
    cells = page.evaluate(COUNT_CELLS)
    for name in ("Generate", "Keep"):
        button(page, name).focus()
        page.keyboard.press("b")  # would insert a cell
        page.keyboard.press("a")
    page.wait_for_timeout(500)
    assert page.evaluate(COUNT_CELLS) == cells


WITH_LABEL = """() => [...document.querySelectorAll(
    '.course-studio :is(button, input, select, summary):not(:disabled)')]
    .filter((one) => one.checkVisibility())
    .map((one) => one.dataset.seen = one.getAttribute('aria-label') || one.innerText
        || one.labels?.[0]?.innerText || '')"""
NEXT = "() => document.activeElement.dataset.seen ?? ''"


def test_accessibility_and_every_control_by_tab(lab_studio, axe):
    page = lab_studio()
    assert axe(page, ".course-studio") == []
    page.get_by_label("Style", exact=True).select_option("ballad")
    press(page, "Generate")
    say(page, "Take 1 ·")
    button(page, "Play").wait_for()
    assert axe(page, ".course-studio") == []
    names = page.evaluate(WITH_LABEL)
    assert all(names)
    page.get_by_label("Model", exact=True).focus()
    reached = [page.evaluate(NEXT)]
    for _ in names[1:]:
        page.keyboard.press("Tab")
        reached.append(page.evaluate(NEXT))
    assert reached == names
    outline = "() => getComputedStyle(document.activeElement).outlineWidth"
    assert page.evaluate(outline) == "3px"


def test_a_tempo_of_0_gets_an_answer(lab_studio):
    page = lab_studio()
    tempo = page.get_by_label("Tempo", exact=True)
    tempo.fill("0")
    tempo.press("Tab")
    press(page, "Generate")
    text = say(page, "✗ tempo is 0.0")
    assert text.startswith("✗ tempo is 0.0, outside 30.0..240.0; quarter notes a minute")


def test_long_work_shows_how_far_it_is_and_can_be_stopped(lab_studio):
    page = lab_studio("chorale_transformer", 64)
    press(page, "Generate")
    say(page, "Writing notes …")
    page.locator(".course-studio [role=progressbar]:not([aria-valuenow='0'])").wait_for()
    done = ".course-studio .progress-bar"
    page.wait_for_function(
        f"() => parseFloat(document.querySelector('{done}').style.width) > 0", timeout=60_000
    )
    press(page, "Cancel")
    say(page, "Stopped; nothing was changed.")
    page.get_by_label("How many", exact=True).fill("1")
    page.get_by_label("How many", exact=True).press("Tab")
    press(page, "Generate")
    say(page, "Take 1 ·")


@pytest.fixture(scope="module")
def voila(tmp_path_factory):
    """Give the address of a running page and the folder of its exports."""
    folder = tmp_path_factory.mktemp("voila")
    port = free_port()
    words = studio_page.command(studio_page.write_page(folder), port, browser=False)
    environment = {**os.environ, "COURSE_WORKSPACE": str(folder), "OMP_NUM_THREADS": "1"}
    environment.pop("NBGRADER_EXECUTION", None)
    with (folder / "voila.log").open("w") as log:
        process = subprocess.Popen(words, env=environment, stdout=log, stderr=log, cwd=folder)
        try:
            address = f"http://127.0.0.1:{port}/"
            _wait_until_up(address, process, folder / "voila.log")
            yield address, folder / "exports"
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_until_up(address, process, log):
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(f"{address}voila/files/none.png", timeout=5).close()
            return
        except urllib.error.HTTPError:  # it answers
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"voilà did not start:\n{log.read_text()[-2000:]}")


def test_two_users_at_once_share_nothing(voila, chromium):
    address, exports = voila
    contexts = [chromium.new_context(viewport={"width": 1100, "height": 900}) for _ in range(2)]
    pages = [context.new_page() for context in contexts]
    asked, failed = [], []
    for page in pages:
        page.on("request", lambda request: asked.append(request.url))
        page.on("requestfailed", lambda request: failed.append((request.url, request.failure)))
        page.goto(address)
    ada, ben = pages
    for page, seed in ((ada, "3"), (ben, "4")):
        button(page, "Generate").wait_for(timeout=60_000)
        page.get_by_label("Seed", exact=True).fill(seed)
        page.get_by_label("Seed", exact=True).press("Tab")
    for page in pages:  # both compute at the same time
        press(page, "Generate")
    say(ada, "a minute · seed 3:")
    say(ben, "a minute · seed 4:")
    press(ada, "Keep")
    say(ada, "Take 1 is kept.")
    press(ben, "Discard")  # Ben's own, which nobody has kept
    say(ben, "Take 1 is discarded; Undo brings it back.")
    press(ben, "Undo")
    say(ben, "Undone: discard.")
    button(ben, "Play").click()
    wait_for_sound(ben)
    wait_for_silence(ada)
    for page in pages:  # under the same name
        press(page, "Export")
    for page in pages:
        say(page, "Exported MIDI")
    folders = sorted(exports.iterdir())
    assert [folder.name for folder in folders] == ["my piece", "my piece-2"]
    recipes = [read_recipe(folder / "my piece.recipe.json") for folder in folders]
    assert sorted(recipe.request.seed for recipe in recipes) == [3, 4]
    for context in contexts:
        context.close()
    blocked = {url for url, reason in failed if reason == "csp"}
    assert set(outside_requests(asked)) <= blocked  # nothing leaves the machine


def test_the_page_answers_to_this_machine_only(voila):
    import psutil

    address, _ = voila
    port = int(address.rstrip("/").rpartition(":")[2])
    listening = [
        connection.laddr.ip
        for connection in psutil.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port
    ]
    assert listening == ["127.0.0.1"]
