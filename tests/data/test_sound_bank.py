import importlib.util

import pytest

from course.data import sound_bank
from course.data.sound_bank import SoundBankError, find_sound_bank


def test_the_sound_bank_is_found_without_importing_pretty_midi(monkeypatch, tmp_path):
    spec = importlib.util.find_spec("pretty_midi")
    assert str(find_sound_bank()).startswith(str(spec.submodule_search_locations[0]))
    own = tmp_path / "own.sf2"
    own.write_bytes(b"")
    monkeypatch.setenv("COURSE_SOUND_BANK", str(own))
    assert find_sound_bank() == own


def test_a_missing_sound_bank_is_explained(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(sound_bank, "SYSTEM_FOLDERS", ("/nowhere",))
    monkeypatch.setenv("COURSE_SOUND_BANK", "/missing/bank.sf2")
    with pytest.raises(SoundBankError, match=r"/missing/bank.sf2, then /nowhere/TimGM6mb.sf2"):
        find_sound_bank()
