"""Three commissions, and what can be measured of them: a game, an advertisement, a lesson.

Each function gives what is wrong, a line for each fault; no line means that the measurable part is
met. Whether the music is any good, nobody has measured with that.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from course.arranging.loops import render_loop
from course.errors import check_integer, check_range
from course.note_names import note_name
from course.note_sequence import Instrument, Note, NoteSequence
from course.playback.synth import SAMPLE_RATE
from course.recipes.harmonise import SCALES

NUM_LAYERS = 3
LAYERS = ("calm", "alert", "fight")
TOGETHER_SECONDS = 0.06  # apart, and still one stroke
HIT_SECONDS = 3.0  # before the end, at most, for a closing hit
LOUDER = 8  # velocities that a hit is above the mean
LOOP_SECONDS = 4.0  # of a loop, at least
AUDIBLE = 20  # velocity below which a stroke counts for nothing
HOLE_SECONDS = 2.0  # of silence in an advertisement, at most
LEAST_NOTES, LEAST_PITCHES = 4, 2  # of a line that is worth reading
LEVELS = {  # lengths of notes in quarter notes that a reader of this level knows
    1: (1.0, 2.0, 4.0),
    2: (0.5, 1.0, 1.5, 2.0, 3.0, 4.0),
    3: (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0),
}
MOST_LEAP = 12  # semitones that a reader is asked to jump


def intensity_layers(music: NoteSequence) -> dict[str, NoteSequence]:
    """Divide a loop into three layers that a game puts on top of one another.

    Args:
        music: the loop, with at least three instruments that play.

    Returns:
        "calm", "alert" and "fight": each holds the layer before it; instruments come in by the
        number of their strokes, the quietest ones first, and all play in the last.

    Raises:
        ValueError: if fewer than three instruments play.
    """
    counts = [len(music.notes_of(index)) for index in range(len(music.instruments))]
    playing = sorted((n, index) for index, n in enumerate(counts) if n)
    if len(playing) < NUM_LAYERS:
        raise ValueError(
            f"{len(playing)} instruments play; three layers need at least {NUM_LAYERS}, "
            "ask for a larger ensemble or a style with accompaniment"
        )
    layers = {}
    for number, name in enumerate(LAYERS, 1):
        last = -(-number * len(playing) // NUM_LAYERS)  # rounded up
        kept = {index for _, index in playing[:last]}
        notes = tuple(note for note in music.notes if note.instrument in kept)
        layers[name] = replace(music, notes=notes)
    return layers


def game_faults(layers: Sequence[NoteSequence], rate: int = SAMPLE_RATE) -> list[str]:
    """Say what a game cannot use: three layers that nest and grow, each a loop without a seam.

    Args:
        layers: from the calmest to the most intense.
        rate: samples a second at which seams are measured.

    Returns:
        A line for each fault.
    """
    faults = []
    if len(layers) != NUM_LAYERS:
        faults.append(f"there are {len(layers)} layers; a game asks for {NUM_LAYERS}")
    lengths = sorted({round(layer.total_seconds, 6) for layer in layers})
    if len(lengths) > 1 or len({(layer.total_quarters, layer.tempos) for layer in layers}) > 1:
        faults.append(f"the layers last {lengths} s; they must last alike, at the same tempo")
    if lengths and lengths[0] < LOOP_SECONDS - 1e-6:
        faults.append(
            f"a loop lasts {lengths[0]:g} s; below {LOOP_SECONDS:g} s it wears out at once"
        )
    for number, (calm, intense) in enumerate(pairwise(layers), 1):
        if not _strokes(calm) <= _strokes(intense):
            faults.append(f"layer {number + 1} does not hold all of layer {number}")
        if len(_strokes(intense, AUDIBLE)) <= len(_strokes(calm, AUDIBLE)):
            faults.append(f"layer {number + 1} is no more intense than layer {number}")
    for number, layer in enumerate(layers, 1):
        if not _strokes(layer, AUDIBLE):
            faults.append(f"layer {number} is silent")
        elif not (seam := render_loop(layer, rate).seam).is_smooth:
            faults.append(f"layer {number} has a seam: {seam}")
    return faults


def _strokes(layer: NoteSequence, least: int = 1) -> set[tuple[Note, Instrument]]:
    """Give each stroke of at least this velocity once, with who plays it."""
    notes = (note for note in layer.notes if note.velocity >= least)
    return {(note, layer.instruments[note.instrument]) for note in notes}


def advertisement_faults(music: NoteSequence, seconds: float = 15.0) -> list[str]:
    """Say what an advertisement cannot use: exactly so long, with a stroke of everybody at the end.

    Args:
        music: the piece.
        seconds: its length, 1..300.

    Returns:
        A line for each fault.

    Raises:
        ValueError: if `seconds` is out of range.
    """
    check_range("seconds", seconds, 1.0, 300.0, "15 is usual")
    faults = []
    if abs(music.total_seconds - seconds) > 1e-6:
        faults.append(f"it lasts {music.total_seconds:.6f} s; asked for are {seconds:g}")
    if not music.notes:
        return [*faults, "it is silent"]
    starts = music.seconds_at(np.array([note.start for note in music.notes]))
    struck = [
        note
        for note, start in zip(music.notes, starts.tolist(), strict=True)
        if start > starts.max() - TOGETHER_SECONDS
    ]
    missing = {note.instrument for note in music.notes} - {note.instrument for note in struck}
    if missing:
        names = ", ".join(music.instruments[index].name or str(index) for index in sorted(missing))
        faults.append(f"the last stroke is not everybody's: {names} keep silent")
    if music.total_seconds - starts.max() > HIT_SECONDS:
        faults.append(f"the last stroke comes {music.total_seconds - starts.max():.1f} s too early")
    if (hole := _longest_hole(music)) > HOLE_SECONDS:
        faults.append(f"nothing sounds for {hole:.1f} s; {HOLE_SECONDS:g} s are the most")
    loudness = float(np.mean([note.velocity for note in struck]))
    usual = float(np.mean([note.velocity for note in music.notes]))
    if loudness < usual + LOUDER:
        faults.append(f"the last stroke has velocity {loudness:.0f}, the piece {usual:.0f}: no hit")
    return faults


def _longest_hole(music: NoteSequence) -> float:
    """Give the longest silence before the last stroke, in seconds."""
    notes = [note for note in music.notes if note.velocity >= AUDIBLE]
    edges = np.array([(note.start, note.end) for note in notes] or [(music.total_quarters,) * 2])
    starts, ends = music.seconds_at(edges[:, 0]), music.seconds_at(edges[:, 1])
    before = np.concatenate([[0.0], np.maximum.accumulate(ends)[:-1]])  # the last end so far
    return float(np.max(starts - before))


def reading_faults(
    music: NoteSequence,
    key: tuple[int, str],
    low: int,
    high: int,
    level: int,
    instrument: int = 0,
) -> list[str]:
    """Say what a pupil could not read at sight.

    Args:
        music: the exercise.
        key: pitch class of the tonic, and "major" or "minor" (with both sixths and sevenths).
        low: lowest pitch that the pupil knows.
        high: highest one, included.
        level: 1..3, see `LEVELS`.
        instrument: whose line it is.

    Returns:
        A line for each fault: of the whole line, then in the order of the notes, which are counted
        from 1.

    Raises:
        ValueError: if `level` is out of range.
    """
    check_integer("level", level, 1, 3, "1 knows quarters, 2 eighths and dots, 3 sixteenths")
    tonic, mode = key
    scale = {(tonic + step) % 12 for step in SCALES[mode]}
    notes = music.notes_of(instrument)
    faults = _thin_faults(notes)
    grid = min(LEVELS[level])
    before: Note | None = None
    for number, note in enumerate(notes, 1):
        name = f"note {number}, {note_name(note.pitch)}"
        if note.pitch % 12 not in scale:
            faults.append(f"{name}: not in the key")
        if not low <= note.pitch <= high:
            faults.append(f"{name}: outside {note_name(low)}..{note_name(high)}")
        if note.duration not in LEVELS[level]:
            faults.append(f"{name}: lasts {note.duration:g}, unknown at level {level}")
        rest = note.start - (before.end if before else 0.0)
        if rest < 0:
            faults.append(f"{name}: begins before the note before it ends")
        elif rest % grid:
            faults.append(f"{name}: comes after a rest of {rest:g}, unknown at level {level}")
        if before and abs(note.pitch - before.pitch) > MOST_LEAP:
            faults.append(f"{name}: a leap of {abs(note.pitch - before.pitch)} semitones")
        before = note
    return faults


def _thin_faults(notes: Sequence[Note]) -> list[str]:
    """Say whether there is too little to be read."""
    if not notes:
        return ["there is nothing to read"]
    if len(notes) < LEAST_NOTES:
        counted = "1 note" if len(notes) == 1 else f"{len(notes)} notes"
        return [f"the line has {counted}; {LEAST_NOTES} are the least"]
    if len({note.pitch for note in notes}) < LEAST_PITCHES:
        return ["the line never moves: all of its notes are the same"]
    return []
