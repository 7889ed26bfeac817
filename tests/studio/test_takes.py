import pytest

from course.studio.takes import make, remake
from course.studio.watching import Cancelled, Watch


def test_the_same_request_gives_the_same_take(voices):
    again = make(voices.request)
    assert again.music == voices.music
    assert again.recipe == voices.recipe


def test_a_take_stays_when_it_is_made_anew(voices, edited):
    assert len(voices.recipe.draws) == 1
    assert edited.recipe.draws[0] == voices.recipe.draws[0]
    assert edited.recipe.draws[1].locked == (2,)
    assert edited.request == voices.request


def test_something_must_be_free(voices):
    with pytest.raises(ValueError, match="all 3 bars are locked; unlock at least one"):
        remake(voices, [1, 2, 3], seed=1)


def test_it_can_be_stopped(voices):
    watch = Watch()
    watch.cancel()
    with pytest.raises(Cancelled):
        make(voices.request, watch)
    with pytest.raises(Cancelled):
        remake(voices, [2], 1, watch)


def test_the_last_word_is_done(voices):
    told = []
    remake(voices, [1, 2], 1, Watch(lambda share, stage: told.append(stage)))
    assert told[-2:] == ["arranging", "done"]
