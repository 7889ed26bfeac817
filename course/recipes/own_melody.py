"""One's own music as a melody that a network can read: its top line, on the grid, in range."""

import numpy as np

from course.data.tunes import TICKS_PER_QUARTER
from course.errors import check_integer
from course.models.melody_net import REST, Melody, MelodyNetConfig, prepare_melody
from course.note_sequence import NoteSequence

GRID = TICKS_PER_QUARTER // 4  # ticks of a sixteenth
LEAST_NOTES = 8  # fewer say too little


def own_melody(piece: NoteSequence, config: MelodyNetConfig, most_notes: int = 120) -> Melody:
    """Make a melody of the highest note at each onset; drums are passed over.

    Onsets go to the nearest sixteenth; each note lasts until the next one begins. The network knows
    certain lengths only, so that what is longer goes on as a rest. The line is moved by octaves to
    the middle of the network's range.

    Args:
        piece: any music.
        config: range of pitches and lengths of the network.
        most_notes: later notes are left out, at least 8.

    Returns:
        The melody, without conditions.

    Raises:
        ValueError: if the piece has fewer than 8 such notes, or its line does not fit the network;
            the text says which.
    """
    check_integer("most_notes", most_notes, LEAST_NOTES, 100_000, "120 are some forty bars")
    tops = {}
    for note in sorted(piece.notes, key=lambda note: note.pitch):
        if not piece.instruments[note.instrument].is_drum:
            tops[round(note.start * TICKS_PER_QUARTER / GRID)] = note.pitch  # the highest is last
    onsets = sorted(tops)[:most_notes]
    if len(onsets) < LEAST_NOTES:
        raise ValueError(f"its top line has {len(onsets)} notes; at least {LEAST_NOTES} are needed")
    middle, line = (config.low + config.high) / 2, [tops[onset] for onset in onsets]
    shift = 12 * round((middle - np.mean(line)) / 12)
    events, ends = [], [*onsets[1:], onsets[-1] + 4]
    for onset, end, pitch in zip(onsets, ends, line, strict=True):
        events += _lasting(pitch + shift, GRID * (end - onset), config)
    pitches, lengths = np.array(events).T
    bar = round(TICKS_PER_QUARTER * piece.time_signature_at(0).quarters_per_bar)
    melody = Melody(pitches, lengths, bar)
    prepare_melody(melody, config)
    return melody


def _lasting(pitch: int, ticks: int, config: MelodyNetConfig) -> list[tuple[int, int]]:
    """Divide a length into those that the network knows: the note, then rests."""
    events = []
    while ticks:
        known = [length for length in config.lengths if length <= ticks]
        if not known:
            raise ValueError(f"a note of {ticks} ticks is shorter than {min(config.lengths)}")
        events.append((REST if events else pitch, known[-1]))
        ticks -= known[-1]
    return events
