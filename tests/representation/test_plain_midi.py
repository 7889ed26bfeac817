from course.representation.plain_midi import pair_notes, read_track_events, write_midi_file

EVENTS = [
    (0, 0xFF, b"\x51\x07\xa1\x20"),
    (0, 0xC0, b"\x05"),
    (0, 0x90, b"\x3c\x50"),
    (96, 0x90, b"\x3c\x00"),
]


def test_events_by_hand():
    data = bytes.fromhex("00 FF 51 03 07 A1 20 00 C0 05 00 90 3C 50 60 3C 00")
    assert read_track_events(data) == EVENTS


def test_notes_by_hand():
    hanging = [(100, 0x91, b"\x40\x01")]
    assert pair_notes(EVENTS + hanging, 120) == [(0, 96, 60, 80, 0), (100, 120, 64, 1, 1)]


def test_file_by_hand():
    assert write_midi_file([(0, 96, 60, 80, 0), (96, 100, 60, 81, 0)], 96) == bytes.fromhex(
        "4D546864 00000006 0000 0001 0060 4D54726B 00000014"
        "00 90 3C 50  60 80 3C 00  00 90 3C 51  04 80 3C 00  00 FF 2F 00"
    )
