"""The map of melodies on a page of its own: what is shown is heard, by pointer, keys and sliders.

The map has its own sound, so a tap is laid on it: whatever goes to the loudspeaker goes through the
analyser too that `listening` reads.
"""

import numpy as np
import pytest

from course.playback.melody_map import MelodyMap, map_page
from tests.browser.listening import (
    brightness,
    button,
    level,
    wait_for_pitch,
    wait_for_silence,
    wait_for_sound,
)

pytestmark = pytest.mark.browser
TAP = """
const connect = AudioNode.prototype.connect;
const top_ = window.top;
AudioNode.prototype.connect = function (to, ...rest) {
    if (to instanceof AudioDestinationNode && !(this instanceof AnalyserNode)) {
        top_.coursePlayback ??= {};
        top_.coursePlayback.output ??= new AnalyserNode(to.context, { fftSize: 16384 });
        connect.call(this, top_.coursePlayback.output);
    }
    return connect.call(this, to, ...rest);
};
const start = OscillatorNode.prototype.start;
top_.notes ??= [];  // when each begins, in seconds, and its frequency
OscillatorNode.prototype.start = function (when) {
    top_.notes.push([when, this.frequency.value]);
    return start.call(this, when);
};
"""
COLUMNS, ROWS = 4, 3
ROOTS = 60 + 7 * np.arange(ROWS)[:, None] + 2 * np.arange(COLUMNS)[None]  # each melody's only pitch


def hertz(pitch):
    return 440 * 2 ** ((pitch - 69) / 12)


@pytest.fixture
def open_map(new_page):
    """Give open_map(pitches, struck), which opens a map and gives its page and frame."""

    def open_map(pitches, struck, **options):
        page = new_page(**options)
        page.add_init_script(TAP)
        shown = MelodyMap(
            pitches,
            struck,
            points=np.array([[0.2, 0.8], [0.9, 0.1]]),
            kinds=np.array([0, 1]),
            legend=("hymns", "reels"),
            axes=("denser", "higher"),
            title="Twelve melodies",
            quarters_per_minute=240,
        )
        page.set_content(f"<!doctype html><html lang=en><title>x</title>{map_page(shown)}</html>")
        frame = page.locator(".course-map iframe").element_handle().content_frame()
        frame.wait_for_selector("svg .cursor")
        return page, frame

    return open_map


@pytest.fixture
def one_pitch_each(open_map):
    """Open a map of melodies of eight notes, all of the pitch that ROOTS gives."""
    pitches = np.repeat(ROOTS[..., None], 16, axis=2)
    struck = np.zeros(pitches.shape, dtype=bool)
    struck[..., ::2] = True
    return open_map(pitches, struck)


def hear(page, pitch):
    """Wait until this pitch is the loudest one."""
    wait_for_sound(page)
    wait_for_pitch(page, hertz(pitch), timeout=6000)


def stays_silent(page):
    """Wait until nothing is heard, and see that nothing comes after it."""
    wait_for_silence(page, timeout=3000)
    page.wait_for_timeout(500)
    assert level(page, 0.3) < 1e-4


def place(frame):
    """Give column and row of the point, from the bottom left."""
    return tuple(map(int, frame.evaluate("() => document.body.dataset.place").split()))


def spot(frame, column, row):
    """Give where a point of the grid lies on the page."""
    box = frame.locator(".field").bounding_box()
    x = box["x"] + box["width"] * column / (COLUMNS - 1)
    return x, box["y"] + box["height"] * (1 - row / (ROWS - 1))


def test_a_dragged_point_is_heard(one_pitch_each):
    page, frame = one_pitch_each
    assert place(frame) == (2, 1)
    assert page.locator(".course-map img").is_hidden()
    page.mouse.move(*spot(frame, 0, 0))
    page.mouse.down()
    assert place(frame) == (0, 0)
    wait_for_sound(page)
    assert level(page, 0.2) > 0.01
    hear(page, ROOTS[0, 0])
    page.mouse.move(*spot(frame, 1, 1))
    assert place(frame) == (1, 1)
    hear(page, ROOTS[1, 1])  # the melody goes on while the pointer moves
    page.mouse.move(*spot(frame, 3, 2), steps=4)
    page.mouse.up()
    assert place(frame) == (3, 2)
    ring = frame.locator(".cursor circle").bounding_box()
    middle = ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2
    assert middle == pytest.approx(spot(frame, 3, 2), abs=1.5)
    hear(page, ROOTS[2, 3])
    page.mouse.move(*spot(frame, 0, 0))  # without the button the point stays
    assert place(frame) == (3, 2)
    button(frame, "■ Stop").click()
    stays_silent(page)


def test_outside_the_field_the_point_stays_on_the_edge(one_pitch_each):
    page, frame = one_pitch_each
    page.mouse.move(*spot(frame, 1, 1))
    page.mouse.down()
    x, y = spot(frame, 3, 0)
    page.mouse.move(x + 500, y + 200)
    assert place(frame) == (3, 0)
    page.mouse.up()


def test_the_keyboard_moves_and_plays(one_pitch_each):
    page, frame = one_pitch_each
    frame.evaluate("""() => {
        window.heardOutside = [];
        document.addEventListener("keydown", (event) => heardOutside.push(event.key));
    }""")
    frame.locator("svg[role=application]").focus()
    for key, expected in {
        "ArrowUp": (2, 2),
        "ArrowRight": (3, 2),
        "ArrowLeft": (2, 2),
        "ArrowDown": (2, 1),
    }.items():
        page.keyboard.press(key)
        assert place(frame) == expected
    for key in ["ArrowDown"] * 3 + ["ArrowLeft"] * 4:
        page.keyboard.press(key)
    assert place(frame) == (0, 0)  # no further
    page.keyboard.press("Space")
    hear(page, ROOTS[0, 0])
    page.keyboard.press("ArrowRight")
    hear(page, ROOTS[0, 1])
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    stays_silent(page)
    assert frame.evaluate("() => window.heardOutside") == ["Tab", "Shift", "Tab"]  # no others


def test_the_sliders_move_it_too(one_pitch_each):
    page, frame = one_pitch_each
    across, upwards = (frame.get_by_label(name) for name in ("denser", "higher"))
    assert (across.input_value(), upwards.input_value()) == ("2", "1")
    across.fill("0")
    upwards.fill("2")
    assert place(frame) == (0, 2)
    button(frame, "▶ Play").click()
    hear(page, ROOTS[2, 0])
    frame.locator("svg[role=application]").focus()
    page.keyboard.press("ArrowDown")
    assert upwards.input_value() == "1"


def test_every_note_of_the_melody_is_drawn_named_and_heard(open_map):
    """Four notes; the third is struck again, then held; then silence."""
    melody = np.array([57] * 4 + [64] * 4 + [64] * 4 + [76] * 4 + [-1] * 4)
    struck = np.zeros(20, dtype=bool)
    struck[[0, 4, 8, 12]] = True
    page, frame = open_map(np.tile(melody, (2, 2, 1)), np.tile(struck, (2, 2, 1)))
    line = "column 2 of 2, row 2 of 2: 4 notes, A3 E4 E4 E5"
    assert frame.locator(".line").inner_text() == line
    boxes = [box.bounding_box() for box in frame.locator(".note").all()]
    starts, tops = [box["x"] for box in boxes], [box["y"] for box in boxes]
    assert starts == sorted(starts)
    assert tops[0] > tops[1] == tops[2] > tops[3]  # higher notes are drawn higher
    button(frame, "▶ Play").click()
    for pitch in (57, 64, 76, 57):
        hear(page, pitch)
    wait_for_silence(page)  # the last beat
    page.wait_for_function("() => window.notes.length >= 5")
    starts, pitches = zip(*page.evaluate("() => window.notes.slice(0, 5)"), strict=True)
    # Quarters at 240 a minute, five of them before it begins again.
    assert np.subtract(starts, starts[0]) == pytest.approx([0, 0.25, 0.5, 0.75, 1.25])
    assert pitches == pytest.approx([hertz(pitch) for pitch in (57, 64, 64, 76, 57)])


def test_known_melodies_are_drawn_in_their_places(one_pitch_each):
    """A hymn at 0.2, 0.8 as a circle, a reel at 0.9, 0.1 as a square."""
    _, frame = one_pitch_each
    hymn, reel = frame.locator("circle.kind0"), frame.locator("rect.kind1")
    assert (hymn.count(), reel.count()) == (1, 1)
    field = frame.locator(".field").bounding_box()
    for mark, (x, y) in ((hymn, (0.2, 0.8)), (reel, (0.9, 0.1))):
        box = mark.bounding_box()
        middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        expected = field["x"] + x * field["width"], field["y"] + (1 - y) * field["height"]
        assert middle == pytest.approx(expected, abs=1.5)
    across, upwards = (
        frame.locator("svg text", has_text=name).bounding_box() for name in ("denser", "higher")
    )
    assert across["y"] > field["y"] + field["height"]
    assert upwards["x"] < field["x"]
    assert frame.locator(".legend").inner_text().split() == ["●", "hymns", "■", "reels"]


def test_a_long_note_begins_when_the_point_moves(open_map):
    """Melodies of one note of eight seconds: nobody waits for the next beginning."""
    pitches = np.broadcast_to(np.array([[60, 67], [72, 79]])[..., None], (2, 2, 128)).copy()
    struck = np.zeros(pitches.shape, dtype=bool)
    struck[..., 0] = True
    page, frame = open_map(pitches, struck)
    frame.locator("svg[role=application]").focus()
    page.keyboard.press("Space")
    hear(page, 79)
    page.wait_for_timeout(700)
    assert level(page, 0.3) > 0.01  # it lasts
    page.keyboard.press("ArrowDown")
    hear(page, 67)
    page.keyboard.press("Space")
    stays_silent(page)  # long before its end


def test_the_map_follows_the_theme_around_it(one_pitch_each):
    page, frame = one_pitch_each
    assert brightness(frame) > 700
    page.evaluate("() => { document.body.dataset.jpThemeLight = 'false'; }")
    frame.wait_for_selector("[data-theme=dark]")
    assert brightness(frame) < 150


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessibility(open_map, axe, scheme):
    pitches = np.full((2, 2, 8), 60)
    _, frame = open_map(pitches, pitches > 0, color_scheme=scheme)
    assert axe(frame, "body") == []
