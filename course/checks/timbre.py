"""Checks of lesson 09: levels, true frequencies, a voice without clicks, lost phases, length.

Every case is (arguments, expected[, message]); expected values were worked out by hand: magnitudes
are powers of ten, waves turn by quarters. The hidden cells call the same functions with other
cases.
"""

from collections.abc import Callable, Sequence
from math import pi, sqrt

import numpy as np

from course.checks.core import OTHER_VALUES, CheckFailed, Examination, passed
from course.checks.values import array

PLAIN = "course.representation.plain_sound."
SPECTROGRAM = "course.representation.spectrogram."
SILENT = "the logarithm of 0 is no number: raise what is too soft before you take it"


DECIBEL_CASES = [
    ((np.array([1.0, 10.0, 0.1]), -80.0), [0.0, 20, -20], "ten times the magnitude is 20 dB more"),
    (
        (np.array([2.0, 0.5]), -80),
        [6.0206, -6.0206],
        "twice the magnitude is about 6 dB more",
    ),
    (
        (np.array([[1e-2, 1e-3], [1e-4, 1.0]]), -50.0),
        [[-40.0, -50], [-50, 0]],
        "what is softer than the floor is raised to it, and nothing else is",
    ),
    ((np.array([0.0, 1.0]), -60.0), [-60.0, 0], "silence lies on the floor"),
    (
        (np.array([0.0, 1e-7]), -160.0),
        [-160.0, -140],
        "the floor may lie deep, and what is above it stays where it is",
    ),
]


def decibels(answer: Callable, cases: Sequence = DECIBEL_CASES) -> None:
    """Check exercise 1: magnitudes in decibels.

    Args:
        answer: the learner's function.
        cases: ((magnitudes, floor), levels[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("decibels", answer, [PLAIN + "decibels", SPECTROGRAM + "levels"])
    for arguments, expected, *message in cases:
        expected = np.array(expected, dtype=float)
        found = array(run(*arguments), "the levels", expected.shape, SILENT)
        wrong = (message or [OTHER_VALUES])[0]
        run.require(np.allclose(found, expected, atol=1e-3), f"floor {arguments[1]:g} dB: {wrong}")
    passed(run, "Soft overtones can be seen beside loud ones.")


def turning(*turns_a_frame: float, frames: int = 3, first: float = 0.0) -> np.ndarray:
    """Give wrapped phases of bins that turn evenly.

    Args:
        turns_a_frame: whole turns from frame to frame, for each bin.
        frames: how many.
        first: radians in the first frame.

    Returns:
        (frames, bins) radians in [-pi, pi).
    """
    angles = first + 2 * pi * np.outer(np.arange(frames), turns_a_frame)
    return (angles + pi) % (2 * pi) - pi


# Eight samples in a window at 800 samples a second: the bins lie 100 Hz apart. With a hop of 2 a
# wave in the middle of bin k makes k / 4 turns a frame; one more turn a frame is 400 Hz.
FREQUENCY_CASES = [
    (
        (turning(0, 0.25, 0.5, 0.75, 1.0), 2, 8, 800.0),
        [[0.0, 100, 200, 300, 400]] * 2,
        "a bin whose wave turns just as its middle would hears its middle",
    ),
    (
        (turning(0, 0.25 + 0.05, 0.5 - 0.1, 0.75, 1.0), 2, 8, 800.0),
        [[0.0, 120, 160, 300, 400]] * 2,
        "a twentieth of a turn too far each frame is 20 Hz higher, since 400 frames make a second",
    ),
    (
        (np.array([[0.0, 3.0], [0.0, 3.0 + pi / 2 - 2 * pi]]), 2, 8, 800.0),
        [[0.0, 100]],
        "angles start again after a whole turn: a jump of a turn is no jump",
    ),
    (
        (turning(0.0, 1.5 - 0.1, frames=2), 6, 4, 800.0),
        [[0.0, 200 - 0.1 * 800 / 6]],
        "what counts is how far the phase lies beside the expected one, at most half a turn",
    ),
    (
        (np.array([[0.0, 0.0], [0.0, pi / 2], [0.0, pi / 2]]), 1, 4, 400.0),
        [[0.0, 100], [0, 0]],
        "each step from frame to frame has a frequency of its own: T - 1 rows, time runs down",
    ),
]


def true_frequencies(answer: Callable, cases: Sequence = FREQUENCY_CASES) -> None:
    """Check exercise 2: frequencies from phases.

    Args:
        answer: the learner's function.
        cases: ((phases, hop, n_fft, rate), frequencies[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    twins = [PLAIN + "true_frequencies", SPECTROGRAM + "instantaneous_frequencies"]
    run = Examination("true_frequencies", answer, twins)
    for arguments, expected, *message in cases:
        expected = np.array(expected, dtype=float)
        found = array(run(*arguments), "the frequencies", expected.shape)
        wrong = (message or [OTHER_VALUES])[0]
        run.require(np.allclose(found, expected, atol=1e-4), wrong)
    passed(run, "A bin now says what it hears, not only where it stands.")


ROOT = sqrt(0.5)
SING_CASES = [
    (
        (np.array([1.0]), np.array([100.0]), 4, 400.0),
        [1.0, 0, -1, 0],
        "100 Hz at 400 samples a second turns by a quarter from sample to sample, from the top on",
    ),
    (
        (np.array([2.0, 2.0]), np.array([50.0, 50.0]), 4, 400.0),
        [2.0, 2 * ROOT, 0, -2 * ROOT, -2, -2 * ROOT, 0, 2 * ROOT],
        "the second frame goes on where the first one ended",
    ),
    (
        (np.array([1.0, 1.0]), np.array([100.0, 200.0]), 2, 400.0),
        [1.0, 0, -1, 1],
        "when the frequency changes, the phase goes on from where it is: no click",
    ),
    (
        (np.array([0.0, 4.0, 4.0]), np.array([0.0, 0.0, 0.0]), 4, 400.0),
        [0.0, 1, 2, 3, 4, 4, 4, 4, 4, 4, 4, 4],
        "amplitudes rise in a straight line to the next frame's, and the last one stays",
    ),
    (
        (np.array([1.0, 3.0]), np.array([100.0, 50.0]), 2, 400.0),
        [1.0, 0, -3, -3 * ROOT],
        "each frame has its own frequency, and its own amplitude at its first sample",
    ),
]


def sing(answer: Callable, cases: Sequence = SING_CASES) -> None:
    """Check exercise 3: one wave from frames.

    Args:
        answer: the learner's function.
        cases: ((amplitudes, frequencies, hop, rate), samples[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    run = Examination("sing", answer, [PLAIN + "sing"])
    for arguments, expected, *message in cases:
        expected = np.array(expected, dtype=float)
        found = array(run(*arguments), "the samples", expected.shape)
        wrong = (message or [OTHER_VALUES])[0]
        run.require(np.allclose(found, expected, atol=1e-4), wrong)
    passed(run, "One harmonic sings, and nothing clicks.")


def identity(spectrum: np.ndarray) -> np.ndarray:
    """Stand in for a way to sound: the spectrum itself.

    Args:
        spectrum: complex numbers.

    Returns:
        A copy.
    """
    return np.array(spectrum)


def quarter_turn(sound: np.ndarray) -> np.ndarray:
    """Stand in for a way to a spectrum: a quarter turn, three times as loud.

    Args:
        sound: complex numbers.

    Returns:
        3j times as much.
    """
    return 3j * np.asarray(sound)


def half_turn_and_double(spectrum: np.ndarray) -> np.ndarray:
    """Stand in for a way to sound: half a turn, twice as loud.

    Args:
        spectrum: complex numbers.

    Returns:
        -2 times as much.
    """
    return -2 * np.asarray(spectrum)


ONE, TWO = np.array([[1.0, 2.0]]), np.array([[0.0, 0.0]])
PHASE_CASES = [
    (
        (ONE, TWO, identity, quarter_turn, 0),
        [[1.0, 2.0]],
        "without any round: the sound of the wanted magnitudes with the first phases",
    ),
    (
        (ONE, TWO, identity, quarter_turn, 1),
        [[1j, 2j]],
        "after a round the phases are those of the sound's own spectrum",
    ),
    (
        (ONE, np.array([[0.0, pi / 2]]), identity, quarter_turn, 2),
        [[-1.0, -2j]],
        "two rounds: sound, phases, sound, phases, and the sound of the last ones",
    ),
    (
        (np.array([[5.0]]), np.array([[0.0]]), half_turn_and_double, quarter_turn, 3),
        [[-10 * 1j ** (3 * 3)]],
        "in every round the wanted magnitudes take the place of those that came out",
    ),
]


def find_phases(answer: Callable, cases: Sequence = PHASE_CASES) -> None:
    """Check exercise 4: Griffin and Lim's rounds.

    Args:
        answer: the learner's function.
        cases: ((magnitudes, phases, to_sound, to_spectrum, rounds), sound[, message]); sounds may
            be complex here, since the two ways are stand-ins.

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    twins = [PLAIN + "find_phases", SPECTROGRAM + "griffin_lim"]
    run = Examination("find_phases", answer, twins)
    for arguments, expected, *message in cases:
        found = run(*arguments)
        wrong = (message or [OTHER_VALUES])[0]
        run.require(
            found is not None, "what comes back is None; give the last sound (a return missing?)"
        )
        try:
            sound = np.array(found, dtype=complex)
        except (TypeError, ValueError):
            raise CheckFailed("give back the last sound, an array of numbers.") from None
        expected = np.array(expected, dtype=complex)
        shapes = f"the sound should have the shape {expected.shape}; yours is {sound.shape}"
        run.require(sound.shape == expected.shape, shapes)
        run.require(
            np.allclose(np.abs(sound), np.abs(expected), atol=1e-6),
            f"{arguments[4]} rounds: the sound is not as loud as wanted: {wrong}",
        )
        run.require(np.allclose(sound, expected, atol=1e-6), f"{arguments[4]} rounds: {wrong}")
    passed(run, "Magnitudes find phases that go with them, round by round.")


PLACE_CASES = [
    (
        (6, 8, 6, 2),
        [0.0, 1, 2, 3, 4, 5, 6, 7],
        "held for its own time, every frame is heard once",
    ),
    (
        (3, 8, 6, 2),
        [0.0, 1, 2, 6, 7],
        "a key that is let go early cuts the held part; then comes what follows the letting go",
    ),
    (
        (10, 8, 6, 2),
        [0.0, 1, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 7],
        "the attack keeps its speed; behind it the held part is read evenly, more slowly",
    ),
    (
        (4, 8, 6, 2),
        [0.0, 1, 2, 3, 6, 7],
        "a short note is cut, not played faster",
    ),
    ((1, 5, 4, 3), [0.0, 4], "the shortest note: one frame, then the end"),
    (
        (7, 6, 4, 1),
        [0.0, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5],
        "the held part would reach the frame of the letting go just when that frame comes",
    ),
]


def read_places(answer: Callable, cases: Sequence = PLACE_CASES) -> None:
    """Check exercise 5: a note of another length.

    Args:
        answer: the learner's function.
        cases: ((num_held, num_frames, key_up, attack), places[, message]).

    Raises:
        CheckFailed: with one line on what is wrong first.
    """
    twins = [PLAIN + "read_places", "course.representation.note_shapes.read_places"]
    run = Examination("read_places", answer, twins)
    for arguments, expected, *message in cases:
        expected = np.array(expected, dtype=float)
        found = array(run(*arguments), "the places", expected.shape)
        wrong = (message or [OTHER_VALUES])[0]
        run.require(np.allclose(found, expected, atol=1e-6), f"{arguments[0]} frames: {wrong}")
    passed(run, "A note lasts as long as its key is held.")
