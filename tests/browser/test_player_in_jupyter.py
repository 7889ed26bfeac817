"""The player where it lives: JupyterLab and Notebook 7, live, reopened, trusted and not."""

import json
import urllib.request

import nbformat
import pytest
from nbconvert import HTMLExporter

from course.representation.midi import write_midi
from tests.browser.jupyter_pages import FINISHED, player_frame, save, write_notebook
from tests.browser.listening import button, state, wait_for_pitch, wait_for_silence, wait_for_sound
from tests.player_music import four_voices, two_tones

pytestmark = pytest.mark.browser
CELLS = (
    "from course.playback import Player, compare, score, show",
    "show('tones.mid', title='Two tones')",
    "player = Player('voices.mid')\nplayer",
    "score('voices.mid', follow=player)",
    "trial = compare({'data': 'voices.mid', 'model': 'tones.mid'}, blind=True)",
)
COUNT_CELLS = "() => window.jupyterapp.shell.currentWidget.content.widgets.length"
ENGINE = "() => [...coursePlayback.engines.values()].findIndex((engine) => engine.count === %d)"
PLAYING = "(i) => [...coursePlayback.engines.values()][i].playing"
PLAYS_ALONE = """([count, exclusive]) => {
    const playing = [...coursePlayback.engines.values()].filter((engine) => engine.playing);
    return playing.length === 1
        && playing[0].count === count && playing[0].exclusive === exclusive;
}"""
REPLACE_FRAME = """() => {
    const frame = document.querySelector('.course-playback iframe');
    frame.replaceWith(frame.cloneNode(true));
}"""
POSITION = "() => [...coursePlayback.engines.values()].find((one) => one.playing).position"
LIT = "() => document.querySelectorAll('.cp-on').length > 0"


@pytest.fixture(scope="module", params=["lab", "notebook"])
def app(request):
    return request.param


@pytest.fixture(scope="module")
def notebook(app, jupyter_server):
    """Give the path of a notebook that the tests of one app run, save and reopen in turn."""
    write_midi(two_tones(), jupyter_server.root / "tones.mid")
    write_midi(four_voices(8), jupyter_server.root / "voices.mid")
    return write_notebook(jupyter_server.root / f"{app}.ipynb", list(CELLS))


def run_cell(page, source):
    """Add a cell at the end, run it, and wait until it has run."""
    page.evaluate(
        """(source) => {
            const notebook = window.jupyterapp.shell.currentWidget.content;
            notebook.activeCellIndex = notebook.widgets.length - 1;
            return window.jupyterapp.commands.execute('notebook:insert-cell-below').then(() => {
                notebook.activeCell.model.sharedModel.setSource(source);
                return window.jupyterapp.commands.execute('notebook:run-cell');
            });
        }""",
        source,
    )
    page.wait_for_function(FINISHED)


def last_output(page):
    """Give the text that the last cell has printed."""
    return page.locator(".jp-OutputArea-output pre").last.inner_text()


def wait_for_output(page, source, expected, times=20):
    """Run a cell until it prints what is expected: a player tells its kernel a little later."""
    for _ in range(times):
        run_cell(page, source)
        if last_output(page) == expected:
            return
    raise AssertionError(f"{source} gives {last_output(page)!r}, not {expected!r}")


def engine_with(page, count):
    """Give the place of the player with so many stems among the page's players."""
    return page.evaluate(ENGINE % count)


def test_live(page, notebook, app, open_notebook, run_all):
    open_notebook(page, notebook.name, app)
    run_all(page)
    shown = player_frame(page, 0)
    tones = engine_with(page, 2)
    button(shown, "Loop").click()  # however busy the machine is, the music goes on
    button(shown, "Play").click()
    wait_for_sound(page)

    button(shown, "Solo High").click()
    wait_for_pitch(page, 880)
    button(shown, "Solo High").click()
    button(shown, "Mute Low").click()
    button(shown, "Mute High").click()
    wait_for_silence(page)
    button(shown, "Mute High").click()
    shown.get_by_role("slider", name="Position").fill("4")
    assert 3.9 <= state(page, tones)["position"] < 10  # the clock of the sound lags a little
    wait_for_pitch(page, 880)

    # a widget stands in the notebook's own page: keys must not reach the notebook
    widget = page.locator(".jp-OutputArea .course-player").first
    voices = engine_with(page, 4)
    cells = page.evaluate(COUNT_CELLS)
    button(widget, "Play").focus()
    for key in "abx":
        page.keyboard.press(key)
    assert page.evaluate(COUNT_CELLS) == cells
    button(widget, "Loop").click()
    button(widget, "Play").focus()
    page.keyboard.press(" ")
    page.wait_for_function(PLAYING, arg=voices)
    assert not state(page, tones)["playing"]  # the second player has paused the first
    score = player_frame(page, 1)
    score.wait_for_function(LIT)
    assert score.locator(".cp-transport").is_hidden()  # its player has the buttons
    widget.get_by_role("slider", name="Position").focus()
    page.keyboard.press("Home")
    assert state(page, voices)["position"] < 5

    run_cell(page, "player.pause()")
    page.wait_for_function("(i) => ![...coursePlayback.engines.values()][i].playing", arg=voices)
    run_cell(page, "player.seek(5)")
    page.wait_for_function(
        "(i) => Math.abs([...coursePlayback.engines.values()][i].position - 5) < 0.01", arg=voices
    )
    wait_for_output(page, "print(player.playing, player.position)", "False 5.0\n")

    blind = player_frame(page, 2)
    button(blind, "B").click()
    button(blind, "Loop").click()
    button(blind, "Play").click()
    wait_for_sound(page)
    run_cell(page, "trial.reveal()")
    button(player_frame(page, 2), "model").wait_for()
    page.wait_for_function(PLAYS_ALONE, arg=[2, True])  # a new name, the same sound going on
    save(page)


def test_reopened_and_trusted_it_plays_without_a_kernel(
    page, notebook, app, open_notebook, jupyter_server
):
    stop_kernels(jupyter_server)
    open_notebook(page, notebook.name, app)
    shown = player_frame(page, 0)
    assert page.locator(".course-floor").first.is_hidden()
    button(shown, "Play").click()
    wait_for_sound(page)
    button(shown, "Solo High").click()
    wait_for_pitch(page, 880)
    page.wait_for_function(PLAYS_ALONE, arg=[2, False])
    before = page.evaluate(POSITION)
    page.evaluate(REPLACE_FRAME)  # a view that ends takes its script with it: the next one goes on
    page.wait_for_function(PLAYS_ALONE, arg=[2, False])
    assert page.evaluate(POSITION) > before - 0.1  # it goes on, give or take a clock's step
    wait_for_pitch(page, 880)
    score = player_frame(page, 1)  # the player that it followed is gone with its kernel
    button(score, "Play").click()
    score.wait_for_function(LIT)
    page.wait_for_function(PLAYS_ALONE, arg=[1, False])
    wait_for_sound(page)


def test_reopened_and_not_trusted_it_shows_roll_and_audio(page, notebook, app, open_notebook):
    content = json.loads(notebook.read_text())
    content["cells"][0]["source"] = "# changed behind Jupyter's back"
    other = notebook.with_name(f"not-trusted-{app}.ipynb")
    other.write_text(json.dumps(content))
    open_notebook(page, other.name, app)
    floor = page.locator(".course-floor").first
    floor.wait_for()
    assert page.locator(".course-playback iframe").count() == 0
    assert floor.get_by_text("Two tones").is_visible()
    image = floor.get_by_role("img")
    assert image.evaluate("(image) => image.naturalWidth") > 1000
    assert image.bounding_box()["width"] > 300
    assert image.get_attribute("alt").startswith("Piano roll: 2 tracks")
    audio = floor.locator("audio")
    assert audio.bounding_box()["height"] > 20
    audio.evaluate("(audio) => audio.play()")
    page.wait_for_function("() => document.querySelector('.course-floor audio').currentTime > 0.3")
    score = page.locator(".course-floor img[alt^=Score]")
    assert score.evaluate("(image) => image.complete && image.naturalWidth") > 0


def test_the_live_sound_is_handed_over_while_it_plays(page, app, open_notebook, jupyter_server):
    write_midi(two_tones(), jupyter_server.root / "tones.mid")
    slowly = (
        "import time\nfrom course.playback import show, showing\nform = showing.saved_form\n"
        "showing.saved_form = lambda scene: (time.sleep(3), form(scene))[1]"
    )
    write_notebook(jupyter_server.root / f"hand-{app}.ipynb", [slowly, "show('tones.mid')"])
    open_notebook(page, f"hand-{app}.ipynb", app)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    live = page.locator(".jp-OutputArea .course-player")
    button(live, "Loop").click()
    button(live, "Play").click()
    wait_for_sound(page)
    button(live, "Solo High").click()
    shown = player_frame(page)
    live.wait_for(state="detached")
    assert state(page)["playing"]
    assert button(shown, "Pause").is_visible()
    assert button(shown, "Solo High").get_attribute("aria-pressed") == "true"
    focused = "() => document.activeElement.getAttribute('aria-label')"
    assert shown.evaluate(focused) == "Solo High"
    wait_for_pitch(page, 880)
    page.wait_for_timeout(1300)  # longer than a view may be missing
    assert state(page)["playing"]
    page.wait_for_function(FINISHED)
    run_cell(page, "from IPython.display import clear_output")
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    wait_for_silence(page)


def test_a_static_page_made_by_nbconvert_plays(page, notebook, app, tmp_path):
    exporter = HTMLExporter(template_name="basic")
    body, _ = exporter.from_notebook_node(nbformat.read(notebook, as_version=4))
    path = tmp_path / "static.html"
    path.write_text(f"<!doctype html><meta charset=utf-8>{body}", encoding="utf-8")
    page.goto(path.as_uri())
    button(player_frame(page, 0), "Play").click()
    wait_for_sound(page)


def stop_kernels(server):
    """Shut all kernels down, so that only what is saved can play."""
    with urllib.request.urlopen(f"{server.url}/api/sessions") as answer:
        sessions = json.load(answer)
    for session in sessions:
        request = urllib.request.Request(
            f"{server.url}/api/sessions/{session['id']}", method="DELETE"
        )
        urllib.request.urlopen(request).close()
