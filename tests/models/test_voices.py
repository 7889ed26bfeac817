from types import SimpleNamespace

import numpy as np
import pytest
import torch

from course.models.voices import FREE, VoiceModel, class_pitches, number_classes, run_lengths

PITCHES = class_pitches(60, 62)


def test_classes_by_hand():
    assert PITCHES.tolist() == [-1, 60, 61, 62]
    numbered = number_classes(np.array([[62, 61, 60, -1]], dtype=np.int16), 60, 62)
    assert numbered.tolist() == [[3, 2, 1, 0]]
    assert numbered.dtype == np.int64
    assert number_classes(np.empty((0, 4)), 60, 62).shape == (0, 4)


def test_runs_by_hand():
    """Two pieces, one after the other; the second begins anew although its pitches go on."""
    soprano = np.array([5, 5, 5, 5, 7, 7, 7])
    classes = np.stack([soprano, *[np.arange(7)] * 3], axis=1)
    runs = run_lengths(classes, np.array([0, 1, 2, 3, 4, 0, 1]), longest=3)
    assert runs[:, 0].tolist() == [0, 1, 2, 3, 3, 0, 1]
    assert runs[:, 1].tolist() == [0, 1, 1, 1, 1, 0, 1]


def test_classes_and_pitches_undo_each_other():
    piece = np.random.default_rng(0).choice(PITCHES, size=(20, 4))
    np.testing.assert_array_equal(PITCHES[number_classes(piece, 60, 62)], piece)


class Model(VoiceModel):
    """Asks a function for each next cell; all cells alike by default."""

    config = SimpleNamespace(low=60, high=62, pitches=PITCHES)

    def __init__(self, next_distribution=lambda *_: np.ones(4)):
        self.next_distribution = next_distribution

    def reader(self):
        return self.next_distribution


def test_cells_are_written_soprano_bass_alto_tenor():
    heard, answers = [], iter([1, 2, 3, 0] * 2)

    def next_distribution(past, written):
        heard.append((len(past), *written))
        return np.ones(4)

    generator = np.random.default_rng(0)
    model, seed = Model(next_distribution), np.full((1, 4), 60)
    piece = model.generate(2, generator, seed, lambda *_: next(answers))
    assert piece.tolist() == [[60] * 4, [60, 62, -1, 61], [60, 62, -1, 61]]
    assert piece.dtype == np.int16
    frame = [(), (60,), (60, 61), (60, 61, 62)]  # soprano, bass, alto
    assert heard == [(length, *before) for length in (1, 2) for before in frame]


def test_each_voice_gets_its_own_row_of_the_rule():
    allowed = np.eye(4, dtype=bool)  # soprano silent, alto 60, tenor 61, bass 62
    piece = Model().generate(3, np.random.default_rng(0), allowed=allowed)
    assert piece.tolist() == [[-1, 60, 61, 62]] * 3


def test_what_is_given_is_kept_and_heard():
    """A soprano and a silent bass; alto and tenor are written, and hear both."""
    heard = []

    def next_distribution(past, written):
        heard.append((len(past), *written))
        return np.array([0.0, 1, 0, 0])  # 60

    given = np.array([[62, FREE, FREE, -1], [61, FREE, 60, FREE]])
    seed = np.full((1, 4), 60)
    piece = Model(next_distribution).generate(2, np.random.default_rng(0), seed, given=given)
    assert piece.tolist() == [[60] * 4, [62, 60, 60, -1], [61, 60, 60, 60]]
    assert heard == [(1, 62, -1), (1, 62, -1, 60), (2, 61), (2, 61, 60)]
    assert given[0].tolist() == [62, FREE, FREE, -1]


def test_what_is_given_need_not_be_allowed():
    allowed = np.zeros((4, 4), dtype=bool)
    allowed[:, 1] = True
    given = np.array([[62, FREE, FREE, FREE]])
    piece = Model().generate(1, np.random.default_rng(0), allowed=allowed, given=given)
    assert piece.tolist() == [[62, 60, 60, 60]]


def test_nothing_given_changes_nothing():
    free = np.full((5, 4), FREE)
    pieces = [Model().generate(5, np.random.default_rng(3), given=g).tolist() for g in (None, free)]
    assert pieces[0] == pieces[1]
    whole = np.array([[62, -1, 60, 61]] * 2)
    assert Model().generate(2, np.random.default_rng(0), given=whole).tolist() == whole.tolist()


def test_a_model_that_cannot_be_read_from():
    with pytest.raises(NotImplementedError):
        VoiceModel().reader()


@pytest.mark.parametrize(
    ("pitches", "error", "message"),
    [
        ([[60, 60, 60, 63]], ValueError, "row 0, bass: pitch 63 is outside 60..62 and not -1"),
        ([[60] * 4, [60, 59, 60, 60]], ValueError, "row 1, alto: pitch 59 is outside"),
        ([[-2, 60, 60, 60]], ValueError, "row 0, soprano: pitch -2"),
        ([[60.0] * 4], TypeError, "pitches hold float64; give whole numbers"),
        ([[60] * 3], ValueError, r"pitches has shape \(1, 3\), expected \(T, 4\)"),
    ],
)
def test_bad_pitches(pitches, error, message):
    with pytest.raises(error, match=message):
        number_classes(np.array(pitches), 60, 62)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"num_steps": -1}, "num_steps is -1, outside 0"),
        ({"allowed": np.ones(4, dtype=bool)}, r"allowed has shape \(4,\), expected \(4, 4\)"),
        ({"sampler": lambda p, g: 4}, r"choice of the sampler is 4, outside 0\.\.3"),
        ({"seed": np.full((1, 4), 63)}, "row 0, soprano: pitch 63 is outside"),
        ({"given": np.full((2, 4), FREE)}, r"given has shape \(2, 4\), expected \(1, 4\)"),
        ({"given": np.full((1, 4), 63)}, "row 0, soprano: pitch 63 is outside"),
        ({"given": np.full((1, 4), -3)}, "row 0, soprano: pitch -3 is outside"),
    ],
)
def test_what_cannot_be_written(changes, message):
    with pytest.raises(ValueError, match=message):
        Model().generate(**{"num_steps": 1, "generator": np.random.default_rng(0), **changes})


def test_it_is_written_on_one_thread():
    """Two threads take twice as long for a step of a small network."""
    seen, before = [], torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        Model().generate(
            1,
            np.random.default_rng(0),
            sampler=lambda p, g: seen.append(torch.get_num_threads()) or 0,
        )
        assert seen == [1] * 4
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
