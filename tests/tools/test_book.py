"""The book without a browser: what is on the pages, and what must not be."""

import re
from functools import cache
from urllib.parse import unquote

import nbformat
import pytest
from bs4 import BeautifulSoup
from latex2mathml.exceptions import ExtraLeftOrMissingRightError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course.lessons.places import lesson_names, release_path, source_path
from tools.book.cells import page_cells
from tools.book.markdown import to_html
from tools.book.pages import finish, lesson_body
from tools.executed import ROOT

LESSONS = lesson_names(ROOT)
PAGES = frozenset({*LESSONS, "index", "glossary"})
SECRET = re.compile(
    r"^[^\n]*### BEGIN (SOLUTION|HIDDEN TESTS)[^\n]*\n(?P<inside>.*?)^[^\n]*### END \1",
    re.S | re.M,
)
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGA"
    "WjR9awAAAABJRU5ErkJggg=="
)


def notebooks(lesson):
    """Give a solved lesson, not run, and the lesson as learners get it."""
    paths = (source_path(ROOT, lesson).with_suffix(".ipynb"), release_path(ROOT, lesson))
    return [nbformat.read(path, as_version=4) for path in paths]


@cache
def prose(lesson):
    """Give a lesson's text, without code and outputs, as the book shows it."""
    cells = page_cells(*notebooks(lesson), "class").cells
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return finish(to_html(text), PAGES)


def words_of(text):
    return " ".join(re.sub(r"[`*]", "", text).split())


def secrets(lesson):
    """Give the lines of answers and hidden tests, as long as no learner is shown them."""
    solved, student = notebooks(lesson)
    shown = words_of(" ".join(cell.source for cell in student.cells))
    for cell in solved.cells:
        for region in SECRET.finditer(cell.source):
            lines = map(words_of, region["inside"].splitlines())
            yield from (line for line in lines if len(line) > 20 and line not in shown)


def page_text(lesson, edition):
    return words_of(" ".join(c.source for c in page_cells(*notebooks(lesson), edition).cells))


def exercise(source="1", outputs=(), **marks):
    cell = new_code_cell(source, id="a", outputs=list(outputs))
    cell.metadata["nbgrader"] = marks
    return cell


def chosen(edition, solved, student=None):
    pair = [new_notebook(cells=[cell]) for cell in (solved, student or solved)]
    return page_cells(*pair, edition).cells


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_class_edition_gives_nothing_away(lesson):
    text, found = page_text(lesson, "class"), list(secrets(lesson))
    assert len(found) > 5
    assert [line for line in found if line in text] == []
    assert "SOLUTION" not in text


@pytest.mark.parametrize("lesson", LESSONS)
def test_no_edition_has_a_hidden_test_and_one_has_all_solutions(lesson):
    cells = page_cells(*notebooks(lesson), "solutions").cells
    assert not any(cell.id.endswith("_hidden") for cell in cells)
    assert not any(re.search("HIDDEN TESTS|SOLUTION", cell.source) for cell in cells)
    answers = [cell for cell in notebooks(lesson)[0].cells if "BEGIN SOLUTION" in cell.source]
    folded = [cell for cell in cells if "fold" in cell.metadata]
    assert len(folded) == len(answers) > 0
    for cell, answer in zip(folded, answers, strict=True):
        region = SECRET.search(answer.source)["inside"]
        assert words_of(region) in words_of(cell.source)
        assert cell.metadata["fold"] in ("A solution", "A model answer")


def test_a_solution_is_folded_below_what_learners_see():
    pair = notebooks("12_evaluation")
    for notebook in pair:
        notebook.cells = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
    body = lesson_body(page_cells(*pair, "solutions"), PAGES)
    found = BeautifulSoup(body.html, "html.parser").select("details.solution")
    assert {details.summary.get_text() for details in found} == {"A solution", "A model answer"}
    assert not any(details.has_attr("open") for details in found)
    stub, answer = (
        body.html.index(words) for words in ("Write your answer here", "A model answer")
    )
    assert stub < answer


def test_the_class_edition_keeps_outputs_of_given_cells_only():
    output = new_output("stream", name="stdout", text="42")
    assert chosen("class", exercise(outputs=[output]))[0].outputs == [output]
    for marks in ({"solution": True}, {"grade": True}):
        cells = chosen("class", exercise(outputs=[output], **marks))
        assert [cell.outputs for cell in cells] == [[]]
    other = exercise("2")
    assert chosen("class", exercise(outputs=[output]), other)[0].outputs == []


def test_a_widget_becomes_a_sentence_and_a_warning_goes():
    data = {"application/vnd.jupyter.widget-view+json": {}, "text/plain": "<Keyboard, 0 notes>"}
    outputs = [
        new_output("display_data", data=data),
        new_output("stream", name="stderr", text="DeprecationWarning"),
    ]
    [output] = chosen("class", exercise(outputs=outputs))[0].outputs
    assert "In the notebook:</strong> a piano keyboard" in output.data["text/html"]


def test_what_a_cell_tells_of_this_computer_goes():
    cell = exercise("run_doctor()")
    cell.metadata["tags"] = ["own-computer"]
    cell.outputs = [new_output("stream", name="stdout", text="disk 80 GB free")]
    [output] = chosen("solutions", cell)[0].outputs
    assert "In the notebook:</strong> what it finds" in output.data["text/html"]


def test_no_page_tells_what_the_doctor_says_of_this_computer():
    [cell] = [c for c in notebooks("00_start")[1].cells if "run_doctor()" in c.source]
    assert cell.metadata["tags"] == ["own-computer"]


def test_the_code_of_a_question_is_left_out():
    cell = exercise("ask('?', right='yes')")
    cell.metadata["jupyter"] = {"source_hidden": True}
    cell.outputs = [new_output("execute_result", data={"text/html": "<p>Question</p>"})]
    body = lesson_body(page_cells(*[new_notebook(cells=[cell])] * 2, "class"), PAGES)
    assert "right=" not in body.html
    assert "<p>Question</p>" in body.html


def test_notebooks_that_do_not_belong_together_are_refused():
    other = new_notebook(cells=[new_markdown_cell("x", id="b")])
    with pytest.raises(ValueError, match="run `make build` first"):
        page_cells(new_notebook(cells=[exercise()]), other, "class")
    with pytest.raises(ValueError, match="edition is 'both'; use one of solutions, class"):
        chosen("both", exercise())


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_formula_is_understood(lesson):
    formulas = BeautifulSoup(prose(lesson).html, "html.parser").find_all("math")
    assert [str(math) for math in formulas if "\\" in math.get_text()] == []
    assert "$" not in re.sub(r"<(code|pre).*?</\1>", "", prose(lesson).html, flags=re.S)


def test_formulas():
    html = to_html("Inline $x_t$ and\n\n$$ \\frac{1}{2} $$\n\nand `$5` and 3 \\$.")
    assert html.count("<math") == 2
    assert html.count('display="block"') == 1
    assert "<mfrac><mn>1</mn><mn>2</mn></mfrac>" in html.replace("<mrow>", "").replace(
        "</mrow>", ""
    )
    with pytest.raises(ExtraLeftOrMissingRightError):
        to_html("$\\left( x$")


def test_links_between_lessons_lead_to_a_heading():
    for lesson in LESSONS:
        for link in BeautifulSoup(prose(lesson).html, "html.parser").select("a[href]"):
            name, _, place = link["href"].partition("#")
            if name.startswith("http"):
                continue
            target = name.removesuffix(".html") or lesson
            assert target in PAGES
            if place:
                assert unquote(place) in {heading.id for heading in prose(target).headings}


def test_a_link_that_leads_nowhere_becomes_text():
    html = finish('<h1>a</h1><a href="../04_rnn/04_rnn.ipynb">four</a>', frozenset()).html
    assert html.endswith("</h1>four")


def test_headings_are_called_as_in_jupyterlab_and_apart():
    body = finish("<h2>3. The  idea</h2><p>one</p><h2>3. The idea</h2><p>two</p>", PAGES)
    assert [heading.id for heading in body.headings] == ["3.-The-idea", "3.-The-idea-2"]
    assert [words for _, _, words in body.sections] == ["one", "two"]


def test_the_search_knows_words_and_no_solution():
    html = (
        "<h1>T</h1><ul><li>a <b>b</b>, c</li><li>d</li></ul><style>e</style>"
        '<details class="solution"><p>f</p></details><p>g</p>'
    )
    assert finish(html, PAGES).sections == (("T", "T", "a b, c d g"),)


def test_pictures_become_files_with_a_size():
    image = f'<img alt="dot" width="7" src="data:image/png;base64,{PIXEL}">'
    body = finish(image * 2, PAGES)
    [name] = body.pictures
    assert body.html.count(f'src="pictures/{name}"') == 2
    assert body.pictures[name].startswith(b"\x89PNG")
    assert 'width="7"' in body.html
    assert 'height="7"' in body.html


def test_an_empty_head_of_a_table_goes():
    html = finish(to_html("| | |\n|---|---|\n| a | b |"), PAGES).html
    assert "<th" not in html
    html = finish(to_html("| $t$ | x |\n|---|---|\n| a | b |"), PAGES).html
    assert html.count("<th>") == 1
    assert '<div class="wide" tabindex="0"><table>' in html
