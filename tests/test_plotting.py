import itertools
import warnings
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pytest

from course.note_sequence import (
    ControlChange,
    Instrument,
    Note,
    NoteSequence,
    TimeSignature,
)
from course.plotting import (
    COLOURS,
    bar_lines,
    describe,
    note_name,
    plot_attention,
    plot_distributions,
    plot_levels,
    plot_loss,
    plot_phrases,
    plot_piano_roll,
    plot_pipeline,
)

mpl.use("Agg")

DUO = NoteSequence(
    notes=(Note(60, 0, 1, 30), Note(67, 1, 3, 120, 1)),
    instruments=(Instrument(0, "Piano"), Instrument(40, "Violin")),
    time_signatures=(TimeSignature(0, 3, 4), TimeSignature(6, 2, 4)),
    total_quarters=9,
)


def rectangles(axes):
    paths = [path for collection in axes.collections for path in collection.get_paths()]
    return [tuple(float(round(x, 6)) for x in path.get_extents().bounds) for path in paths]


def test_phrases_over_a_training_have_a_panel_each():
    pages = {1: np.full((5, 8, 1), 60), 10: np.full((5, 8, 1), 62)}
    pages[10][0, :4] = -1
    axes = plot_phrases({"one": pages, "two": {1: pages[10]}}, columns=3)
    panels = axes.figure.axes
    drawn = [panel for panel in panels if panel.lines]
    assert len(panels) == 2 * 7
    assert len(drawn) == 3 + 3 + 3
    assert axes.get_title(loc="left") == "one"
    assert axes.get_ylabel() == "step 1"
    assert np.isnan(panels[7].lines[0].get_ydata()[:4]).all()
    assert panels[7].lines[0].get_ydata()[4:].tolist() == [62] * 4


def test_note_names():
    assert [note_name(pitch) for pitch in (0, 60, 61, 127)] == ["C-1", "C4", "C♯4", "G9"]


def test_a_note_is_a_box_from_its_start_to_its_end():
    assert rectangles(plot_piano_roll(DUO)) == [(0, 59.6, 1, 0.8), (1, 66.6, 2, 0.8)]


def test_the_pedal_is_drawn_as_it_sounds():
    held = NoteSequence(
        notes=(Note(60, 0, 1),), control_changes=(ControlChange(0, 64, 127),), total_quarters=4
    )
    assert rectangles(plot_piano_roll(held)) == [(0, 59.6, 4, 0.8)]


def test_louder_notes_are_stronger_and_instruments_differ_by_more_than_colour():
    axes = plot_piano_roll(DUO)
    soft, loud = (c.get_facecolor()[0][3] for c in axes.collections)
    assert soft < loud
    assert axes.collections[0].get_hatch() != axes.collections[1].get_hatch()
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["Piano", "Violin"]


def test_bar_lines_follow_the_metre():
    assert bar_lines(DUO) == [0, 3, 6, 8]
    assert bar_lines(NoteSequence()) == []


def test_an_empty_piece_and_empty_losses_can_be_drawn():
    assert plot_piano_roll(NoteSequence()).get_xlim() == (0, 1)
    assert len(plot_loss({"nothing": []}).lines) == 0


def test_distributions_sum_to_one():
    axes = plot_distributions({"a": {1: 3, 2: 1}, "b": {2: 5}, "c": {}})
    heights = [[bar.get_height() for bar in container] for container in axes.containers]
    assert heights == [[0.75, 0.25], [0, 1], [0, 0]]


def test_loss_curves_have_different_lines_and_name_their_last_value():
    axes = plot_loss({"train": [3.0, 2.0], "valid": [3.0, 2.5]})
    assert axes.lines[0].get_linestyle() != axes.lines[1].get_linestyle()
    assert axes.get_legend().get_texts()[1].get_text() == "valid (last: 2.500)"


def test_a_loss_curve_brings_no_warning_on_a_slow_machine(monkeypatch):
    clock = SimpleNamespace(perf_counter=itertools.count(0, 2).__next__)  # two seconds a look
    monkeypatch.setattr("matplotlib.legend.time", clock)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        describe(plot_loss({"train": [3.0, 2.0]}), "A loss.")


def test_a_described_figure_is_a_picture_with_a_text():
    shown = describe(plot_piano_roll(DUO), 'Two notes, "piano" & violin.')
    assert 'alt="Two notes, &quot;piano&quot; &amp; violin."' in shown._repr_html_()
    assert repr(shown) == 'Figure: Two notes, "piano" & violin.'
    with pytest.raises(ValueError, match="empty text"):
        describe(plot_piano_roll(DUO), " ")


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", COLOURS)
def test_colours_stand_out_from_white(colour):
    assert 1.05 / (luminance(colour) + 0.05) > 1.9  # bars have dark edges besides


def test_the_pipeline_marks_one_stage():
    marks = [[t.get_text() for t in plot_pipeline(here).texts] for here in (None, 2)]
    assert [texts.count("you are here") for texts in marks] == [0, 1]


@pytest.mark.parametrize("pair", [tuple, list])
def test_losses_are_drawn_over_their_steps(pair):
    """As a run records them, or as a card keeps them."""
    axes = plot_loss({"train": [3.0, 2.0], "valid": [pair((10, 2.5)), pair((20, 1.5))]})
    assert axes.lines[0].get_xydata().tolist() == [[1, 3], [2, 2]]
    assert axes.lines[1].get_xydata().tolist() == [[10, 2.5], [20, 1.5]]
    assert axes.get_legend().get_texts()[1].get_text() == "valid (last: 1.500)"


def test_attention_marks_where_each_head_looks_most():
    weights = np.array([[0.1, 0.7, 0.2], [0.5, 0.25, 0.25]])
    axes = plot_attention(weights, ["C4", "", "E4"], query="the bass at step 3")
    rings = [line.get_xydata()[0].tolist() for line in axes.lines]
    assert rings == [[1, 0]] * 2 + [[0, 1]] * 2  # black and white
    assert [text.get_text() for text in axes.texts] == ["70%", "50%"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["C4", "E4"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["head 1", "head 2"]
    assert axes.get_xlabel() == "the bass at step 3"
    with pytest.raises(ValueError, match="2 labels for 3 steps"):
        plot_attention(weights, ["C4", "E4"])


def test_a_spectrogram_has_time_to_the_right_and_its_rows_at_their_places():
    levels = np.array([[-80.0, 0.0, -40.0], [-80.0, -80.0, 0.0]])
    axes = plot_levels(levels, row_step=100.0, frame_seconds=0.5)
    (mesh,) = axes.collections
    assert np.asarray(mesh.get_array()).reshape(3, 2).tolist() == levels.T.tolist()
    corners = mesh.get_coordinates()
    assert corners[0, :, 0].tolist() == [0, 0.5, 1]
    assert corners[:, 0, 1].tolist() == [-50, 50, 150, 250]
    assert mesh.get_clim() == (-80, 0)
