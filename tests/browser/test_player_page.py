"""The player as a page of its own, without Jupyter: the same script as in notebooks."""

import io
import math

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from course.note_sequence import Instrument, Note, NoteSequence, Tempo
from course.playback import comparing, scoring
from course.playback.clip import to_clip
from course.playback.html import saved_form, standalone_page
from course.playback.scene import clip_scene
from tests.browser.jupyter_pages import player_frame
from tests.browser.listening import (
    LEVEL,
    brightness,
    button,
    level,
    state,
    wait_for_pitch,
    wait_for_silence,
    wait_for_sound,
)
from tests.player_music import band, four_voices, one_note, two_tones

pytestmark = pytest.mark.browser
LOW, HIGH = 440 * 2 ** ((48 - 69) / 12), 880.0  # Hz, the pitches of two_tones()


@pytest.fixture
def show(tmp_path):
    """Give show(page, piece or scene), which opens it as a file and gives the player's frame."""

    def show(page, shown, title="A player"):
        is_music = isinstance(shown, NoteSequence)
        scene = clip_scene(to_clip(shown, title=title)) if is_music else shown
        path = tmp_path / "player.html"
        path.write_text(standalone_page(scene), encoding="utf-8")
        page.goto(path.as_uri())
        return player_frame(page)

    return show


@pytest.fixture
def scene_of(monkeypatch):
    """Give scene_of(function, ...): what compare or score would display."""

    def scene_of(function, *args, **options):
        kept = []
        for module in (comparing, scoring):
            monkeypatch.setattr(module, "choose_mode", lambda mode: "html")
            monkeypatch.setattr(module, "present", lambda scene, *rest, **more: kept.append(scene))
        function(*args, **options)
        return kept[0]

    return scene_of


def play(page, frame, *, loop=False):
    """Press Play and wait for sound; with Loop, a busy machine cannot come too late."""
    if loop:
        button(frame, "Loop").click()
    button(frame, "Play").click()
    wait_for_sound(page)


def test_play_pause_and_the_clock(page, show):
    frame = show(page, four_voices())
    assert page.locator(".course-floor").get_attribute("hidden") is not None
    play(page, frame)
    frame.get_by_text("0:01 / 0:09").wait_for()
    button(frame, "Pause").click()
    wait_for_silence(page)
    at = state(page)["position"]
    page.wait_for_timeout(300)
    assert state(page) == {"playing": False, "position": at, "count": 4}


def test_mute_and_solo(page, show):
    frame = show(page, two_tones())
    play(page, frame, loop=True)
    button(frame, "Solo Low").click()
    wait_for_pitch(page, LOW)
    button(frame, "Solo Low").click()
    button(frame, "Mute Low").click()
    wait_for_pitch(page, HIGH)
    button(frame, "Mute High").click()
    wait_for_silence(page)
    assert button(frame, "Mute High").get_attribute("aria-pressed") == "true"
    button(frame, "Mute High").click()
    wait_for_sound(page)


def test_volume(page, show):
    frame = show(page, two_tones())
    play(page, frame, loop=True)
    frame.get_by_role("slider", name="Volume").fill("0")
    wait_for_silence(page)
    frame.get_by_role("slider", name="Volume").fill("1")
    wait_for_sound(page)


def test_seek_on_the_roll_and_on_the_slider(page, show):
    frame = show(page, four_voices(6))
    box = frame.locator(".cp-roll").bounding_box()
    frame.locator(".cp-roll").click(position={"x": box["width"] / 2, "y": 90})
    assert state(page)["position"] == pytest.approx(7.5 / 2, abs=0.4)
    frame.get_by_role("slider", name="Position").fill("2")
    assert state(page)["position"] == pytest.approx(2, abs=0.01)
    play(page, frame, loop=True)
    frame.locator(".cp-roll").click(position={"x": 60, "y": 90})
    assert state(page)["position"] < 3
    assert state(page)["playing"]


def test_everything_by_keyboard(page, show):
    frame = show(page, four_voices(6))
    position = frame.get_by_role("slider", name="Position")
    position.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert state(page)["position"] == pytest.approx(3, abs=0.05)
    assert position.get_attribute("aria-valuetext") == "0:03 of 0:07"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("PageUp")
    assert state(page)["position"] == pytest.approx(7, abs=0.05)
    page.keyboard.press("Home")
    assert state(page)["position"] == 0
    page.keyboard.press(" ")
    wait_for_sound(page)
    page.keyboard.press(" ")
    wait_for_silence(page)
    names = []
    button(frame, "Play").focus()
    for _ in range(6):
        names.append(frame.evaluate("() => document.activeElement.getAttribute('aria-label')"))
        page.keyboard.press("Tab")
    assert names == ["Play", "Loop", "Position", "Volume", "Mute Soprano", "Solo Soprano"]


def test_the_end_stops_and_loop_goes_round(page, show):
    frame = show(page, one_note(quarters=1))
    play(page, frame)
    page.wait_for_function("() => ![...coursePlayback.engines.values()][0].playing")
    assert state(page)["position"] == 0
    button(frame, "Loop").click()
    play(page, frame)
    page.wait_for_timeout(2500)  # longer than note and release together
    assert state(page)["playing"]
    assert state(page)["position"] < 0.51


def test_sound_and_playhead_agree(page, show):
    frame = show(page, NoteSequence((Note(60, 4, 5, 120),)))  # at 2 s
    page.evaluate(
        """(level) => {
            window.before = window.after = null;
            const engine = [...coursePlayback.engines.values()][0];
            const look = () => {
                const heard = engine.heard;
                if (level(0.01) < 0.002) window.before = heard;
                else return (window.after = heard);
                setTimeout(look, 1);
            };
            look();
        }""".replace("level(0.01)", f"({LEVEL})(0.01)"),
        None,
    )
    button(frame, "Play").click()
    page.wait_for_function("() => window.after !== null")
    before, after = page.evaluate("() => [window.before, window.after]")
    assert before - 0.06 < 2.0 < after + 0.06
    assert after - before < 0.5


def test_a_second_player_pauses_the_first(page, tmp_path):
    forms = [saved_form(clip_scene(to_clip(four_voices(6, seed)))) for seed in (1, 2)]
    path = tmp_path / "two.html"
    path.write_text("<!doctype html>" + "".join(forms), encoding="utf-8")
    page.goto(path.as_uri())
    first, second = player_frame(page, 0), player_frame(page, 1)
    play(page, first)
    button(second, "Play").click()
    page.wait_for_function("() => [...coursePlayback.engines.values()][1].playing")
    assert not state(page, 0)["playing"]
    assert button(first, "Play").is_visible()
    assert page.evaluate("() => coursePlayback.engines.size") == 2


def test_the_sounding_notes_light_up(page, show, scene_of):
    notes = (Note(60, 0, 2), Note(64, 2, 4), Note(67, 2, 4), Note(72, 4, 6))
    piece = NoteSequence(notes, tempos=(Tempo(0, 60),))
    frame = show(page, scene_of(scoring.score, piece))
    lit = "() => [...document.querySelectorAll('.cp-on')].map((note) => note.id)"
    assert frame.evaluate(lit) == []
    position = frame.get_by_role("slider", name="Position")
    for seconds, expected in ((1, ["note0"]), (3, ["note1", "note2"]), (5, ["note3"]), (6.5, [])):
        position.fill(str(seconds))
        assert frame.evaluate(lit) == expected
    position.fill("1.5")
    play(page, frame)
    frame.wait_for_function(f"() => ({lit})().join() === 'note1,note2'")
    colours = frame.evaluate(
        "() => ['#note1 .notehead', '#note0 .notehead'].map((q) => "
        "getComputedStyle(document.querySelector(q)).fill)"
    )
    assert colours[0] != colours[1]


def test_a_lean_score_looks_as_verovio_draws_it(new_page, monkeypatch):
    page = new_page(device_scale_factor=2)
    pictures = []
    for form in (scoring.lean, lambda svg, is_note: svg):
        monkeypatch.setattr(scoring, "lean", form)
        page.set_content(scoring.engrave(four_voices(8)))
        picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("L")
        pictures.append(np.asarray(picture, dtype=int))
    lean, whole = pictures
    assert lean.shape == whole.shape
    assert whole.min() == 0
    assert np.abs(lean - whole).max() < 64  # where lines touch, their edges are blended otherwise


def test_versions_are_switched_at_the_same_playhead(page, show, scene_of):
    low = NoteSequence((Note(48, 0, 60, 100),), two_tones().instruments[:1])
    high = NoteSequence((Note(81, 0, 60, 100),), two_tones().instruments[1:])
    frame = show(page, scene_of(comparing.compare, {"low": low, "high": high}))
    play(page, frame)
    wait_for_pitch(page, LOW)
    at = state(page)["position"]
    button(frame, "high").click()
    wait_for_pitch(page, HIGH)
    assert state(page)["position"] > at
    page.keyboard.press("1")
    wait_for_pitch(page, LOW)
    assert button(frame, "low").get_attribute("aria-pressed") == "true"
    assert frame.locator(".cp-legend").inner_text() == "Low"


def test_blind_there_is_sound_and_nothing_to_see(page, show, scene_of):
    versions = {"zyzzyva": four_voices(2), "quokka": band(2)}
    frame = show(page, scene_of(comparing.compare, versions, blind=True))
    play(page, frame, loop=True)
    assert button(frame, "A").is_visible()
    assert frame.locator(".cp-roll").count() == 0
    for word in versions:
        assert word not in page.content() + frame.content()


def test_dark_and_light_follow_the_system(new_page, show):
    dark, light = (
        brightness(show(new_page(color_scheme=scheme), one_note()), ".course-player")
        for scheme in ("dark", "light")
    )
    assert dark < 150
    assert light > 700


def test_less_motion_moves_the_playhead_from_beat_to_beat(new_page, show):
    page = new_page(reduced_motion="reduce")
    frame = show(page, four_voices(6))
    play(page, frame, loop=True)
    heads = set()
    for _ in range(30):
        heads.add(frame.locator(".cp-head").get_attribute("style"))
        page.wait_for_timeout(50)
    assert 2 <= len(heads) <= 12  # beats of the piece; gliding, it would stand nowhere twice


def test_nothing_to_play(page, show):
    frame = show(page, NoteSequence())
    assert frame.get_by_role("status").inner_text() == "No notes to play."
    assert button(frame, "Play").is_disabled()
    assert frame.locator(".cp-roll").count() == 0


@pytest.mark.parametrize("pitch", [0, 127])
def test_the_lowest_and_the_highest_pitch_are_drawn(page, show, pitch):
    notes = (Note(pitch, 0, 1), Note(64, 1, 2))
    frame = show(page, NoteSequence(notes))  # a page error fails the test
    assert "2 notes" in frame.locator(".course-player").inner_text()


def test_notes_as_a_table(page, show):
    frame = show(page, band(2))
    frame.get_by_text("Notes as a table").click()
    rows = frame.locator("tbody tr")
    expect(rows).to_have_count(len(band(2).notes))
    assert rows.nth(0).inner_text().split("\t")[1:] in (
        ["Bass Drum 1", "0.00", "0.12", "100"],
        ["Bass Drum 1", "0.00", "0.13", "100"],
    )
    frame.get_by_text("Notes as a table").click()
    many = NoteSequence(tuple(Note(60 + i % 12, i / 50, (i + 1) / 50) for i in range(250)))
    frame = show(page, many)
    frame.get_by_text("Notes as a table").click()
    frame.get_by_text("The first 200 of 250 notes.").wait_for()
    expect(frame.locator("tbody tr")).to_have_count(200)


def test_a_narrow_page_needs_no_scrolling_sideways(new_page, show):
    page = new_page(viewport={"width": 360, "height": 700})
    frame = show(page, four_voices(4))
    assert frame.evaluate("() => document.documentElement.scrollWidth") <= 360
    button(frame, "Solo Bass").click()


def test_a_long_piece_turns_the_page(page, show):
    frame = show(page, NoteSequence(tuple(Note(60 + i, 4 * i, 4 * i + 2) for i in range(60))))
    picture = "() => document.querySelector('.cp-roll canvas').toDataURL()"
    first = frame.evaluate(picture)
    frame.get_by_role("slider", name="Position").fill("110")
    assert frame.evaluate(picture) != first
    head = frame.locator(".cp-head").bounding_box()
    roll = frame.locator(".cp-roll").bounding_box()
    assert roll["x"] < head["x"] < roll["x"] + roll["width"]


def test_without_scripts_there_is_the_floor(new_page, tmp_path):
    page = new_page(java_script_enabled=False)
    path = tmp_path / "floor.html"
    path.write_text(standalone_page(clip_scene(to_clip(one_note(), title="One"))), encoding="utf-8")
    page.goto(path.as_uri())
    page.wait_for_timeout(2200)  # the floor waits that long for the script
    assert page.locator("audio").bounding_box()["height"] > 20
    assert page.get_by_role("img").get_attribute("alt").startswith("Piano roll: 1 track")
    assert page.locator("iframe").bounding_box()["height"] == 0


def test_a_browser_without_opus_plays_the_mix(page, show):
    page.add_init_script(
        """
        const decode = OfflineAudioContext.prototype.decodeAudioData;
        OfflineAudioContext.prototype.decodeAudioData = function (data) {
            const isOgg = new Uint8Array(data, 0, 1)[0] === 79;
            return isOgg ? Promise.reject(new Error('no Opus')) : decode.call(this, data);
        };
        """
    )
    frame = show(page, four_voices(4))
    play(page, frame)
    assert state(page)["count"] == 1
    assert button(frame, "Mute Bass").is_disabled()


def test_what_cannot_be_decoded_is_said(page, show):
    page.add_init_script(
        "OfflineAudioContext.prototype.decodeAudioData = "
        "() => Promise.reject(new Error('cannot decode'));"
    )
    frame = show(page, four_voices(4))
    button(frame, "Play").click()
    frame.get_by_text("No sound: cannot decode").wait_for()
    assert not state(page)["playing"]


LISTEN_TO_NAMES = """
    window.names = [];
    const write = CanvasRenderingContext2D.prototype.fillText;
    CanvasRenderingContext2D.prototype.fillText = function (text, x, y, most) {
        if (this.textAlign === "right") names.push([text, y, this.measureText(text).width, most]);
        return write.call(this, text, x, y, most);
    };"""


def test_the_names_of_drums_have_room(page, show):
    kit = (Instrument(0, "", is_drum=True), Instrument(0, ""))
    drums = [Note(pitch, i, i + 1, 80, 0) for i, pitch in enumerate((36, 38, 42, 46, 49, 51))]
    tune = [Note(pitch, i, i + 1, 80, 1) for i, pitch in enumerate(range(36, 97, 4))]
    page.add_init_script(LISTEN_TO_NAMES)
    frame = show(page, NoteSequence((*drums, *tune), kit))
    names = frame.evaluate("() => names")
    drawn = dict.fromkeys(tuple(name) for name in names)
    assert {"Bass Drum 1", "Closed Hi Hat"} <= {text for text, *_ in drawn}
    places = sorted(y for _, y, *_ in drawn)
    assert min(np.diff(places)) > 11  # pixels of the font
    assert all(width <= most for _, _, width, most in drawn if most)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessibility(new_page, show, scene_of, axe, scheme):
    page = new_page(color_scheme=scheme)
    versions = {"data": four_voices(2), "model": band(2)}
    for shown in (
        four_voices(4),
        NoteSequence(),
        scene_of(comparing.compare, versions),
        scene_of(scoring.score, four_voices(2)),
    ):
        frame = show(page, shown)
        table = frame.get_by_text("Notes as a table")
        if table.count():
            table.click()
        assert axe(frame) == []


def test_levels_are_as_python_rendered_them(page, show):
    frame = show(page, two_tones())
    play(page, frame)
    page.wait_for_function("() => [...coursePlayback.engines.values()][0].position > 1")
    scene = clip_scene(to_clip(two_tones()))
    expected = math.sqrt(float((scene.takes[0].samples[24_000:48_000] ** 2).mean()))
    assert level(page, 0.08) == pytest.approx(expected, rel=0.25)
