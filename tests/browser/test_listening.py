"""The listening test in JupyterLab: by keyboard alone, through a restart of the kernel."""

import json

import pytest

from course.representation.midi import write_midi
from tests.browser.jupyter_pages import FINISHED, write_notebook
from tests.browser.listening import button, level, wait_for_sound
from tests.player_music import four_voices, two_tones

pytestmark = pytest.mark.browser
CELLS = [
    "from course.playback import ListeningTest",
    """trials = {f"t{i}": {"Bach": "voices.mid", "network": "tones.mid"} for i in range(3)}
test = ListeningTest("a_test", trials, "Bach", question="Which one is Bach?")
test""",
    'print(len(test.answers), "answered", test.finished)',
]
COUNT_CELLS = "() => window.jupyterapp.shell.currentWidget.content.widgets.length"
FOCUSED = "() => document.activeElement.textContent"
CONTEXT = "window.jupyterapp.shell.currentWidget.context.sessionContext"
SELECTED = """() => [...coursePlayback.engines.values()].at(-1).selected"""
PLAYING = """() => [...coursePlayback.engines.values()].filter((engine) => engine.playing).length"""


@pytest.fixture
def notebook(jupyter_server):
    write_midi(two_tones(), jupyter_server.root / "tones.mid")
    write_midi(four_voices(8), jupyter_server.root / "voices.mid")
    kept = jupyter_server.root / "listening" / "a_test.json"
    kept.unlink(missing_ok=True)
    return write_notebook(jupyter_server.root / "listening.ipynb", CELLS), kept


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def heading(page, words):
    page.locator(".cl-panel strong", has_text=words).wait_for(timeout=20_000)


def test_by_keyboard_and_through_a_restart(page, notebook, open_notebook, run_all):
    path, kept = notebook
    open_notebook(page, path.name)
    run_all(page)
    heading(page, "Trial 1 of 3")
    assert page.evaluate(COUNT_CELLS) == 3
    button(page, "Play").focus()
    press(page, "Space")
    wait_for_sound(page)
    press(page, "2")
    assert page.evaluate(SELECTED) == 1
    press(page, "1", "b")  # in command mode, "b" would insert a cell
    assert page.evaluate(SELECTED) == 0
    assert button(page, "Answer B").get_attribute("aria-pressed") == "true"
    press(page, "a")
    assert button(page, "Answer B").get_attribute("aria-pressed") == "false"
    button(page, "Keep and go on").focus()
    press(page, "Enter")
    heading(page, "Trial 2 of 3")
    assert page.evaluate(COUNT_CELLS) == 3
    assert page.evaluate(PLAYING) == 0
    page.wait_for_function(f"() => ({FOCUSED})() === 'A'")  # the focus stays in the panel
    (first,) = json.loads(kept.read_text(encoding="utf-8"))["answers"]
    assert first["label"] == "A"
    assert first["shown"].keys() == {"A", "B"}
    assert page.locator(".cl-status").inner_text() == "Kept in listening/a_test.json."

    page.evaluate(f"() => {CONTEXT}.session.kernel.restart()")
    page.wait_for_function(FINISHED, timeout=60_000)
    run_all(page)
    heading(page, "Trial 2 of 3")
    assert page.locator(".jp-OutputArea-output pre").last.inner_text().strip() == "1 answered False"
    for words in ("Trial 3 of 3", "All 3 answers are kept"):
        button(page, "Answer A").focus()
        press(page, " ", "2", "a", "Tab")
        page.keyboard.press("Tab")
        page.wait_for_function(f"() => ({FOCUSED})() === 'Keep and go on'")
        press(page, "Enter")
        heading(page, words)
    run_all(page)
    assert page.locator(".jp-OutputArea-output pre").last.inner_text().strip() == "3 answered True"
    assert json.loads(kept.read_text(encoding="utf-8"))["answers"][0] == first
    assert level(page) < 0.01


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessibility(new_page, notebook, open_notebook, run_all, axe, scheme):
    page = new_page(color_scheme=scheme)
    open_notebook(page, notebook[0].name)
    run_all(page)
    heading(page, "Trial 1 of 3")
    assert axe(page) == []


def test_without_a_kernel_an_answer_is_not_taken_for_kept(page, notebook, open_notebook, run_all):
    open_notebook(page, notebook[0].name)
    run_all(page)
    heading(page, "Trial 1 of 3")
    page.evaluate(f"() => {CONTEXT}.shutdown()")
    page.wait_for_timeout(500)
    button(page, "Answer A").click()
    button(page, "Keep and go on").click()
    said = page.locator(".cl-status").inner_text()
    assert said.startswith("Waiting for Python")
    assert not notebook[1].exists()
