"""Hear and see music: player, comparison, score, samples and sound files.

`show(x)` is what lessons use; `compare` switches between versions, blind if asked; `score` engraves
and follows; `ListeningTest` asks many times and keeps the answers; `Player` is the widget for code
that starts and stops it; `Keyboard` is played by hand; `render` and `render_stems` give samples,
`write_wav` and `write_mp3` files. Everywhere `x` is a `NoteSequence`, a path to a MIDI file, a
piece of `course.data`, or a `Recording`: music with samples of its own. docs/playback.md tells how
it works and why so.
"""

from course.data.sound_bank import SoundBankError
from course.playback.clip import Recording
from course.playback.comparing import Comparison, ComparisonPlayer, compare
from course.playback.encoding import write_mp3, write_wav
from course.playback.keyboard import Keyboard
from course.playback.listening import ListeningTest
from course.playback.player import Player
from course.playback.scoring import score
from course.playback.showing import show
from course.playback.synth import SAMPLE_RATE, render, render_stems

__all__ = [
    "SAMPLE_RATE",
    "Comparison",
    "ComparisonPlayer",
    "Keyboard",
    "ListeningTest",
    "Player",
    "Recording",
    "SoundBankError",
    "compare",
    "render",
    "render_stems",
    "score",
    "show",
    "write_mp3",
    "write_wav",
]
