"""Single notes, rendered from the General MIDI sound bank: families of instruments by pitches.

Each note is held for `HELD_SECONDS`, then its key is let go; it ends after 1.024 s in a short fade.
Some pairs of pitch and family are **held out**: no network learns from them, so that one can ask
whether it has understood what a pitch is. Rendering a note takes about two milliseconds; what is
kept is the picture of `course.representation.tuned_spectrogram`, made once in a process.
"""

import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from course.data.sound_bank import find_sound_bank
from course.errors import check_integer
from course.representation.tuned_spectrogram import NUM_SAMPLES, RATE, analyse

FAMILIES = {  # name -> General MIDI programs, counted from 0
    "piano": (0, 1, 2, 3),
    "organ": (20, 21, 22, 23),  # with free reeds; pipes sound an octave lower here
    "plucked": (24, 25, 26, 46),
    "strings": (40, 41, 42, 48),
    "brass": (56, 57, 58, 60),
    "winds": (68, 70, 71, 73),
}
PITCHES = tuple(range(48, 73))  # C3 to C5
VELOCITIES = (50, 85, 120)
HELD_SECONDS = 0.75
GAIN = 2.5  # the loudest of these notes then stays a little below full scale
FADE = 512  # samples at the end
MISSING = "tinysoundfont is not installed; install it with: pip install --no-deps tinysoundfont"


@dataclass(frozen=True, eq=False)
class SingleNotes:
    """Notes as pictures, with what they are. All arrays have N entries, in the same order."""

    pictures: np.ndarray  # (N, CHANNELS, FRAMES) float32 in -1..1
    families: np.ndarray  # (N,) places in FAMILIES
    pitches: np.ndarray  # (N,) MIDI numbers
    programs: np.ndarray  # (N,) General MIDI programs
    velocities: np.ndarray  # (N,) 1..127
    held_out: np.ndarray  # (N,) booleans

    def __len__(self) -> int:
        return len(self.pictures)

    def where(self, chosen: np.ndarray) -> "SingleNotes":
        """Give some of the notes.

        Args:
            chosen: (N,) booleans, or places.

        Returns:
            Those notes.
        """
        return SingleNotes(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


def is_held_out(pitch: int, family: int) -> bool:
    """Tell whether no network learns from this pitch of this family: one pair in six.

    Args:
        pitch: MIDI number.
        family: place in `FAMILIES`.

    Returns:
        True for the pairs that are kept for testing.
    """
    return (pitch + 2 * family) % 6 == 3


def render_note(program: int, pitch: int, velocity: int) -> np.ndarray:
    """Play one note on the sound bank.

    Args:
        program: General MIDI program, 0..127.
        pitch: MIDI number, 0..127.
        velocity: 1..127.

    Returns:
        (NUM_SAMPLES,) samples at RATE, fading to 0 at the end.

    Raises:
        ValueError: if a number is out of range.
        SoundBankError: if there is no sound bank.
        ModuleNotFoundError: if there is no synthesizer.
    """
    check_integer("program", program, 0, 127, "General MIDI counts from 0")
    check_integer("pitch", pitch, 0, 127, "60 is the middle C")
    check_integer("velocity", velocity, 1, 127, "velocity 0 is silence")
    synth, bank = _synthesizer(str(find_sound_bank()))
    held = round(HELD_SECONDS * RATE)
    synth.program_select(0, bank, 0, program, False)
    synth.noteon(0, pitch, velocity)
    parts = [synth.generate(held)]
    synth.noteoff(0, pitch)
    parts.append(synth.generate(NUM_SAMPLES - held))
    synth.sounds_off()
    synth.generate(RATE // 10)  # what still faded belongs to no note
    stereo = np.concatenate([np.frombuffer(part, np.float32).reshape(-1, 2) for part in parts])
    samples = GAIN * stereo.mean(axis=1).astype(float)
    samples[-FADE:] *= np.linspace(1, 0, FADE)
    return samples


@lru_cache(maxsize=1)
def _synthesizer(bank: str) -> tuple:
    """Load the bank once."""
    if not importlib.util.find_spec("tinysoundfont"):
        raise ModuleNotFoundError(MISSING)
    import tinysoundfont

    synth = tinysoundfont.Synth(samplerate=RATE)
    return synth, synth.sfload(bank)


def note_list(
    pitches: tuple[int, ...] = PITCHES, velocities: tuple[int, ...] = VELOCITIES
) -> Iterator[tuple[int, int, int, int]]:
    """Name all notes, families first.

    Args:
        pitches: MIDI numbers.
        velocities: 1..127.

    Yields:
        (family, program, pitch, velocity).
    """
    for family, programs in enumerate(FAMILIES.values()):
        for program in programs:
            for pitch in pitches:
                for velocity in velocities:
                    yield family, program, pitch, velocity


@lru_cache(maxsize=4)
def load_single_notes(
    pitches: tuple[int, ...] = PITCHES, velocities: tuple[int, ...] = VELOCITIES
) -> SingleNotes:
    """Render notes and take their pictures; kept for the next call with the same numbers.

    Args:
        pitches: MIDI numbers.
        velocities: 1..127.

    Returns:
        The notes, in the order of `note_list`: every family's programs at every pitch and velocity.

    Raises:
        SoundBankError: if there is no sound bank.
        ModuleNotFoundError: if there is no synthesizer.
    """
    names = list(note_list(pitches, velocities))
    pictures = [analyse(render_note(*name[1:]), name[2]) for name in names]
    families, programs, keys, struck = np.array(names).T
    held = np.array([is_held_out(pitch, family) for family, _, pitch, _ in names])
    return SingleNotes(np.stack(pictures), families, keys, programs, struck, held)
