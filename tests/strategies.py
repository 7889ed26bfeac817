"""Pieces of music for hypothesis: `from tests.strategies import note_sequences`."""

from hypothesis import strategies as st

from course.note_sequence import (
    ControlChange,
    Instrument,
    KeySignature,
    Note,
    NoteSequence,
    Tempo,
    TimeSignature,
)

SEVEN_BITS = st.integers(0, 127)
DEFAULT_VELOCITY = st.just(80)
NO_DRUMS = st.just(False)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
TEMPOS = st.integers(400, 40_000).map(lambda hundredths: hundredths / 100)  # 4 .. 400 a minute


@st.composite
def note_sequences(
    draw,
    steps_per_quarter=4,
    max_steps=64,
    max_notes=12,
    max_instruments=1,
    pitches=SEVEN_BITS,
    velocities=DEFAULT_VELOCITY,
    drums=NO_DRUMS,
    monophonic=False,
    with_changes=False,
):
    """Draw a piece on a grid in which no key of an instrument is struck while it is down.

    With `monophonic`, an instrument has one note at a time. With `with_changes`, tempo, metre, key
    and controllers change, at most once at a moment.
    """
    count = draw(st.integers(1, max_instruments))
    steps = st.integers(0, max_steps - 1)
    notes: list[Note] = []
    busy: dict[tuple, list] = {}  # instrument (and key): spans taken
    for _ in range(draw(st.integers(0, max_notes))):
        start = draw(steps)
        end = start + draw(st.integers(1, max_steps - start))
        pitch, instrument = draw(pitches), draw(st.integers(0, count - 1))
        spans = busy.setdefault((instrument, None if monophonic else pitch), [])
        if all(end <= first or last <= start for first, last in spans):
            spans.append((start, end))
            times = start / steps_per_quarter, end / steps_per_quarter
            notes.append(Note(pitch, *times, draw(velocities), instrument))
    moments = steps.map(lambda step: step / steps_per_quarter)
    changes = draw(_changes(moments, count)) if with_changes else {}
    silence = draw(st.integers(0, 8))
    return NoteSequence(
        notes=tuple(notes),
        instruments=tuple(
            Instrument(draw(SEVEN_BITS), draw(NAMES), draw(drums)) for _ in range(count)
        ),
        total_quarters=(max_steps + silence) / steps_per_quarter,
        **changes,
    )


@st.composite
def _changes(draw, moments, num_instruments):
    """Draw the changes of a piece, as arguments of `NoteSequence`."""

    def some(kind, *fields):
        return st.lists(
            st.tuples(moments, *fields), max_size=3, unique_by=lambda change: change[0]
        ).map(lambda changes: tuple(kind(*change) for change in changes))

    denominators = st.sampled_from([1, 2, 4, 8, 16, 32, 64, 128])
    controllers = st.lists(
        st.tuples(moments, SEVEN_BITS, SEVEN_BITS, st.integers(0, num_instruments - 1)),
        max_size=6,
        unique_by=lambda change: (change[0], change[1], change[3]),
    )
    return {
        "tempos": draw(some(Tempo, TEMPOS)),
        "time_signatures": draw(some(TimeSignature, st.integers(1, 255), denominators)),
        "key_signatures": draw(
            some(KeySignature, st.integers(-7, 7), st.sampled_from(["major", "minor"]))
        ),
        "control_changes": tuple(ControlChange(*change) for change in draw(controllers)),
    }
