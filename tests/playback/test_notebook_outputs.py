"""What players leave behind in a notebook that is run without a browser."""

import json

import nbclient
import nbformat
import pytest

from course.representation.midi import write_midi
from tests.player_music import four_voices

pytestmark = pytest.mark.slow
IMPORT = "from course.playback import Player, compare, score, show"


def run(folder, *sources):
    """Run cells in a new kernel; give the notebook and by how many bytes it has grown."""
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in (IMPORT, *sources)]
    before = len(nbformat.writes(notebook).encode())
    nbclient.NotebookClient(notebook, resources={"metadata": {"path": str(folder)}}).execute()
    return notebook, len(nbformat.writes(notebook).encode()) - before


def outputs(notebook):
    return [[sorted(one.get("data", one)) for one in cell.outputs] for cell in notebook.cells[1:]]


def test_a_player_of_thirty_seconds_adds_at_most_half_a_megabyte(tmp_path):
    write_midi(four_voices(30), tmp_path / "four.mid")
    notebook, grown = run(tmp_path, "show('four.mid', title='Four voices')")
    assert outputs(notebook) == [[["text/html", "text/plain"]]]
    assert grown <= 500_000


def test_under_nbgrader_there_is_only_text(tmp_path, monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    write_midi(four_voices(2), tmp_path / "four.mid")
    notebook, grown = run(
        tmp_path,
        "show('four.mid')",
        "player = Player('four.mid')\nplayer.play()\nplayer.seek(1)\nplayer",
        "score('four.mid')",
        "compare({'a': 'four.mid', 'b': 'four.mid'})",
    )
    texts = json.dumps([cell.outputs for cell in notebook.cells])
    assert "text/html" not in texts
    assert "widget-view" not in texts
    assert texts.count("tracks") == 3
    assert grown < 10_000
