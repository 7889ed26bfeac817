"""Accompaniment, bass and drums for a piece whose harmony is known.

Each step adds one instrument behind the others and touches nothing that was there. Patterns come
from `course.arranging.grooves`; a bar at the beginning that is shorter than its metre is a pickup
and stays the melody's own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from course.arranging.chords import Chord, chord_at
from course.arranging.grooves import ALL, Hit, groove_for
from course.arranging.instruments import player_named
from course.arranging.report import Arrangement, Report
from course.arranging.voicing import voice_chord
from course.bars import bar_spans
from course.errors import check_integer
from course.note_sequence import Instrument, Note, NoteSequence

CHORD_SPAN = (48, 67)  # MIDI pitches of the accompaniment: below most melodies, above the bass
BASS_SPAN = (31, 52)
BASS_START = 40  # the first bass note is the nearest one to this
SHORTEST = 1 / 16  # quarter notes; what a bar line or a chord leaves of a stroke must last so long


def add_accompaniment(
    music: NoteSequence,
    chords: Sequence[Chord],
    style: str = "folk",
    player: str = "guitar",
    velocity: int = 58,
) -> Arrangement:
    """Add chords in the pattern of a style, voiced so that they move little.

    Args:
        music: the piece.
        chords: its harmony, in order.
        style: one of `course.arranging.grooves.STYLES`.
        player: one of `course.arranging.instruments.PLAYERS`.
        velocity: of unaccented strokes, 1..110.

    Returns:
        The piece with one more instrument.

    Raises:
        ValueError: if there are no chords, style or player, the style does not fit the metre, or
            the player's range does not hold the chords.
    """
    check_integer("velocity", velocity, 1, 110, "58 stays behind a melody of 80")
    low, high = _common_span(player, CHORD_SPAN)
    notes, before, names = [], [], []
    voicings: dict[Chord, list[int]] = {}
    for hit, start, end in _strokes(music, chords, style, "chords"):
        chord = chord_at(chords, start)
        if chord not in voicings:
            voicings[chord] = before = voice_chord(chord.pitch_classes, before, low, high)
            names.append(chord.name)
        pitches = voicings[chord] if hit.tone == ALL else [_tone(voicings[chord], hit.tone)]
        notes += [(pitch, start, end, velocity + hit.accent) for pitch in pitches]
    summary = f"{len(notes)} notes added for the {player}, style {style}, chords {' '.join(names)}"
    return _with_instrument(music, notes, _instrument(player), Report("accompaniment", summary))


def add_bass(
    music: NoteSequence,
    chords: Sequence[Chord],
    style: str = "folk",
    player: str = "double bass",
    velocity: int = 72,
) -> Arrangement:
    """Add a bass of roots and fifths in the pattern of a style.

    Args:
        music: the piece.
        chords: its harmony, in order.
        style: one of `course.arranging.grooves.STYLES`.
        player: one of `course.arranging.instruments.PLAYERS`.
        velocity: of unaccented notes, 1..110.

    Returns:
        The piece with one more instrument; each note is the nearest one to the note before.

    Raises:
        ValueError: as for `add_accompaniment`.
    """
    check_integer("velocity", velocity, 1, 110, "72 is usual")
    low, high = _common_span(player, BASS_SPAN)
    notes, before = [], BASS_START
    for hit, start, end in _strokes(music, chords, style, "bass"):
        tones = chord_at(chords, start).pitch_classes
        wanted = tones[2] if hit.tone == 1 else tones[0]
        places = [pitch for pitch in range(low, high + 1) if pitch % 12 == wanted]
        before = min(places, key=lambda pitch, last=before: (abs(pitch - last), pitch))
        notes.append((before, start, end, velocity + hit.accent))
    summary = f"{len(notes)} notes added for the {player}, style {style}"
    return _with_instrument(music, notes, _instrument(player), Report("bass", summary))


def add_drums(music: NoteSequence, style: str = "folk", velocity: int = 64) -> Arrangement:
    """Add drums in the pattern of a style.

    Args:
        music: the piece.
        style: one of `course.arranging.grooves.STYLES`.
        velocity: of unaccented strokes, 1..110.

    Returns:
        The piece with a drum kit.

    Raises:
        ValueError: if there is no such style, or it does not fit the metre.
    """
    check_integer("velocity", velocity, 1, 110, "64 is usual")
    notes = [
        (hit.tone, start, end, velocity + hit.accent)
        for hit, start, end in _strokes(music, None, style, "drums")
    ]
    kit = Instrument(0, "Drums", is_drum=True)
    report = Report("drums", f"{len(notes)} strokes added, style {style}")
    return _with_instrument(music, notes, kit, report)


def _strokes(
    music: NoteSequence, chords: Sequence[Chord] | None, style: str, part: str
) -> Iterator[tuple[Hit, float, float]]:
    """Give every stroke of a part with its times; one that lasts into another chord is repeated."""
    if chords is not None and not chords:
        raise ValueError("there are no chords; read_chords or harmonise_melody gives some")
    changes = [chord.start for chord in chords or ()]
    for bar, (bar_start, bar_end) in enumerate(bar_spans(music)):
        metre = music.time_signature_at(bar_start)
        groove = groove_for(style, metre)
        if bar == 0 and bar_end - bar_start < metre.quarters_per_bar - 1e-9:
            continue  # a pickup
        start = bar_start
        while start < bar_end - 1e-9:
            for hit in getattr(groove, part):
                begin = start + hit.start
                end = min(begin + hit.length, bar_end)
                inside = [moment for moment in changes if begin < moment < end]
                for first, last in zip([begin, *inside], [*inside, end], strict=True):
                    if last - first >= SHORTEST:
                        yield hit, first, last
            start += groove.length


def _common_span(player: str, span: tuple[int, int]) -> tuple[int, int]:
    """Give the part of a span that a player has, at least an octave."""
    own = player_named(player)
    low, high = max(own.low, span[0]), min(own.high, span[1])
    if high - low < 11:
        raise ValueError(
            f"a {player} has {own.low}..{own.high}, this part needs an octave within "
            f"{span[0]}..{span[1]}; choose another player"
        )
    return low, high


def _instrument(player: str) -> Instrument:
    return Instrument(player_named(player).program, player.capitalize())


def _tone(voicing: Sequence[int], number: int | str) -> int:
    return voicing[min(int(number), len(voicing) - 1)]


def _with_instrument(
    music: NoteSequence, notes: list[tuple], instrument: Instrument, report: Report
) -> Arrangement:
    """Add an instrument with its notes: pitch, start, end, velocity."""
    index = len(music.instruments)
    added = tuple(Note(p, start, end, min(v, 127), index) for p, start, end, v in notes)
    return Arrangement(
        replace(music, notes=music.notes + added, instruments=(*music.instruments, instrument)),
        report,
    )
