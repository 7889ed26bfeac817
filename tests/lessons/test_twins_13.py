"""What lesson 13 builds and the package has too gives equal results on random input."""

import numpy as np
import pytest

from course.arranging.loops import fold_tail
from course.arranging.tempo import fit_duration
from course.note_sequence import Note, NoteSequence
from course.studio import commissions, plain
from tests.lessons.test_twins import solution

LESSON = "13_studio"
TRIALS = 30


@pytest.fixture
def chance():
    return np.random.default_rng(13)


def test_replay_bars(chance):
    ours = solution(LESSON, "replay_bars")
    for _ in range(TRIALS):
        count = int(chance.integers(1, 9))
        first, edits = [[n] for n in range(count)], []
        for edit in range(int(chance.integers(4))):
            locked = {n for n in range(1, count + 1) if chance.random() < 0.5}
            edits.append((locked, [[100 * edit + n] for n in range(count - len(locked))]))
        assert ours(first, edits) == plain.replay_bars(first, edits)


def test_fold_tail(chance):
    ours = solution(LESSON, "fold_tail", np=np)
    for _ in range(TRIALS):
        samples, length = chance.normal(size=chance.integers(40)), int(chance.integers(1, 20))
        np.testing.assert_allclose(ours(samples, length), fold_tail(samples, length))


def test_exact_tempos(chance):
    ours = solution(LESSON, "exact_tempos")
    for _ in range(TRIALS):
        quarters, seconds = int(chance.integers(20, 200)), int(chance.integers(10, 60))
        tempos = ours(quarters, seconds)
        assert tempos == plain.exact_tempos(quarters, seconds)
        assert sum(n * micros for n, micros in tempos) == seconds * 1_000_000
        music = NoteSequence((Note(60, 0, quarters),), total_quarters=quarters)
        fitted = fit_duration(music, seconds, limits=(0.01, 100.0)).music
        assert fitted.total_seconds == pytest.approx(seconds, abs=1e-6)
        found = {round(6e7 / tempo.quarters_per_minute) for tempo in fitted.tempos}
        assert found == {micros for _, micros in tempos}


def test_reading_faults(chance):
    ours = solution(LESSON, "reading_faults")
    lengths, scale = commissions.LEVELS[2], (0, 2, 4, 5, 7, 9, 11)
    for _ in range(TRIALS):
        pitches = chance.integers(50, 85, size=chance.integers(4, 12)).tolist()
        lasts = chance.choice([0.25, 0.5, 1.0, 2.0], size=len(pitches)).tolist()
        rows = list(zip(pitches, lasts, strict=True))
        found = ours(rows, scale, (60, 79), lengths)
        assert found == plain.reading_faults(rows, scale, (60, 79), lengths)
        starts = np.cumsum([0.0, *lasts])
        notes = [Note(p, s, s + n) for (p, n), s in zip(rows, starts.tolist(), strict=False)]
        music = NoteSequence(tuple(notes))
        theirs = commissions.reading_faults(music, (0, "major"), 60, 79, 2)
        assert [f"note {number + 1}," for number, _ in found] == [
            " ".join(line.split()[:2]) for line in theirs
        ]


def test_commission(chance):
    ours = solution(LESSON, "commission")
    for _ in range(TRIALS):
        counts = chance.integers(0, 4, size=6).tolist()
        given = counts.__getitem__, lambda take: [0] * take, list(range(6))
        assert ours(*given) == plain.commission(*given)
