import re

import pytest

from course.lessons.failures import CommandError
from course.lessons.lint import lint_lesson
from tests.lessons.conftest import COURSE, TINY

HEADING = "# %% [markdown]\n# ## "
CHECK = "check.note_name(note_name)\n"
HIDDEN = "check.note_name(note_name, pitches=(0, 69, 127))\n"
META = (
    'nbgrader={"grade": false, "grade_id": "extra", "locked": true, "schema_version": 3, '
    '"solution": false, "task": false}'
)

BROKEN = {
    # the card
    "no card": ("# # 05 · Tiny lesson", "# # Tiny lesson", r":1: begin with the card: `# 05 · Ti"),
    "card of another lesson": ("# # 05 ·", "# # 06 ·", r":1: begin with the card: `# 05"),
    "no reading time": ("5 minutes to read, ", "", r":1: the card does not say the minutes to rea"),
    "no coding time": ("10 minutes to code", "soon", r"does not say the minutes to code"),
    "no computing time": ("1 minute of computing", "fast", r"does not say the minutes of comput"),
    "too few abilities": ("# - name a note,\n", "", r":1: list 3 to 5 things"),
    "leaving out": (
        "# **Points:**",
        "# Sections left out: Train it\n#\n# **Points:**",
        r":1: only lessons \('00', '13'\) may leave sections out",
    ),
    "leaving out nothing that exists": (
        "# **Points:**",
        "# Sections left out: Train them\n#\n# **Points:**",
        r":1: no such section to leave out: \['Train them'\]",
    ),
    # the sections
    "section missing": (
        f"{HEADING}2. Warm-up\n#\n# Which MIDI number is middle C?\n",
        "",
        r"the section `## 2. Warm-up` is missing",
    ),
    "section misspelt": ("## 10. Break it", "## 10. Brake it", r"`## 10. Brake it` is no sect"),
    "sections swapped": (
        "## 9. Measure it\n#\n# Three notes in, three notes out.\n\n# %% [markdown]\n# ## 10. Br",
        "## 10. Break it\n#\n# Three notes.\n\n# %% [markdown]\n# ## 9. Measure it\n#\n# ## Br",
        r"`## 9. Measure it` stands behind `## 10. Break it`: wrong order",
    ),
    "section twice": (
        f"{HEADING}2. Warm-up",
        f"{HEADING}1. Hear it first\n#\n# Once more.\n\n{HEADING}2. Warm-up",
        r"`## 1. Hear it first` stands behind `## 1. Hear it first`: wrong order",
    ),
    "section empty": ("# Nothing is trained here.\n", "", r"`## 7. Train it` is empty"),
    # code cells
    "no Python": ("4 * 4", "4 *", r":\d+: no Python: invalid syntax"),
    "long cell": ("4 * 4", "\n".join("4 * 4" for _ in range(16)), r"16 lines of code in a cell"),
    "late import": ("assert 72 - 60", "import math\nassert 72 - 60", r"import in the first code"),
    "unused import": ("import numpy as np", "import json\nimport numpy as np", r"json is never us"),
    "sound without title": ("4 * 4", "show(4)", r'show\(…\) needs title="…"'),
    "sound with empty title": ("4 * 4", 'compare({}, title="")', r'compare\(…\) needs title="…"'),
    "sound with long title": ("4 * 4", r'score(4, title="a\nb")', r'score\(…\) needs title="…"'),
    "figure without words": ("describe(axes", "print(axes", r"plot: end the cell with describe\("),
    "course figure without words": ("4 * 4", "plot_piano_roll(4)", r"plot_piano_roll: end the cel"),
    "figure with empty words": (
        '"Three notes that rise by a whole tone each."',
        '""',
        r"plot: end the cell with describe\(",
    ),
    "question in sight": ("4 * 4", "ask(4)", r"the answer can be read; begin with `# %% jupyter="),
    "question with marks": (
        "4 * 4",
        'ask("Is it a *jig*?")',
        r"a question is plain text, without marks: Is it a \*jig\*\?",
    ),
    "folded code": (
        "# %%\nimport",
        '# %% jupyter={"source_hidden": true}\nimport',
        r":\d+: only questions are folded; show this code",
    ),
    # links
    "link to no lesson": ("MIDI number is", "[MIDI](../06_no/06_no.ipynb) is", r"06_no.* nowhere"),
    "link to no file": ("MIDI number is", "[MIDI](../../docs/no.md) is", r"docs/no\.md leads nowh"),
    "link to no heading": (
        "MIDI number is",
        "[MIDI](../05_tiny/05_tiny.ipynb#Nowhere) is",
        r"05_tiny has no heading 'Nowhere'",
    ),
    "image without text": ("MIDI number is", "![](http://x.org/a.png)", r"a\.png has no alt text"),
    # the five cells
    "no check": (
        '"note_name_check"',
        '"note_name_test"',
        r"note_name: the graded cell note_name_check does not follow",
    ),
    "no hidden cell": (
        '"note_name_hidden"',
        '"note_name_more"',
        r"note_name: the graded cell note_name_hidden does not follow",
    ),
    "no task": (
        "# %% [markdown]\n# ### Exercise 1: the name of a note\n#\n# Difficulty 1 of 5 · 3 minutes "
        '· 4 points\n#\n# Give the name of a pitch: 60 is `"C4"`, 61 is `"C♯4"`.\n',
        "# %%\n5 * 5\n",
        r"note_name: there is no markdown cell with the task before",
    ),
    "no hints": (
        "# %% [markdown]\n# <details><summary>A nudge</summary>Twelve",
        "# %%\n5 * 5\n\n# %% [markdown]\n# <details><summary>A nudge</summary>Twelve",
        r"note_name: there is no markdown cell with the hints behind",
    ),
    "locked text": (
        "# %% [markdown]\n# ### Exercise 1",
        f"# %% [markdown] {META}\n# ### Exercise 1",
        r"note_name: take the nbgrader metadata off the task cell",
    ),
    "no price": ("Difficulty 1 of 5 ·", "", r"note_name: state the price: “.*4 points”"),
    "wrong price": (
        "3 minutes · 4 points",
        "3 minutes · 5 points",
        r"promises 5 points, its ce.* 4",
    ),
    "two hints": (
        "# <details><summary>Pseudo-code</summary>octave is pitch // 12 - 1</details>\n",
        "",
        r"note_name: give hints in three <details>",
    ),
    # the answer
    "no blank": ("### BEGIN SOLUTION", "", r"note_name: mark one ### BEGIN SOLUTION"),
    "short answer": (
        "    octave = pitch // 12 - 1\n    name = NAMES[pitch % 12]\n",
        "    # a comment is no line\n",
        r"note_name: 1 lines to write",
    ),
    "long answer": (
        "    octave = pitch // 12 - 1\n",
        "    octave = pitch // 12 - 1\n" * 14,
        r"note_name: 16 lines to write",
    ),
    "another name": ("def turn_round(", "def turn(", r"turn_round: the answer cell does not def"),
    "no docstring": (
        '    """Turn a melody round.\n\n    Args:\n        pitches: a list of MIDI numbers.\n\n'
        '    Returns:\n        A new list.\n    """\n',
        "",
        r"turn_round: give the answer a docstring",
    ),
    # the tests
    "no tag": (' tags=["raises-exception"]', "", r"note_name_check: add tags=\['raises-exception'"),
    "not locked": (
        '"note_name_check", "locked": true',
        '"note_name_check", "locked": false',
        r"note_name_check: set locked to true",
    ),
    "no points": (
        '"note_name_check", "locked": true, "points": 2',
        '"note_name_check", "locked": true, "points": 0',
        r"note_name_check: give it at least 1 point",
    ),
    "two calls": (CHECK, CHECK * 2, r"note_name_check: the one call check\.note_name\(note_name"),
    "another call": (CHECK, "assert note_name\n", r"note_name_check: the one call check\.note_n"),
    "answer of another": (
        CHECK,
        "check.note_name(count_steps)\n",
        r"note_name_check: the one call check\.note_name\(note_name",
    ),
    "no comment": (
        "# Hidden tests: other values",
        "# Secret: other values",
        r"note_name_hidden: begin with `# Hidden tests: other values of the same kind",
    ),
    "no region": ("### END HIDDEN TESTS", "", r"note_name_hidden: begin with"),
    "same values": (
        HIDDEN,
        "check.note_name(note_name)\n",
        r"note_name_hidden: only calls check\.note_name\(note_name, other values\)",
    ),
    "hidden requirement": (
        HIDDEN,
        "assert note_name(0) == 'C-1'\n",
        r"note_name_hidden: only calls",
    ),
    "outside the region": (
        f"### BEGIN HIDDEN TESTS\n{HIDDEN}",
        f"{HIDDEN}### BEGIN HIDDEN TESTS\n{HIDDEN}",
        r"note_name_hidden: only calls",
    ),
    # written answers
    "no written answer": (
        '"grade": true, "grade_id": "same_melody", "locked": false, "points": 2, "sch',
        '"grade": false, "grade_id": "same_melody", "locked": false, "sch',
        r"0 written answers; ask 1 or 2",
    ),
    "no rubric": (
        "# **Rubric.** 2 points",
        "# 2 points",
        r"same_melody: put a model answer and a r",
    ),
    # places, names, points
    "code graded elsewhere": (
        "# ## 6. Build it\n#\n# Three small functions.\n",
        "# ## 6. Build it\n#\n# Nothing.\n\n# %% [markdown]\n# ## 7. Train it\n#\n# Here.\n",
        r"note_name belongs into “Build it”",
    ),
    "prose graded elsewhere": (
        "# Three small functions.\n",
        "# Three small functions.\n\n"
        '# %% [markdown] nbgrader={"grade": true, "grade_id": "why", "locked": false, "points": 1, '
        '"schema_version": 3, "solution": true, "task": false}\n# Why?\n',
        r"why belongs into “Judge it”",
    ),
    "name twice": (
        '"count_steps_hidden"',
        '"note_name_hidden"',
        r"'note_name_hidden' is there twi",
    ),
    "name that is no word": ('"same_melody"', '"Q1"', r"grade_id 'Q1': use_words_like_this"),
    "card sum": (
        "**Points:** 12",
        "**Points:** 13",
        r":1: the card says 13 points, the cells give",
    ),
    "no points on card": (
        "**Points:** 12",
        "",
        r":1: the card says None points, the cells give 12",
    ),
    "too many points": (
        '"grade_id": "same_melody", "locked": false, "points": 2',
        '"grade_id": "same_melody", "locked": false, "points": 12',
        r":1: 22 points; at most 20",
    ),
    "too much hidden": (
        '"note_name_hidden", "locked": true, "points": 2',
        '"note_name_hidden", "locked": true, "points": 5',
        r":1: 6 of 13 points are visible; make it about 60 %",
    ),
}


def test_the_tiny_lesson_breaks_no_rule(make_course):
    assert lint_lesson(make_course(), TINY) == []


def test_imports_do_not_count_as_lines_of_a_cell(make_course, tiny_source):
    many = "from math import (\n" + "    sqrt,\n" * 20 + ")\nimport numpy as np\n\nsqrt(4)\n"
    root = make_course(tiny_source.replace("import numpy as np\n", many, 1))
    assert lint_lesson(root, TINY) == []


@pytest.mark.parametrize("name", BROKEN)
def test_every_rule_names_file_line_and_what_is_wrong(name, make_course, tiny_source):
    old, new, message = BROKEN[name]
    assert tiny_source.count(old) >= 1
    root = make_course(tiny_source.replace(old, new, 1))
    found = [str(problem) for problem in lint_lesson(root, TINY)]
    assert any(re.search(message, line) for line in found), found
    assert all(re.match(r".*05_tiny\.py:\d+: ", line) for line in found)


def test_too_few_exercises(make_course, tiny_source):
    start, stop = (
        tiny_source.index("# %% [markdown]\n# ### Exercise 2"),
        tiny_source.index("# %% [markdown]\n# ### Exercise 3"),
    )
    root = make_course(tiny_source[:start] + tiny_source[stop:])
    assert any("3 exercises; 4 to 6" in str(problem) for problem in lint_lesson(root, TINY))


def test_a_graded_cell_without_an_answer(make_course, tiny_source):
    start = tiny_source.index("# %% nbgrader={", tiny_source.index("### Exercise 2"))
    stop = tiny_source.index("# %% nbgrader={", start + 1)
    root = make_course(tiny_source[:start] + tiny_source[stop:])
    found = "\n".join(map(str, lint_lesson(root, TINY)))
    assert "count_steps_check belongs to no answer cell" in found


def test_a_stray_file_in_the_folder(make_course):
    root = make_course()
    (root / "solutions" / TINY / "answers.txt").write_text("secret")
    (problem,) = lint_lesson(root, TINY)
    assert "nbgrader would hand it out" in problem.message


def test_links_that_lead_somewhere(make_course, tiny_source):
    text = (
        "[a](../05_tiny/05_tiny.ipynb) [b](../05_tiny/05_tiny.ipynb#6.-Build-it) "
        "[c](#2.-Warm-up) [d](https://example.org) ![e](https://example.org/e.png) "
        "[f](../../nbgrader_config.py)"
    )
    root = make_course(tiny_source.replace("Which MIDI number is middle C?", text))
    assert lint_lesson(root, TINY) == []


def test_lesson_00_may_leave_sections_out_and_have_one_exercise(make_course, tiny_source):
    exercise_1 = tiny_source.index("# %% [markdown]\n# ### Exercise 2")
    source = tiny_source[:exercise_1] + "# %% [markdown]\n# ## 13. Where next\n#\n# On.\n"
    left_out = "7 Train it, 8. Listen and look (no model, no sound), Measure it, Break it, "
    left_out += "Your own music, Judge it"
    source = source.replace("# # 05 ·", "# # 00 ·").replace(
        "**Points:** 12", f"**Points:** 4\n#\n# Sections left out: {left_out}."
    )
    source = source.replace("values\n", "use\n", 1).replace(", passed, use", ", passed")
    found = [str(p) for p in lint_lesson(make_course(source, "00_tiny"), "00_tiny")]
    assert [line for line in found if "sections" in line or "exercises" in line] == []
    assert [line for line in found if "section `" in line] == []


@pytest.mark.parametrize("source", ["", "print(1)\n\n# %%\n2\n"])
def test_a_source_that_is_no_lesson(source, make_course):
    with pytest.raises(CommandError, match=r"05_tiny\.py: \d cells but \d `# %%` lines; begin"):
        lint_lesson(make_course(source), TINY)


def test_a_missing_source(tmp_path):
    with pytest.raises(CommandError, match=r"07_none\.py: cannot be read"):
        lint_lesson(tmp_path, "07_none")


@pytest.mark.parametrize(
    "name", [path.name for path in sorted((COURSE / "solutions").glob("[0-9][0-9]_*"))]
)
def test_the_lessons_keep_the_form(name):
    assert [str(problem) for problem in lint_lesson(COURSE, name)] == []
