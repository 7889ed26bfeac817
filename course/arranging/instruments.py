"""Instruments with their ranges, and lines moved until an ensemble can play them.

Ranges are *sounding* pitches that a good amateur plays, as textbooks of orchestration give them;
professionals go further. A range is never left: a line moves by whole octaves, a single note too if
it must, and what fits nowhere is refused.

References:
    Adler, "The study of orchestration", 4th edition, 2016; the General MIDI program numbers.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from course.arranging.report import (
    Arrangement,
    Report,
    check_kept,
    check_locked,
    instrument_name,
    pitch_change,
    place,
)
from course.errors import check_integer
from course.note_names import note_name
from course.note_sequence import Instrument, Note, NoteSequence


@dataclass(frozen=True, slots=True)
class Player:
    """One kind of instrument."""

    program: int  # General MIDI, counted from 0
    low: int  # lowest sounding MIDI pitch
    high: int  # highest one, included


PLAYERS: dict[str, Player] = {
    "piccolo": Player(72, 74, 102), "flute": Player(73, 60, 93), "oboe": Player(68, 59, 88),
    "clarinet": Player(71, 50, 89), "bassoon": Player(70, 34, 70), "horn": Player(60, 41, 77),
    "trumpet": Player(56, 54, 81), "trombone": Player(57, 40, 70), "tuba": Player(58, 28, 58),
    "violin": Player(40, 55, 93), "viola": Player(41, 48, 81), "cello": Player(42, 36, 72),
    "double bass": Player(43, 28, 60), "harp": Player(46, 28, 98), "guitar": Player(24, 40, 81),
    "bass guitar": Player(33, 28, 60), "piano": Player(0, 21, 108), "organ": Player(19, 36, 96),
    "accordion": Player(21, 53, 89), "glockenspiel": Player(9, 79, 108),
    "marimba": Player(12, 45, 96), "soprano": Player(52, 60, 81), "alto": Player(52, 55, 74),
    "tenor": Player(52, 48, 69), "bass": Player(52, 40, 64),
}  # fmt: skip
ENSEMBLES: dict[str, tuple[str, ...]] = {
    "string quartet": ("violin", "violin", "viola", "cello"),
    "wind quartet": ("flute", "oboe", "clarinet", "bassoon"),
    "brass quartet": ("trumpet", "trumpet", "horn", "trombone"),
    "choir": ("soprano", "alto", "tenor", "bass"),
    "organ": ("organ", "organ", "organ", "organ"),
}


def player_named(name: str) -> Player:
    """Give an instrument's program and range.

    Args:
        name: one of `PLAYERS`.

    Raises:
        ValueError: if there is no such instrument.
    """
    if name not in PLAYERS:
        raise ValueError(f"there is no instrument {name!r}; choose from {', '.join(PLAYERS)}")
    return PLAYERS[name]


def into_range(pitches: Sequence[int], low: int, high: int) -> list[int]:
    """Move a line into a range: as a whole by octaves, then single notes.

    Args:
        pitches: MIDI numbers, possibly none.
        low: lowest pitch allowed.
        high: highest one, included; at least 11 above `low`.

    Returns:
        As many pitches, all within the range. The whole line moves by the number of octaves that
        leaves the fewest notes outside; of equally good ones by the fewest octaves, then downwards.
        Each note that is still outside moves alone, by as few octaves as bring it in.
    """
    octaves = range(-10, 11)

    def outside(octave: int) -> int:
        return sum(not low <= pitch + 12 * octave <= high for pitch in pitches)

    shift = 12 * min(octaves, key=lambda octave: (outside(octave), abs(octave), octave))
    moved = [pitch + shift for pitch in pitches]
    return [_note_into_range(pitch, low, high) for pitch in moved]


def _note_into_range(pitch: int, low: int, high: int) -> int:
    while pitch < low:
        pitch += 12
    while pitch > high:
        pitch -= 12
    return pitch


def out_of_range(music: NoteSequence, ranges: Mapping[int, tuple[int, int]]) -> list[Note]:
    """Find the notes that leave their instrument's range.

    Args:
        music: the piece.
        ranges: instrument -> lowest and highest pitch; others may play anything.

    Returns:
        The notes, in order.
    """
    everything = (0, 127)
    return [
        note
        for note in music.notes
        if not _within(note.pitch, ranges.get(note.instrument, everything))
    ]


def _within(pitch: int, span: tuple[int, int]) -> bool:
    return span[0] <= pitch <= span[1]


def give_to(
    music: NoteSequence, players: Mapping[int, str], locked: Collection[Note] = ()
) -> Arrangement:
    """Give lines to instruments, and move what they cannot play.

    Args:
        music: the piece.
        players: instrument of the piece -> name in `PLAYERS`; the others stay as they are.
        locked: notes whose pitch may not change. (Their instrument sounds as the new one.)

    Returns:
        The piece, in which no note of these instruments leaves its range, and a line for every
        note that moved.

    Raises:
        ValueError: if there is no such instrument, it is a drum kit, or a locked note is out of
            range.
    """
    locked = check_locked(music, locked)
    instruments, notes, lines = list(music.instruments), [], []
    for index, name in players.items():
        check_integer("instrument", index, 0, len(instruments) - 1, "an instrument of the piece")
        player = player_named(name)
        if instruments[index].is_drum:
            raise ValueError(f"instrument {index} is a drum kit; {name} cannot play it")
        instruments[index] = Instrument(player.program, name.capitalize())
        moved, said = _fit_line(music, index, name, player, locked)
        notes += moved
        lines += said
    notes += [note for note in music.notes if note.instrument not in players]
    result = replace(music, notes=tuple(notes), instruments=tuple(instruments))
    check_kept(locked, result)
    return Arrangement(result, Report("instruments", f"{len(lines)} notes moved", tuple(lines)))


def _fit_line(
    music: NoteSequence, index: int, name: str, player: Player, locked: Collection[Note]
) -> tuple[list[Note], list[str]]:
    """Move the notes of one line that are not locked; give them and what was done."""
    own = music.notes_of(index)
    for note in own:
        if note in locked and not player.low <= note.pitch <= player.high:
            span = f"{note_name(player.low)} to {note_name(player.high)}"
            raise ValueError(
                f"{place(music, note.start)}: {note_name(note.pitch)} is locked, but a {name} has "
                f"{span}; unlock it or choose another instrument"
            )
    free = [note for note in own if note not in locked]
    pitches = into_range([note.pitch for note in free], player.low, player.high)
    moved = [replace(note, pitch=pitch) for note, pitch in zip(free, pitches, strict=True)]
    lines = [
        pitch_change(music, old, new.pitch, f"range of the {name}")
        for old, new in zip(free, moved, strict=True)
        if old.pitch != new.pitch
    ]
    return moved + [note for note in own if note in locked], lines


def arrange_for(
    music: NoteSequence, ensemble: Sequence[str], locked: Collection[Note] = ()
) -> Arrangement:
    """Give the lines of a piece to an ensemble, the highest line to its first player.

    Args:
        music: the piece; every instrument that plays and is no drum kit is a line.
        ensemble: names in `PLAYERS`, highest first, or (name,) times a number; see `ENSEMBLES`.
        locked: notes that must stay: a locked note is neither moved nor left out.

    Returns:
        The piece: as many instruments as the ensemble has players, then the drum kits. With fewer
        players than lines, inner lines are left out, the quietest in number of notes first; with
        more, the last players double the highest lines, in their own range.

    Raises:
        ValueError: if there is no player, an instrument is unknown, or a locked note would be
            lost or out of range.
    """
    locked = check_locked(music, locked)
    if not ensemble:
        raise ValueError("the ensemble has no players; name at least one, such as 'flute'")
    lines = _lines_by_height(music)
    kept, dropped = _leave_out(music, lines, len(ensemble))
    lost = [note for line in dropped for note in music.notes_of(line) if note in locked]
    if lost:
        raise ValueError(
            f"{len(ensemble)} players cannot play {len(lines)} lines, and {lost[0]} is locked; "
            "take more players"
        )
    sources = [*kept, *(kept * len(ensemble))[: len(ensemble) - len(kept)]] if kept else []
    drums = [i for i, played in enumerate(music.instruments) if played.is_drum]
    notes = [
        replace(note, instrument=player)
        for player, line in enumerate([*sources, *drums])
        for note in music.notes_of(line)
    ]
    instruments = [music.instruments[line] for line in [*sources, *drums]] or [Instrument()]
    controls = tuple(
        replace(change, instrument=player)
        for player, line in enumerate([*sources, *drums])
        for change in music.control_changes
        if change.instrument == line
    )
    regrouped = replace(
        music, notes=tuple(notes), instruments=tuple(instruments), control_changes=controls
    )
    kept_notes = [note for note in regrouped.notes if _first_copy(note, sources, music, locked)]
    result, report = give_to(regrouped, dict(enumerate(ensemble[: len(sources)])), kept_notes)
    said = [f"{instrument_name(music, line)}: left out, no player" for line in dropped]
    said += [
        f"{ensemble[player]}: doubles {instrument_name(music, sources[player])}"
        for player in range(len(kept), len(sources))
    ]
    summary = f"{len(sources)} players, {report.summary}"
    return Arrangement(result, Report("ensemble", summary, (*said, *report.changes)))


def _first_copy(
    note: Note, sources: Sequence[int], music: NoteSequence, locked: Collection[Note]
) -> bool:
    """Say whether a note of the regrouped piece is a locked one, and no doubling of it."""
    if note.instrument >= len(sources):
        return False
    line = sources[note.instrument]
    return sources.index(line) == note.instrument and replace(note, instrument=line) in locked


def _lines_by_height(music: NoteSequence) -> list[int]:
    """Give the instruments that play and are no drums, the highest first."""
    heights = {
        index: np.mean([note.pitch for note in music.notes_of(index)])
        for index, played in enumerate(music.instruments)
        if not played.is_drum and music.notes_of(index)
    }
    return sorted(heights, key=lambda index: (-heights[index], index))


def _leave_out(music: NoteSequence, lines: list[int], players: int) -> tuple[list[int], list[int]]:
    """Give the lines to keep, and those to leave out: never the outer ones if two can play."""
    kept, dropped = list(lines), []
    while len(kept) > players:
        inner = kept[1:-1] if players > 1 and len(kept) > 2 else kept[1:]
        dropped.append(min(inner, key=lambda line: len(music.notes_of(line))))
        kept.remove(dropped[-1])
    return kept, dropped
