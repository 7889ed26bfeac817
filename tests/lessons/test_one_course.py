"""The lessons are one course: one glossary, one route for listeners, each lesson leads on."""

import re
from functools import cache
from importlib.util import find_spec
from itertools import pairwise
from urllib.parse import quote

import pytest

from course.cli import main
from course.lessons.places import lesson_names
from course.lessons.source import read_lesson
from tests.lessons.conftest import COURSE

PAGE = COURSE / "docs" / "glossary.md"
ROW = re.compile(r"\| ([^|]+) \| ([^|]+) \| ([^|]+) \| \[([^\]]+)\]\(([^)]+)\) \|")
LINK = re.compile(r"\]\(\.\./(\d\d_\w+)/\1\.ipynb#[^)]+\)")  # that the heading exists is the lint's
# bold, but no term: what one clicks on, and the parts of an exercise
INTERFACE = {"shift+enter", "task", "answer cell", "check", "hints", "hidden tests", "points"}


def rows():
    """Give (English, Chinese, meaning, text of the link, its target) of each term."""
    terms = PAGE.read_text(encoding="utf-8").partition("## Music")[2]
    lines = [line for line in terms.splitlines() if line.startswith("| ")]
    found = [ROW.fullmatch(line) for line in lines if not line.startswith("| English")]
    assert all(found), "a row of the glossary has no link, or another form"
    return [match.groups() for match in found]


def plain(text):
    """Write a text without signs, so that words can be looked for in it."""
    words = text.lower().replace("–", "-").replace("_", " ")
    return re.sub(r"\s+", " ", re.sub(r"[*`]", "", words))


def stems(english):
    """Give the beginnings of the words by which a row's term is known."""
    names = re.split(r"[,:]", re.sub(r"\([^)]*\)", "", plain(english)))
    endings = r"(ations?|ions?|ing|ment|ies|ed|s|e|y)$"
    whole = [re.sub(r"\s+", " ", name).strip() for name in names]
    cut = [re.sub(endings, "", name) for name in whole]
    return [short if len(short) > 3 else name for short, name in zip(cut, whole, strict=True)]


def speaks(words, known):
    """Say whether a text has a word that begins as one of these; short ones stand alone."""
    return any(
        re.search(rf"\b{re.escape(stem)}" + (r"s?\b" if len(stem) < 4 else ""), words)
        for stem in known
    )


@cache
def lesson(name):
    """Read a lesson once."""
    return read_lesson(COURSE, name)


@cache
def sections(name):
    """Give heading -> text of a lesson; answers in prose are left out."""
    found, heading = {}, ""
    for cell in lesson(name).cells:
        if cell.kind == "markdown" and not cell.is_written:
            for line in cell.text.splitlines():
                if line.startswith("#"):
                    heading = line.lstrip("# ").strip().replace(" ", "-")
                found[heading] = found.get(heading, "") + line + "\n"
    return found


def bold_terms(name):
    """Give (heading, bold words) of a lesson, but no first words of paragraphs and no results."""
    for heading, text in sections(name).items():
        for bold in re.findall(r"\*\*(.+?)\*\*", re.sub("`[^`]*`", "", text)):
            lead = re.search(
                r"[.?!:]$|\(\d points\)|^(If you want more|Reading|Trends|Chall)", bold
            )
            has_word = re.search(r"[a-z]{3}", re.sub(r"ln \d|\d+ (bits|Hz|micro\w+)", "", bold))
            if has_word and not lead and not heading.startswith("5.-"):
                yield heading, bold


def test_each_term_is_explained_where_the_glossary_says():
    wrong = []
    for english, chinese, _, text, target in rows():
        file, _, anchor = target.partition("#")
        path = (PAGE.parent / file).resolve()
        assert path.exists(), file
        if not re.search("[\u4e00-\u9fff]", chinese) or not text.startswith(path.stem[:2]):
            wrong.append(f"{english}: {chinese}, {text}")
        words = plain(sections(path.stem).get(anchor, ""))
        if not speaks(words, stems(english)):
            wrong.append(f"{english}: {path.stem} has no {anchor}, or does not speak of it there")
    assert not wrong


def test_no_term_stands_there_twice():
    terms = [row[0] for row in rows()]
    assert len(terms) == len(set(terms))


def test_each_bold_term_of_a_lesson_is_in_the_glossary():
    known = {stem for row in rows() for stem in stems(row[0])} | INTERFACE
    missing = [
        f"{name}, {heading}: {bold}"
        for name in lesson_names(COURSE)
        for heading, bold in bold_terms(name)
        if not speaks(plain(bold), known)
    ]
    assert not missing


def test_the_first_lesson_has_the_glossarys_chinese():
    chinese = " ".join(row[1] for row in rows())
    english = {stem for row in rows() for stem in stems(row[0])}
    table = sections("00_start")["3.-The-idea"].partition("| English |")[2]
    for words, signs, _ in re.findall(r"\| ([^|]+) \| ([^|-]+) \| ([^|]+) \|", table):
        assert set(stems(words)) <= english, words
        assert all(sign in chinese for sign in signs.strip().split("，")), signs


def route():
    """Give the stops of the route: each row of the table with the lessons that it links."""
    cells = lesson("00_start").cells
    text = next(cell.text for cell in cells if "### A listening route" in cell.text)
    table = [line for line in text.splitlines() if line.startswith("| [")]
    return [(line, LINK.findall(line)) for line in table]


def test_the_route_stops_once_in_every_later_lesson():
    stops = [links[0] for _, links in route()]
    assert stops == lesson_names(COURSE)[1:]
    assert all(len(set(links)) == 1 for _, links in route())


def test_each_stop_says_what_to_do_and_what_to_listen_for():
    for line, _ in route():
        _, where, do, listen, _ = line.split("|")
        assert all(len(part.split()) >= 3 for part in (where, do, listen)), line


def test_the_route_ends_in_the_studio_and_is_found_from_both_entrances():
    assert "studio" in route()[-1][0]
    start = lesson("00_start").cells[0].text
    assert "(#A-listening-route)" in start
    assert "listening route" in (COURSE / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", lesson_names(COURSE))
def test_each_lesson_says_where_on_the_pipeline_it_stands(name):
    assert "pipeline" in sections(name)["3.-The-idea"]


@pytest.mark.parametrize(("name", "following"), [*pairwise(lesson_names(COURSE))])
def test_each_lesson_links_the_next_one(name, following):
    end = "".join(text for part, text in sections(name).items() if "Where-next" in part)
    end += sections(name).get("A-listening-route", "")
    assert f"](../{following}/{following}.ipynb)" in end


@pytest.mark.parametrize("name", lesson_names(COURSE))
def test_links_to_sections_stay_as_they_are_in_an_address(name):
    """JupyterLab looks for a heading's anchor without decoding it: "·" would not be found."""
    links = re.findall(r"\]\([^)#]*#([^)]+)\)", "".join(sections(name).values()))
    assert [link for link in links if quote(link, safe="!$&'()*+,/:;=?@~") != link] == []


@pytest.mark.parametrize("name", lesson_names(COURSE))
def test_files_modules_and_commands_that_a_lesson_names_are_there(name):
    text = "".join(sections(name).values())
    for path in re.findall(r"`((?:docs|course|solutions|tools)/[\w./-]+)`", text):
        assert (COURSE / path).exists(), path
    for module in re.findall(r"`(course(?:\.\w+)+)`|python -m ([\w.]+)`", text):
        assert find_spec("".join(module)), module
    targets = re.findall(r"^([a-z-]+):", (COURSE / "Makefile").read_text(encoding="utf-8"), re.M)
    assert set(re.findall(r"`make ([a-z-]+)", text)) <= set(targets)
    for command in re.findall(r"`(?:\.venv/bin/)?course ([a-z-]+)", text):
        with pytest.raises(SystemExit, match="0"):
            main([command, "--help"])
