"""All pages of an edition, written into a folder that any web server, or none, can show."""

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
from jinja2 import Environment, FileSystemLoader
from jupyterlab_pygments import JupyterStyle
from nbformat import NotebookNode
from pygments.formatters import HtmlFormatter

from course.lessons.places import release_path
from tools.book.cells import page_cells
from tools.book.markdown import to_html
from tools.book.pages import Body, finish, lesson_body
from tools.executed import ROOT

HERE = Path(__file__).parent
FILES = ("book.css", "book.js")
TITLE = "Generating music with deep learning"


@dataclass(frozen=True)
class Page:
    """A page of the book."""

    name: str  # of its file, without .html
    title: str
    body: Body
    promise: str = ""  # HTML; what a lesson is about, in a sentence
    time: str = ""


def write_edition(
    solved: Mapping[str, NotebookNode], folder: Path, edition: str, budget: str
) -> dict[str, tuple[int, int]]:
    """Write one edition, in the place of what is there.

    Args:
        solved: executed notebooks, by lesson, in order.
        folder: where the site goes; whoever reads it sees the old one or the new one.
        edition: "solutions" or "class".
        budget: what the lessons were executed with; the first page says so.

    Returns:
        Bytes of each page, and of all its pictures.
    """
    names = frozenset({*solved, "index", "glossary"})
    pages = [_lesson_page(name, notebook, edition, names) for name, notebook in solved.items()]
    pages.append(_glossary(names))
    new = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    (new / "pictures").mkdir(parents=True)
    _write_pages(new, pages, edition, budget)
    _write_files(new, pages)
    shutil.rmtree(folder, ignore_errors=True)
    new.rename(folder)
    return {page.name: _weight(folder, page) for page in pages}


def _lesson_page(name: str, solved: NotebookNode, edition: str, names: frozenset[str]) -> Page:
    """Make the page of a lesson; its card gives title, promise and time."""
    student = nbformat.read(release_path(ROOT, name), as_version=4)
    body = lesson_body(page_cells(solved, student, edition), names)
    card = student.cells[0].source
    promise = re.search(r"^\*\*(.+?)\*\*$", card, re.M)
    time = re.search(r"^\| Time \| (.+?) \|$", card, re.M)
    return Page(
        name,
        body.headings[0].text,
        body,
        re.sub(r"</?p>", "", to_html(promise[1])) if promise else "",
        time[1] if time else "",
    )


def _glossary(names: frozenset[str]) -> Page:
    """Make the page of symbols and terms."""
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    return Page("glossary", "Glossary", finish(to_html(text), names))


def _write_pages(folder: Path, pages: list[Page], edition: str, budget: str) -> None:
    """Write all HTML files."""
    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"), autoescape=True, trim_blocks=True
    )
    given = {"pages": pages, "book": TITLE, "edition": edition, "budget": budget}
    for number, page in enumerate(pages):
        before = pages[number - 1] if number else None
        after = pages[number + 1] if number + 1 < len(pages) else None
        text = templates.get_template("page.html.j2").render(
            given, page=page, before=before, after=after
        )
        (folder / f"{page.name}.html").write_text(text, encoding="utf-8")
    for name in ("index", "search"):
        text = templates.get_template(f"{name}.html.j2").render(given, page=None)
        (folder / f"{name}.html").write_text(text, encoding="utf-8")


def _write_files(folder: Path, pages: list[Page]) -> None:
    """Write pictures, style, script and what the search knows."""
    for page in pages:
        for name, content in page.body.pictures.items():
            (folder / "pictures" / name).write_bytes(content)
    for name in FILES:
        shutil.copy(HERE / "static" / name, folder)
    with (folder / "book.css").open("a", encoding="utf-8") as sheet:
        sheet.write(HtmlFormatter(style=JupyterStyle).get_style_defs(".highlight"))
    sections = [
        [page.name, page.title, place, heading, words]
        for page in pages
        for place, heading, words in page.body.sections
    ]
    # A script, since a page that was opened as a file may not fetch anything.
    text = json.dumps(sections, ensure_ascii=False, separators=(",", ":"))
    (folder / "search-index.js").write_text(f"window.bookIndex = {text};\n", encoding="utf-8")
    (folder / ".nojekyll").touch()  # for GitHub Pages: nothing is left to be built


def _weight(folder: Path, page: Page) -> tuple[int, int]:
    """Give the bytes of a page and of its pictures."""
    pictures = sum(len(content) for content in page.body.pictures.values())
    return (folder / f"{page.name}.html").stat().st_size, pictures
