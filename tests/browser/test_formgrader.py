"""A graded class in nbgrader's formgrader, in a real browser."""

import pytest

from course.grading.grade import Order, grade_class
from course.grading.gradebook import GradedCourse
from tests.grading.attacks import LESSON, WRONG, Maker
from tests.grading.conftest import SMALL, build_fast_lesson, hand_in, sandbox
from tests.lessons.test_formgrader import TOKEN, jupyterlab

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SCRIPT = "They differ.<script>window.stolen = 1</script><img src=x onerror='window.stolen = 1'>"


def test_points_and_notebooks_are_shown(chromium, tmp_path):
    course = GradedCourse(build_fast_lesson(tmp_path / "course"))
    maker = Maker(course.root)
    hand_in(course, "ada", maker.change(same_melody=SCRIPT))
    hand_in(course, "bob", maker.change(turn_round=WRONG))
    hand_in(course, "cyd", b"{")
    grade_class(course, Order(LESSON, sandbox(), SMALL, workers=2), lambda line: None)
    context = chromium.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    with jupyterlab(course.root, tmp_path) as address:
        page.route(
            lambda url: not url.startswith((address, "data:", "blob:")), lambda route: route.abort()
        )
        page.set_extra_http_headers({"Authorization": f"token {TOKEN}"})
        page.goto(f"{address}/formgrader/gradebook/{LESSON}/{LESSON}")
        page.wait_for_selector("table tbody tr td")
        page.wait_for_function("document.querySelectorAll('table tbody tr').length == 2")
        rows = page.locator("table tbody tr").all_inner_texts()
        scores = sorted(row.split("\t")[2:4] for row in rows)
        assert [[" ".join(x.split()) for x in pair] for pair in scores] == [
            ["3 / 8", "3 / 6"],
            ["6 / 8", "6 / 6"],
        ]
        page.screenshot(path=str(tmp_path / "gradebook.png"))
        page.locator("table tbody tr", has_text="6 / 6").locator("a").first.click()
        page.wait_for_selector(".nbgrader_cell")
        text = page.locator("body").inner_text()
        assert "They differ." in text
        assert "✓ The melody runs backwards." in text
        assert "<script>window.stolen" in text  # shown, not run
        assert page.evaluate("window.stolen") is None
        page.screenshot(path=str(tmp_path / "submission.png"))
    context.close()
