import re

import pytest

from course.quiz import ask

OPTIONS = {"60": "Middle C is 60.", "<64>": "That is E4."}


def test_each_option_opens_with_its_verdict_and_explanation():
    page = ask("Which number is middle C?", OPTIONS, "60")._repr_html_()
    assert re.findall(r"<summary>(.*?)</summary><blockquote>(.) ", page) == [
        ("60", "✓"),
        ("&lt;64&gt;", "✗"),
    ]
    assert "Middle C is 60." in page


def test_text_form_does_not_give_the_answer_away():
    assert repr(ask("Which?", OPTIONS, "60")) == "Which? Options: 60 | <64>"


@pytest.mark.parametrize(
    ("options", "right", "message"),
    [
        ({"a": "why"}, "a", "at least two"),
        ({"a": "why", "b": " "}, "a", "no explanation"),
        ({"a": "why", "b": "why"}, "c", "is none of"),
    ],
)
def test_broken_questions_are_refused(options, right, message):
    with pytest.raises(ValueError, match=message):
        ask("Which?", options, right)
