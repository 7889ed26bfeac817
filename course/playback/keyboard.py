"""A piano keyboard in the notebook, to be played with mouse, finger or the computer's keys.

It sounds at once, in the browser, and keeps what is played while it records. Time begins with the
first note, so that nobody has to hit a beat; a metronome then says where the quarter notes are.
"""

import anywidget
import traitlets

from course.errors import check_integer, check_range
from course.note_sequence import Instrument, Note, NoteSequence, Tempo
from course.playback.html import STYLES, script, style

SHORTEST = 1 / 16  # quarters; a touch that is shorter counts as this


class Keyboard(anywidget.AnyWidget):
    """A keyboard; `played` is what was recorded last.

    Args:
        low: lowest MIDI pitch, 0..127.
        high: highest one, at least an octave above `low`, at most 127.
        quarters_per_minute: tempo in which the metronome clicks and notes are counted, 20..300.

    Raises:
        TypeError: if a pitch is no whole number.
        ValueError: if a number is out of range.
    """

    _esm = script("theme.js", "sound.js", "keyboard.js")
    _css = style(*STYLES, "keyboard.css")
    low = traitlets.Int().tag(sync=True)
    high = traitlets.Int().tag(sync=True)
    quarters_per_minute = traitlets.Float().tag(sync=True)
    notes = traitlets.List().tag(sync=True)  # of [pitch, start, end], times in quarters

    def __init__(self, low: int = 60, high: int = 84, quarters_per_minute: float = 80.0) -> None:
        check_integer("low", low, 0, 115, "60 is middle C")
        check_integer("high", high, low + 12, 127, "a keyboard has an octave at least")
        check_range("quarters_per_minute", quarters_per_minute, 20.0, 300.0, "80 is calm")
        super().__init__(low=low, high=high, quarters_per_minute=float(quarters_per_minute))

    def __repr__(self) -> str:
        return f"<Keyboard, {len(self.notes)} notes played>"

    @property
    def played(self) -> NoteSequence:
        """The notes, as they were played, not moved to any grid; none yet: no notes."""
        notes = (
            Note(int(pitch), max(0.0, start), max(end, start + SHORTEST))
            for pitch, start, end in self.notes
        )
        return NoteSequence(
            tuple(notes),
            instruments=(Instrument(0),),
            tempos=(Tempo(0.0, self.quarters_per_minute),),
        )
