"""What lesson 03 builds and the package has too gives equal results on random input."""

import math
import random

import numpy as np
import pytest

from course.data.melody_index import melody_windows
from course.evaluation import plain
from course.evaluation.likelihood import measure_likelihood
from course.evaluation.originality import build_run_index, longest_shared_run
from course.models.ngram import fit_ngram
from course.representation.voice_grid import VoiceGrid
from tests.lessons.test_twins import TRIALS, solution

LESSON = "03_data_and_baselines"


@pytest.fixture
def chance():
    return random.Random(20)


def melody_of(chance, longest=12):
    return [chance.randrange(60, 66) for _ in range(chance.randrange(longest))]


def test_interval_windows(chance):
    ours = solution(LESSON, "interval_windows")
    for _ in range(TRIALS):
        melody, length = melody_of(chance), chance.randrange(1, 6)
        assert ours(melody, length) == plain.interval_windows(melody, length)
        moving = {w for w in ours(melody, length) if sum(x != 0 for x in w) >= 4}
        arrays = melody_windows(np.array(melody, dtype=int), spacing=1, window=length)
        assert {tuple(np.frombuffer(w, dtype=np.int8).tolist()) for w in arrays} == moving


def test_nats_per_note(chance):
    ours = solution(LESSON, "nats_per_note", math=math)
    for _ in range(TRIALS // 10):
        pieces = [np.array([[chance.uniform(0.01, 1) for _ in range(4)]] * n) for n in (1, 3, 5)]
        expected = measure_likelihood(np.log, pieces).nats_per_note
        lists = [piece.ravel().tolist() for piece in pieces]
        assert ours(lists) == pytest.approx(expected) == plain.nats_per_note(lists)


def test_witten_bell_builds_the_ngram(chance):
    """The package's n-gram, level by level, is the learner's formula applied five times."""
    ours = solution(LESSON, "witten_bell")
    piece = np.array([[chance.randrange(60, 63) for _ in range(4)] for _ in range(40)])
    model = fit_ngram([piece])
    past = piece[:30]
    p = dict.fromkeys(range(model.config.num_classes), 1 / model.config.num_classes)
    from course.models.ngram_contexts import number_contexts
    from course.models.voices import number_classes

    steps = np.arange(31)
    frame = np.concatenate([past, np.full((1, 4), -1)])
    contexts = number_contexts(
        number_classes(frame, model.config.low, model.config.high), steps, model.config
    )[:, -1, 0]
    for level, context in zip(model.levels, contexts.tolist(), strict=True):
        kept = level.pairs // model.config.num_classes == context
        tokens = (level.pairs[kept] % model.config.num_classes).tolist()
        counts = dict(zip(tokens, level.counts[kept].tolist(), strict=True))
        assert ours(counts, p) == pytest.approx(plain.witten_bell(counts, p))
        p = ours(counts, p)
    assert list(p.values()) == pytest.approx(model.next_distribution(past).tolist())


def test_with_temperature(chance):
    ours = solution(LESSON, "with_temperature")
    for _ in range(TRIALS):
        weights = [chance.choice((0, 1, 1, 2, 3.5)) for _ in range(5)]
        if sum(weights):
            p = [weight / sum(weights) for weight in weights]
            temperature = chance.choice((0, 0.01, 0.3, 1, 4))
            assert ours(p, temperature) == pytest.approx(plain.with_temperature(p, temperature))


def test_longest_shared_run(chance):
    ours = solution(LESSON, "longest_shared_run", plain=plain)
    for _ in range(TRIALS // 5):
        melody, training = melody_of(chance), [melody_of(chance) for _ in range(3)]
        assert ours(melody, training) == plain.longest_shared_run(melody, training)
        if melody and all(training):
            grids = [VoiceGrid(np.array(m, dtype=np.int16)[:, None]) for m in (melody, *training)]
            run = longest_shared_run(grids[0], build_run_index(grids[1:]))
            assert max(run.num_steps, 1) == ours(melody, training)
