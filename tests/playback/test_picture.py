import io

import numpy as np
import pytest
from PIL import Image, ImageColor

from course.note_sequence import Instrument, Note, NoteSequence
from course.playback.clip import to_clip
from course.playback.picture import COLOURS, MARGIN_LEFT, SIZE, Rows, roll_png
from tests.player_music import band, four_voices


def pixels(piece):
    return np.asarray(Image.open(io.BytesIO(roll_png(to_clip(piece)))).convert("RGB"))


def distance(image, colour):
    return np.abs(image.astype(int) - ImageColor.getrgb(colour)).sum(axis=-1)


def test_a_note_is_drawn_where_it_sounds():
    image = pixels(NoteSequence((Note(60, 2, 4, 127),), total_quarters=8))
    columns = np.nonzero((distance(image[40:260], COLOURS[0]) < 60).any(axis=0))[0]
    width = SIZE[0] - MARGIN_LEFT - 8
    assert columns.min() == pytest.approx(MARGIN_LEFT + width / 4, abs=3)
    assert columns.max() == pytest.approx(MARGIN_LEFT + width / 2, abs=3)


def test_higher_is_further_up_and_drums_are_below():
    tracks = to_clip(band()).tracks
    rows = Rows(tracks, 0, 300)
    assert rows.y(66, False)[0] < rows.y(60, False)[0] < rows.y(42, True)[0] < rows.y(36, True)[0]
    bottom, height = rows.y(36, True)
    assert bottom + height <= 300


def test_soft_notes_are_paler():
    def inside(velocity):
        column = pixels(NoteSequence((Note(60, 0, 4, velocity),)))[30:260, 500]
        rows = np.nonzero(distance(column, "white") > 40)[0]  # a line below, and the note
        middles = (rows.min() + rows.max()) // 2
        return int(column[middles].sum())

    assert inside(120) < inside(70) - 60 < inside(20) - 120


def test_tracks_differ_without_colour():
    marks = set()
    for track in range(4):
        notes = (Note(60, 0, 4, 127, track),)
        others = tuple(Note(60, 4, 4.1, 1, k) for k in range(4))
        image = pixels(NoteSequence(notes + others, tuple(Instrument(k) for k in range(4))))
        drawn = distance(image[30:260, 150:450], COLOURS[track]) < 60
        rows = np.nonzero(drawn.any(axis=1))[0]
        inside = drawn[rows.min() + 2 : rows.max() - 1]
        along, across = inside.mean(axis=1), inside.mean(axis=0)
        marks.add((inside.mean() > 0.5, along.std() > 0.2, across.std() > 0.2))
    assert len(marks) == 4  # plain, a line along, bars across, hollow


@pytest.mark.parametrize("piece", [NoteSequence(), four_voices(30), band()])
def test_the_picture_is_small(piece):
    assert len(roll_png(to_clip(piece))) < 20_000
