import importlib.util

import numpy as np
import pytest

from course.data import single_notes
from course.data.single_notes import (
    FAMILIES,
    PITCHES,
    VELOCITIES,
    is_held_out,
    load_single_notes,
    note_list,
    render_note,
)
from course.evaluation.note_sounds import cents_off, held_part, track_pitch
from course.representation.tuned_spectrogram import CHANNELS, FRAMES, NUM_SAMPLES, analyse


def test_one_pair_in_six_is_held_out_and_each_family_keeps_most_of_its_pitches():
    held = np.array([[is_held_out(p, f) for p in PITCHES] for f in range(len(FAMILIES))])
    assert held.mean() == pytest.approx(1 / 6, abs=0.02)
    assert (held.sum(axis=1) >= 4).all()
    assert (held.sum(axis=0) <= 2).all()  # each pitch is learned from four families or more


def test_all_notes_are_named_once():
    names = list(note_list())
    assert len(names) == len(set(names)) == 6 * 4 * len(PITCHES) * len(VELOCITIES)
    assert names[0] == (0, 0, 48, 50)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_real_note_has_its_pitch(family):
    for program in FAMILIES[family]:
        for pitch in (48, 65):
            sound = held_part(render_note(program, pitch, 85))
            assert abs(cents_off(track_pitch(sound), pitch)) < 30


def test_a_note_is_the_same_every_time_and_ends_in_silence():
    first = render_note(73, 60, 85)
    render_note(56, 70, 120)
    assert first.shape == (NUM_SAMPLES,)
    assert np.array_equal(render_note(73, 60, 85), first)
    assert first[-1] == 0
    assert 0.05 < np.abs(first).max() <= 1


def test_notes_are_pictures_of_what_they_say():
    notes = load_single_notes((51, 60), (85,))
    assert len(notes) == 6 * 4 * 2
    assert notes.pictures.shape == (48, CHANNELS, FRAMES)
    assert notes.pictures.dtype == np.float32
    program, pitch = int(notes.programs[5]), int(notes.pitches[5])
    assert np.array_equal(notes.pictures[5], analyse(render_note(program, pitch, 85), pitch))
    assert load_single_notes((51, 60), (85,)) is notes
    assert notes.held_out[0]  # 51 of the first family
    kept = notes.where(~notes.held_out)
    assert len(kept) == (~notes.held_out).sum() < len(notes)
    assert (51, 0) not in set(zip(kept.pitches, kept.families, strict=True))


def test_a_missing_synthesizer_is_explained(monkeypatch):
    single_notes._synthesizer.cache_clear()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match="pip install --no-deps tinysoundfont"):
        single_notes._synthesizer("any")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [((128, 60, 85), "program is 128"), ((0, -1, 85), "pitch is -1"), ((0, 60, 0), "velocity is")],
)
def test_what_cannot_be_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        render_note(*arguments)
