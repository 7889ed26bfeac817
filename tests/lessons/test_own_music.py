"""A folder of odd files goes through what each model lesson does with a learner's own music.

The cell is the lesson's own, taken from its source; what earlier cells gave it is loaded here.
"""

import re
import time
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest

from course import evaluation, models
from course.arranging import accompany, harmoniser
from course.data import load_chorales, load_quartets, load_tunes, own_music, top_line
from course.evaluation import card, control
from course.evaluation.note_table import note_table
from course.recipes import (
    harmonise,
    noise_mixing,
    own_melody,
    own_window,
    phrases,
    timbre_player,
    tour,
    vae_batches,
)
from course.studio import request, request_files
from tests.data.odd_files import NO_LINE, OTHERS, UNREADABLE, odd_files
from tests.lessons.conftest import COURSE

SOURCES = sorted((COURSE / "solutions").glob("*/[01][0-9]_*.py"))
LESSONS = {path.stem[:2]: path for path in SOURCES}
MODEL_LESSONS = sorted(set(LESSONS) - {"00", "01", "02"})


def cells_of(number):
    """Give the code cells of a lesson's section on one's own music."""
    source = LESSONS[number].read_text(encoding="utf-8")
    section = re.search(r"# ## 11\. Your own music\n(.*?)\n# ## 12\. ", source, re.DOTALL)[1]
    cells = re.split(r"^# %%(.*)\n", section, flags=re.MULTILINE)
    return [
        cell for kind, cell in zip(cells[1::2], cells[2::2], strict=True) if "[mark" not in kind
    ]


@cache
def earlier_values():
    """Give what the sections before have made, as far as these cells ask for it."""
    books = load_tunes("oneills")
    jig = next(t for t in books if (t.split, t.tune_type, t.mode) == ("test", "jig", "major"))
    rnn, lstm = models.load("tune_rnn"), models.load("tune_lstm")
    return {
        **{"books": books, "jig": jig, "tune": jig.to_note_sequence(), "smoke": True},
        **{"sizes": rnn.config, "lstm_net": lstm, "net": lstm, "ranges": {"soprano": (62, 79)}},
        "train": [piece for piece in load_chorales()[:60] if piece.split == "train"],
        "valid": phrases.chorale_phrases("valid"),
        "held_out": vae_batches.melody_windows("valid"),
        "space": SimpleNamespace(config=models.load("melody_vae").config),
    }


NAMES = {
    "np": np, "own_music": own_music, "top_line": top_line, "own_melody": own_melody, "tour": tour,
    "own_window": own_window, "harmonise": harmonise, "noise_mixing": noise_mixing,
    "timbre_player": timbre_player, "request_files": request_files,
    "load_tunes": load_tunes, "load_quartets": load_quartets,
}  # fmt: skip


def read_in(number, folder, monkeypatch):
    """Run a lesson's cell on a workspace, and give what it read and printed."""
    printed = []
    monkeypatch.setenv("COURSE_WORKSPACE", str(folder))
    names = {**NAMES, **earlier_values(), "print": lambda *words: printed.extend(words)}
    exec(compile(cells_of(number)[0], LESSONS[number].name, "exec"), names)
    assert printed == [names["own"].report()]
    return names["own"]


@pytest.fixture(scope="module")
def odd_workspace(tmp_path_factory):
    """Make a workspace with the odd files, some of them in a folder below."""
    workspace = tmp_path_factory.mktemp("odd")
    deep = workspace / "my_midi" / "deep"
    deep.mkdir(parents=True)
    for name, content in odd_files().items():
        (deep if name.startswith("t") else deep.parent).joinpath(name).write_bytes(content)
    for name in OTHERS:
        (deep.parent / name).write_text("music of another kind")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(own_music, "_read_piece", cache(own_music._read_piece))
        yield workspace


# What a lesson refuses beside the unreadable: words of the reason and of what helps.
FEW = ("4 are needed", "choose a file with a faster melody")
MANY = ("at most 8 can here", "choose a smaller ensemble")
LOW = ("spans 14 semitones, and no octave brings it into 60..81", "transpose it up by 2 semitones")
REFUSED = dict.fromkeys(MODEL_LESSONS, NO_LINE) | {
    "03": {name: why for name, why in NO_LINE.items() if name != "seven_octaves.mid"},
    "06": NO_LINE
    | dict.fromkeys(("chord_of_10000.mid", "one_note.mid", "standard.mid", "two_hours.mid"), FEW),
    "07": NO_LINE | {"out_of_range.mid": LOW},
    "09": {
        "drums.mid": NO_LINE["drums.mid"],
        **dict.fromkeys(("chord_of_10000.mid", "tracks_128.mid"), MANY),
    },
    "12": {},
    "13": NO_LINE | {"out_of_range.mid": LOW},
}
TOP, SIXTEENTHS, BEGINNING = "of the top line", "sixteenths of the top line", "at its beginning"
TAKEN = {  # of chorale_crossing, drums_and_melody, two_hours, 64ths, unisons
    "03": [f"{n} notes {TOP}" for n in (16, 16, 960, 65, 12)],
    "04": [f"{n} notes {TOP}" for n in (16, 16, 120, 65, 12)],
    "05": [f"{n} {TOP}" for n in ("8 notes", "15 notes", "1 note", "32 notes", "12 notes")],
    "06": [f"{n} notes {TOP}" if n else "" for n in (8, 16, 0, 32, 12)],
    "07": [f"{n} {SIXTEENTHS}" for n in (64, 34, 160, 43, 32)],
    "08": [f"{n} {SIXTEENTHS}" for n in (32, 32, 32, 32, 32)],
    "09": [f"{n} {BEGINNING}" for n in ("24 notes", "12 notes", "1 note", "96 notes", "24 notes")],
    "10": [f"{n} {SIXTEENTHS}" for n in (16, 16, 16, 16, 16)],
    "11": [f"{n} notes {TOP}" for n in (16, 16, 60, 60, 12)],
    "12": [f"{n} notes {BEGINNING}" for n in (64, 48, 5, 256, 32)],
    "13": [f"{n} notes {TOP}" for n in (16, 16, 18, 64, 12)],
}
FILES = (
    "chorale_crossing.mid",
    "drums_and_melody.mid",
    "two_hours.mid",
    "64ths.mid",
    "unisons.mid",
)


def arrange(melody):
    """Do what lesson 11 does with a melody."""
    found = harmoniser.harmonise_melody(melody)
    music = accompany.add_accompaniment(melody, found, "folk").music
    accompany.add_drums(accompany.add_bass(music, found, "folk").music, "folk")


def ask_for(melody):
    """Do what lesson 13 does with one."""
    shortest = " ".join(melody.split()[:60])
    request.Request(model="chorale_rnn", melody=shortest, key="free", style="ballad")


def look_at(part):
    """Do what lesson 12 does with the beginning of a piece."""
    assert [metric(part) for metric in card.OF_NOTES.values()]
    evaluation.diagnose(part)


AFTERWARDS = {
    "05": lambda line: control.find_key(line.pitches, line.lengths),
    "11": arrange,
    "12": look_at,
    "13": ask_for,
}


@pytest.mark.parametrize("number", MODEL_LESSONS)
@pytest.mark.slow
def test_every_odd_file_is_used_or_refused_with_the_right_words(number, odd_workspace, monkeypatch):
    begun = time.process_time()
    own = read_in(number, odd_workspace, monkeypatch)
    refused = {name.removeprefix("deep/"): why for name, why in own.refused.items()}
    taken = {name.removeprefix("deep/"): what for name, what in own.taken.items()}
    expected = {**UNREADABLE, **REFUSED[number]}
    assert sorted([*refused, *taken]) == sorted(odd_files())
    assert refused.keys() == expected.keys()
    for name, words in expected.items():
        assert all(word in refused[name] for word in words), (name, refused[name])
    for name, words in zip(FILES, TAKEN[number], strict=True):
        assert taken.get(name, "").startswith(words), (name, taken.get(name))
        assert not words or "notes" in taken[name].split(", from ")[1]
    assert own.others == OTHERS
    assert len(own.report().splitlines()) < 42
    for made in own.used.values():
        AFTERWARDS.get(number, id)(made)
    assert time.process_time() - begun < 60  # far above what it takes: it ends


def test_two_hours_and_128_tracks_take_little_memory(odd_workspace, monkeypatch):
    """What measures a piece draws it voice by voice; the whole of 128 tracks is a gigabyte."""
    own = read_in("12", odd_workspace, monkeypatch)
    for name in ("deep/two_hours.mid", "deep/tracks_128.mid"):
        assert note_table(own.used[name]).roll.nbytes < 10e6


@pytest.mark.parametrize("number", MODEL_LESSONS)
def test_without_a_file_that_can_be_used_something_stands_in(number, tmp_path, monkeypatch):
    empty = read_in(number, tmp_path, monkeypatch)
    assert empty.music == empty.spare
    assert empty.report().startswith(f"No MIDI files in {tmp_path / 'my_midi'} yet. Copy some")
    assert empty.report().endswith(f"In its place: {', '.join(empty.spare)}.")
    (tmp_path / "my_midi" / "a.mid").write_bytes(b"")
    own = read_in(number, tmp_path, monkeypatch)
    assert own.music.keys() == empty.spare.keys()
    assert "  refused  a.mid: the file is empty; export or download it again" in own.report()
    assert own.report().endswith(f"No file could be used. In its place: {', '.join(own.spare)}.")


@pytest.mark.parametrize("number", sorted(set(LESSONS) - {"00"}))
def test_every_lesson_reads_ones_own_music_in_the_same_way(number):
    text = LESSONS[number].read_text(encoding="utf-8").partition("# ## 11. Your own music")[2]
    assert "Every file of your folder is used, or refused with the reason and what helps." in text
    assert number < "03" or "If none can be used, " in text
    calls = [cell.count("own_music.read_own(") for cell in cells_of(number)]
    assert calls == [1, *[0] * (len(calls) - 1)]
    assert cells_of(number)[0].count("print(own.report())") == 1
