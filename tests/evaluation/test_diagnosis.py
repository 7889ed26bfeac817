import numpy as np
import pytest

from course.data import load_chorales, load_quartets, load_tunes
from course.evaluation.diagnosis import Finding, diagnose, longest_loop
from course.evaluation.note_table import note_table
from course.note_sequence import Instrument, Note, NoteSequence, Tempo

CHORALES = load_chorales()
CHORALE = CHORALES[0].pitches
GENERATOR = np.random.default_rng(2)
LOOP = np.repeat([[60, 48], [62, 50], [64, 52], [62, 50]], 2, axis=0)  # eight sixteenths


def problems(piece):
    return [finding.problem for finding in diagnose(piece)]


def noise(num_steps=128, voices=4):
    return GENERATOR.integers(48, 80, (num_steps, voices))


def roll_of(num_pitches):
    notes = [
        Note(36 + pitch, beat, beat + 1.0 + pitch % 2)
        for beat in range(0, 40, 2)
        for pitch in GENERATOR.choice(60, num_pitches, replace=False).tolist()
    ]
    return NoteSequence(tuple(notes))


def too_fast():
    notes = tuple(Note(60 + i % 12, i / 4, (i + 1 + i % 2) / 4) for i in range(64))
    return NoteSequence(notes, tempos=(Tempo(0.0, 600.0),))


def crossed():
    grid = CHORALE.copy()
    grid[:, [1, 2]] = grid[:, [2, 1]]
    return grid


def sparse():
    grid = CHORALE.copy()
    grid[np.arange(len(grid)) % 16 > 4] = -1
    return grid


def without_bass():
    grid = CHORALE.copy()
    grid[:, 3] = -1
    return grid


def eighths():
    leaps = GENERATOR.choice([-3, -1, 2, 4], 64)
    return np.repeat(55 + np.cumsum(leaps) % 24, 2)[:, None]


EXAMPLES = {
    "empty": (NoteSequence(), "02_representations"),
    "one pitch": (np.tile([[60], [60], [60], [-1]], (20, 1)), "03_data_and_baselines"),
    "everything held": (np.repeat([[67, 60], [65, 59]], 40, axis=0), "03_data_and_baselines"),
    "greedy loop": (np.tile(LOOP, (6, 1)), "05_lstm"),
    "too fast": (too_fast(), "01_midi"),
    "fragments": (noise(), "08_gan"),
    "wall of sound": (roll_of(14), "08_gan"),
    "no key": (noise(400), "03_data_and_baselines"),
    "no rests": (eighths(), "02_representations"),
    "out of range": (CHORALE + 9, "11_control_and_arrangement"),
    "crossed voices": (crossed(), "11_control_and_arrangement"),
    "mostly silent": (sparse(), "08_gan"),
    "silent voice": (without_bass(), "08_gan"),
}


@pytest.mark.parametrize("problem", EXAMPLES)
def test_each_fault_is_found_and_sent_to_its_lesson(problem):
    piece, lesson = EXAMPLES[problem]
    found = {finding.problem: finding for finding in diagnose(piece)}
    assert problem in found
    assert found[problem].lesson == lesson
    assert str(found[problem]).startswith(f"{problem}: ")
    assert str(found[problem]).endswith(f". See lesson {lesson}.")


def test_sentences_hold_the_numbers():
    (finding,) = diagnose(np.tile(LOOP, (6, 1)))
    assert finding == Finding(
        "greedy loop",
        "the same 8 sixteenths come 6 times in a row. Always taking the most probable note runs in "
        "circles: draw with temperature, top-k or top-p.",
        "05_lstm",
    )
    held = EXAMPLES["everything held"][0]
    assert "a note lasts 40 sixteenths" in str(diagnose(held)[0])
    assert problems(without_bass()) == ["silent voice"]
    assert "never play: 3" in str(diagnose(without_bass())[0])


def test_an_empty_piece_has_one_finding():
    for piece in (NoteSequence(), np.empty((0, 4)), np.full((64, 4), -1)):
        assert problems(piece) == ["empty"]


@pytest.mark.slow
def test_real_music_passes():
    for piece in [*CHORALES[::6], *load_quartets()[::6]]:
        assert problems(piece.to_note_sequence()) == []
    assert [problems(chorale.pitches) for chorale in CHORALES[::12]] == [[]] * len(CHORALES[::12])
    tunes = [tune.to_note_sequence() for tune in load_tunes("oneills")[::20]]
    found = [problem for tune in tunes for problem in problems(tune)]
    assert set(found) <= {"no rests"}
    assert len(found) <= 0.03 * len(tunes)


def test_a_tune_played_twice_is_no_loop():
    tune = load_tunes("ryans")[0].to_note_sequence()
    grid = note_table(tune).voice_pitches
    assert "greedy loop" not in problems(np.tile(grid[:256], (3, 1)))
    assert longest_loop(note_table(np.full((64, 1), 60))) == (0, 0.0, 0.0)


def test_a_loop_at_the_end_is_found():
    piece = np.concatenate([CHORALE[:48, :2], np.tile(LOOP, (8, 1))])
    period, repeats, share = longest_loop(note_table(piece))
    assert (period, repeats) == (8, pytest.approx(8.0, abs=0.3))
    assert share == pytest.approx(64 / 112, abs=0.02)
    assert problems(piece) == ["greedy loop"]


def test_ranges_are_those_of_the_voices_or_of_a_piano():
    choir = CHORALES[0].to_note_sequence()
    low = tuple(Note(n.pitch - 24, n.start, n.end, instrument=n.instrument) for n in choir.notes)
    assert "out of range" in problems(NoteSequence(low, choir.instruments))
    pianos = tuple(Instrument() for _ in choir.instruments)
    assert problems(NoteSequence(low, pianos)) in ([], ["out of range"])
    deep = (Note(10, 0.0, 1.0), Note(60, 1.0, 2.0), Note(62, 2.0, 4.0))
    assert "such as pitch 10 at step 0, where a piano has 21..108" in str(
        diagnose(NoteSequence(deep))[-1]
    )


def test_bad_input():
    with pytest.raises(TypeError, match="a piece is a str"):
        diagnose("bwv338")
