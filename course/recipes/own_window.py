"""Two bars of one's own music as cells: its top line on a grid of sixteenths, in range."""

import numpy as np

from course.data.own_music import counted
from course.data.top_line import check_fits, top_line
from course.data.transposition import SILENCE
from course.note_sequence import NoteSequence
from course.recipes.vae_batches import NUM_CELLS

LEAST_NOTES = 4  # fewer say too little


def own_window(piece: NoteSequence, low: int, high: int) -> tuple[np.ndarray, np.ndarray]:
    """Make 32 cells of the top line of a piece, from its first note on; drums are passed over.

    Onsets go to the nearest sixteenth, and a note sounds until the next one begins or it ends. The
    line is moved by octaves to the middle of a range.

    Args:
        piece: any music.
        low: lowest MIDI pitch of the range.
        high: highest one, included.

    Returns:
        Pitches (32,), -1 for silence, and whether each is struck (32,).

    Raises:
        ValueError: if there are fewer than 4 notes in it, or the line does not fit into the range.
    """
    line = top_line(piece, 1, NUM_CELLS)
    onsets = [onset - line.onsets[0] for onset in line.onsets]
    onsets = [onset for onset in onsets if onset < NUM_CELLS]
    if len(onsets) < LEAST_NOTES:
        raise ValueError(
            f"its first two bars have {counted(len(onsets), 'note')}, {LEAST_NOTES} are needed; "
            "choose a file with a faster melody"
        )
    tops = np.array(line.pitches[: len(onsets)])
    tops += 12 * round(((low + high) / 2 - tops.mean()) / 12)
    check_fits(tops.tolist(), low, high)
    pitches, struck = np.full(NUM_CELLS, SILENCE), np.zeros(NUM_CELLS, dtype=bool)
    for number, following in enumerate([*onsets[1:], NUM_CELLS]):
        sounding = round(line.ends[number]) - line.onsets[0]
        end = max(onsets[number] + 1, min(following, sounding))
        pitches[onsets[number] : end], struck[onsets[number]] = tops[number], True
    return pitches, struck
