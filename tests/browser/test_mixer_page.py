"""The mixer of noises in a real browser: what is drawn, told and heard, and without scripts."""

import pytest
from playwright.sync_api import expect

from course.playback.mixer import mixer_page
from tests.browser.listening import brightness, wait_for_pitch, wait_for_silence
from tests.playback.test_mixer import MIXER

pytestmark = pytest.mark.browser


@pytest.fixture
def shown(page, tmp_path):
    """Open the mixer of tests/playback/test_mixer.py and give its frame."""
    path = tmp_path / "mixer.html"
    path.write_text(f"<!doctype html><meta charset=utf-8>{mixer_page(MIXER)}", encoding="utf-8")
    page.goto(path.as_uri())
    handle = page.locator(".course-mixer iframe").element_handle()
    frame = handle.content_frame()
    frame.wait_for_selector("fieldset")
    return frame


def test_a_choice_is_drawn_and_told(page, shown):
    assert shown.evaluate("document.body.dataset.choice") == "0000"
    assert shown.locator("rect.fresh").count() == 0
    shown.get_by_role("group", name="melody").get_by_label("B").check()
    assert shown.evaluate("document.body.dataset.choice") == "0010"
    expect(shown.locator(".said")).to_have_text(
        "melody B: 2 of 4 cells changed, in Soprano; they have an edge."
    )
    assert shown.locator("rect.fresh").count() == 1
    expect(page.locator(".course-mixer img")).to_be_hidden()
    assert page.locator(".course-mixer iframe").bounding_box()["height"] > 200


def test_a_choice_is_heard_at_once(shown):
    """Soprano 60, then 68 when the chords change; the bass is muted."""
    shown.get_by_label("B Bass").uncheck()
    shown.get_by_role("button", name="Play").click()
    wait_for_pitch(shown, 440 * 2 ** ((60 - 69) / 12))
    shown.get_by_role("group", name="chords").get_by_label("B").check()
    wait_for_pitch(shown, 440 * 2 ** ((68 - 69) / 12))
    shown.get_by_role("button", name="Stop").click()
    wait_for_silence(shown)


def test_the_keyboard_reaches_every_row(shown):
    shown.get_by_role("group", name="groove").get_by_label("A").focus()
    shown.page.keyboard.press("ArrowRight")
    assert shown.evaluate("document.body.dataset.choice") == "0001"


@pytest.mark.parametrize("light", ["true", "false"])
def test_the_theme_around_it_and_accessibility(page, shown, axe, light):
    page.evaluate("(light) => { document.body.dataset.jpThemeLight = light; }", light)
    page.wait_for_timeout(200)
    assert (brightness(shown) > 700) == (light == "true")
    shown.get_by_role("group", name="melody").get_by_label("B").check()
    assert axe(shown, "body") == []


def test_the_frame_is_as_high_as_what_is_in_it(page, shown):
    for width in (360, 1100):  # narrow first: it must get lower again
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(300)
        height = page.locator(".course-mixer iframe").bounding_box()["height"]
        assert height == pytest.approx(shown.evaluate("document.body.offsetHeight"), abs=1)


def test_without_scripts_a_picture_is_left(new_page, tmp_path):
    path = tmp_path / "mixer.html"
    path.write_text(f"<!doctype html><meta charset=utf-8>{mixer_page(MIXER)}", encoding="utf-8")
    page = new_page(java_script_enabled=False)
    page.goto(path.as_uri())
    expect(page.locator(".course-mixer img")).to_be_visible()
