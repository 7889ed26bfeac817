"""The listening route of lesson 00 leads through every lesson and ends in the studio."""

import re

from course.lessons.places import lesson_names
from course.lessons.source import read_lesson
from tests.lessons.conftest import COURSE

LINK = re.compile(r"\]\(\.\./(\d\d_\w+)/\1\.ipynb#[^)]+\)")  # that the heading exists is the lint's


def route():
    """Give the stops of the route: each row of the table with the lessons that it links."""
    cells = read_lesson(COURSE, "00_start").cells
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
    start = read_lesson(COURSE, "00_start").cells[0].text
    assert "(#A-listening-route)" in start
    assert "listening route" in (COURSE / "README.md").read_text(encoding="utf-8")
