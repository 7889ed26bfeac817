import pytest

from course.models.wishes import DENSITIES, MODES, NUM_KEYS, WISHES, key_number, wish_numbers


def test_numbers_by_hand():
    assert wish_numbers() == (0, 0)
    assert wish_numbers("major", "dense") == (1, 3)
    assert wish_numbers(density="sparse") == (0, 1)
    assert wish_numbers(mode="minor") == (2, 0)


def test_every_wish_has_a_number_of_its_own():
    assert [wish_numbers(mode)[0] for mode in (None, *MODES)] == [0, 1, 2]
    assert [wish_numbers(density=name)[1] for name in (None, *DENSITIES)] == [0, 1, 2, 3]
    assert tuple(WISHES) == ("mode", "density")


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ({"mode": "dorian"}, "mode is 'dorian'; choose from major, minor, or None"),
        ({"density": "major"}, "density is 'major'; choose from sparse, medium, dense, or None"),
        ({"mode": ""}, "mode is ''; choose from major, minor, or None"),
    ],
)
def test_an_unknown_wish(wish, message):
    with pytest.raises(ValueError, match=message):
        wish_numbers(**wish)


def test_keys_are_numbered_major_first():
    numbers = [key_number(tonic, mode) for mode in MODES for tonic in range(12)]
    assert numbers == list(range(1, NUM_KEYS + 1))


def test_a_key_that_is_none():
    with pytest.raises(ValueError, match=r"tonic is 12, outside 0\.\.11; a pitch class"):
        key_number(12, "major")
    with pytest.raises(ValueError, match="mode is 'dorian'; choose from major, minor"):
        key_number(0, "dorian")
