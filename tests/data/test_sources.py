import zipfile

import pytest

from course.data import sources
from course.data.sources import corpus_folder, is_restricted, read_source, stated_terms

SCORE = """<score-partwise><identification><rights>{rights}</rights></identification>
<!-- converted by hand --><note><lyric><text>free of all rights reserved</text></lyric></note>
</score-partwise>"""


def test_statements_are_found_in_scores_but_not_in_lyrics():
    text = SCORE.format(rights="PDF © 2004\n Somebody")
    assert stated_terms(text) == ["PDF © 2004 Somebody"]
    assert not is_restricted(text)
    assert stated_terms(SCORE.format(rights="")) == []


@pytest.mark.parametrize(
    "statement",
    [
        "All rights reserved",
        "Licensed for non-commercial use",
        "Permission required; not to be copied: copyright 1999",
        "Refer to licensing agreement for further details",
    ],
)
def test_restrictions_are_found(statement):
    assert is_restricted(SCORE.format(rights=statement))
    assert is_restricted(f"!!!YEM: {statement}\n4c\n")
    assert is_restricted(f"X:1\nN: {statement}\nK:G\nABc|\n")


def test_the_three_humdrum_chorales_are_restricted_and_their_doubles_are_not():
    for number in (277, 281, 366):
        folder = corpus_folder() / "bach"
        assert is_restricted(read_source(folder / f"bwv{number}.krn"))
        assert not is_restricted(read_source(folder / f"bwv{number}.mxl"))


def test_archives_and_old_encodings_are_read(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.mxl", "w") as archive:
        archive.writestr("META-INF/container.xml", "<container/>")
        archive.writestr("x.xml", "<score-partwise/>".encode("utf-16"))
    assert read_source(tmp_path / "x.mxl") == "<score-partwise/>"
    (tmp_path / "x.abc").write_bytes("T:Fl\xf6te\r\n".encode("latin-1"))
    assert read_source(tmp_path / "x.abc") == "T:Flöte\n"


def test_a_missing_corpus_is_named(monkeypatch):
    monkeypatch.setattr(sources.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(FileNotFoundError, match="pip install music21"):
        corpus_folder()
