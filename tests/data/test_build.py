import filecmp
import subprocess
import sys

import pytest

from course.data.array_files import ARRAY_FOLDER
from course.data.build import build_data
from course.data.cards import CARD_FOLDER
from course.data.shelf import MIDI_FOLDER

CALLS = ("load_chorales()", "load_tunes('oneills')", "load_tunes('ryans')", "load_quartets()")


def test_building_the_shelf_twice_gives_the_shipped_files(tmp_path, capsys):
    facts = build_data(["midi"], tmp_path)
    build_data(["midi"], tmp_path / "again")
    names = sorted(path.name for path in MIDI_FOLDER.glob("*"))
    assert sorted(facts["midi"]["sha256"]) == names
    for folder in (MIDI_FOLDER, tmp_path / "again" / "midi"):
        assert filecmp.cmpfiles(tmp_path / "midi", folder, names, shallow=False)[0] == names
    cards = ["midi.json", "midi.md"]
    assert filecmp.cmpfiles(tmp_path / "cards", CARD_FOLDER, cards, shallow=False)[0] == cards
    assert "midi: " in capsys.readouterr().out


@pytest.mark.whole
@pytest.mark.parametrize("names", [["chorales"], ["oneills", "ryans"], ["quartets"]])
def test_a_whole_build_gives_the_shipped_files_and_cards(names, tmp_path):
    assert sorted(build_data(names[-1:], tmp_path)) == names  # the books' splits are shared
    for folder, suffixes in ((ARRAY_FOLDER, [".npz"]), (CARD_FOLDER, [".json", ".md"])):
        files = [name + suffix for name in names for suffix in suffixes]
        same, _, _ = filecmp.cmpfiles(tmp_path / folder.name, folder, files, shallow=False)
        assert same == files


def test_an_unknown_corpus_names_the_choices(tmp_path):
    with pytest.raises(ValueError, match="no corpus essen; choose from chorales, oneills"):
        build_data(["essen"], tmp_path)


@pytest.mark.parametrize("call", CALLS)
def test_loading_needs_numpy_alone_and_little_time(call):
    program = (
        "import sys, time; before = time.process_time(); import course.data as data; "
        f"data.{call}; print(time.process_time() - before); "
        "print(*{'music21', 'pretty_midi', 'mido', 'torch', 'pandas'}.intersection(sys.modules))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )
    seconds, heavy = run.stdout.split("\n")[:2]
    assert float(seconds) < 1.0  # a generous ceiling: 0.2 s is the budget on an idle machine
    assert heavy == ""
