"""Chromium and a Jupyter server for all browser tests; jupyter_pages.py has the steps."""

import importlib.util
import os

import pytest
from playwright.sync_api import sync_playwright

from tests.browser import jupyter_pages


def _missing(what):
    """Skip on a learner's machine; in CI nothing may be left out."""
    if os.environ.get("CI"):
        pytest.fail(f"{what}, and CI must run the browser tests")
    pytest.skip(f"{what}: browser tests are left out")


@pytest.fixture(scope="package")
def chromium():
    """Give one browser for all tests of this folder, from the operating system."""
    if not jupyter_pages.chromium_path():
        _missing("Chromium is not installed (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = jupyter_pages.launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium):
    """Give a function that opens an empty page; no page may ask for anything outside.

    Errors of our scripts fail the test; those of Jupyter's own, under /static/, do not.
    """
    contexts, urls, errors = [], [], []

    def keep(error):
        if "/static/" not in (error.stack or ""):
            errors.append(f"{error.message}\n{error.stack}")

    def new_page(**options):
        options = {"viewport": {"width": 1100, "height": 900}, **options}
        contexts.append(chromium.new_context(**options))
        page = contexts[-1].new_page()
        page.on("request", lambda request: urls.append(request.url))
        page.on("websocket", lambda socket: urls.append(socket.url))
        page.on("pageerror", keep)
        return page

    yield new_page
    for context in contexts:
        context.close()
    assert jupyter_pages.outside_requests(urls) == []
    assert errors == []


@pytest.fixture
def page(new_page):
    """Give an empty page."""
    return new_page()


@pytest.fixture(scope="package")
def jupyter_server(tmp_path_factory, chromium):
    """Give a server with JupyterLab and Notebook 7; notebooks are put into its `root`."""
    with jupyter_pages.running_server(tmp_path_factory.mktemp("jupyter")) as server:
        yield server


@pytest.fixture
def open_notebook(jupyter_server):
    """Give open_notebook(page, path, app="lab"), path below the server's root."""

    def open_notebook(page, path, app="lab"):
        jupyter_pages.open_notebook(page, jupyter_server, str(path), app)

    return open_notebook


@pytest.fixture
def run_all():
    """Give run_all(page): the menu's Run All Cells, until every cell has run."""
    return jupyter_pages.run_all


@pytest.fixture
def axe():
    """Give axe(frame_or_page, context) -> list of violations, one line each."""
    if not importlib.util.find_spec("axe_playwright_python"):
        _missing("axe-playwright-python is not installed")
    from axe_playwright_python.sync_playwright import Axe

    def check(frame, context=".course-player"):
        found = Axe().run(frame, context=context).response["violations"]
        return [f"{one['id']}: {one['help']} {one['nodes'][0]['html'][:120]}" for one in found]

    return check
