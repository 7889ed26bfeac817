from collections import Counter

import numpy as np
import pytest

from course.data.quartets import PLAYERS, listening_tempo, load_quartets
from course.note_sequence import TimeSignature

MOVEMENTS = {movement.name: movement for movement in load_quartets()}


def test_the_menuetto_of_k_156_by_hand():
    movement = MOVEMENTS["mozart-k156-3"]
    assert movement.title == "Mozart, K. 156, movement 3 (Tempo di Menuetto)"
    assert movement.key == "G major"
    assert movement.metres.tolist() == [[0, 3, 4]]
    assert movement.keys.tolist() == [[0, 1, 0], [108 * 48, -2, 1]]  # the trio in G minor
    assert np.diff(movement.bar_starts).tolist() == [3 * 48] * 61
    assert movement.num_ticks == 62 * 3 * 48


def test_counts():
    composers = Counter(movement.composer for movement in MOVEMENTS.values())
    assert composers == {"Haydn": 7, "Mozart": 15, "Beethoven": 15}


def test_every_movement_gives_a_valid_sequence():
    for movement in MOVEMENTS.values():
        sequence = movement.to_note_sequence()
        assert len(sequence.notes) == len(movement.pitches)
        assert [player.name for player in sequence.instruments] == list(PLAYERS)
        assert set(movement.players.tolist()) == {0, 1, 2, 3}
        assert (movement.durations > 0).all()
        assert (movement.starts + movement.durations).max() <= movement.num_ticks
        assert sequence.total_quarters == movement.num_ticks / 48
        assert movement.bar_starts[0] == 0
        for player in range(4):
            assert (np.diff(movement.starts[movement.players == player]) >= 0).all()


def test_the_parts_stay_together():
    """In the file a bar of the viola is too short, and from there on it would run ahead."""
    movement = MOVEMENTS["mozart-k156-3"]
    last = [movement.starts[movement.players == player].max() for player in range(4)]
    assert len({int(start) // (3 * 48) for start in last}) == 1


def test_registers_are_those_of_the_instruments():
    for movement in MOVEMENTS.values():
        lowest = [movement.pitches[movement.players == player].min() for player in range(4)]
        assert lowest[0] >= 55
        assert lowest[1] >= 55
        assert lowest[2] >= 48
        assert lowest[3] >= 35  # the cello's lowest string is 36; the card names the one B


@pytest.mark.parametrize(
    ("marking", "metre", "tempo"),
    [
        ("Allegro molto", (4, 4), 132.0),
        ("Finale. Presto", (2, 2), 235.2),
        ("", (3, 4), 104.0),
        ("Andante con moto quasi Allegretto", (6, 8), 75.6),
    ],
)
def test_listening_tempo(marking, metre, tempo):
    assert listening_tempo(marking, TimeSignature(0.0, *metre)) == tempo


def test_missing_arrays_name_the_command(tmp_path):
    with pytest.raises(FileNotFoundError, match="course build-data quartets"):
        load_quartets(tmp_path / "quartets.npz")
