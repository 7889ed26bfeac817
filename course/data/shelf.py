"""The MIDI files that are shipped with the course, as a parser meets them in the wild.

Sixteen pieces of the corpora, written in different ways on purpose: formats 0 and 1, five units of
time, with and without running status, real note-offs and note-ons of velocity 0, tempo and metre
changes, a sustain pedal, changes of program, drums, texts, system exclusive.
"""

from pathlib import Path

MIDI_FOLDER = Path(__file__).parent / "midi"


def midi_files() -> list[Path]:
    """List the shipped MIDI files, simplest first.

    Returns:
        Their paths; `read_midi` reads them all without a repair.

    Raises:
        FileNotFoundError: if they are missing, with the command that builds them.
    """
    files = sorted(MIDI_FOLDER.glob("*.mid"))
    if not files:
        raise FileNotFoundError(f"{MIDI_FOLDER} holds no files; build them with: course build-data")
    return files
