"""Rules about code cells: length, imports, titles of sounds, descriptions, folded questions."""

import ast
import re
from collections.abc import Iterator

from course.lessons.lint.common import Problem, calls, code_lines, tree
from course.lessons.source import LessonSource, SourceCell

MAX_CODE_LINES = 15
SOUNDS = ("show", "compare", "score")
FIGURES = ("plot", "bar", "barh", "hist", "scatter", "imshow", "pcolormesh", "subplots", "figure")


def _check_code(lesson: LessonSource) -> Iterator[Problem]:
    """Every code cell is Python and short; answers and hidden tests may be longer."""
    for cell in lesson.cells:
        if cell.kind != "code":
            continue
        try:
            ast.parse(cell.text)
        except SyntaxError as error:
            yield Problem(lesson.path, cell.line + (error.lineno or 0), f"no Python: {error.msg}")
        count = code_lines(_without_imports(cell))
        if count > MAX_CODE_LINES and not cell.is_answer and "HIDDEN TESTS" not in cell.text:
            yield Problem(
                lesson.path,
                cell.line,
                f"{count} lines of code in a cell; split it (at most {MAX_CODE_LINES})",
            )


def _without_imports(cell: SourceCell) -> list[str]:
    """Give a cell's lines but for its imports: they are many in the first cell, and not read."""
    imports = [n for n in tree(cell).body if isinstance(n, ast.Import | ast.ImportFrom)]
    taken = {line for n in imports for line in range(n.lineno, (n.end_lineno or n.lineno) + 1)}
    return [line for place, line in enumerate(cell.text.splitlines(), 1) if place not in taken]


def _check_imports(lesson: LessonSource) -> Iterator[Problem]:
    """The first code cell imports everything, and nothing that is not used."""
    code = [cell for cell in lesson.cells if cell.kind == "code"]
    used = {node.id for cell in code for node in ast.walk(tree(cell)) if isinstance(node, ast.Name)}
    for place, cell in enumerate(code):
        for node in ast.walk(tree(cell)):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            if place > 0:
                yield Problem(
                    lesson.path, cell.line + node.lineno, "import in the first code cell instead"
                )
            for alias in node.names:
                name = alias.asname or alias.name.partition(".")[0]
                if name not in used:
                    yield Problem(lesson.path, cell.line + node.lineno, f"{name} is never used")


def _check_sounds_and_figures(lesson: LessonSource) -> Iterator[Problem]:
    """Every sound has a one-line title, every figure a description."""
    for cell in lesson.cells:
        if cell.kind != "code":
            continue
        for name, node in calls(cell, SOUNDS):
            titles = [keyword.value for keyword in node.keywords if keyword.arg == "title"]
            if not titles or not _is_line(titles[0]):
                yield Problem(
                    lesson.path,
                    cell.line + node.lineno,
                    f'{name}(…) needs title="…": one line that says what is heard',
                )
        plots = {node.func.attr for node in _methods(cell)} & set(FIGURES)
        plots |= {name for name in _called(cell) if name.startswith("plot_")}
        if plots and not any(_is_line(node.args[-1]) for _, node in calls(cell, ["describe"])):
            yield Problem(
                lesson.path,
                cell.line,
                f"{', '.join(sorted(plots))}: end the cell with describe(axes, "
                '"what the figure shows") for those who cannot see it',
            )


def _check_questions(lesson: LessonSource) -> Iterator[Problem]:
    """The code of a question is folded away, for it holds the answer; nothing else is.

    What it says is plain text: marks of Markdown would be shown as they stand.
    """
    for cell in lesson.cells:
        if cell.kind != "code":
            continue
        asks = [node for _, call in calls(cell, ["ask"]) for node in ast.walk(call)]
        for text in (node.value for node in asks if isinstance(node, ast.Constant)):
            if re.search(r"\*\S+\*|[`$]", str(text)):
                what = f"a question is plain text, without marks: {text}"
                yield Problem(lesson.path, cell.line, what)
        if asks and not cell.folded:
            fix = '`# %% jupyter={"source_hidden": true}`'
            yield Problem(lesson.path, cell.line, f"the answer can be read; begin with {fix}")
        elif cell.folded and not asks:
            yield Problem(lesson.path, cell.line, "only questions are folded; show this code")


def _methods(cell: SourceCell) -> Iterator[ast.Call]:
    for node in ast.walk(tree(cell)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node


def _called(cell: SourceCell) -> Iterator[str]:
    for node in ast.walk(tree(cell)):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "id", getattr(node.func, "attr", ""))


def _is_line(node: ast.AST) -> bool:
    """Tell whether an argument is a text of one line; a computed one may pass."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and bool(node.value.strip()) and "\n" not in node.value
    return True


CODE_RULES = (_check_code, _check_imports, _check_sounds_and_figures, _check_questions)
