import numpy as np
import pytest
import torch

from course.data.chorales import load_chorales
from course.recipes.phrases import (
    PhraseBatches,
    chorale_phrases,
    phrases_music,
    phrases_of,
    pitches_to_classes,
    to_plain_key,
)


@pytest.mark.parametrize(
    ("fifths", "pitch", "expected"),
    [(0, 60, 60), (2, 62, 60), (-1, 65, 60), (1, 67, 72), (-3, 63, 60), (6, 66, 60)],
)
def test_tonics_become_c(fifths, pitch, expected):
    """D goes down by 2, F down by 5, G up by 5, E flat down by 3, F sharp down by 6."""
    moved = to_plain_key(np.array([pitch, -1]), fifths)
    assert moved.tolist() == [expected, -1]


def test_phrases_stand_in_the_chorales():
    phrases = chorale_phrases("valid")
    assert phrases.shape[1:] == (32, 4)
    assert len(phrases) == 851
    assert phrases.min() >= -1
    assert set(np.unique(phrases)) <= {-1, *range(36, 82)}
    chorale = next(c for c in load_chorales() if c.split == "valid")
    first = chorale.bar_starts[1] if chorale.pickup_steps else 0
    moved = to_plain_key(chorale.pitches, chorale.fifths)[first : first + 32]
    assert any(np.array_equal(phrase, moved) for phrase in phrases)


def test_most_notes_belong_to_the_key():
    phrases = chorale_phrases("valid")
    sounding = phrases[phrases >= 0] % 12
    assert np.isin(sounding, [0, 2, 4, 5, 7, 9, 11]).mean() > 0.9


def test_longer_phrases_begin_at_every_nth_bar():
    every, second = chorale_phrases("valid", 4), chorale_phrases("valid", 4, hop_bars=2)
    assert every.shape[1:] == (64, 4)
    assert len(every) / 2.5 < len(second) < len(every) / 1.8


def test_a_range_leaves_phrases_out():
    phrases = chorale_phrases("valid", low=45, high=76)
    assert 0 < len(phrases) < 851
    assert phrases[phrases >= 0].min() >= 45
    assert phrases.max() <= 76


def test_classes_by_hand_and_back():
    pitches = np.array([[[36, -1], [81, 40]]])  # one phrase, two steps, two tracks
    classes = pitches_to_classes(pitches, 36)
    assert classes.tolist() == [[[1, 0], [46, 5]]]
    cells = torch.nn.functional.one_hot(torch.from_numpy(classes).transpose(1, 2), 47)
    assert np.array_equal(phrases_of(cells, 36), pitches)


def test_batches_are_drawn_by_the_generator():
    phrases = np.arange(36, 46).reshape(10, 1, 1).repeat(4, axis=1)
    batches = PhraseBatches(phrases, 36, 47, batch_size=100)
    one, again, other = (batches(0, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert one.shape == (100, 1, 4, 47)
    assert torch.equal(one, again)
    assert not torch.equal(one, other)
    assert set(one.argmax(dim=-1).flatten().tolist()) == set(range(1, 11))


def test_phrases_are_played_one_after_the_other():
    phrases = np.full((2, 8, 4), -1)
    phrases[0, :, 0], phrases[1, 4:, 3] = 60, 48
    music = phrases_music(phrases, rest_steps=4)
    found = [(n.pitch, n.start, n.end, n.instrument) for n in music.notes]
    assert found == [(60, 0.0, 2.0, 0), (48, 4.0, 5.0, 3)]
    assert music.total_quarters == 6


def test_a_single_track_is_played_alone():
    music = phrases_music(np.full((1, 8, 1), 60), rest_steps=0)
    assert [instrument.name for instrument in music.instruments] == ["Soprano"]


def test_no_phrases():
    with pytest.raises(ValueError, match="there are no phrases"):
        PhraseBatches(np.zeros((0, 4, 1)), 36, 47)
    with pytest.raises(ValueError, match="num_bars is 0"):
        chorale_phrases("valid", 0)
