import numpy as np
import pytest
import torch

from course.data.single_notes import FAMILIES, GAIN
from course.evaluation.note_sounds import cents_off, track_pitch
from course.note_sequence import Instrument, Note, NoteSequence, Tempo
from course.recipes import timbre_player
from course.recipes.timbre_player import (
    PLAY_RATE,
    TimbreInstrument,
    family_shares,
    own_opening,
    perform,
)
from course.representation.tuned_spectrogram import CHANNELS, FRAMES, HARMONICS


class Organ(torch.nn.Module):
    """Makes the same steady sound whatever it is asked for; counts how often."""

    calls = 0

    def noise(self, number, generator=None):
        return torch.randn(number, 3, generator=generator)

    def forward(self, noise, pitch, shares):
        self.calls += 1
        picture = torch.full((1, CHANNELS, FRAMES), -1.0)
        picture[:, :3] = 0.6
        picture[:, HARMONICS : 2 * HARMONICS] = 0
        return picture


@pytest.fixture
def player():
    return TimbreInstrument(Organ(), "organ")


def test_shares_of_families():
    names = list(FAMILIES)
    assert family_shares("brass").tolist() == [[float(name == "brass") for name in names]]
    mixed = family_shares({"piano": 1, "winds": 3})
    assert mixed[0, names.index("winds")] == 0.75
    assert mixed.sum() == 1
    for wrong, message in (
        ("drums", "there is no family 'drums'"),
        ({"piano": -1, "winds": 2}, "from 0 up"),
        ({"piano": 0}, "not all 0"),
    ):
        with pytest.raises(ValueError, match=message):
            family_shares(wrong)


def test_each_pitch_is_asked_for_once(player):
    for _ in range(3):
        player.sound(60, 0.2)
        player.sound(62, 0.5)
    assert player.generator.calls == 2


@pytest.mark.parametrize("pitch", [40, 48, 60, 72, 84])
@pytest.mark.parametrize("seconds", [0.15, 0.75, 2.0])
def test_a_note_has_its_pitch_and_its_length(player, pitch, seconds):
    sound = player.sound(pitch, seconds)
    assert len(sound) == pytest.approx((seconds + 0.29) * PLAY_RATE, abs=500)
    assert abs(cents_off(track_pitch(sound[: round(seconds * PLAY_RATE)], PLAY_RATE), pitch)) < 5
    assert sound[-1] == 0


def test_softly_struck_is_softer(player):
    loud, soft = player.sound(60, 0.5, 120), player.sound(60, 0.5, 60)
    np.testing.assert_allclose(soft, loud / 4)


def test_a_piece_is_played_where_it_is_written(player):
    notes = (Note(60, 1, 2), Note(64, 2, 3, instrument=1), Note(67, 3, 4))
    piece = NoteSequence(notes, (Instrument(), Instrument(73), Instrument(56)))
    stems = perform(piece, [player])
    assert len(stems) == 2  # the third instrument has no notes
    quarter = PLAY_RATE // 2  # 120 quarters a minute
    assert not stems[0][:quarter].any()
    first = player.sound(60, 0.5, notes[0].velocity) / GAIN
    np.testing.assert_allclose(stems[0][quarter : 2 * quarter], first[:quarter])
    assert not stems[1][: 2 * quarter].any()
    assert len(stems[0]) == len(stems[1]) == round((piece.total_seconds + 1) * PLAY_RATE)


def test_what_cannot_be_is_refused(player):
    with pytest.raises(ValueError, match="pitch is 128"):
        player.sound(128, 1)
    with pytest.raises(ValueError, match="there is no player"):
        perform(NoteSequence((Note(60, 0, 1),)), [])
    assert timbre_player.PLAY_RATE == 24_000


def test_an_opening_has_the_first_seconds_without_drums():
    """At 60 quarter notes a minute two seconds are two quarter notes, from the first pitch on."""
    kit = (Instrument(0, is_drum=True), Instrument(0), Instrument(40, "rests"), Instrument(73))
    notes = (Note(38, 0, 1), Note(60, 4, 5, 80, 3), Note(62, 5, 8, 80, 1), Note(64, 6, 7, 80, 3))
    part = own_opening(NoteSequence(notes, kit, tempos=(Tempo(0, 60),)), 2)
    assert part.notes == (Note(60, 0, 1, 80, 1), Note(62, 1, 2, 80, 0))
    assert part.instruments == (kit[1], kit[3])
    assert part.total_seconds == 2


def test_an_opening_that_cannot_be_played():
    drums = NoteSequence((Note(38, 0, 1),), (Instrument(0, is_drum=True),))
    with pytest.raises(ValueError, match="it has drums only; choose"):
        own_opening(drums, 2)
    many = tuple(Note(60, 0, 1, 80, i) for i in range(9))
    with pytest.raises(
        ValueError, match=r"9 instruments play .* at most 8 can here; choose a small"
    ):
        own_opening(NoteSequence(many, (Instrument(),) * 9), 2)
    dense = tuple(Note(60 + i % 12, i / 100, i / 100 + 1) for i in range(900))
    assert len(own_opening(NoteSequence(dense), 20).notes) == 400
    fast = NoteSequence(dense, tempos=(Tempo(0, 6e7),))
    assert own_opening(fast, 20).notes
