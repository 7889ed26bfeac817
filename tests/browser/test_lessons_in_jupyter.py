"""The lessons as learners open them: Run All goes to the end, and music is heard."""

import shutil

import pytest

from course.lessons.places import lesson_names
from tests.browser.jupyter_pages import player_frame
from tests.browser.listening import button, wait_for_sound
from tests.lessons.conftest import COURSE

pytestmark = pytest.mark.browser
LESSONS = lesson_names(COURSE, "notebooks")
MESSAGES = """() => window.jupyterapp.shell.currentWidget.content.widgets
    .flatMap((cell) => cell.model.type === 'code' ? cell.model.sharedModel.outputs : [])
    .filter((output) => output.output_type === 'error')
    .map((output) => output.traceback.join(' '))"""


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_untouched_lesson(lesson, page, jupyter_server, open_notebook, run_all):
    path = jupyter_server.root / "workspace" / lesson / f"{lesson}.ipynb"
    path.parent.mkdir(parents=True)
    shutil.copy(COURSE / "notebooks" / lesson / path.name, path)
    open_notebook(page, path.relative_to(jupyter_server.root))
    run_all(page)
    messages = page.evaluate(MESSAGES)
    assert messages
    assert all(message.startswith("✗ ") and "not written yet" in message for message in messages)
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
