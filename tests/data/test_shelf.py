import warnings

import pretty_midi
import pytest

from course.data import shelf
from course.data.shelf import midi_files
from course.representation.midi import read_midi
from course.representation.midi_bytes import read_chunks, read_header

FILES = midi_files()


def test_there_are_enough_small_files():
    assert 12 <= len(FILES) <= 20
    assert sum(path.stat().st_size for path in FILES) < 300_000
    assert sorted(FILES) == FILES


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_is_read_without_repair_and_as_pretty_midi_reads_it(path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sequence = read_midi(path)
        theirs = pretty_midi.PrettyMIDI(str(path))
    ours = sorted(
        (n.start, n.pitch, n.velocity, n.end, sequence.instruments[n.instrument].is_drum)
        for n in sequence.notes
    )
    found = sorted(
        (theirs.time_to_tick(n.start) / theirs.resolution, n.pitch, n.velocity,
         theirs.time_to_tick(n.end) / theirs.resolution, track.is_drum)
        for track in theirs.instruments for n in track.notes
    )  # fmt: skip
    assert ours == found
    assert sequence.title


def test_the_first_file_is_the_simplest():
    """Lesson 01 shows its header byte by byte."""
    data = FILES[0].read_bytes()
    header = read_header(data)
    assert header == (0, 1, 96)
    assert len(read_chunks(data)) == 2


def test_missing_files_name_the_command(tmp_path, monkeypatch):
    monkeypatch.setattr(shelf, "MIDI_FOLDER", tmp_path)
    with pytest.raises(FileNotFoundError, match="course build-data"):
        midi_files()
