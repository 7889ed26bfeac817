"""The lessons as learners open them: Run All goes to the end, and music is heard.

What the solved lessons do is in tests/lessons/test_execution.py.
"""

import json
import shutil

import pytest

from course.lessons.places import lesson_names
from tests.browser.jupyter_pages import player_frame
from tests.browser.listening import button, wait_for_sound
from tests.lessons.conftest import COURSE

pytestmark = pytest.mark.browser
LESSONS = lesson_names(COURSE, "notebooks")
OUTPUTS = """() => window.jupyterapp.shell.currentWidget.content.widgets
    .filter((cell) => cell.model.type === 'code')
    .flatMap((cell) => cell.model.sharedModel.outputs.map((output) => ({
        cell: cell.model.sharedModel.id, ...output,
    })))"""


def cell_ids(path):
    return [cell["id"] for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_untouched_lesson(lesson, page, jupyter_server, open_notebook, run_all):
    path = jupyter_server.root / "workspace" / lesson / f"{lesson}.ipynb"
    path.parent.mkdir(parents=True)
    shutil.copy(COURSE / "notebooks" / lesson / path.name, path)
    open_notebook(page, path.relative_to(jupyter_server.root))
    run_all(page)
    outputs = page.evaluate(OUTPUTS)
    waiting = {x["cell"]: " ".join(x["traceback"]) for x in outputs if x["output_type"] == "error"}
    checks = [name for name in cell_ids(path) if name.endswith("_check")]
    assert list(waiting) == checks  # every visible check says that it waits; nothing else fails
    assert all(text.startswith("✗ ") and "not written yet" in text for text in waiting.values())
    assert [output["text"] for output in outputs if output.get("name") == "stderr"] == []
    player = player_frame(page, 0)
    button(player, "Play").click()
    wait_for_sound(page)


def test_bach_is_heard_in_notebook_7(page, jupyter_server, open_notebook, run_all):
    path = jupyter_server.root / "notebook_7" / "01_midi.ipynb"
    path.parent.mkdir()
    shutil.copy(COURSE / "notebooks" / "01_midi" / path.name, path)
    open_notebook(page, path.relative_to(jupyter_server.root), "notebook")
    run_all(page)
    frames = page.locator(".course-playback iframe")
    titles = frames.evaluate_all("(all) => all.map((frame) => frame.title)")
    place = next(i for i, title in enumerate(titles) if "A chorale by J. S. Bach" in title)
    button(player_frame(page, place), "Play").click()
    wait_for_sound(page)


SHOW = """(text) => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    return notebook.scrollToItem(notebook.widgets.findIndex(
        (cell) => cell.model.sharedModel.source.includes(text)));
}"""


def test_a_link_leads_to_the_section_of_a_lesson_that_is_open(page, jupyter_server, open_notebook):
    for lesson in ("01_midi", "00_start"):
        path = jupyter_server.root / "linked" / lesson / f"{lesson}.ipynb"
        path.parent.mkdir(parents=True)
        shutil.copy(COURSE / "notebooks" / lesson / path.name, path)
        open_notebook(page, path.relative_to(jupyter_server.root))
    link, heading = (
        "01 · Listen and look",
        page.locator("[data-jupyter-id='8.-Listen-and-look']:visible"),
    )
    for _ in range(2):  # the first click opens the lesson at its beginning, if it was closed
        page.locator(".lm-TabBar-tabLabel", has_text="00_start.ipynb").click()
        page.evaluate(SHOW, link)
        page.get_by_role("link", name=link).click()
        page.wait_for_function(
            "() => window.jupyterapp.shell.currentWidget.title.label === '01_midi.ipynb'"
        )
        page.wait_for_timeout(2000)  # pictures above the heading come in
    assert abs(heading.last.bounding_box()["y"]) < page.viewport_size["height"]
