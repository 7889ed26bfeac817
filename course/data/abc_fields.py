"""The fields and small signs of ABC notation: keys, metres, lengths, accidentals.

References:
    The ABC music standard 2.1, abcnotation.com, 3.1.6 (metre), 3.1.14 (key), 4.2 and 4.3.
"""

import re
from fractions import Fraction

SHARPS = "FCGDAEB"  # the order in which sharps enter a key signature; flats enter from the end
MODE_FIFTHS = {"ion": 0, "maj": 0, "mix": -1, "dor": -2, "aeo": -3, "min": -3, "phr": -4, "lyd": 1}
MODE_NAMES = {
    "ion": "major", "maj": "major", "mix": "mixolydian", "dor": "dorian", "aeo": "minor",
    "min": "minor", "phr": "phrygian", "lyd": "lydian",
}  # fmt: skip


def parse_key(value: str) -> tuple[str, str, int, dict[str, int]]:
    """Read a `K:` field.

    Args:
        value: such as "G", "Ador", "F#m", "Dmix=c".

    Returns:
        Tonic, mode, sharps (flats below 0), and the alteration of each altered letter.

    Raises:
        ValueError: if the field names no key.
    """
    found = re.match(r"([A-G])([#b]?)\s*([A-Za-z]*)", value)
    if not found:
        raise ValueError(f"key {value!r} names no tonic")
    letter, sign, word = found.groups()
    word = word.lower()  # capitals do not count: EM is E minor, as the tunes signed so show
    mode = {"": "maj", "m": "min"}.get(word, word[:3])
    if mode not in MODE_FIFTHS:
        raise ValueError(f"key {value!r} has the unknown mode {word!r}")
    sharps = SHARPS.index(letter) - 1 + 7 * ((sign == "#") - (sign == "b")) + MODE_FIFTHS[mode]
    if not -7 <= sharps <= 7:
        raise ValueError(f"key {value!r} needs {sharps} accidentals")
    altered = dict.fromkeys(SHARPS[:sharps], 1) if sharps > 0 else {}
    if sharps < 0:
        altered = dict.fromkeys(SHARPS[sharps:], -1)
    for accidental, name in re.findall(r"([_^=]+)([A-Ga-g])", value[found.end() :]):
        altered[name.upper()] = alteration(accidental)
    return letter + sign, MODE_NAMES[mode], sharps, altered


def parse_metre(value: str) -> tuple[int, int]:
    """Read an `M:` field.

    Args:
        value: such as "6/8", "C" or "C|".

    Returns:
        Numerator and denominator; C is 4/4, C| is 2/2.

    Raises:
        ValueError: if the field is no metre.
    """
    value = {"C": "4/4", "C|": "2/2"}.get(value.strip(), value.strip())
    found = re.fullmatch(r"(\d+)\s*/\s*(\d+)", value)
    if not found:
        raise ValueError(f"metre {value!r} is no fraction")
    return int(found[1]), int(found[2])


def alteration(accidental: str) -> int:
    """Give the semitones of an accidental.

    Args:
        accidental: "^", "_", "=" and doubles; "" counts as natural.

    Returns:
        -2..2.
    """
    return accidental.count("^") - accidental.count("_")


def multiple_of_unit(length: str) -> Fraction:
    """Read a note length.

    Args:
        length: such as "", "2", "3/2", "/" (a half) or "//" (a quarter).

    Returns:
        The multiple of the unit note length.
    """
    upper, slash, lower = length.partition("/")
    if not slash:
        return Fraction(int(upper or 1))
    halvings = lower.count("/") + 1
    digits = lower.lstrip("/")
    return Fraction(int(upper or 1), int(digits) if digits else 2**halvings)
