"""Every page of the book in a real browser: what a reader would stumble over."""

import contextlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests.browser.jupyter_pages import launch, outside_requests, player_frame
from tests.browser.listening import button, wait_for_silence, wait_for_sound

PHONE = 375  # pixels
PLAYERS = ".course-playback iframe"
UNFOLD = "() => document.querySelectorAll('details').forEach((one) => { one.open = true; })"


def faults(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Look at all pages of a folder, one after the other.

    Args:
        folder: a site that `write_edition` wrote.

    Yields:
        A page and one line for each of its faults.

    Raises:
        FileNotFoundError: if there is no site.
    """
    if not (folder / "index.html").exists():
        raise FileNotFoundError(f"{folder} holds no book; run `make book` first")
    with serving(folder) as url, sync_playwright() as playwright:
        browser = launch(playwright)
        for path in sorted(folder.glob("*.html")):
            yield f"{folder.name}/{path.name}", page_faults(browser, f"{url}/{path.name}")


def page_faults(browser: Browser, url: str, patience: int = 20_000) -> list[str]:
    """Look at one page: on a phone, dark and light, and play everything on it.

    Args:
        browser: Chromium.
        url: the page's address on this machine.
        patience: milliseconds that a player may take to come and to sound.
    """
    lines: list[str] = []
    for scheme in ("light", "dark"):
        with _opened(browser, url, scheme, lines) as page:
            page.evaluate(UNFOLD)
            lines += [f"{scheme}: {line}" for line in axe_faults(page)]
            if scheme == "dark":
                lines += silent_players(page, patience)
    with _opened(browser, url, "light", lines, width=PHONE) as page:
        page.evaluate(UNFOLD)
        lines += too_wide(page)
    return lines


def axe_faults(page: Page) -> list[str]:
    """Let axe look at the page without its players, which have tests of their own."""
    options = {"iframes": False, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{one['id']}: {one['help']} {node['html'][:120]}" for one in found for node in one["nodes"]
    ]


def too_wide(page: Page) -> list[str]:
    """Say whether the page scrolls sideways, and name the widest elements that make it."""
    wide = page.evaluate(
        """() => {
            const room = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= room) return [];
            return [...document.querySelectorAll('main *')]
                .filter((one) => one.getBoundingClientRect().right > room
                    && !one.parentElement.closest('.wide, pre, .math'))
                .slice(0, 3).map((one) => one.outerHTML.slice(0, 100));
        }"""
    )
    return [f"wider than {PHONE} pixels: {element}" for element in wide]


def silent_players(page: Page, patience: int) -> list[str]:
    """Press Play on every player; name those from which nothing is heard."""
    lines = []
    for number in range(page.locator(PLAYERS).count()):
        page.locator(PLAYERS).nth(number).locator("..").scroll_into_view_if_needed()
        try:
            frame = player_frame(page, number, patience)
            button(frame, "Play").first.click()
            wait_for_sound(page, patience)
            button(frame, "Pause").first.click()
            wait_for_silence(page, patience)
        except Error as error:
            title = page.locator(PLAYERS).nth(number).get_attribute("title")
            lines.append(f"does not play: {title}: {str(error).splitlines()[0]}")
    return lines


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine while somebody looks at it.

    Args:
        folder: what to serve.

    Yields:
        Its address.
    """
    handler = partial(_Quiet, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    """A server that keeps no log."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def _opened(
    browser: Browser, url: str, scheme: str, lines: list[str], width: int = 1280
) -> Iterator[Page]:
    """Open a page; when it is closed, what it complained of and asked for is in the lines."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    page, urls = context.new_page(), []
    page.on("request", lambda request: urls.append(request.url))
    page.on("pageerror", lambda error: lines.append(f"script error: {error.message}"))
    page.on(
        "console",
        lambda message: message.type in ("error", "warning") and lines.append(message.text),
    )
    page.goto(url)
    yield page
    context.close()
    lines += [f"asks for {address}" for address in outside_requests(urls)]
