"""Render music to samples with a General MIDI sound bank.

The synthesizer is TinySoundFont with the bank `TimGM6mb.sf2` that pretty_midi's wheel carries:
velocity, release, drum kits and the controllers volume, pan and expression are heard. It is
driven note by note, exact to the sample, and silenced after every part, so the same music always
gives the same samples. Where tinysoundfont is not installed, pretty_midi's sine tones take
its place and `synthesizer_remark` says so.

Audio is float32 in -1..1. **One common gain** is chosen from the mix and applied to every track,
so that the balance is the music's own: soft music stays soft, and only what would go beyond `PEAK`
is turned down.
"""

import importlib.util
import warnings
from collections.abc import Iterator, Sequence
from functools import lru_cache, reduce
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from course.data.sound_bank import find_sound_bank
from course.errors import check_integer
from course.playback.clip import GROUPED, Clip, Part, Sound, Track, to_clip

if TYPE_CHECKING:
    import tinysoundfont

SAMPLE_RATE = 24_000  # Hz; Opus knows 8, 12, 16, 24 and 48 kHz only
RELEASE_SECONDS = 1.5  # rendered after the last note's end
PEAK = 0.89  # largest sample of the mix, a little below 0.9 for the sake of rounding
GAIN = 3.0  # for music that is soft enough: a piano note of velocity 80 then peaks at about 0.2
NUM_CHANNELS = 16
RESET_CONTROLLERS = 121  # MIDI controller number
SINE_REMARK = (
    "Plain sine tones: tinysoundfont is not installed; "
    "install it with: pip install --no-deps tinysoundfont"
)


def render(x: object, *, sample_rate: int = SAMPLE_RATE, stereo: bool = False) -> np.ndarray:
    """Give a piece of music as samples.

    Args:
        x: music as for `show`: a `NoteSequence`, a path to a MIDI file, a piece of `course.data`.
        sample_rate: samples a second, 8000..48000.
        stereo: True for a left and a right channel, with the instruments' places between them.

    Returns:
        Float32 array (num_samples,), or (num_samples, 2) for stereo; no sample beyond 0.9. It
        ends 1.5 s after the music, so that the last notes can die away. Silence if there are no
        notes.

    Raises:
        TypeError: if `x` is no music.
        ValueError: if `sample_rate` is out of range.
        SoundBankError: if there is no sound bank.

    Warns:
        UserWarning: of what had to be mended in a MIDI file, or was cut because it is too long.
    """
    clip = _clip_of(x)
    stems = render_stems(clip, sample_rate=sample_rate, stereo=stereo)
    if not stems:
        shape = (num_samples(clip, sample_rate), 2)
        return np.zeros(shape if stereo else shape[:1], np.float32)
    return mixed(stems)


def render_stems(
    x: object, *, sample_rate: int = SAMPLE_RATE, stereo: bool = False
) -> list[np.ndarray]:
    """Give a piece of music as samples, one array a track, whose sum is the mix.

    Args:
        x: music as for `show`, or a `Clip`.
        sample_rate: samples a second, 8000..48000.
        stereo: True for a left and a right channel.

    Returns:
        One array for every track of `to_clip(x)`, shaped as by `render`.

    Raises:
        TypeError: if `x` is no music.
        ValueError: if `sample_rate` is out of range.
        SoundBankError: if there is no sound bank.

    Warns:
        UserWarning: as by `render`, and of instruments that share a track; not for a `Clip`, whose
            `remarks` say it.
    """
    check_integer("sample_rate", sample_rate, 8_000, 48_000, "24000 is plenty")
    clip = x if isinstance(x, Clip) else _clip_of(x, grouped=True)
    stems = raw_stems(clip, sample_rate=sample_rate, stereo=stereo)
    gain = common_gain([mixed(stems)]) if stems else 1.0
    return [stem * gain for stem in stems]


def _clip_of(x: object, *, grouped: bool = False) -> Clip:
    """Make a clip, and warn the caller's caller of what was mended, cut or grouped on the way."""
    clip = to_clip(x)
    for remark in clip.remarks:
        if grouped or not remark.endswith(GROUPED):
            warnings.warn(remark, stacklevel=3)
    return clip


def raw_stems(
    clip: Clip, *, sample_rate: int = SAMPLE_RATE, stereo: bool = False
) -> tuple[np.ndarray, ...]:
    """Give the tracks of a clip as the synthesizer makes them, before any gain.

    Args:
        clip: the music.
        sample_rate: samples a second.
        stereo: True for a left and a right channel.

    Returns:
        A float32 array (n,), or (n, 2) in stereo, for every track, possibly beyond -1..1; kept for
        the next call with the same music, and not to be written to. Of a recording, its own
        samples.

    Raises:
        SoundBankError: if there is no sound bank.
    """
    if clip.recording:
        length = num_samples(clip, sample_rate)
        return tuple(
            _recorded(stem, clip.recording.rate, length, sample_rate, stereo)
            for stem in clip.recording.stems
        )
    bank = None if synthesizer_remark() else find_sound_bank()
    return _raw_stems(clip.tracks, num_samples(clip, sample_rate), sample_rate, stereo, bank)


def mixed(stems: Sequence[np.ndarray]) -> np.ndarray:
    """Add stems up.

    Args:
        stems: arrays of samples of equal shape, at least one.

    Returns:
        Their sum, float32.
    """
    return reduce(np.add, stems)  # many times as fast as np.sum, which stacks them first


def common_gain(mixes: list[np.ndarray]) -> float:
    """Choose one gain for music that is heard together or side by side.

    Args:
        mixes: sums of raw stems, of any shape.

    Returns:
        `GAIN`, or as much less as the loudest mix needs to stay within `PEAK`.
    """
    loudest = max((float(np.abs(mix).max()) for mix in mixes), default=0.0)
    return min(GAIN, PEAK / loudest) if loudest > 0 else GAIN


def num_samples(clip: Clip, sample_rate: int) -> int:
    """Give the length of a rendered clip, its release included, in samples.

    Args:
        clip: the music.
        sample_rate: samples a second.

    Returns:
        Number of samples.
    """
    return round((clip.seconds + RELEASE_SECONDS) * sample_rate)


def synthesizer_remark() -> str:
    """Say in one line that only plain tones can be had; empty if the synthesizer is there."""
    return "" if importlib.util.find_spec("tinysoundfont") else SINE_REMARK


def _recorded(
    samples: np.ndarray, rate: int, length: int, sample_rate: int, stereo: bool
) -> np.ndarray:
    """Bring recorded samples to a rate and a length."""
    samples = np.asarray(samples, float)
    if rate != sample_rate and len(samples):
        count = round(len(samples) * sample_rate / rate)
        waves = np.fft.rfft(samples)[: count // 2 + 1]  # what the new rate can hold
        samples = np.fft.irfft(waves, count) * count / len(samples)
    fitted = np.zeros(length, np.float32)
    fitted[: len(samples)] = samples[:length]
    return np.stack([fitted, fitted], axis=1) if stereo else fitted


@lru_cache(maxsize=8)
def _raw_stems(
    tracks: tuple[Track, ...], length: int, sample_rate: int, stereo: bool, bank: Path | None
) -> tuple[np.ndarray, ...]:
    """Render every track; kept by the content of the music."""
    stems = []
    for track in tracks:
        parts = [_play(part, length, sample_rate, bank) for part in track.parts]
        stem = mixed(parts)  # (length, 2)
        stem = stem if stereo else (stem[:, 0] + stem[:, 1]) * np.float32(0.5)
        stem.setflags(write=False)
        stems.append(stem)
    return tuple(stems)


def _play(part: Part, length: int, sample_rate: int, bank: Path | None) -> np.ndarray:
    """Play a part on the bank, or with sine tones if there is no synthesizer: (length, 2)."""
    if bank is None:
        return _play_sines(part, length, sample_rate)
    return _play_bank(part, length, sample_rate, bank)


def _play_bank(part: Part, length: int, sample_rate: int, bank: Path) -> np.ndarray:
    """Play a part on the sound bank: (length, 2) float32."""
    synth, loaded = _synthesizer(bank, sample_rate)
    for channel in range(NUM_CHANNELS):
        synth.control_change(channel, RESET_CONTROLLERS, 0)
        synth.program_select(channel, loaded, 0, part.program, part.is_drum)
    audio = np.zeros((length, 2), np.float32)
    position = 0
    end = (length, 3, 0, 0, 0)
    for moment, order, channel, number, value in [*_events(part, sample_rate), end]:
        if moment > position:
            block = synth.generate(moment - position)
            audio[position:moment] = np.frombuffer(block, np.float32).reshape(-1, 2)
            position = moment
        if order == 0:
            synth.control_change(channel, number, value)
        elif order == 1:
            synth.noteoff(channel, number)
        elif order == 2:
            synth.noteon(channel, number, value)
    synth.sounds_off()
    synth.generate(sample_rate // 10)  # what still faded belongs to no music
    fade = min(length, sample_rate // 20)
    audio[length - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)[:, None]
    return audio


@lru_cache(maxsize=4)
def _synthesizer(bank: Path, sample_rate: int) -> "tuple[tinysoundfont.Synth, int]":
    """Load the bank once; every part leaves the synthesizer as it found it."""
    import tinysoundfont

    synth = tinysoundfont.Synth(samplerate=sample_rate)
    return synth, synth.sfload(str(bank))


def _events(part: Part, sample_rate: int) -> list[tuple[int, int, int, int, int]]:
    """Give (sample, order, channel, number, value): controllers, note-offs, note-ons."""
    events = []
    for control in part.controls:
        moment = round(control.start * sample_rate)
        for channel in range(NUM_CHANNELS):
            events.append((moment, 0, channel, control.number, control.value))
    for sound, channel in _channels(part.sounds):
        start = round(sound.start * sample_rate)
        end = max(round(sound.end * sample_rate), start + 1)
        events.append((start, 2, channel, sound.pitch, sound.velocity))
        events.append((end, 1, channel, sound.pitch, 0))
    return sorted(events)


def _channels(sounds: tuple[Sound, ...]) -> Iterator[tuple[Sound, int]]:
    """Give every note a channel on which its pitch is free.

    A note-off ends all notes of its pitch on its channel; on channels of their own, overlapping
    notes of the same pitch each keep their length.
    """
    busy_until: dict[int, list[float]] = {}
    for sound in sounds:
        ends = busy_until.setdefault(sound.pitch, [0.0] * NUM_CHANNELS)
        free = (channel for channel, end in enumerate(ends) if end <= sound.start)
        channel = next(free, NUM_CHANNELS - 1)
        ends[channel] = sound.end
        yield sound, channel


def _play_sines(part: Part, length: int, sample_rate: int) -> np.ndarray:
    """Play a part with pretty_midi's sine tones: (length, 2) float32; drums stay silent."""
    import pretty_midi

    instrument = pretty_midi.Instrument(part.program, part.is_drum)
    instrument.notes = [pretty_midi.Note(s.velocity, s.pitch, s.start, s.end) for s in part.sounds]
    audio = np.zeros((length, 2), np.float32)
    tones = instrument.synthesize(fs=sample_rate)[:length] * 0.05  # sines come at full height
    audio[: len(tones)] += tones[:, None].astype(np.float32)
    return audio
