import pytest

from course.note_names import note_name


@pytest.mark.parametrize(
    ("pitch", "name"), [(0, "C-1"), (60, "C4"), (61, "C♯4"), (70, "B♭4"), (127, "G9")]
)
def test_names_by_hand(pitch, name):
    assert note_name(pitch) == name
