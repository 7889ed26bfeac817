"""One lesson as the body of a page: HTML, its headings, what the search knows, its pictures."""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from nbconvert import HTMLExporter
from nbformat import NotebookNode

from tools.book.markdown import to_html

TEMPLATES = Path(__file__).parent / "templates"
PICTURE = "data:image/png;base64,"
HEADINGS = ("h1", "h2", "h3")
BLOCKS = ("p", "li", "td", "th", "summary", "blockquote", "div", "pre")


@dataclass(frozen=True)
class Heading:
    """A heading of a page."""

    level: int  # 1..3
    text: str
    id: str


@dataclass(frozen=True)
class Body:
    """What a page holds between header and footer."""

    html: str
    headings: tuple[Heading, ...]
    sections: tuple[tuple[str, str, str], ...]  # id and text of the heading; words below it
    pictures: Mapping[str, bytes]  # file name -> PNG


def lesson_body(notebook: NotebookNode, pages: frozenset[str]) -> Body:
    """Convert a notebook that `page_cells` chose.

    Args:
        notebook: its cells and outputs.
        pages: names of the book's pages; links to other notebooks become text.
    """
    exporter = HTMLExporter(
        template_name="lesson", extra_template_basedirs=[str(TEMPLATES)], mathjax_url=""
    )
    exporter.register_filter("markdown2html", to_html)
    html, _ = exporter.from_notebook_node(notebook)
    return finish(html, pages)


def finish(html: str, pages: frozenset[str]) -> Body:
    """Make HTML ready for the book: anchors, links, pictures as files, room to scroll.

    Args:
        html: the content of a page.
        pages: names of the book's pages.
    """
    soup = BeautifulSoup(html, "html.parser")
    headings = _name_headings(soup)
    for link in soup.find_all("a", href=True):
        _lead(link, pages)
    pictures = dict(_take_out(image) for image in soup.find_all("img") if _is_picture(image))
    for frame in soup.find_all("iframe"):
        frame["loading"] = "lazy"
    _fill_tables(soup)
    _make_scrollable(soup)
    return Body(str(soup), headings, tuple(_sections(soup, headings)), pictures)


def _name_headings(soup: BeautifulSoup) -> tuple[Heading, ...]:
    """Give every heading the id that JupyterLab gives it, a number behind it if there are two."""
    headings: list[Heading] = []
    for tag in soup.find_all(HEADINGS):
        text = " ".join(tag.get_text().split())
        name = text.replace(" ", "-")
        same = sum(heading.text == text for heading in headings)
        tag["id"] = f"{name}-{same + 1}" if same else name
        headings.append(Heading(int(tag.name[1]), text, tag["id"]))
    return tuple(headings)


def _lead(link: Tag, pages: frozenset[str]) -> None:
    """Let a link to another notebook lead to its page."""
    path, _, place = str(link["href"]).partition("#")
    if path.startswith(("http://", "https://")) or not path:
        return
    if path.endswith(".ipynb") and Path(path).stem in pages:
        link["href"] = f"{Path(path).stem}.html" + (f"#{place}" if place else "")
    else:
        link.unwrap()


def _is_picture(image: Tag) -> bool:
    return str(image.get("src", "")).startswith(PICTURE)


def _take_out(image: Tag) -> tuple[str, bytes]:
    """Move a picture into a file of its own, called by its content."""
    content = base64.b64decode(str(image["src"]).removeprefix(PICTURE))
    name = f"{hashlib.sha256(content).hexdigest()[:16]}.png"
    image["src"] = f"pictures/{name}"
    image["loading"] = "lazy"
    width, height = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
    image["width"], image["height"] = image.get("width", str(width)), str(height)
    if image["width"] != str(width):
        image["height"] = str(round(height * int(image["width"]) / width))
    return name, content


def _fill_tables(soup: BeautifulSoup) -> None:
    """Drop heads of tables that say nothing, as Markdown asks for them; an empty one is no head."""
    for head in soup.find_all("thead"):
        if not head.get_text(strip=True):
            head.decompose()
    for cell in soup.find_all("th"):
        words = (text for text in cell.find_all(string=True) if not text.find_parent("math"))
        if not "".join(words).strip():  # a formula alone has no words for a screen reader either
            cell.name = "td"


def _make_scrollable(soup: BeautifulSoup) -> None:
    """Let what is too wide for a phone scroll by itself, by keyboard, too."""
    for tag in soup.find_all(("pre", "table")) + soup.select("div.math"):
        if tag.name != "table":
            tag["tabindex"] = "0"
        elif not tag.find_parent("table"):
            tag.wrap(soup.new_tag("div", attrs={"class": "wide", "tabindex": "0"}))


def _sections(soup: BeautifulSoup, headings: tuple[Heading, ...]) -> Iterator[tuple[str, str, str]]:
    """Give the words below each heading, up to the next one; solutions are not searched."""
    words: dict[str, list[str]] = {heading.id: [] for heading in headings}
    now = None
    for string in soup.find_all(string=True):
        above = list(string.parents)
        heading = next((tag for tag in above if tag.name in HEADINGS), None)
        if heading is not None:
            now = heading["id"]
        elif now is not None and not any(map(_is_unsearched, above)):
            begins = string.previous_sibling is None and string.parent.name in BLOCKS
            words[now].append(f" {string}" if begins else str(string))
    for heading in headings:
        yield heading.id, heading.text, " ".join("".join(words[heading.id]).split())


def _is_unsearched(tag: Tag) -> bool:
    return tag.name in ("style", "script") or "solution" in tag.get("class", ())
