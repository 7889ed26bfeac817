from fractions import Fraction

import pytest

from course.data.abc_fields import multiple_of_unit, parse_key, parse_metre


@pytest.mark.parametrize(
    ("value", "tonic", "mode", "fifths"),
    [
        ("G", "G", "major", 1),
        ("Em", "E", "minor", 1),
        ("Bb", "Bb", "major", -2),
        ("F#m", "F#", "minor", 3),
        ("Ador", "A", "dorian", 1),
        ("D Mixolydian", "D", "mixolydian", 1),
        ("AMix", "A", "mixolydian", 2),
        ("EM", "E", "minor", 1),
        ("A Minor", "A", "minor", 0),
        ("Bphr", "B", "phrygian", 1),
        ("Flyd", "F", "lydian", 0),
    ],
)
def test_keys(value, tonic, mode, fifths):
    found = parse_key(value)
    assert found[:3] == (tonic, mode, fifths)
    assert len(found[3]) == abs(fifths)


def test_altered_letters():
    assert parse_key("D")[3] == {"F": 1, "C": 1}
    assert parse_key("Eb")[3] == {"B": -1, "E": -1, "A": -1}
    assert parse_key("Dmix=c^g")[3] == {"F": 1, "C": 0, "G": 1}


@pytest.mark.parametrize(("value", "metre"), [("6/8", (6, 8)), ("C", (4, 4)), (" C| ", (2, 2))])
def test_metres(value, metre):
    assert parse_metre(value) == metre


@pytest.mark.parametrize(
    ("length", "multiple"),
    [("", 1), ("3", 3), ("/", "1/2"), ("//", "1/4"), ("3/2", "3/2"), ("/4", "1/4"), ("3/", "3/2")],
)
def test_lengths(length, multiple):
    assert multiple_of_unit(length) == Fraction(multiple)


def test_what_is_no_key_or_metre():
    with pytest.raises(ValueError, match="unknown mode 'n'"):
        parse_key("Bn")
    with pytest.raises(ValueError, match="no tonic"):
        parse_key("none")
    with pytest.raises(ValueError, match="needs 9 accidentals"):
        parse_key("D#")
    with pytest.raises(ValueError, match="'free' is no fraction"):
        parse_metre("free")
