"""From a melody or a few voices to music for players: every step says what it changed.

    chords       read chord symbols, find the chords of a texture
    harmoniser   chords for a melody
    voicing      chords as notes that move as little as possible
    grooves      patterns of accompaniment, bass and drums, by style
    accompany    add accompaniment, bass and drums
    instruments  ranges, an ensemble, doublings
    voice_repair parallels, crossings, leaps
    humanise     timing and velocity
    tempo        tempo maps, exact durations
    emotion      proxies of valence and arousal over time, and a piece that follows a curve
    loops        loops without a seam, exact to the sample
    requests, control_card   asked against measured for models and for the arranger

A step takes a `NoteSequence` and gives an `Arrangement`: the music and a `Report`. Notes that are
locked come out unchanged, or the step raises.
"""

from course.arranging.report import Arrangement, Report, notes_in_bars

__all__ = ["Arrangement", "Report", "notes_in_bars"]
