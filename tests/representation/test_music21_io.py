import functools
from fractions import Fraction

import music21 as m21
import pytest
import verovio
from hypothesis import given, settings
from hypothesis import strategies as st
from music21.musicxml.m21ToXml import GeneralObjectExporter

from course.note_sequence import Instrument, KeySignature, Note, NoteSequence, Tempo, TimeSignature
from course.representation.music21_io import from_music21, note_index, to_music21
from tests.representation.midi_files import full_piece
from tests.strategies import note_sequences


@functools.cache
def chorale():
    return from_music21(m21.corpus.parse("bwv66.6"))


def part_of(*elements, name="Part"):
    part = m21.stream.Part()
    part.partName = name
    part.append(list(elements))
    return part


def note_of(pitch, length=1.0, tie=None):
    note = m21.note.Note(pitch, quarterLength=length)
    note.tie = m21.tie.Tie(tie) if tie else None
    return note


def spans(sequence):
    return [(note.pitch, note.start, note.end) for note in sequence.notes]


# Coming in, by hand


def test_a_small_score():
    score = m21.stream.Score()
    score.metadata = m21.metadata.Metadata(title="Two parts")
    head = [m21.meter.TimeSignature("3/8"), m21.key.Key("c"), m21.tempo.MetronomeMark(number=72)]
    flute = m21.instrument.Flute()
    score.insert(0, part_of(flute, *head, note_of("C5"), m21.note.Rest(), note_of("E5", 0.5)))
    score.insert(0, part_of(m21.chord.Chord(["C3", "G3"], quarterLength=2.0), name="Low"))
    assert from_music21(score) == NoteSequence(
        notes=(
            Note(72, 0.0, 1.0),
            Note(48, 0.0, 2.0, 80, 1),
            Note(55, 0.0, 2.0, 80, 1),
            Note(76, 2.0, 2.5),
        ),
        instruments=(Instrument(73, "Part"), Instrument(0, "Low")),
        tempos=(Tempo(0.0, 72.0),),
        time_signatures=(TimeSignature(0.0, 3, 8),),
        key_signatures=(KeySignature(0.0, -3, "minor"),),
        total_quarters=2.5,
    )
    assert from_music21(score).title == "Two parts"


def test_tied_notes_are_one_note():
    part = part_of(
        note_of("C4", 1, "start"), note_of("C4", 2, "continue"), note_of("C4", 1, "stop")
    )
    assert spans(from_music21(part)) == [(60, 0.0, 4.0)]


def test_a_tie_that_leads_nowhere_ties_nothing():
    part = part_of(note_of("C4", 1, "start"), note_of("D4"), note_of("C4", 1, "stop"))
    assert spans(from_music21(part)) == [(60, 0.0, 1.0), (62, 1.0, 2.0), (60, 2.0, 3.0)]


def test_tied_chord_members():
    first, second = (m21.chord.Chord(["C4", "E4"], quarterLength=1) for _ in range(2))
    first.notes[0].tie, second.notes[0].tie = m21.tie.Tie("start"), m21.tie.Tie("stop")
    assert spans(from_music21(part_of(first, second))) == [
        (60, 0.0, 2.0),
        (64, 0.0, 1.0),
        (64, 1.0, 2.0),
    ]


def test_ties_of_a_unison_in_two_voices():
    measures = [m21.stream.Measure(number=number) for number in (1, 2)]
    for measure, tie in zip(measures, ("start", "stop"), strict=True):
        for _ in range(2):
            measure.insert(0, m21.stream.Voice([note_of("C4", 4, tie)]))
    part = m21.stream.Part(measures)
    assert sum(end - start for _, start, end in spans(from_music21(part))) == 16.0


def test_triplets_are_thirds_of_a_quarter():
    part = part_of(*(note_of("C4", Fraction(1, 3)) for _ in range(3)))
    assert spans(from_music21(part))[1] == (60, 1 / 3, 2 / 3)


def test_grace_and_silent_notes_are_counted():
    silent = note_of("E4")
    silent.volume.velocity = 0
    part = part_of(note_of("D4").getGrace(), note_of("C4"), silent)
    with pytest.warns(UserWarning, match="2 grace notes or silent notes were left out"):
        assert spans(from_music21(part)) == [(60, 0.0, 1.0)]


def test_velocities_are_read_where_they_are_set():
    loud, chord = note_of("C4"), m21.chord.Chord(["C4", "E4"])
    loud.volume.velocity = 100
    chord.volume.velocity = 20
    sequence = from_music21(part_of(loud, chord, note_of("C4")))
    assert [note.velocity for note in sequence.notes] == [100, 20, 20, 80]


def test_transposing_instruments_sound_where_they_sound():
    part = part_of(m21.instrument.Clarinet(), note_of("D5"))  # in B flat: a tone lower
    part.atSoundingPitch = False  # as music21 marks what it parses
    assert spans(from_music21(m21.stream.Score([part]))) == [(72, 0.0, 1.0)]


def test_chord_symbols_do_not_sound():
    part = part_of(note_of("C4"))
    part.insert(0, m21.harmony.ChordSymbol("Am"))
    assert spans(from_music21(part)) == [(60, 0.0, 1.0)]


def test_percussion():
    hit = m21.note.Unpitched("C5", quarterLength=1.0)
    drum = m21.note.Unpitched(quarterLength=1.0)
    drum.storedInstrument = m21.instrument.SnareDrum()
    sequence = from_music21(part_of(m21.instrument.UnpitchedPercussion(), hit, drum))
    assert sequence.instruments[0].is_drum
    assert [note.pitch for note in sequence.notes] == [72, m21.instrument.SnareDrum().percMapPitch]


def test_a_pickup_stays_at_the_beginning():
    pickup, bar = m21.stream.Measure(number=0), m21.stream.Measure(number=1)
    pickup.append(m21.meter.TimeSignature("4/4"))
    pickup.append(note_of("G4"))
    bar.append(note_of("C5", 4))
    part = m21.stream.Part([pickup, bar])
    assert spans(from_music21(part)) == [(67, 0.0, 1.0), (72, 1.0, 5.0)]


def test_repeats_are_not_played_out():
    measure = m21.stream.Measure([note_of("C4", 4)])
    measure.rightBarline = m21.bar.Repeat(direction="end")
    assert len(from_music21(m21.stream.Part([measure])).notes) == 1


def test_modes_are_told_by_their_third():
    part = part_of(m21.key.Key("d", "dorian"), note_of("D4"), m21.key.Key("G", "mixolydian"))
    assert from_music21(part).key_signatures == (
        KeySignature(0.0, 0, "minor"),
        KeySignature(1.0, 0, "major"),
    )


def test_an_empty_stream():
    assert from_music21(m21.stream.Stream()) == NoteSequence()


def test_a_chorale():
    sequence, score = chorale(), m21.corpus.parse("bwv66.6")
    for voice, part in enumerate(score.parts):
        struck = [n for n in part.flatten().notes if n.tie is None or n.tie.type == "start"]
        assert [note.pitch for note in sequence.notes_of(voice)] == [n.pitch.midi for n in struck]
    assert [i.name for i in sequence.instruments] == ["Soprano", "Alto", "Tenor", "Bass"]
    assert sequence.key_signatures == (KeySignature(0.0, 3, "minor"),)
    assert sequence.total_quarters == 36.0


def test_an_opus_is_refused():
    with pytest.raises(ValueError, match=r"take one of its scores: opus\.scores\[0\]"):
        from_music21(m21.stream.Opus())


# Going out


def test_measures_clefs_ties_and_rests():
    notes = (Note(72, 0.0, 1.0), Note(72, 3.0, 5.0), Note(40, 0.0, 4.0, 80, 1))
    names = (Instrument(0, "High"), Instrument(0, "Low"))
    metre = TimeSignature(0.0, 4, 4)
    score = to_music21(NoteSequence(notes, names, time_signatures=(metre,), total_quarters=5.0))
    high, low = score.parts
    assert [part.partName for part in score.parts] == ["High", "Low"]
    assert [type(part.recurse().getElementsByClass("Clef").first()) for part in score.parts] == [
        m21.clef.TrebleClef,
        m21.clef.BassClef,
    ]
    written = [
        (measure.number, element.offset, element.quarterLength, getattr(element, "tie", None))
        for measure in high.getElementsByClass("Measure")
        for element in measure.notesAndRests
    ]
    ties = [tie.type if tie else None for *_, tie in written]
    assert [row[:3] for row in written] == [
        (1, 0.0, 1.0),
        (1, 1.0, 2.0),
        (1, 3.0, 1.0),
        (2, 0.0, 1.0),
        (2, 1.0, 3.0),
    ]
    assert ties == [None, None, "start", "stop", None]
    assert [m.barDuration.quarterLength for m in low.getElementsByClass("Measure")] == [4.0, 4.0]


def test_ids_lead_back_to_the_notes():
    sequence = NoteSequence((Note(60, 3.0, 5.0), Note(64, 3.0, 5.0), Note(72, 0.0, 1.0)))
    ids = [
        [member.id for member in getattr(sign, "notes", (sign,))]
        for sign in to_music21(sequence).recurse().notes
    ]
    assert ids == [["note0"], ["note1", "note2"], ["note1-2", "note2-2"]]
    assert [sequence.notes[note_index(i)].pitch for i in ids[2]] == [60, 64]
    assert note_index("note12-3") == 12
    assert [note_index(other) for other in ("n12", "note", "note1-", "xnote1", "")] == [None] * 5


@pytest.mark.parametrize(
    ("fifths", "names"),
    [
        (0, ["C4", "C#4", "D4", "E-4", "E4", "F4", "F#4", "G4", "G#4", "A4", "B-4", "B4"]),
        (-4, ["C4", "D-4", "D4", "E-4", "E4", "F4", "G-4", "G4", "A-4", "A4", "B-4", "C-5"]),
        (5, ["B#3", "C#4", "D4", "D#4", "E4", "E#4", "F#4", "F##4", "G#4", "A4", "A#4", "B4"]),
    ],
)
def test_pitches_are_spelled_in_the_key(fifths, names):
    notes = tuple(Note(60 + i, i / 2, (i + 1) / 2) for i in range(12))
    sequence = NoteSequence(notes, key_signatures=(KeySignature(0.0, fifths),))
    written = [note.pitch for note in to_music21(sequence).recurse().notes]
    assert [pitch.midi for pitch in written] == list(range(60, 72))
    assert [pitch.nameWithOctave for pitch in written] == names


@pytest.mark.parametrize("pitch", [0, 1, 11, 12, 127])
@pytest.mark.parametrize("fifths", [-7, 0, 7])
def test_extreme_pitches_keep_their_sound(pitch, fifths):
    key = KeySignature(0.0, fifths)
    score = to_music21(NoteSequence((Note(pitch, 0.0, 1.0),), key_signatures=(key,)))
    assert [note.pitch.ps for note in score.recurse().notes] == [pitch]


def test_drums_have_their_clef_and_no_key():
    drums = (Instrument(0, "Drums", is_drum=True),)
    key = KeySignature(0.0, 4)
    score = to_music21(NoteSequence((Note(36, 0.0, 1.0),), drums, key_signatures=(key,)))
    assert score.recurse().getElementsByClass("PercussionClef")
    assert not score.recurse().getElementsByClass("KeySignature")


def same_but_names(ours, theirs):
    assert ours.notes == theirs.notes
    assert [(i.program, i.is_drum) for i in ours.instruments] == [
        (i.program, i.is_drum) for i in theirs.instruments
    ]


@settings(max_examples=25)
@given(
    note_sequences(
        max_steps=40,
        max_instruments=3,
        velocities=st.integers(1, 127),
        pitches=st.integers(0, 127),
    )
)
def test_round_trip_on_sixteenths(sequence):
    same_but_names(from_music21(to_music21(sequence)), sequence)


@settings(max_examples=25)
@given(note_sequences(steps_per_quarter=3, max_steps=30, monophonic=True))
def test_round_trip_on_triplets(sequence):
    same_but_names(from_music21(to_music21(sequence)), sequence)


def test_every_program_round_trip():
    instruments = tuple(Instrument(program, f"Part {program}") for program in range(128))
    sequence = NoteSequence((Note(60, 0.0, 1.0),), instruments)
    assert from_music21(to_music21(sequence)).instruments == instruments


def test_full_piece_round_trip():
    piece, again = full_piece(), from_music21(to_music21(full_piece()))
    same_but_names(again, piece)
    for name in ("tempos", "time_signatures", "key_signatures", "title"):
        assert getattr(again, name) == getattr(piece, name), name


def test_chorale_round_trip():
    assert from_music21(to_music21(chorale())) == chorale()


def music_xml(sequence):
    return GeneralObjectExporter(to_music21(sequence)).parse().decode()


def test_clarinets_sound_the_same_in_music_xml():
    sequence = NoteSequence((Note(60, 0.0, 4.0),), (Instrument(71, "Clarinet"),))
    again = from_music21(m21.converter.parseData(music_xml(sequence), format="musicxml"))
    assert again.notes == sequence.notes
    assert again.instruments == sequence.instruments


def test_syncopated_triplets_keep_their_ids():
    notes = (Note(60, 1 / 6, 5 / 6), Note(62, 5 / 6, 1.0))
    _, ids = engrave(NoteSequence(notes, time_signatures=(TimeSignature(0.0, 6, 8),)))
    assert ids == ["note0", "note1"]


def engrave(sequence):
    """Give verovio's toolkit with a piece loaded, and the ids of all notes it knows."""
    xml = music_xml(sequence)
    toolkit = verovio.toolkit()
    assert toolkit.loadData(xml)
    events = toolkit.renderToTimemap({"includeMeasures": False})
    return toolkit, [note_id for event in events for note_id in event.get("on", ())]


def test_verovio_keeps_the_ids_and_the_times():
    sequence = chorale()
    toolkit, ids = engrave(sequence)
    assert toolkit.renderToSVG(1).count('class="staff"') % 4 == 0
    assert len(ids) == len(set(ids)) == 167  # four notes are tied over a bar line
    assert {note_index(i) for i in ids} == set(range(len(sequence.notes)))
    for event in toolkit.renderToTimemap({"includeMeasures": False}):
        for note_id in event.get("on", ()):
            if "-" not in note_id:
                assert sequence.notes[note_index(note_id)].start == event["qstamp"]


@settings(max_examples=8)
@given(
    st.lists(
        st.tuples(st.integers(21, 108), st.floats(0, 12), st.floats(0.01, 5), st.integers(0, 2)),
        max_size=25,
    )
)
def test_free_rhythm_engraves_every_note_once(notes):
    sequence = NoteSequence(
        tuple(Note(p, start, start + length, 80, i) for p, start, length, i in notes),
        (Instrument(0), Instrument(71), Instrument(0, is_drum=True)),
        time_signatures=(TimeSignature(0.0, 5, 8), TimeSignature(5.0, 3, 4)),
    )
    _, ids = engrave(sequence)
    assert len(ids) == len(set(ids))
    assert {note_index(i) for i in ids} == set(range(len(sequence.notes)))


def test_an_empty_piece_is_one_empty_bar():
    score = to_music21(NoteSequence())
    (measure,) = score.recurse().getElementsByClass("Measure")
    assert [element.quarterLength for element in measure.notesAndRests] == [4.0]
    assert engrave(NoteSequence())[1] == []
    assert list(to_music21(NoteSequence(instruments=())).parts) == []
