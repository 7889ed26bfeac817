"""The book as its readers meet it: one lesson, run, and its neighbours, not run."""

import nbformat
import pytest
from playwright.sync_api import expect

from course.lessons.places import lesson_names, source_path
from tests.tools.test_book import secrets, words_of
from tools.book.check import page_faults, serving
from tools.book.site import write_edition
from tools.executed import ROOT, executed

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LESSON = "03_data_and_baselines"  # one of the quickest; players, figures, exercises, formulas
BACKGROUND = "() => getComputedStyle(document.body).backgroundColor"
BAD = """<!doctype html><html lang=en><title>Bad</title><main><h1>Bad</h1>
<img src="http://example.invalid/a.png"><div style="width:900px">wide</div>
<div class=course-playback><iframe title=mute srcdoc="<p>nothing</p>"></iframe></div>
<script>missing()</script></main>"""


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Write both editions of three lessons; give their folder."""
    folder = tmp_path_factory.mktemp("book")
    names = lesson_names(ROOT)
    near = names[names.index(LESSON) - 1 : names.index(LESSON) + 2]
    paths = [source_path(ROOT, name).with_suffix(".ipynb") for name in near]
    solved = {
        name: nbformat.read(path, as_version=4) for name, path in zip(near, paths, strict=True)
    }
    solved[LESSON] = executed(LESSON, "smoke", folder / "executed").notebook
    for edition in ("solutions", "class"):
        write_edition(solved, folder / edition, edition, "smoke")
    return folder


@pytest.mark.parametrize("name", ["index.html", "search.html?q=n-gram", f"{LESSON}.html"])
def test_a_reader_meets_no_fault(chromium, book, name):
    with serving(book / "solutions") as url:
        assert page_faults(chromium, f"{url}/{name}") == []


def test_a_bad_page_is_found_out(chromium, tmp_path):
    (tmp_path / "bad.html").write_text(BAD, encoding="utf-8")
    with serving(tmp_path) as url:
        lines = "\n".join(page_faults(chromium, f"{url}/bad.html", patience=500))
    for fault in ("image-alt", "script error: missing", "asks for http://example.invalid"):
        assert fault in lines
    assert "wider than 375 pixels: <div style" in lines
    assert "does not play: mute" in lines


def test_the_class_edition_of_a_page_gives_nothing_away(page, book):
    page.goto((book / "class" / f"{LESSON}.html").as_uri())
    text = words_of(page.locator("main").evaluate("(main) => main.textContent"))
    assert "Exercise 1" in text
    assert [line for line in secrets(LESSON) if line in text] == []
    assert page.locator(".solution").count() == 0
    assert page.locator(".course-playback").count() > 0  # what given cells play is there


def test_solutions_are_folded(page, book):
    page.goto((book / "solutions" / f"{LESSON}.html").as_uri())
    solution = page.locator("details.solution").first
    expect(solution.locator("pre")).to_be_hidden()
    solution.get_by_text("A solution").click()
    expect(solution.locator("pre")).to_be_visible()
    assert "NotImplementedError" not in solution.inner_text()


def test_pages_are_turned(page, book):
    page.goto((book / "solutions" / "index.html").as_uri())
    page.locator(".lessons").get_by_role("link", name="02 · ").click()
    assert page.get_by_role("link", name="← Before").count() == 0
    for title in ("03 · ", "04 · ", "Glossary"):
        page.get_by_role("link", name="Next →").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    assert page.get_by_role("link", name="Next →").count() == 0
    page.get_by_role("link", name="← Before").click()
    expect(page.locator("#contents [aria-current=page]")).to_contain_text("04 · ")


def test_a_word_is_found_without_a_server(page, book):
    page.goto((book / "solutions" / "index.html").as_uri())
    page.get_by_role("searchbox").fill("Perplexity")
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("with “Perplexity”")
    expect(page.locator("#results mark").first).to_have_text("perplexity", ignore_case=True)
    page.locator("#results a").first.click()
    assert page.url.partition("#")[0].endswith(".html")
    place = page.evaluate("() => decodeURIComponent(location.hash.slice(1))")
    expect(page.locator(f'[id="{place}"]')).to_be_in_viewport()
    page.goto((book / "solutions" / "search.html").as_uri() + "?q=%E9%9F%B3%E9%AB%98")
    expect(page.locator("#results a").first).to_contain_text("Glossary")
    page.goto((book / "solutions" / "search.html").as_uri() + "?q=xyzzy")
    expect(page.get_by_role("status")).to_have_text("No sections with “xyzzy”.")


def test_dark_is_kept_and_the_players_follow(new_page, book):
    page = new_page(color_scheme="light")
    page.goto((book / "solutions" / f"{LESSON}.html").as_uri())
    page.locator(".course-playback").first.scroll_into_view_if_needed()
    player = page.frame_locator(".course-playback iframe").first.locator(".course-player")
    light = page.evaluate(BACKGROUND)
    expect(player).to_have_attribute("data-theme", "light")
    page.get_by_role("button", name="Dark").click()
    expect(player).to_have_attribute("data-theme", "dark")
    dark = page.evaluate(BACKGROUND)
    assert dark != light
    page.reload()
    assert page.evaluate(BACKGROUND) == dark
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")


def test_the_contents_on_a_phone(new_page, book):
    page = new_page(viewport={"width": 375, "height": 700})
    page.goto((book / "solutions" / f"{LESSON}.html").as_uri())
    contents = page.get_by_role("navigation", name="Contents")
    expect(contents).to_be_hidden()
    page.get_by_role("button", name="Contents").click()
    contents.get_by_role("link", name="6. Build it").click()
    expect(contents).to_be_hidden()
    expect(page.get_by_role("heading", name="6. Build it")).to_be_in_viewport()


def test_without_scripts_a_page_is_whole(new_page, book):
    page = new_page(java_script_enabled=False)
    page.goto((book / "solutions" / f"{LESSON}.html").as_uri())
    expect(page.get_by_role("navigation", name="Contents")).to_be_visible()
    expect(page.get_by_role("heading", name="6. Build it")).to_be_attached()
    expect(page.locator("audio").first).to_be_attached()
