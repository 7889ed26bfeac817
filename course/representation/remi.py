"""Music as bars and positions in them, the language of the Pop Music Transformer (REMI).

A vocabulary of 560 tokens. Where the events of `events` say how long to wait, these say where in
the bar something happens, and how long a note lasts:

    ids        token
    0          BAR: the next bar begins
    1..192     POSITION 0..191: so many steps of 1/24 quarter note after the beginning of the bar
    193..320   PITCH 0..127: a note begins here
    321..352   VELOCITY bin 0..31 of that note, four MIDI values wide
    353..448   DURATION of that note, 1..96 steps; several add up
    449..497   TEMPO 30..480 quarter notes a minute, twelve to each doubling
    498..559   METRE such as 3/4: from this moment on, which begins a bar

A piece runs BAR, METRE, then for each moment of the bar POSITION, perhaps TEMPO, and for each
note PITCH VELOCITY DURATION. Without a METRE, bars have four quarter notes. A change of metre
inside a bar ends that bar there. A pickup is a bar like any other: a `NoteSequence` does not know
that it is one.

Unlike in the paper, metre may change, a POSITION is said once for all notes of its moment, the
tempo is one token and not a class and a value, and chords are left to the reader of the notes. As
in `events`, the stream is one keyboard without drums; but lengths are told, so two voices that
meet on one pitch stay two notes. Key and controllers are not in it: expand the pedal first.

References:
    Huang and Yang, "Pop Music Transformer", ACM Multimedia 2020, arXiv:2002.00212.
    von Rütte et al., "FIGARO", ICLR 2023, arXiv:2201.10936 (metre tokens).
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from course.errors import check_integer
from course.note_sequence import Note, NoteSequence, Tempo, TimeSignature
from course.representation.events import (
    MAX_STEPS,
    NUM_VELOCITIES,
    STEPS_PER_QUARTER,
    VELOCITY_WIDTH,
    keyboard_notes,
    whole_ids,
)
from course.representation.overlaps import GridNote

NUM_POSITIONS = 8 * STEPS_PER_QUARTER  # two whole notes, the longest bar
MAX_DURATION = 4 * STEPS_PER_QUARTER  # steps of the longest DURATION
TEMPOS = tuple(30.0 * 2 ** (step / 12) for step in range(49))  # quarter notes a minute
METRES = tuple((top, bottom) for bottom in (1, 2, 4, 8, 16) for top in range(1, 2 * bottom + 1))
KINDS = {
    "BAR": 1,
    "POSITION": NUM_POSITIONS,
    "PITCH": 128,
    "VELOCITY": NUM_VELOCITIES,
    "DURATION": MAX_DURATION,
    "TEMPO": len(TEMPOS),
    "METRE": len(METRES),
}  # how many tokens there are of each kind
_FIRSTS = (0, *accumulate(KINDS.values()))  # first id of each kind, and the end
BAR, POSITION, PITCH, VELOCITY, DURATION, TEMPO, METRE, VOCABULARY_SIZE = _FIRSTS
_DEFAULT_VELOCITY = 80
_DEFAULT_BAR = 4 * STEPS_PER_QUARTER


def encode_remi(sequence: NoteSequence) -> list[int]:
    """Write a piece as bars, positions and notes.

    Moments are rounded to the grid as `quantise` does, tempos to the nearest of `TEMPOS` (a slower
    or faster one becomes the slowest or the fastest). Of several tempos or metres that fall on one
    step the last counts.

    Args:
        sequence: the piece.

    Returns:
        Ids 0..559; silence at the end is kept. An empty piece of no length gives an empty list.
        `decode_remi` undoes it for one instrument on the grid, with velocities in the middle of
        their bins (2, 6 .. 126), tempos of `TEMPOS` and no change after the end.

    Raises:
        ValueError: if a metre is none of `METRES`.
    """
    metres = {_step(metre.start): metre for metre in sequence.time_signatures}
    moments = _moments(sequence, metres)
    ids: list[int] = []
    bar = bar_end = 0
    steps_per_bar = _DEFAULT_BAR
    for step in sorted(moments):
        while bar_end <= step:
            ids.append(BAR)
            bar, bar_end = bar_end, bar_end + steps_per_bar
        ids += [POSITION + step - bar, *moments[step]]
        if step in metres:
            steps_per_bar = _bar_steps(metres[step])
            bar, bar_end = step, step + steps_per_bar
    return ids


def _moments(sequence: NoteSequence, metres: dict[int, TimeSignature]) -> dict[int, list[int]]:
    """Give what is said at each step: the metre, the tempo, then the notes from low to high."""
    moments: dict[int, list[int]] = defaultdict(list)
    for step, metre in metres.items():
        moments[step].append(_metre_id(metre))
    for step, tempo in {_step(tempo.start): tempo for tempo in sequence.tempos}.items():
        distances = np.abs(np.log(np.array(TEMPOS) / tempo.quarters_per_minute))
        moments[step].append(TEMPO + int(distances.argmin()))
    last = 0
    for note in sorted(keyboard_notes(sequence)):
        velocity = VELOCITY + note.velocity // VELOCITY_WIDTH
        moments[note.start] += [PITCH + note.pitch, velocity, *_duration_ids(note)]
        last = max(last, note.end)
    total = _step(sequence.total_quarters)
    if total > max(last, *moments, 0):
        moments[total] = []
    return moments


def _step(quarters: float) -> int:
    """Give the grid step next to a moment; halfway between two, the later."""
    return int(np.floor(quarters * STEPS_PER_QUARTER + 0.5))


def _bar_steps(metre: TimeSignature) -> int:
    """Give the length of a bar in steps; whole for all `METRES`."""
    return int(metre.quarters_per_bar * STEPS_PER_QUARTER)


def _metre_id(metre: TimeSignature) -> int:
    """Give the token of a metre."""
    parts = metre.numerator, metre.denominator
    if parts not in METRES:
        fix = "write it in shorter bars, of two whole notes at most and no beat below a sixteenth"
        raise ValueError(f"{metre}: no REMI token for {parts[0]}/{parts[1]}; {fix}")
    return METRE + METRES.index(parts)


def _duration_ids(note: GridNote) -> list[int]:
    """Give the tokens whose sum is a note's length."""
    whole, rest = divmod(note.end - note.start, MAX_DURATION)
    return [DURATION + MAX_DURATION - 1] * whole + [DURATION + rest - 1] * (rest > 0)


def decode_remi(ids: Sequence[int] | np.ndarray) -> NoteSequence:
    """Read the notes out of a stream of token ids, whatever a model has put into it.

    Ids outside the vocabulary do nothing. A position beyond the end of its bar is taken as it is;
    the next BAR begins where the bar ends all the same. VELOCITY and DURATION belong to the PITCH
    before them, wherever it stands, and do nothing without one; a PITCH without a VELOCITY has 80,
    one without a DURATION is dropped. Nothing lies beyond a million quarter notes.

    Args:
        ids: whole numbers, in any nesting.

    Returns:
        A piece for one piano, possibly without notes; it lasts until the latest moment that is
        named or sounds.

    Raises:
        TypeError: if an id is no whole number.
    """
    notes: list[GridNote] = []
    tempos: dict[int, Tempo] = {}
    metres: dict[int, TimeSignature] = {}
    now = latest = bar = bar_end = 0
    steps_per_bar = _DEFAULT_BAR
    for token in whole_ids(ids):
        match _kind_and_value(token):
            case "BAR", _:
                bar = now = bar_end
                bar_end = min(bar + steps_per_bar, MAX_STEPS)
            case "POSITION", position:
                now = min(bar + position, MAX_STEPS)
            case "PITCH", pitch:
                notes.append(GridNote(now, pitch, now, _DEFAULT_VELOCITY))
            case "VELOCITY", level if notes:
                middle = level * VELOCITY_WIDTH + VELOCITY_WIDTH // 2
                notes[-1] = notes[-1]._replace(velocity=middle)
            case "DURATION", steps if notes:
                end = min(notes[-1].end + steps + 1, MAX_STEPS)
                notes[-1] = notes[-1]._replace(end=end)
            case "TEMPO", level:
                tempos[now] = Tempo(now / STEPS_PER_QUARTER, TEMPOS[level])
            case "METRE", number:
                metres[now] = TimeSignature(now / STEPS_PER_QUARTER, *METRES[number])
                steps_per_bar = _bar_steps(metres[now])
                bar, bar_end = now, min(now + steps_per_bar, MAX_STEPS)
        latest = max(latest, now)
    return NoteSequence(
        notes=tuple(
            Note(n.pitch, n.start / STEPS_PER_QUARTER, n.end / STEPS_PER_QUARTER, n.velocity)
            for n in notes
            if n.end > n.start
        ),
        tempos=tuple(tempos.values()),
        time_signatures=tuple(metres.values()),
        total_quarters=latest / STEPS_PER_QUARTER,
    )


def _kind_and_value(token: int) -> tuple[str, int]:
    """Split an id into its kind and its number within the kind; ("", 0) outside the vocabulary."""
    if not 0 <= token < VOCABULARY_SIZE:
        return "", 0
    kind = bisect_right(_FIRSTS, token) - 1
    return tuple(KINDS)[kind], token - _FIRSTS[kind]


def token_name(token: int) -> str:
    """Give an id's token in words, such as `BAR`, `POSITION 12`, `TEMPO 120` or `METRE 3/4`.

    Args:
        token: 0..559.

    Returns:
        The kind and its value: steps, a pitch, a velocity bin, quarter notes a minute (rounded)
        or a metre.

    Raises:
        ValueError: if the id is outside the vocabulary.
    """
    check_integer("token", token, 0, VOCABULARY_SIZE - 1, "decode_remi skips such ids")
    match _kind_and_value(token):
        case "BAR", _:
            return "BAR"
        case "DURATION", steps:
            return f"DURATION {steps + 1}"
        case "TEMPO", level:
            return f"TEMPO {TEMPOS[level]:.0f}"
        case "METRE", number:
            top, bottom = METRES[number]
            return f"METRE {top}/{bottom}"
        case kind, value:
            return f"{kind} {value}"
