import pytest

from course.lessons.places import lesson_names
from course.lessons.timings import computing_words, read_timings
from tests.lessons.conftest import COURSE


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, "less than a minute of computing"),
        (59.9, "less than a minute of computing"),
        (60, "about one minute of computing"),
        (61, "about two minutes of computing"),
        (240, "about four minutes of computing"),
    ],
)
def test_time_in_words(seconds, words):
    assert computing_words(seconds) == words


def test_more_than_ten_minutes_is_no_lesson():
    with pytest.raises(ValueError, match="601 s"):
        computing_words(601)


@pytest.mark.parametrize("lesson", lesson_names(COURSE, "solutions"))
def test_the_card_says_what_was_measured(lesson):
    measured = read_timings()[lesson]  # written by make timings
    source = (COURSE / "solutions" / lesson / f"{lesson}.py").read_text(encoding="utf-8")
    card = next(line for line in source.splitlines() if line.startswith("# | Time |"))
    assert computing_words(measured["lesson"]["seconds"]) in card
    assert measured["lesson"]["memory"] <= 2048
