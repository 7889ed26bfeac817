"""The learner's own MIDI files: a lesson says what it makes of a piece.

Every file of the folder is used, or refused with the reason and what helps; files of other kinds
are named. Nothing is written but the empty folder itself, and no file is ever changed. Pieces are
read one by one, and only what the lesson makes of them is kept.
"""

import textwrap
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from course.errors import check_range
from course.note_sequence import MAX_QUARTERS, NoteSequence, crop
from course.representation.midi import MidiError, MidiRepairWarning, read_midi
from course.workspace import own_folder

MIDI_SUFFIXES = (".mid", ".midi", ".kar", ".rmi")
MOST_FILES = 200  # that are read
MOST_BYTES = 16 * 2**20  # that are read of all files together
USED_LINES, REASON_LINES, NAMES = 6, 12, 6  # of a report: what comes after is counted
README = """Put your own MIDI files (.mid, .midi) into this folder, in subfolders too if you like.
The lessons read them and never change them.
"""


@dataclass(frozen=True)
class OwnMusic:
    """What a folder of MIDI files gave; names are paths inside it, in alphabetical order."""

    folder: Path
    spare: Mapping[str, Any]  # what stands in if nothing can be used
    used: dict[str, Any] = field(default_factory=dict)  # name -> what the lesson made of it
    taken: dict[str, str] = field(default_factory=dict)  # name -> how much of it that is
    mended: dict[str, str] = field(default_factory=dict)  # name -> what was mended
    refused: dict[str, str] = field(default_factory=dict)  # name -> why, and what helps
    others: tuple[str, ...] = ()  # files of other kinds

    @property
    def music(self) -> Mapping[str, Any]:
        """What the lesson goes on with: all that could be used, else what stands in."""
        return self.used or self.spare

    @property
    def first(self) -> tuple[str, Any]:
        """The first name, and what was made of it."""
        return next(iter(self.music.items()))

    def report(self) -> str:
        """Say in a few lines what was used and what was refused, and why."""
        count = f"{len(self.used)} used, {len(self.refused)} refused"
        lines = [f"MIDI files: {count}, in {self.folder}"]
        if not self.used and not self.refused:
            lines = [f"No MIDI files in {self.folder} yet. Copy some into it and run this again."]
        shown = list(self.taken.items())[:USED_LINES]
        lines += [_line("used", f"{name}: {what}") for name, what in shown]
        if more := list(self.used)[USED_LINES:]:
            lines.append(_line("used", f"and {len(more)} more: {_names(more)}"))
        lines += _by_reason("mended", {name: _shortened(why) for name, why in self.mended.items()})
        lines += _by_reason("refused", self.refused)
        if self.others:
            helps = f"no MIDI files ({', '.join(MIDI_SUFFIXES)}); export them as MIDI"
            lines += _by_reason("left out", dict.fromkeys(self.others, helps))
        if self.spare and not self.used:
            lines.append(f"No file could be used. In its place: {', '.join(self.spare)}.")
        return "\n".join(lines)


def own_music_folder() -> Path:
    """Give the folder for the learner's own MIDI files, with a note on what to put there.

    Returns:
        `my_midi` in the workspace.
    """
    folder = own_folder("my_midi")
    note = folder / "README.txt"
    if not note.exists():
        note.write_text(README, encoding="utf-8")
    return folder


def read_own(
    make: Callable[[NoteSequence], Any] | None = None,
    say: Callable[[Any], str] | None = None,
    spare: Mapping[str, Any] | None = None,
    folder: Path | None = None,
) -> OwnMusic:
    """Read all MIDI files of a folder and its subfolders, and make of each what a lesson needs.

    At most 200 files and 16 MiB are read; the report names those that are too many.

    Args:
        make: from a piece to what the lesson needs; a `ValueError` of it refuses the piece, its
            text being the reason and what helps. None keeps the piece.
        say: how much that is, in a few words ("96 notes"); None for nothing but the piece's notes.
        spare: name -> what stands in if no file can be used.
        folder: where to look; None for `own_music_folder()`.

    Returns:
        What was made of each file, and a report on all of them.

    Raises:
        ValueError: if there is no such folder.
    """
    folder = own_music_folder() if folder is None else Path(folder)
    if not folder.is_dir():
        raise ValueError(f"{folder} is no folder; make it, or give the path of one that exists")
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    names = [name for name in sorted(paths) if paths[name].is_file()]
    music = [name for name in names if paths[name].suffix.lower() in MIDI_SUFFIXES]
    hidden = {"README.txt", *(name for name in names if Path(name).name.startswith("."))}
    own = OwnMusic(
        folder, spare or {}, others=tuple(n for n in names if n not in hidden | {*music})
    )
    left = MOST_BYTES
    for number, name in enumerate(music):
        size = paths[name].stat().st_size
        if number >= MOST_FILES or size > left:
            limit = f"{MOST_FILES} files and {MOST_BYTES / 2**20:.0f} MiB"
            own.refused[name] = f"not read, at most {limit} are; take others out of the folder"
            continue
        left -= size
        _read_one(paths[name], name, own, make, say)
    return own


def beginning(piece: NoteSequence, quarters: float, most_notes: int = 100_000) -> NoteSequence:
    """Cut the beginning of a piece, from its first note on, without instruments that are silent.

    Args:
        piece: any music with notes.
        quarters: how much of it, in quarter notes, above 0.
        most_notes: notes that begin later than so many others are left out.

    Returns:
        The beginning; notes that go on are cut at its end.

    Raises:
        ValueError: if there are no notes, or nothing is to be kept.
    """
    check_range("quarters", quarters, 1e-6, MAX_QUARTERS, "64 are 16 bars of 4/4")
    if not piece.notes:
        raise ValueError("it has no notes; choose a piece that has some")
    first = piece.notes[0].start
    notes = [note for note in piece.notes[:most_notes] if note.start < first + quarters]
    place = {old: new for new, old in enumerate(sorted({note.instrument for note in notes}))}
    part = replace(
        piece,
        notes=tuple(replace(note, instrument=place[note.instrument]) for note in notes),
        instruments=tuple(piece.instruments[old] for old in place),
        control_changes=tuple(
            replace(change, instrument=place[change.instrument])
            for change in piece.control_changes
            if change.instrument in place
        ),
    )
    return crop(part, first, min(first + quarters, part.total_quarters))


def size_in_words(part: NoteSequence) -> str:
    """Say how long the beginning of a piece is, for the report on its file.

    Args:
        part: from `beginning`.

    Returns:
        Such as "96 notes at its beginning".
    """
    return f"{counted(len(part.notes), 'note')} at its beginning"


def counted(number: int, what: str) -> str:
    """Give a number with its noun.

    Args:
        number: at least 0.
        what: the noun, in the singular.

    Returns:
        "1 note", "2,048 notes".
    """
    return f"{number:,} {what}" + "s" * (number != 1)


def _read_one(
    path: Path,
    name: str,
    own: OwnMusic,
    make: Callable[[NoteSequence], Any] | None,
    say: Callable[[Any], str] | None,
) -> None:
    """Read one file into what is used or what is refused."""
    try:
        piece, mended = _read_piece(path)
        made = make(piece) if make else piece
    except MidiError as error:
        own.refused[name] = f"{error.reason}; {error.fix}"
    except OSError as error:
        own.refused[name] = f"it cannot be opened ({error.strerror}); copy it here anew"
    except ValueError as error:
        own.refused[name] = str(error)
    else:
        own.used[name] = made
        own.taken[name] = (f"{say(made)}, from " if say else "") + _describe(piece)
        if mended:
            own.mended[name] = mended


def _read_piece(path: Path) -> tuple[NoteSequence, str]:
    """Give a piece that has notes, and what was mended in it."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        piece = read_midi(path)
    # Without the places in the file: what many files share is one line of the report.
    mended = "; ".join(
        repair.partition(": ")[2]
        for warning in caught
        if issubclass(warning.category, MidiRepairWarning)
        for repair in warning.message.repairs
    )
    if not piece.notes and mended:
        raise ValueError(f"no note is left of it ({mended}); export it again")
    if not piece.notes:
        raise ValueError("it has no notes; choose a file that has some")
    return piece, mended


def _describe(piece: NoteSequence) -> str:
    """Say how many notes a piece has, how many are drums, and how many lie off the grid."""
    number, words = len(piece.notes), ""
    drums = sum(piece.instruments[note.instrument].is_drum for note in piece.notes)
    off = sum(abs(4 * note.start - round(4 * note.start)) > 0.1 for note in piece.notes)
    if drums:
        words += f", {drums:,} of them drums" if drums < number else ", drums only"
    if off:
        words += f", {max(1, round(100 * off / number))}% between sixteenths"
    return counted(number, "note") + words


def _names(names: Iterable[str]) -> str:
    names = list(names)
    more = f" and {len(names) - NAMES} more" if len(names) > NAMES else ""
    return ", ".join(names[:NAMES]) + more


def _by_reason(label: str, reasons: Mapping[str, str]) -> list[str]:
    """Give one line for each reason, with the names of its files."""
    together: dict[str, list[str]] = {}
    for name, reason in reasons.items():
        together.setdefault(reason, []).append(name)
    lines = [_line(label, f"{_names(names)}: {why}") for why, names in together.items()]
    if len(lines) <= REASON_LINES:
        return lines
    rest = [name for names in list(together.values())[REASON_LINES:] for name in names]
    more = f"and {len(rest)} more for other reasons: {_names(rest)}"
    return [*lines[:REASON_LINES], _line(label, more)]


def _shortened(repairs: str) -> str:
    """Keep the first of several repairs, and count the others."""
    first, *others = repairs.split("; ")
    return f"{first}; and {counted(len(others), 'further repair')}" if others else first


def _line(label: str, text: str) -> str:
    return textwrap.fill(
        text,
        width=100,
        initial_indent=f"  {label:8} ",
        subsequent_indent=" " * 11,
        break_long_words=False,
        break_on_hyphens=False,
    )
