"""Three voices under a given soprano: reading it, rules for the voices, and choosing among takes.

The models of this course read from left to right, so a voice is written without knowing where the
soprano goes next. `harmonise` therefore writes several takes and orders them by how well the
harmony led to the soprano that came: a take in which each note of the soprano was to be expected
has prepared it.
"""

import re
from collections.abc import Iterable, Mapping

import numpy as np

from course.errors import check_integer, check_range
from course.evaluation.control import find_key
from course.models.drawing import Choose
from course.models.melody_net import MelodyNetConfig
from course.models.voices import FREE, SILENCE, VOICES, VoiceModel
from course.note_names import ACCIDENTALS, LETTERS, note_name
from course.note_sequence import NoteSequence
from course.recipes.own_melody import GRID, own_melody
from course.sampling import allowed_pitches

STEPS_PER_QUARTER = 4
NOTE = re.compile(r"(?:([A-Ga-g])([#♯b♭]?)(-?\d)|(\d{1,3})|[rR])(?::(\d+(?:\.\d*)?|\.\d+))?")
LONGEST = 1024  # sixteenths that can be typed, 64 bars of 4/4
SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 9, 10, 11)}


def read_soprano(text: str) -> np.ndarray:
    """Read a line of notes that somebody has typed.

    Args:
        text: notes between spaces or commas, bar lines as you like: a name with its octave (C5,
            F#4, Bb4), a MIDI number (72), or r for a rest; behind a colon the length in quarter
            notes (C5:2, 72:0.5), else one quarter note.

    Returns:
        (T,) pitches in sixteenths, -1 for silence.

    Raises:
        TypeError: if it is no text.
        ValueError: if a note cannot be read, its length is no multiple of a sixteenth, there are no
            notes, or they fill more than 64 bars.
    """
    if not isinstance(text, str):
        raise TypeError(f"notes are typed as one text, such as 'G4 A4 B4:2'; this is {text!r}")
    line: list[int] = []
    for word in text.replace("|", " ").replace(",", " ").split():
        found = NOTE.fullmatch(word)
        if not found:
            raise ValueError(
                f"{word!r} is no note; write C5, F#4:2, 72:0.5, or r for a rest "
                "(behind the colon quarter notes, with a point: 0.5, not 1/2)"
            )
        letter, accidental, octave, number, length = found.groups()
        steps = float(length or 1) * STEPS_PER_QUARTER
        if not steps.is_integer() or steps < 1:
            raise ValueError(f"{word!r}: {length} quarters are no sixteenths; use 0.25, 0.5, 1 ...")
        pitch = SILENCE if word[0] in "rR" else int(number or 0)
        if letter:
            octaves = 12 * (int(octave) + 1)
            pitch = LETTERS[letter.upper()] + ACCIDENTALS[accidental] + octaves
        if len(line) + steps > LONGEST:
            raise ValueError(f"{word!r} ends behind bar {LONGEST // 16}; type a shorter melody")
        line += [pitch] * int(steps)
    if not line:
        raise ValueError("there are no notes; write some, such as 'G4 A4 B4:2'")
    return np.array(line, dtype=np.int16)


def own_soprano(piece: NoteSequence, low: int, high: int, most_notes: int = 60) -> np.ndarray:
    """Make a soprano of the top line of any music.

    Args:
        piece: the music.
        low: lowest MIDI pitch of a soprano; a line outside its range is moved by octaves.
        high: highest one, included.
        most_notes: later notes are left out, at least 8.

    Returns:
        (T,) pitches in sixteenths, -1 for silence.

    Raises:
        ValueError: if the top line has fewer than 8 notes, or spans more than the range.
    """
    bars = 64  # a longer note goes on as a rest
    lengths = tuple(range(GRID, 16 * bars * GRID + 1, GRID))
    config = MelodyNetConfig(low=low, high=high, lengths=lengths, longest_bar=10_000)
    melody = own_melody(piece, config, most_notes, centred=False)
    return np.repeat(melody.pitches, np.asarray(melody.lengths) // GRID).astype(np.int16)


def scale_under(soprano: np.ndarray) -> tuple[str, tuple[int, ...]]:
    """Find the key of a soprano, and the pitch classes that belong to it.

    Args:
        soprano: (T,) pitches in sixteenths, -1 for silence.

    Returns:
        The mode, and the pitch classes, the tonic first; in minor both sixths and both sevenths.

    Raises:
        ValueError: if nothing sounds.
    """
    tonic, mode = find_key(soprano.tolist(), [1] * len(soprano))
    return mode, tuple((tonic + step) % 12 for step in SCALES[mode])


def voice_rules(
    pitches: np.ndarray,
    ranges: Mapping[str, tuple[int, int]],
    scale: Iterable[int] | None = None,
    rests: bool = False,
) -> np.ndarray:
    """Say what each voice may sing.

    Args:
        pitches: (V,) the pitch of each class of the model, -1 for silence.
        ranges: lowest and highest MIDI pitch of "soprano", "alto", "tenor" and "bass".
        scale: pitch classes that are allowed; None for all.
        rests: whether a voice may be silent.

    Returns:
        Booleans (4, V) for `VoiceModel.generate`.

    Raises:
        ValueError: if a number is out of range, or a voice may sing nothing.
    """
    kept = None if scale is None else tuple(scale)
    return np.stack(
        [allowed_pitches(pitches, *ranges[voice], scale=kept, rests=rests) for voice in VOICES]
    )


def harmonise(
    model: VoiceModel,
    soprano: np.ndarray,
    generator: np.random.Generator,
    sampler: Choose | None = None,
    allowed: np.ndarray | None = None,
    takes: int = 1,
) -> list[tuple[float, np.ndarray]]:
    """Write alto, tenor and bass under a soprano, several times.

    Args:
        model: any model of four voices that has `log_probabilities`.
        soprano: (T,) pitches in sixteenths, -1 for silence; kept exactly.
        generator: source of chance.
        sampler: as for `VoiceModel.generate`.
        allowed: booleans (4, V), rules for the voices, see `voice_rules`; the soprano need not keep
            them.
        takes: how many, at least 1.

    Returns:
        For each take the mean of -ln p of the soprano's cells, given what was before them, and the
        piece (T, 4); those that prepared the soprano best come first.

    Raises:
        TypeError: if the soprano is no single line, or holds anything but whole numbers.
        ValueError: if it is empty, or a pitch is outside the model's range.
    """
    soprano = np.asarray(soprano)
    if soprano.ndim != 1 or soprano.dtype.kind not in "iuf":
        raise TypeError("the soprano is one line of MIDI numbers; `read_soprano` makes it of text")
    check_integer("takes", takes, 1, 1000, "4 take four times as long as 1")
    check_range("length of the soprano", len(soprano), 1, 100_000, "give at least one sixteenth")
    low, high = model.config.pitches[[1, -1]].tolist()
    for step, pitch in enumerate(soprano.tolist()):
        if pitch != SILENCE and not low <= pitch <= high:
            name = f" ({note_name(pitch)})" if 0 <= pitch <= 127 and pitch == int(pitch) else ""
            raise ValueError(
                f"sixteenth {step} of the soprano: pitch {pitch}{name} is outside {low}..{high} "
                f"({note_name(low)} to {note_name(high)}); move the melody by an octave"
            )
    given = np.column_stack([soprano, *[np.full(len(soprano), FREE)] * 3])
    found = []
    for _ in range(takes):
        piece = model.generate(len(soprano), generator, None, sampler, allowed, given)
        found.append((-float(model.log_probabilities(piece)[:, 0].mean()), piece))
    return sorted(found, key=lambda take: take[0])
