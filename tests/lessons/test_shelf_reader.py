"""The reader that learners build in lesson 01 reads every shipped file as pretty_midi does."""

import pretty_midi
import pytest

from course.data import midi_files
from course.representation import midi_bytes
from tests.lessons.conftest import COURSE
from tests.lessons.harness import Notebook

EXERCISES = ("read_variable_length", "read_track_events", "pair_notes", "ticks_to_seconds")


@pytest.fixture(scope="module")
def read_notes():
    """Give the lesson's own reading function, on top of the solutions of its exercises."""
    notebook = Notebook(COURSE / "solutions" / "01_midi" / "01_midi.ipynb")
    names = {"__name__": "__main__", "midi_bytes": midi_bytes}
    for exercise in EXERCISES:
        exec(notebook.source(exercise), names)
    names |= {
        "my_events": names["read_track_events"],
        "my_pairs": names["pair_notes"],
        "my_seconds": names["ticks_to_seconds"],
    }
    for cell in notebook.code:
        source = "".join(cell["source"])
        if "def tracks_of" in source or "def read_notes" in source:
            exec(source.partition("\n\nshelf = ")[0], names)
    return names["read_notes"]


@pytest.mark.parametrize("path", midi_files(), ids=lambda path: path.stem)
def test_every_note_of_every_file(path, read_notes):
    tracks = pretty_midi.PrettyMIDI(str(path)).instruments
    theirs = sorted((n.pitch, n.velocity, n.start, n.end) for t in tracks for n in t.notes)
    ours = read_notes(path)
    assert [note[:2] for note in ours] == [note[:2] for note in theirs]
    assert [x for n in ours for x in n[2:]] == pytest.approx([x for n in theirs for x in n[2:]])
    assert len(ours) > 50
