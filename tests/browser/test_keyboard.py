"""The keyboard on a page of its own, and in JupyterLab with its kernel."""

import pytest

from course.playback import Keyboard
from tests.browser.jupyter_pages import write_notebook
from tests.browser.listening import brightness, button, wait_for_pitch, wait_for_silence
from tests.browser.test_player_in_jupyter import run_cell, wait_for_output

pytestmark = pytest.mark.browser
PAGE = """<!doctype html><html lang="en"><head><title>Keyboard</title><style>%s</style></head>
<body><main id="here"></main><script type="module">%s;
window.heardOutside = 0;
document.addEventListener("keydown", () => { window.heardOutside += 1; });
window.kept = { low: 60, high: 76, quarters_per_minute: 120, notes: [] };
const set = (name, value) => { kept[name] = value; };
const model = { get: (name) => kept[name], set, save_changes() {} };
widget.render({ model, el: document.getElementById("here") });
</script></body></html>"""


def show_keyboard(page, low=60):
    code = Keyboard._esm.replace("export default", "window.widget =")
    page.set_content(PAGE.replace("low: 60", f"low: {low}") % (Keyboard._css, code))
    page.get_by_role("button", name="Record").wait_for()
    return page


@pytest.fixture
def keyboard_page(page):
    return show_keyboard(page)


def hold(page, key, milliseconds=250):
    """Hold a key of the computer for a while."""
    page.keyboard.down(key)
    page.wait_for_timeout(milliseconds)
    page.keyboard.up(key)


def test_it_keeps_what_is_played(keyboard_page):
    page = keyboard_page
    button(page, "Record").click()
    for key in "asd":
        hold(page, key)
    page.get_by_role("button", name="F4").click(delay=250)
    page.get_by_role("button", name="G4").focus()
    hold(page, "Space")
    button(page, "Stop").click()
    notes = page.evaluate("() => kept.notes")
    assert [note[0] for note in notes] == [60, 62, 64, 65, 67]
    assert notes[0][1] < 0.05  # time begins with it
    for _, start, end in notes:
        assert 0.4 < end - start < 5  # at 120 quarters a minute, 250 ms or more on a busy machine
    starts = [note[1] for note in notes]
    assert starts == sorted(starts)
    assert page.get_by_role("status").inner_text() == "5 notes kept. Run the next cell."
    assert page.evaluate("() => heardOutside") == 0
    button(page, "Record").click()
    assert page.evaluate("() => kept.notes") == []


def test_it_sounds_without_recording_too(keyboard_page):
    page = keyboard_page
    page.get_by_role("group").focus()
    page.keyboard.down("h")  # A4
    wait_for_pitch(page, 440)
    page.keyboard.up("h")
    wait_for_silence(page)
    assert page.evaluate("() => kept.notes") == []


def test_a_key_that_repeats_is_one_note(keyboard_page):
    page = keyboard_page
    button(page, "Record").click()
    page.keyboard.down("h")
    wait_for_pitch(page, 440)
    page.keyboard.down("h")  # as a key does that is held for long
    page.keyboard.up("h")
    wait_for_silence(page)
    assert [note[0] for note in page.evaluate("() => kept.notes")] == [69]


def test_a_mouse_ends_what_it_began(keyboard_page):
    page = keyboard_page
    page.get_by_role("button", name="A4").hover()
    page.mouse.down()
    wait_for_pitch(page, 440)
    page.mouse.up()
    wait_for_silence(page)


def test_the_letter_a_is_the_lowest_c(page):
    show_keyboard(page, low=57)
    button(page, "Record").click()
    hold(page, "h")
    button(page, "Stop").click()
    assert [note[0] for note in page.evaluate("() => kept.notes")] == [69]


def test_a_key_that_loses_the_focus_does_not_sound_for_ever(keyboard_page):
    page = keyboard_page
    page.get_by_role("group").focus()
    page.keyboard.down("h")
    wait_for_pitch(page, 440)
    page.evaluate("() => document.activeElement.blur()")
    wait_for_silence(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessibility(new_page, axe, scheme):
    page = show_keyboard(new_page(color_scheme=scheme))
    assert axe(page.main_frame) == []


def test_it_can_be_read_in_a_dark_jupyterlab(keyboard_page, axe):
    page = keyboard_page
    page.add_style_tag(content="body { --jp-layout-color0: #111; --jp-content-font-color1: #fff }")
    page.evaluate("() => { document.body.dataset.jpThemeLight = 'false'; }")
    page.wait_for_timeout(200)
    assert brightness(page, ".course-keyboard") < 150
    assert axe(page.main_frame) == []


def test_python_has_the_notes(page, jupyter_server, open_notebook, run_all):
    cells = ["from course.playback import Keyboard", "keyboard = Keyboard()\nkeyboard"]
    notebook = write_notebook(jupyter_server.root / "keyboard.ipynb", cells)
    open_notebook(page, notebook.name, "lab")
    run_all(page)
    button(page, "Record").click()
    hold(page, "a")
    hold(page, "k")
    button(page, "Stop").click()
    run_cell(page, "1")
    told = "print([note.pitch for note in keyboard.played.notes], end='')"
    wait_for_output(page, told, "[60, 72]")
