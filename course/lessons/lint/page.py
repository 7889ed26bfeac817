"""Rules about the page: its card, its sections, its links and its folder."""

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from course.lessons.lint.common import Problem, first_line, left_out, sections
from course.lessons.places import SOURCE_FOLDER, lesson_names
from course.lessons.source import LessonSource, read_lesson

SECTIONS = (
    "Hear it first",
    "Warm-up",
    "The idea",
    "The mathematics",
    "By hand",
    "Build it",
    "Train it",
    "Listen and look",
    "Measure it",
    "Break it",
    "Your own music",
    "Judge it",
    "Where next",
)
MAY_LEAVE_OUT = ("00", "13")  # lessons in which some sections have no meaning

_CARD = re.compile(r"# (\d\d) · \S.*")
_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)[^)]*\)")


def _check_card(lesson: LessonSource) -> Iterator[Problem]:
    """The first cell is the card: title, minutes, points, abilities."""
    card = lesson.cells[0]
    match = _CARD.fullmatch(first_line(card)) if card.kind == "markdown" else None
    number = lesson.name[:2]
    if match is None or match[1] != number:
        yield Problem(lesson.path, card.line, f"begin with the card: `# {number} · Title`")
        return
    for what, pattern in {
        "minutes to read": r"\d+ minutes? to read",
        "minutes to code": r"\d+ minutes? to code",
        "minutes of computing": r"(minutes?|seconds?) of computing",
    }.items():
        if not re.search(pattern, card.text):
            yield Problem(lesson.path, card.line, f"the card does not say the {what}")
    abilities = card.text.partition("ou will be able to")[2]
    if not 3 <= len(re.findall(r"^[-*] ", abilities, re.MULTILINE)) <= 5:
        yield Problem(
            lesson.path, card.line, "list 3 to 5 things under “You will be able to” on the card"
        )
    unknown = left_out(lesson) - set(SECTIONS)
    if unknown:
        yield Problem(lesson.path, card.line, f"no such section to leave out: {sorted(unknown)}")
    if left_out(lesson) and number not in MAY_LEAVE_OUT:
        yield Problem(
            lesson.path, card.line, f"only lessons {MAY_LEAVE_OUT} may leave sections out"
        )


def _check_sections(lesson: LessonSource) -> Iterator[Problem]:
    """Every section is there, in order, called by its name and filled."""
    expected = [
        f"## {number}. {title}"
        for number, title in enumerate(SECTIONS, start=1)
        if title not in left_out(lesson)
    ]
    found = [
        (first_line(cell), cell.line)
        for cell in lesson.cells
        if cell.kind == "markdown" and first_line(cell).startswith("## ")
    ]
    end = lesson.cells[-1].line
    for heading in expected:
        if heading not in [text for text, _ in found]:
            yield Problem(lesson.path, end, f"the section `{heading}` is missing")
    known = [entry for entry in found if entry[0] in expected]
    for heading, line in found:
        if heading not in expected:
            yield Problem(lesson.path, line, f"`{heading}` is no section of a lesson")
    for (before, _), (heading, line) in itertools.pairwise(known):
        if expected.index(heading) <= expected.index(before):
            yield Problem(lesson.path, line, f"`{heading}` stands behind `{before}`: wrong order")
    starts = [index for _, index in sections(lesson)]
    for start, stop in zip(starts, [*starts[1:], len(lesson.cells)], strict=True):
        cells = lesson.cells[start:stop]
        body = [cells[0].text.partition("\n")[2], *(cell.text for cell in cells[1:])]
        if not "".join(body).strip():
            yield Problem(lesson.path, cells[0].line, f"`{first_line(cells[0])}` is empty")


def _check_links(lesson: LessonSource) -> Iterator[Problem]:
    """Images have a text, and links inside the course lead somewhere."""
    root = lesson.path.parents[2]
    names = lesson_names(root)
    for cell in lesson.cells:
        if cell.kind != "markdown":
            continue
        for match in _LINK.finditer(cell.text):
            line = cell.line + 1 + cell.text[: match.start()].count("\n")
            image, text, target = match.groups()
            if image and not text.strip():
                yield Problem(lesson.path, line, f"the image {target[:40]} has no alt text")
            if re.match(r"[a-z]+:", target):
                continue
            broken = _broken_link(lesson, root, names, unquote(target))
            if broken:
                yield Problem(lesson.path, line, broken)


def _broken_link(lesson: LessonSource, root: Path, names: list[str], target: str) -> str:
    """Say what is wrong with a link inside the course; nothing if it leads somewhere."""
    file, _, anchor = target.partition("#")
    path = (lesson.path.parent / file).resolve() if file else lesson.path
    name = path.stem if path.parent.parent == (root / SOURCE_FOLDER).resolve() else ""
    if not file or (name in names and path.name == f"{name}.ipynb"):
        other = lesson if not file else read_lesson(root, name)
        headings = {
            line.lstrip("# ").strip().replace(" ", "-")
            for cell in other.cells
            if cell.kind == "markdown"
            for line in cell.text.splitlines()
            if line.startswith("#")
        }
        if anchor and anchor not in headings:
            return f"{target}: {other.name} has no heading {anchor!r} (blanks are written as -)"
        return ""
    return "" if path.exists() else f"{target} leads nowhere"


def _check_folder(lesson: LessonSource) -> Iterator[Problem]:
    """Nothing but the source and its notebook lies in the folder: nbgrader would release it."""
    for path in sorted(lesson.path.parent.iterdir()):
        if path.is_file() and path.name not in (lesson.path.name, f"{lesson.name}.ipynb"):
            yield Problem(
                path, 1, "does not belong here: nbgrader would hand it out; data lives in course/"
            )


PAGE_RULES = (_check_card, _check_sections, _check_links, _check_folder)
