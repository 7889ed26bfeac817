"""Chords for a melody: the path, the counts, and what comes of them."""

from itertools import pairwise, product

import numpy as np
import pytest

from course.arranging.chords import SOUGHT
from course.arranging.harmoniser import (
    best_path,
    chord_counts,
    chord_nats,
    count_chords,
    harmonise_melody,
    key_of,
)
from course.data.chorales import load_chorales
from course.note_sequence import KeySignature, Note, NoteSequence


def melody(pitches, fifths=0, mode="major", length=1.0):
    notes = tuple(Note(p, n * length, (n + 1) * length) for n, p in enumerate(pitches))
    keys = (KeySignature(0.0, fifths, mode),)
    return NoteSequence(notes, key_signatures=keys, total_quarters=len(pitches) * length)


def test_the_path_by_hand():
    """Greedy goes 0, 1: 3 - 5 + 2; better is 1, 1 with 2 + 1 + 2."""
    assert best_path([[3, 2], [0, 2]], [[0, -5], [0, 1]]) == [1, 1]
    assert best_path([[1.0, 5.0, 2.0]], np.zeros((3, 3))) == [1]


def test_the_path_is_the_best_of_all():
    chance = np.random.default_rng(0)
    for _ in range(30):
        fits, moves = chance.normal(size=(5, 3)), chance.normal(size=(3, 3))

        def total(path, fits=fits, moves=moves):
            steps = sum(moves[a, b] for a, b in pairwise(path))
            return sum(fits[n, s] for n, s in enumerate(path)) + steps

        best = max(product(range(3), repeat=5), key=total)
        assert tuple(best_path(fits, moves)) == best


@pytest.mark.parametrize("mode", ["major", "minor"])
def test_the_counts_are_probabilities_and_know_the_tonic(mode):
    counts = chord_counts(mode)
    for table in (counts.moves, counts.tones):
        assert np.allclose(np.exp(table).sum(axis=1), 1)
    tonic = SOUGHT.index(mode)
    assert counts.start.argmax() == tonic
    dominant = 4 * 7 + SOUGHT.index("major")
    assert counts.moves[dominant].argmax() in (tonic, dominant)
    with pytest.raises(ValueError, match="'major' or 'minor'"):
        chord_counts("dorian")


def test_what_is_counted_predicts_held_out_chorales():
    held_out = [c for c in load_chorales() if (c.split, c.mode) == ("valid", "major")]
    assert chord_nats(count_chords([]), held_out) == pytest.approx(np.log(48))
    few = [c for c in load_chorales() if (c.split, c.mode) == ("train", "major")][:10]
    assert chord_nats(chord_counts("major"), held_out) < chord_nats(count_chords(few), held_out) < 3


def test_a_cadence_is_harmonised_as_one():
    """G: tonic, scale down to the leading note, tonic."""
    found = harmonise_melody(melody([67, 67, 71, 67, 69, 69, 66, 62, 67, 67, 71, 67], fifths=1))
    assert [chord.name for chord in found][::2] == ["G", "G"]
    assert found[1].pitch_classes[0] == 2  # D


def test_in_every_key_the_same_chords():
    line = [60, 64, 67, 64, 65, 69, 65, 69, 67, 71, 74, 71, 72, 67, 64, 60]
    here = harmonise_melody(melody(line), chords_per_bar=2)
    there = harmonise_melody(melody([p + 2 for p in line], fifths=2), chords_per_bar=2)
    assert [((c.root + 2) % 12, c.quality) for c in here] == [(c.root, c.quality) for c in there]


def test_chords_fill_every_bar_and_an_unheard_melody_does_not_matter():
    music = melody([60, 64, 67, 64, 65, 69, 65], length=1.0)
    found = harmonise_melody(music, chords_per_bar=2)
    assert [(c.start, c.end) for c in found] == [(0, 2), (2, 4), (4, 5.5), (5.5, 7)]
    deaf = harmonise_melody(music, tone_weight=0.0)
    assert deaf == harmonise_melody(melody([61, 63, 66, 61, 63, 66, 61]), tone_weight=0.0)


def test_the_key_is_read_or_measured():
    music = melody([60, 64, 67, 72])
    assert key_of(music) == (0, "major")
    assert key_of(NoteSequence(music.notes)) == (0, "major")
    assert key_of(melody([69, 72, 76], 0, "minor")) == (9, "minor")


def test_bad_requests_are_refused():
    music = melody([60])
    with pytest.raises(ValueError, match="chords_per_bar"):
        harmonise_melody(music, chords_per_bar=0)
    with pytest.raises(ValueError, match="has no notes"):
        harmonise_melody(NoteSequence(total_quarters=4.0))
    with pytest.raises(ValueError, match="tone_weight"):
        harmonise_melody(music, tone_weight=-1.0)
