"""What a lesson builds and the package has too gives equal results on random input."""

import random

import pytest

from course.models import markov
from course.representation import midi_bytes, plain_midi
from tests.lessons.conftest import COURSE
from tests.lessons.harness import Notebook

TRIALS = 300


def solution(lesson, exercise, **names):
    notebook = Notebook(COURSE / "solutions" / lesson / f"{lesson}.ipynb")
    namespace = {"__name__": "__main__", **names}
    exec(notebook.source(exercise), namespace)
    return namespace[exercise]


@pytest.fixture
def chance():
    return random.Random(20)


def random_notes(chance):
    """Notes of which no two of one pitch and channel touch each other."""
    notes = []
    for key in chance.sample(range(128 * 16), chance.randrange(12)):
        tick = 0
        for _ in range(chance.randrange(1, 4)):
            start = tick + chance.randrange(0, 500)
            tick = start + chance.randrange(1, 40_000)
            notes.append((start, tick, key // 16, chance.randrange(1, 128), key % 16))
    return notes


def test_count_next(chance):
    ours = solution("00_start", "count_next")
    for _ in range(TRIALS):
        melodies = [chance.choices("abcd", k=chance.randrange(9)) for _ in range(4)]
        assert ours(melodies) == markov.count_next(melodies)


def test_read_variable_length(chance):
    ours = solution("01_midi", "read_variable_length")
    for _ in range(TRIALS):
        value = chance.randrange(1 << chance.randrange(1, 29))
        data = bytes(chance.randrange(4)) + midi_bytes.write_variable_length(value) + b"\x90\x00"
        position = len(data) - len(midi_bytes.write_variable_length(value)) - 2
        expected = (value, len(data) - 2)
        assert ours(data, position) == midi_bytes.read_variable_length(data, position) == expected


def test_files_events_and_notes(chance):
    writer = solution("01_midi", "write_midi_file", midi_bytes=midi_bytes)
    reader = solution("01_midi", "read_track_events", midi_bytes=midi_bytes)
    pair = solution("01_midi", "pair_notes")
    for _ in range(TRIALS):
        notes, resolution = random_notes(chance), chance.randrange(1, 32_768)
        data = writer(notes, resolution)
        assert data == plain_midi.write_midi_file(notes, resolution)
        events = reader(data[22:])
        assert events == plain_midi.read_track_events(data[22:])
        end = events[-1][0]
        assert sorted(pair(events, end)) == sorted(plain_midi.pair_notes(events, end))
        assert sorted(pair(events, end)) == sorted(notes)


def test_meta_and_system_events(chance):
    reader = solution("01_midi", "read_track_events", midi_bytes=midi_bytes)
    for _ in range(TRIALS):
        parts = []
        for _ in range(chance.randrange(6)):
            content = bytes(chance.randrange(128) for _ in range(chance.randrange(300)))
            head = chance.choice([bytes([0xFF, chance.randrange(0x2F)]), b"\xf0", b"\xf7"])
            wait, length = (midi_bytes.write_variable_length(n) for n in (7, len(content)))
            note = bytes([0, 0x90 + chance.randrange(16), 60, chance.randrange(128), 5, 61, 0])
            parts.append(wait + head + length + content + note)
        data = b"".join(parts)
        assert reader(data) == plain_midi.read_track_events(data)


def test_ticks_to_seconds(chance):
    ours = solution("01_midi", "ticks_to_seconds")
    for _ in range(TRIALS):
        ticks = sorted(chance.sample(range(5000), chance.randrange(6)))
        changes = [(tick, chance.randrange(100_000, 2_000_000)) for tick in ticks]
        tick, resolution = chance.randrange(6000), chance.randrange(24, 960)
        expected = midi_bytes.ticks_to_seconds(tick, changes, resolution)
        assert ours(tick, changes, resolution) == pytest.approx(expected, rel=1e-12, abs=1e-12)
