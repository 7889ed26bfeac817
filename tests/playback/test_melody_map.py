import json
import re
from dataclasses import replace

import numpy as np
import pytest

from course.playback.melody_map import (
    MelodyMap,
    _picture,
    describe_map,
    map_data,
    map_page,
    plane_places,
    show_map,
)

PITCHES = np.array([[[60, -1], [62, 62], [64, 64]], [[72, 72], [74, -1], [-1, 71]]])
MAP = MelodyMap(
    pitches=PITCHES,
    struck=PITCHES >= 0,
    points=np.array([[0.0, 0.5], [1.0, 0.25]]),
    kinds=np.array([0, 1]),
    legend=("low </script>", "high"),
    axes=("denser", "higher"),
    title="Six melodies",
    quarters_per_minute=120,
)


def test_what_the_script_is_told():
    data = map_data(MAP)
    assert (data["rows"], data["columns"], data["cells"]) == (2, 3, 2)
    assert data["pitches"][3] == [72, 72]  # the second row begins behind the three of the first
    assert data["struck"][0] == "10"
    assert (data["low"], data["high"], data["seconds"]) == (60, 74, 0.125)
    assert data["points"] == [[0.0, 0.5, 0], [1.0, 0.25, 1]]
    assert data["start"] == [1, 1]
    assert json.loads(json.dumps(data))["axes"] == ["denser", "higher"]


def test_many_points_are_thinned_out():
    many = replace(
        MAP, points=np.random.default_rng(0).random((3000, 2)), kinds=np.zeros(3000, int)
    )
    assert len(map_data(many)["points"]) == 400
    assert map_data(replace(MAP, points=np.zeros((0, 2)), kinds=np.zeros(0)))["points"] == []


@pytest.mark.slow
def test_the_page_has_words_a_picture_and_a_frame():
    page = map_page(MAP)
    assert page.count("<iframe") == page.count("srcdoc=") == 1
    assert 'src="data:image/png;base64,' in page
    text = "Six melodies: 3 by 2 melodies; to the right denser, upwards higher"
    assert describe_map(MAP) == text
    assert page.count(f'"{text}"') == 2  # of the picture and of the frame
    assert "//" not in re.sub(r"data:image\S+|http://www.w3.org/2000/svg", "", page)
    assert page.count("&lt;/script&gt;") == 1  # a legend cannot end the script
    assert len(page) < 120_000


def test_the_pictures_legends_hide_nothing():
    figure = _picture(MAP)
    figure.draw_without_rendering()
    for axes in figure.axes:
        assert not axes.get_legend().get_window_extent().overlaps(axes.get_window_extent())
        assert figure.bbox.fully_containsx(axes.get_legend().get_window_extent().x1)


def test_where_nothing_is_shown_a_line_is_printed(capsys):
    show_map(MAP, mode="none")
    assert capsys.readouterr().out == describe_map(MAP) + "\n"


def test_places_by_hand():
    places = plane_places(np.array([[0.0, 5.0], [2.0, 10.0], [9.0, 0.0]]), (-2, 0), (2, 10))
    assert places.tolist() == [[0.5, 0.5], [1.0, 1.0], [1.0, 0.0]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"pitches": PITCHES[0]}, "pitches has shape"),
        ({"struck": PITCHES[:1] >= 0}, "struck has shape"),
        ({"points": np.zeros((3, 2))}, "points has shape"),
        ({"quarters_per_minute": 0}, "quarters_per_minute is 0"),
        ({"pitches": PITCHES[:1], "struck": PITCHES[:1] >= 0}, "give 2 by 2 at least"),
    ],
)
def test_bad_maps(change, message):
    with pytest.raises(ValueError, match=message):
        replace(MAP, **change)
