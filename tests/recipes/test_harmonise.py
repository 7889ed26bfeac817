from types import SimpleNamespace

import numpy as np
import pytest

from course.models.voices import SILENCE, VoiceModel, class_pitches
from course.note_sequence import Instrument, Note, NoteSequence, TimeSignature
from course.recipes.harmonise import (
    harmonise,
    own_soprano,
    read_soprano,
    scale_under,
    voice_rules,
)

RANGES = {"soprano": (60, 62), "alto": (60, 61), "tenor": (60, 60), "bass": (60, 62)}


class Model(VoiceModel):
    """Likes a bass that stands a semitone below the soprano that comes next, if that is 62."""

    config = SimpleNamespace(low=60, high=62, pitches=class_pitches(60, 62))

    def reader(self):
        return lambda past, written: np.ones(4)

    def log_probabilities(self, pitches):
        before = np.roll(pitches[:, 3], 1)
        logs = np.full(pitches.shape, -3.0)
        logs[:, 0] = np.where(before == pitches[:, 0] - 1, -0.5, -1.5)
        return logs


def test_a_typed_line_by_hand():
    line = read_soprano("C4 | 62:0.5, r:0.25 F#5:2 bb3:0.25 E♭4:0.25")
    expected = [60] * 4 + [62] * 2 + [-1] + [78] * 8 + [58, 63]
    assert line.tolist() == expected
    assert line.dtype == np.int16


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("H4", "'H4' is no note; write C5"),
        ("C", "'C' is no note"),
        ("C5:", "'C5:' is no note"),
        ("C5:0.3", "0.3 quarters are no sixteenths"),
        ("C5:0", "0 quarters"),
        (" | ", "there are no notes"),
        ("C5:1/2", "0.5, not 1/2"),
        ("r:250 C5:7", "'C5:7' ends behind bar 64"),
    ],
)
def test_what_cannot_be_read(text, message):
    with pytest.raises(ValueError, match=message):
        read_soprano(text)


def test_rests_and_lengths_in_other_spellings():
    assert read_soprano("R:.5 c5:.25 C5:1.").tolist() == [-1, -1, 72, *[72] * 4]
    assert len(read_soprano("C5:256")) == 1024


def test_only_text_is_typed():
    with pytest.raises(TypeError, match="one text, such as 'G4"):
        read_soprano(["G4", "A4"])


def test_the_top_line_of_a_piece_in_range():
    notes = [Note(48 + step, step / 2, step / 2 + 0.5) for step in range(8)]
    piece = NoteSequence((*notes, Note(36, 0.0, 4.0)), (Instrument(0),))
    line = own_soprano(piece, 58, 70)
    assert line[:14].tolist() == [p for p in range(60, 67) for _ in range(2)]
    assert line[14:].tolist() == [67] * 4  # the last one a quarter


def test_a_long_note_is_held():
    notes = [Note(72, 0.0, 8.0), *(Note(74 + i % 2, 8 + i / 2, 8.5 + i / 2) for i in range(8))]
    line = own_soprano(NoteSequence(tuple(notes), (Instrument(0),)), 60, 81)
    assert line[:32].tolist() == [72] * 32


@pytest.mark.parametrize(("moved", "first"), [(0, 62), (12, 74), (-12, 74), (24, 62)])
def test_a_line_in_range_stays_where_it_is(moved, first):
    notes = (Note(62 + moved + i % 3, i / 2, i / 2 + 0.5) for i in range(8))
    assert own_soprano(NoteSequence(tuple(notes), (Instrument(0),)), 57, 81)[0] == first


def test_the_scale_of_a_line():
    assert scale_under(read_soprano("G4 A4 B4 C5 D5 E5 F#5 G5:2")) == (
        "major",
        (7, 9, 11, 0, 2, 4, 6),
    )
    mode, classes = scale_under(read_soprano("A4:2 B4 C5 D5 E5:2 F5 E5 G#4 A4:2"))
    assert mode == "minor"
    assert classes == (9, 11, 0, 2, 4, 5, 6, 7, 8)


def test_rules_by_hand():
    rules = voice_rules(Model.config.pitches, RANGES, scale=(0, 2))
    assert rules.astype(int).tolist() == [[0, 1, 0, 1], [0, 1, 0, 0], [0, 1, 0, 0], [0, 1, 0, 1]]
    assert voice_rules(Model.config.pitches, RANGES, rests=True)[:, 0].all()


def test_the_soprano_is_kept_and_takes_are_ordered():
    soprano = read_soprano("62:0.25 62:0.25 61:0.25 r:0.25")
    rules = voice_rules(Model.config.pitches, RANGES)
    takes = harmonise(Model(), soprano, np.random.default_rng(0), None, rules, takes=8)
    assert len(takes) == 8
    nats = [n for n, _ in takes]
    assert nats == sorted(nats)
    assert nats[0] < nats[-1]
    for _, piece in takes:
        assert piece[:, 0].tolist() == [62, 62, 61, SILENCE]
        assert set(piece[:, 2]) == {60}
        assert set(piece[:, 1]) <= {60, 61}


def test_wrong_arguments_say_what_to_do():
    with pytest.raises(ValueError, match="takes is 0"):
        harmonise(Model(), np.array([60]), np.random.default_rng(0), takes=0)
    with pytest.raises(ValueError, match="length of the soprano is 0"):
        harmonise(Model(), np.array([], dtype=int), np.random.default_rng(0))
    with pytest.raises(
        ValueError, match=r"sixteenth 1 of the soprano: pitch 70 \(B♭4\) is outside"
    ):
        harmonise(Model(), np.array([60, 70]), np.random.default_rng(0))
    with pytest.raises(ValueError, match="pitch -2 is outside"):
        harmonise(Model(), np.array([-2]), np.random.default_rng(0))
    with pytest.raises(TypeError, match="`read_soprano` makes it of text"):
        harmonise(Model(), ["G4"], np.random.default_rng(0))
    with pytest.raises(TypeError, match="one line"):
        harmonise(Model(), np.array([[60, 61]]), np.random.default_rng(0))


def test_a_soprano_may_be_in_any_metre():
    notes = tuple(Note(72 + i % 5, i, i + 1) for i in range(9))
    piece = NoteSequence(notes, time_signatures=(TimeSignature(0.0, 4, 1),))
    assert own_soprano(piece, 60, 81)[::4].tolist() == [n.pitch for n in notes]
