import pretty_midi
import pytest

from course.note_sequence import (
    ControlChange,
    Instrument,
    Note,
    NoteSequence,
    Tempo,
    TimeSignature,
)
from course.playback import clip as clips
from course.playback.clip import MAX_TRACKS, Sound, to_clip
from course.representation.midi import write_midi
from tests.player_music import band, cut_file, four_voices, one_note


def test_times_are_seconds_through_the_tempo_map():
    notes = (Note(60, 0, 1), Note(62, 4, 6))
    piece = NoteSequence(notes, tempos=(Tempo(0, 60), Tempo(4, 120)), title="Two tempi")
    clip = to_clip(piece)
    assert clip.tracks[0].sounds == [Sound(0.0, 1.0, 60, 80), Sound(4.0, 5.0, 62, 80)]
    assert (clip.title, clip.seconds) == ("Two tempi", 5.0)


def test_the_pedal_is_written_into_the_notes():
    held = (ControlChange(0, 64, 127), ControlChange(3, 64, 0))
    piece = NoteSequence((Note(60, 0, 1),), control_changes=held, total_quarters=4)
    assert to_clip(piece).tracks[0].sounds == [Sound(0.0, 1.5, 60, 80)]


def test_bars_and_beats_follow_the_metre():
    metre = (TimeSignature(0, 3, 4), TimeSignature(3, 6, 8))
    piece = NoteSequence((Note(60, 0, 6),), time_signatures=metre)
    clip = to_clip(piece)
    assert clip.bars == (0.0, 1.5)
    assert clip.beats == (0.0, 0.5, 1.0, 1.5, 2.25)  # 6/8 is counted in dotted quarters


def test_a_grid_too_dense_to_read_is_left_out():
    fast = NoteSequence((Note(60, 0, 900_000),), tempos=(Tempo(0, 6e7),))
    assert to_clip(fast).bars == ()


def test_tracks_have_names_and_silent_instruments_none():
    assert [track.name for track in to_clip(four_voices()).tracks] == [
        "Soprano",
        "Alto",
        "Tenor",
        "Bass",
    ]
    drums, piano = to_clip(band()).tracks
    assert (drums.name, drums.is_drum) == ("Drums", True)
    assert (piano.name, piano.is_drum) == ("Acoustic Grand Piano", False)
    same = (Instrument(), Instrument(), Instrument(5))
    piece = NoteSequence((Note(60, 0, 1), Note(64, 0, 1, 80, 1)), same)
    assert [track.name for track in to_clip(piece).tracks] == [
        "Acoustic Grand Piano",
        "Acoustic Grand Piano 2",
    ]


def test_many_instruments_share_a_track():
    count = 20
    notes = [Note(60, i, i + 1, 80, k) for k in range(count) for i in range(k + 1)]
    clip = to_clip(NoteSequence(tuple(notes), tuple(Instrument(k) for k in range(count))))
    assert len(clip.tracks) == MAX_TRACKS
    assert clip.tracks[-1].name == "13 others"
    assert clip.num_notes == len(notes)
    assert "20 instruments: the smallest share one track." in clip.remarks


def test_audible_controllers_are_kept_and_others_are_not():
    changes = (ControlChange(1, 7, 30), ControlChange(2, 1, 99))
    clip = to_clip(NoteSequence((Note(60, 0, 4),), control_changes=changes))
    assert clip.tracks[0].parts[0].controls == ((0.5, 7, 30),)


def test_very_long_and_very_many_are_cut_with_a_remark(monkeypatch):
    long = NoteSequence((Note(60, 0, 4_000), Note(62, 3_000, 3_001)))
    clip = to_clip(long)
    assert clip.seconds == clips.MAX_SECONDS
    assert clip.tracks[0].sounds == [Sound(0.0, 900.0, 60, 80)]
    assert clip.remarks[0].startswith("Cut: 1 note")
    monkeypatch.setattr(clips, "MAX_NOTES", 10)
    assert to_clip(four_voices()).num_notes == 10


def test_all_kinds_of_music_give_the_same_clip(tmp_path):
    piece = four_voices()
    write_midi(piece, tmp_path / "piece.mid")

    class Chorale:
        def to_note_sequence(self):
            return piece

    midi = pretty_midi.PrettyMIDI(str(tmp_path / "piece.mid"))
    expected = to_clip(piece)
    for music in (Chorale(), str(tmp_path / "piece.mid"), tmp_path / "piece.mid", midi):
        clip = to_clip(music, title=piece.title)
        assert clip.num_notes == expected.num_notes
        assert [track.name for track in clip.tracks] == ["Soprano", "Alto", "Tenor", "Bass"]


def test_repairs_of_a_file_are_remarks(tmp_path):
    (remark,) = to_clip(cut_file(tmp_path)).remarks
    assert "cut.mid" in remark


def test_an_empty_piece_says_so():
    assert str(to_clip(NoteSequence())) == "No notes to play."
    assert str(to_clip(one_note())) == "1 track, 1 note, 1 s"
    assert str(to_clip(one_note(quarters=250))) == "1 track, 1 note, 2:05 min"


@pytest.mark.parametrize("wrong", [[60, 62], 3, None, b"MThd"])
def test_other_things_are_no_music(wrong):
    with pytest.raises(TypeError, match="give a NoteSequence"):
        to_clip(wrong)
