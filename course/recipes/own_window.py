"""Two bars of one's own music as cells: its top line on a grid of sixteenths, in range."""

import numpy as np

from course.data.transposition import SILENCE
from course.note_sequence import NoteSequence
from course.recipes.vae_batches import NUM_CELLS

LEAST_NOTES = 4  # fewer say too little


def own_window(piece: NoteSequence, low: int, high: int) -> tuple[np.ndarray, np.ndarray]:
    """Make 32 cells of the highest notes of a piece, from its first note on; drums are passed over.

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
    notes = [n for n in piece.notes if not piece.instruments[n.instrument].is_drum]
    first = round(4 * min((n.start for n in notes), default=0.0))
    tops = {}
    for note in sorted(notes, key=lambda note: note.pitch):
        tops[round(4 * note.start) - first] = note  # the highest is last
    onsets = [onset for onset in sorted(tops) if onset < NUM_CELLS]
    if len(onsets) < LEAST_NOTES:
        raise ValueError(f"its first two bars have {len(onsets)} notes; {LEAST_NOTES} are needed")
    middle, mean = (low + high) / 2, np.mean([tops[onset].pitch for onset in onsets])
    shift = 12 * round((middle - mean) / 12)
    pitches, struck = np.full(NUM_CELLS, SILENCE), np.zeros(NUM_CELLS, dtype=bool)
    for onset, following in zip(onsets, [*onsets[1:], NUM_CELLS], strict=True):
        end = max(onset + 1, min(following, round(4 * tops[onset].end) - first))
        pitches[onset:end], struck[onset] = tops[onset].pitch + shift, True
    sounding = pitches[pitches != SILENCE]
    if sounding.min() < low or sounding.max() > high:
        raise ValueError(f"its line spans {np.ptp(sounding)} semitones and leaves {low}..{high}")
    return pitches, struck
