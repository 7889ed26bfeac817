import dataclasses
import functools
import io
import pickle
import warnings

import mido
import music21 as m21
import numpy as np
import pretty_midi
import pytest
from hypothesis import given
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
from course.representation.midi import (
    MidiError,
    MidiRepairWarning,
    midi_bytes,
    read_midi,
    to_pretty_midi,
    write_midi,
)
from course.representation.midi_bytes import read_chunks, read_track_events
from course.representation.midi_types import NOTE_ON
from course.representation.music21_io import from_music21
from tests.representation.midi_files import STANDARD_EXAMPLE, full_piece, midi_file, track
from tests.strategies import SEVEN_BITS, note_sequences


@functools.cache
def chorale(name):
    return from_music21(m21.corpus.parse(name))


# Hand-worked


def test_the_standards_example():
    sequence = read_midi(STANDARD_EXAMPLE)
    assert sequence == NoteSequence(
        notes=(
            Note(48, 0.0, 4.0, 96, 0),
            Note(60, 0.0, 4.0, 96, 0),
            Note(67, 1.0, 4.0, 64, 1),
            Note(76, 2.0, 4.0, 32, 2),
        ),
        instruments=(Instrument(70), Instrument(46), Instrument(5)),
        tempos=(Tempo(0.0, 120.0),),
        time_signatures=(TimeSignature(0.0, 4, 4),),
        total_quarters=4.0,
    )


def test_bytes_written_for_one_note():
    sequence = NoteSequence((Note(60, 0.0, 1.0, 80),), tempos=(Tempo(0.0, 120.0),))
    assert midi_bytes(sequence) == bytes.fromhex(
        "4d546864 00000006 0001 0002 01e0"
        "4d54726b 0000000c 00 ff5103 07a120 8360 ff2f00"
        "4d54726b 0000000f 00 c000 00 903c50 8360 3c00 00 ff2f00"
    )


def test_a_key_is_let_go_before_it_is_struck_again():
    data = midi_bytes(NoteSequence((Note(60, 0.0, 1.0, 80), Note(60, 1.0, 2.0, 81))))
    events = read_track_events(data[read_chunks(data)[-1].start :])
    assert [event.data[1] for event in events if event.kind == NOTE_ON] == [80, 0, 81, 0]


def test_times_are_exact_at_any_division():
    thirds = midi_file(track((7, "90 3c 50"), (1, "3c 00")), division=3)
    assert read_midi(thirds).notes == (Note(60, 7 / 3, 8 / 3, 80),)


def test_without_a_tempo_a_quarter_lasts_half_a_second():
    sequence = read_midi(midi_file(track((480, "90 3c 50"), (480, "3c 00"))))
    assert sequence.tempos == ()
    assert sequence.total_seconds == 1.0


def test_tempo_zero_does_not_stop_the_clock():
    data = midi_file(track((0, "ff 51 03 00 00 00"), (0, "90 3c 50"), (480, "3c 00")))
    with pytest.warns(MidiRepairWarning, match="byte 23: an impossible tempo: ignored"):
        assert read_midi(data).total_seconds == 0.5


@pytest.mark.parametrize(("microseconds", "rate"), [(618_557, 97.0), (500_000, 120.0)])
def test_a_tempo_reads_as_the_round_number_it_was(microseconds, rate):
    event = f"ff 51 03 {microseconds:06x}"
    assert read_midi(midi_file(track((0, event)))).tempos == (Tempo(0.0, rate),)


@pytest.mark.parametrize("microseconds", [1, 618_558, 0xFFFFFF])
def test_any_tempo_is_written_as_it_was_read(microseconds):
    data = midi_file(track((0, f"ff 51 03 {microseconds:06x}")))
    again = midi_bytes(read_midi(data))
    assert microseconds.to_bytes(3, "big") in again


def test_names_in_any_script():
    names = ["笛".encode(), "Flöte".encode("latin-1"), b""]
    tracks = [
        track((0, f"ff 03 {len(n):02x}" + n.hex()), (0, "90 3c 50"), (9, "3c 00")) for n in names
    ]
    sequence = read_midi(midi_file(*tracks))
    assert [instrument.name for instrument in sequence.instruments] == ["笛", "Flöte", ""]


def test_one_instrument_for_each_track_channel_and_program():
    first = track(
        *((0, "c0 05"), (0, "90 3c 50"), (9, "3c 00")),  # channel 1, program 5
        *((0, "c0 06"), (0, "90 3c 50"), (9, "3c 00")),  # channel 1, program 6
        *((0, "99 24 50"), (9, "24 00")),  # channel 10
    )
    second = track((0, "c0 05"), (0, "90 3c 50"), (9, "3c 00"))
    instruments = read_midi(midi_file(first, second)).instruments
    assert instruments == (
        Instrument(5),
        Instrument(6),
        Instrument(0, is_drum=True),
        Instrument(5),
    )


def test_controllers_before_the_first_note_belong_to_its_instrument():
    events = ((0, "b0 40 7f"), (5, "c0 07"), (5, "90 3c 50"), (470, "3c 00"), (0, "b0 40 00"))
    sequence = read_midi(midi_file(track(*events)))
    assert sequence.control_changes == (ControlChange(0.0, 64, 127), ControlChange(1.0, 64, 0))


# Round trips


def test_full_piece_round_trip(tmp_path):
    piece = full_piece()
    write_midi(piece, tmp_path / "piece.mid")
    again = read_midi(tmp_path / "piece.mid")
    assert again == piece
    assert again.title == "Everything"
    assert read_midi(str(tmp_path / "piece.mid")) == piece


@given(
    note_sequences(
        steps_per_quarter=480,
        max_steps=5000,
        max_instruments=20,
        velocities=st.integers(1, 127),
        drums=st.booleans(),
        with_changes=True,
    )
)
def test_round_trip_on_the_grid_of_ticks(sequence):
    assert read_midi(midi_bytes(sequence)) == sequence


@pytest.mark.parametrize("steps_per_quarter", [3, 5, 32, 96])
@given(data=st.data())
def test_round_trip_on_coarser_grids(steps_per_quarter, data):
    sequence = data.draw(note_sequences(steps_per_quarter))
    assert read_midi(midi_bytes(sequence)) == sequence


def test_empty_piece_round_trip():
    assert read_midi(midi_bytes(NoteSequence())) == NoteSequence()
    assert read_midi(midi_bytes(NoteSequence(total_quarters=7.5))).total_quarters == 7.5


def test_chorale_round_trip():
    sequence = chorale("bwv66.6")
    assert len(sequence.notes) == 163
    assert read_midi(midi_bytes(sequence)) == sequence


def test_forty_instruments_share_channels_and_stay_apart():
    instruments = tuple(Instrument(i % 128, f"voice {i}", is_drum=i == 7) for i in range(40))
    notes = tuple(Note(60, 0.0, 1.0, 80, i) for i in range(40))
    sequence = NoteSequence(notes, instruments)
    assert read_midi(midi_bytes(sequence)) == sequence


# Agreement with pretty_midi


def pretty_notes(data):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of tempo changes outside the first track
        pretty = pretty_midi.PrettyMIDI(io.BytesIO(data), charset="utf-8")
    return sorted(
        (i.program, i.is_drum, i.name, n.pitch, n.velocity, n.start, n.end)
        for i in pretty.instruments
        for n in i.notes
    )


def our_notes(data):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MidiRepairWarning)
        sequence = read_midi(data)
    seconds = sequence.seconds_at([[note.start, note.end] for note in sequence.notes] or [[], []])
    return sorted(
        (*dataclasses.astuple(i)[::2], i.name, n.pitch, n.velocity, start, end)
        for n, (start, end) in zip(sequence.notes, seconds, strict=False)
        for i in [sequence.instruments[n.instrument]]
    )


def assert_agreement(data):
    theirs, ours = pretty_notes(data), our_notes(data)
    assert len(theirs) == len(ours)
    assert [note[:5] for note in theirs] == [note[:5] for note in ours]
    times = [np.array([note[5:] for note in notes]).reshape(-1, 2) for notes in (theirs, ours)]
    np.testing.assert_allclose(*times, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(
    "data", [STANDARD_EXAMPLE, midi_bytes(full_piece())], ids=["standard", "full"]
)
def test_every_note_agrees_with_pretty_midi(data):
    assert len(our_notes(data)) > 3
    assert_agreement(data)


@pytest.mark.parametrize("name", ["bwv66.6", "bwv1.6", "bwv248.59-6", "haydn/opus74no1/movement3"])
@pytest.mark.filterwarnings("ignore:.*grace notes")
def test_every_note_of_the_corpus_agrees_with_pretty_midi(name):
    assert_agreement(midi_bytes(chorale(name)))


@given(
    st.lists(
        st.tuples(
            st.integers(0, 3),
            st.sampled_from(["note_on", "note_on", "note_off"]),
            st.sampled_from([0, 9]),
            st.integers(60, 62),
            st.sampled_from([0, 1, 64]),
        ),
        max_size=40,
    ),
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 0xFFFFFF)), max_size=3),
)
def test_overlaps_and_strays_agree_with_pretty_midi(events, tempos):
    """Random key presses of few keys, all let go at the end; tempo changes in the first track."""
    conductor = mido.MidiTrack(
        mido.MetaMessage("set_tempo", tempo=tempo, time=delta) for delta, tempo in tempos
    )
    played = mido.MidiTrack(
        mido.Message(kind, channel=channel, note=note, velocity=velocity, time=delta)
        for delta, kind, channel, note, velocity in events
    )
    played.extend(
        mido.Message("note_off", channel=channel, note=note, time=1)
        for channel in (0, 9)
        for note in (60, 61, 62)
    )
    file = io.BytesIO()
    mido.MidiFile(tracks=[conductor, played], ticks_per_beat=7).save(file=file)
    assert_agreement(file.getvalue())


def test_files_written_by_pretty_midi_are_read():
    pretty = to_pretty_midi(full_piece())
    file = io.BytesIO()
    pretty.write(file)
    assert_agreement(file.getvalue())


def test_to_pretty_midi_gives_seconds():
    pretty = to_pretty_midi(full_piece())
    assert [i.name for i in pretty.instruments] == ["Klavier", "Flöte 笛", "Drums"]
    assert pretty.instruments[0].notes[1].start == pytest.approx(60 / 97, rel=1e-6)


# Behaviour


@pytest.mark.filterwarnings("error")
def test_clean_files_give_no_warning():
    read_midi(STANDARD_EXAMPLE)
    read_midi(midi_bytes(full_piece()))


def test_a_key_struck_again_ends_its_note():
    notes = (Note(60, 0.0, 2.0), Note(60, 1.0, 1.5), Note(60, 1.0, 3.0), Note(60, 4.0, 5.0))
    with pytest.warns(UserWarning, match="2 notes were struck again"):
        data = midi_bytes(NoteSequence(notes))
    assert read_midi(data).notes == (Note(60, 0.0, 1.0), Note(60, 1.0, 3.0), Note(60, 4.0, 5.0))


def test_moments_between_ticks_are_rounded_and_no_note_vanishes():
    sequence = NoteSequence((Note(60, 0.1001, 0.1002), Note(62, 1 / 7, 2 / 7)))
    starts = [note.start for note in read_midi(midi_bytes(sequence)).notes]
    assert starts == [48 / 480, 69 / 480]


def test_numpy_numbers_can_be_written():
    notes = (Note(np.int64(60), np.float32(0.5), np.float64(1.0), np.int16(90)),)
    sequence = NoteSequence(notes, tempos=(Tempo(0, 60),))
    assert read_midi(midi_bytes(sequence)).notes == (Note(60, 0.5, 1.0, 90),)


@given(SEVEN_BITS, SEVEN_BITS)
def test_any_controller_round_trip(number, value):
    change = ControlChange(0.25, number, value)
    sequence = NoteSequence((Note(60, 0.0, 1.0),), control_changes=(change,))
    assert read_midi(midi_bytes(sequence)).control_changes == (change,)


# Bad input


def test_errors_name_file_place_reason_and_fix(tmp_path):
    path = tmp_path / "holiday.jpg"
    path.write_bytes(b"\xff\xd8\xff\xe0 not music")
    with pytest.raises(MidiError, match=r"holiday\.jpg, byte 0: no MThd chunk; this is") as caught:
        read_midi(path)
    error = caught.value
    assert (error.file, error.offset) == (str(path), 0)
    assert (error.reason, error.fix) == (
        "no MThd chunk",
        "this is no MIDI file; check what it is",
    )
    assert isinstance(error, ValueError)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_a_warning_names_file_and_repairs(tmp_path):
    path = tmp_path / "loose.mid"
    path.write_bytes(midi_file(track((0, "90 3c 50"), (0, "40 50"), (480, "3c 00"), (0, "3c 00"))))
    with pytest.warns(MidiRepairWarning, match=r"loose\.mid was mended: byte 27:") as caught:
        read_midi(path)
    assert len(caught) == 1
    warning = caught[0].message
    assert warning.file == str(path)
    assert warning.repairs == (
        "byte 27: a note without an end: ended with its track",
        "byte 34: a note-off that ends no note: ignored",
    )
    assert caught[0].filename == __file__
    assert str(pickle.loads(pickle.dumps(warning))) == str(warning)


def test_a_missing_file_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        read_midi(tmp_path / "nowhere.mid")


def test_what_is_neither_path_nor_bytes():
    with pytest.raises(TypeError, match="read_midi got int; give a path or the bytes"):
        read_midi(5)
    assert read_midi(bytearray(STANDARD_EXAMPLE)) == read_midi(memoryview(STANDARD_EXAMPLE))


def test_what_a_file_cannot_hold_is_refused():
    with pytest.raises(ValueError, match=r"20001 quarter notes, a file at most 20000; crop"):
        midi_bytes(NoteSequence(total_quarters=20_001))
    with pytest.raises(ValueError, match="30000 quarter notes"):
        midi_bytes(NoteSequence(key_signatures=(KeySignature(30_000.0, 1),)))
    with pytest.raises(ValueError, match=r"3\.58 or faster"):
        midi_bytes(NoteSequence(tempos=(Tempo(0.0, 3.2),)))
