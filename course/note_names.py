"""The usual names of pitches."""

NOTE_NAMES = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
ACCIDENTALS = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}


def note_name(pitch: int) -> str:
    """Give a pitch's usual name with its octave: 60 is "C4", 61 is "C♯4".

    Args:
        pitch: MIDI number, 0..127.

    Returns:
        Name and octave; middle C is C4.
    """
    return f"{NOTE_NAMES[pitch % 12]}{pitch // 12 - 1}"
