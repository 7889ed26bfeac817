"""The learner's own MIDI files: a folder becomes pieces, with a reason for every file left out.

Nothing is written but the empty folder itself, and no file is ever changed.
"""

import warnings
from dataclasses import dataclass, field
from pathlib import Path

from course.note_sequence import NoteSequence
from course.representation.midi import MidiError, MidiRepairWarning, read_midi
from course.workspace import own_folder

MIDI_SUFFIXES = (".mid", ".midi", ".kar", ".rmi")
MAX_FILE_BYTES = 5_000_000  # a piano piece of an hour has about a tenth of this

README = """Put your own MIDI files (.mid, .midi) into this folder, in subfolders too if you like.
The lessons read them and never change them.
"""


@dataclass(frozen=True)
class FolderReading:
    """What a folder of MIDI files gave; names are paths inside the folder."""

    folder: Path
    pieces: dict[str, NoteSequence] = field(default_factory=dict)
    repaired: dict[str, str] = field(default_factory=dict)  # name -> what was mended
    refused: dict[str, str] = field(default_factory=dict)  # name -> why it cannot be used

    def report(self) -> str:
        """Say in a few lines what was used, what was mended and what was refused, and why."""
        if not self.pieces and not self.refused:
            return f"No MIDI files in {self.folder} yet. Copy some into it and run this again."
        lines = [f"{len(self.pieces)} files used, {len(self.refused)} refused, in {self.folder}"]
        lines += [f"  mended   {name}: {what}" for name, what in self.repaired.items()]
        lines += [f"  refused  {name}: {why}" for name, why in self.refused.items()]
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


def read_folder(folder: Path) -> FolderReading:
    """Read all MIDI files of a folder and its subfolders, in alphabetical order.

    Args:
        folder: where to look; files of other kinds are passed over.

    Returns:
        The pieces that have notes, what was mended in them, and what was refused and why.

    Raises:
        ValueError: if there is no such folder.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ValueError(f"{folder} is no folder; make it, or give the path of one that exists")
    reading = FolderReading(folder)
    files = (path for path in folder.rglob("*") if path.suffix.lower() in MIDI_SUFFIXES)
    for path in sorted(path for path in files if path.is_file()):
        _read_one(path, path.relative_to(folder).as_posix(), reading)
    return reading


def _read_one(path: Path, name: str, reading: FolderReading) -> None:
    """Read one file into the pieces or the refused."""
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        reading.refused[name] = f"{size:,} bytes; at most {MAX_FILE_BYTES:,} are read"
        return
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            piece = read_midi(path)
    except (MidiError, OSError) as error:
        reading.refused[name] = str(error)
        return
    if not piece.notes:
        reading.refused[name] = "it has no notes"
        return
    reading.pieces[name] = piece
    repairs = [str(w.message) for w in caught if issubclass(w.category, MidiRepairWarning)]
    if repairs:
        reading.repaired[name] = "; ".join(repairs)
