"""Tables as lines and as HTML."""

from course.evaluation.tables import html_table, text_table

ROWS = [["model", "nats"], ["a<b", "0.3"]]


def test_lines_stand_below_one_another():
    assert text_table(ROWS) == ["model  nats", "a<b    0.3"]


def test_html_has_headings_on_both_sides_and_nothing_unescaped():
    page = html_table(ROWS, "less & more")
    assert '<th scope="col">nats</th>' in page
    assert "a&lt;b</th><td>0.3</td>" in page
    assert "less &amp; more</caption>" in page
