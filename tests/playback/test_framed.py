import json

import matplotlib.pyplot as plt
import pytest

from course.playback.framed import framed_page, show_framed


def page(data):
    figure = plt.figure()
    return framed_page("map", "A <title>", "what it holds", data, figure), figure


def test_a_page_escapes_what_it_is_given_and_closes_its_figure():
    made, figure = page({"text": "</script><b>"})
    assert "A &lt;title&gt;" in made
    assert "</script><b>" not in made
    assert not plt.fignum_exists(figure.number)


def test_a_page_has_a_picture_and_its_own_script():
    made, _ = page({"rows": 2})
    assert 'alt="what it holds"' in made
    assert "data:image/png;base64," in made
    assert "mountMap({&quot;rows&quot;:2});" in made
    assert json.dumps({"rows": 2}) not in made  # written without blanks


def test_nothing_is_made_where_nothing_is_shown(capsys):
    show_framed("one line", lambda: pytest.fail("the page was made"), "none")
    assert capsys.readouterr().out == "one line\n"
