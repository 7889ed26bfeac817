"""The patterns of the styles."""

import pytest

from course.arranging.grooves import STYLES, groove_for, metre_kind
from course.note_sequence import TimeSignature

METRES = [(4, 4), (2, 4), (2, 2), (3, 4), (3, 8), (6, 8), (9, 8), (12, 8)]


def test_kinds_of_metre():
    kinds = [metre_kind(TimeSignature(0.0, *metre)) for metre in METRES]
    assert kinds == [*["duple"] * 3, *["triple"] * 2, *["compound"] * 3]


@pytest.mark.parametrize("style", STYLES)
def test_every_stroke_lies_in_its_groove(style):
    for groove in STYLES[style].values():
        for part in (groove.chords, groove.bass, groove.drums):
            assert part
            for hit in part:
                assert 0 <= hit.start < groove.length
                assert 0 < hit.length <= groove.length - hit.start
        assert any(hit.start == 0 for hit in groove.bass)


def test_every_metre_has_a_style_and_what_does_not_fit_is_refused():
    for metre in METRES:
        assert groove_for("folk", TimeSignature(0.0, *metre))
    with pytest.raises(ValueError, match=r"'waltz' has no groove for 4/4 .*folk"):
        groove_for("waltz", TimeSignature(0.0, 4, 4))
    with pytest.raises(ValueError, match="there is no style 'polka'"):
        groove_for("polka", TimeSignature(0.0, 4, 4))
