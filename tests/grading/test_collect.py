"""Whose file is whose, and that a collection drops nothing and trusts nothing."""

import io
import stat
import zipfile
from datetime import datetime

import pytest

from course.grading.archive import read_folder, read_zip
from course.grading.collect import Collection
from course.grading.names import Roster, owner_of, read_roster, student_id
from course.grading.records import record_table
from course.lessons.failures import UsageError

LESSON = "01_midi"
NOON, NIGHT = (2026, 11, 20, 12, 0, 0), (2026, 11, 20, 23, 30, 0)
LIMIT = 1000


def archive(path, members):
    """Write a zip; values are bytes, or pairs of a date and bytes."""
    with zipfile.ZipFile(path, "w") as file:
        for name, value in members.items():
            date, data = value if isinstance(value, tuple) else (NOON, value)
            file.writestr(zipfile.ZipInfo(name, date), data)
    return path


def collect(tmp_path, members, **options):
    collection = Collection(tmp_path / "grading", tmp_path / "submitted", LESSON, **options)
    return collection.collect(read_zip(archive(tmp_path / "in.zip", members), LIMIT))


def submitted(tmp_path):
    folder = tmp_path / "submitted"
    return {path.parent.parent.name: path.read_bytes() for path in sorted(folder.rglob("*.ipynb"))}


@pytest.mark.parametrize(
    ("path", "name", "number", "late"),
    [
        ("Ada Lovelace_1234_assignsubmission_file_/01_midi.ipynb", "Ada Lovelace", "1234", False),
        ("Ada Lovelace_1234_assignsubmission_file_01_midi.ipynb", "Ada Lovelace", "1234", False),
        ("小明 王_77_assignsubmission_file/sub/x.ipynb", "小明 王", "77", False),
        ("lovelaceada_5678_91011_01_midi-1.ipynb", "lovelaceada", "5678", False),
        ("lovelaceada_LATE_5678_91011_01_midi.ipynb", "lovelaceada", "5678", True),
        ("ada/01_midi/01_midi.ipynb", "ada", "", False),
        ("ada_01_midi.ipynb", "ada", "", False),
        ("ada-01_midi (2).ipynb", "ada", "", False),
        ("ada.ipynb", "ada", "", False),
        ("01_midi.ipynb", "", "", False),
        ("01_midi-Copy1.ipynb", "", "", False),
    ],
)
def test_owners(path, name, number, late):
    owner = owner_of(path, LESSON)
    assert (owner.name, owner.number, owner.late) == (name, number, late)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("=1+1", "_1_1"),
        ("a{b}*?[c]", "a_b____c_"),
        ("Łukasz  O'Neil", "Łukasz O'Neil"),
        ("e\u0301", "é"),
        ("...", ""),
    ],
)
def test_student_ids_stay_in_their_folder(name, wanted):
    assert student_id(name) == wanted


def test_a_moodle_zip(tmp_path):
    report = collect(
        tmp_path,
        {
            "Ada Lovelace_12_assignsubmission_file_/01_midi (1).ipynb": b"ada",
            "Bob Li_13_assignsubmission_file_/notes.pdf": b"pdf",
            "Bob Li_13_assignsubmission_file_/01_midi.ipynb": b"bob",
            "Li Wei_14_assignsubmission_file_/01_midi.ipynb": b"one",
            "Li Wei_15_assignsubmission_file_/01_midi.ipynb": b"two",
        },
    )
    assert submitted(tmp_path) == {
        "Ada Lovelace": b"ada",
        "Bob Li": b"bob",
        "Li Wei_14": b"one",
        "Li Wei_15": b"two",
    }
    assert report.aside == ["Bob Li: Bob Li_13_assignsubmission_file_/notes.pdf: is no notebook"]
    record = record_table(tmp_path / "grading").get(LESSON, "Ada Lovelace")
    assert record.original == "Ada Lovelace_12_assignsubmission_file_/"
    assert (tmp_path / "submitted/Ada Lovelace/01_midi/timestamp.txt").read_text().endswith("UTC\n")


def test_the_newest_of_a_student_counts_and_nothing_is_dropped(tmp_path):
    first = {"ada_5_1_01_midi.ipynb": (NOON, b"old"), "ada_5_2_01_midi-1.ipynb": (NIGHT, b"new")}
    report = collect(tmp_path, first)
    assert submitted(tmp_path) == {"ada": b"new"}
    [kept] = (tmp_path / "grading" / "aside").rglob("*.ipynb")
    assert kept.read_bytes() == b"old"
    assert report.new == ["ada"]
    assert collect(tmp_path, first).unchanged == ["ada"]
    assert collect(tmp_path, {"ada_5_1_01_midi.ipynb": (NOON, b"old")}).new == []
    assert submitted(tmp_path) == {"ada": b"new"}  # an older download changes nothing
    again = collect(tmp_path, {"ada_5_3_01_midi.ipynb": ((2026, 11, 21, 0, 0, 0), b"last")})
    assert again.replaced == ["ada"]
    assert submitted(tmp_path) == {"ada": b"last"}
    assert b"new" in {path.read_bytes() for path in (tmp_path / "grading/aside").rglob("*.ipynb")}


def test_late_unknown_and_missing_are_reported(tmp_path):
    roster = Roster([{"id": "a1", "name": "Ada"}, {"id": "b2", "number": "13"}, {"id": "c3"}])
    report = collect(
        tmp_path,
        {
            "Áda_12_assignsubmission_file_/01_midi.ipynb": (NIGHT, b"1"),
            "whoever_LATE_13_1_01_midi.ipynb": b"2",
            "stranger/01_midi.ipynb": b"3",
        },
        roster=roster,
        due=datetime(2026, 11, 20, 18).astimezone(),
    )
    assert submitted(tmp_path) == {"a1": b"1", "b2": b"2", "stranger": b"3"}
    assert (report.late, report.unknown, report.missing) == (["a1", "b2"], ["stranger"], ["c3"])
    assert not report.all_well


def test_who_handed_in_other_files_only_is_named(tmp_path):
    members = {
        "Ada_1_assignsubmission_file_/01_midi.ipynb": b"1",
        "Ada_1_assignsubmission_onlinetext_/onlinetext.html": b"typed",
        "Bob_2_assignsubmission_file_/01_midi.zip": b"zip",
        "Cyd_3_assignsubmission_onlinetext/onlinetext.html": b"typed",
    }
    roster = Roster([{"id": "b2", "number": "2"}, {"id": "c3", "number": "3"}, {"id": "d4"}])
    report = collect(tmp_path, members, roster=roster)
    assert (report.unknown, report.without, report.missing) == (["Ada"], ["b2", "c3"], ["d4"])
    assert "without a notebook (2): b2, c3" in report.lines()
    assert not collect(tmp_path, dict(list(members.items())[:3])).all_well
    assert collect(tmp_path, dict(list(members.items())[:2])).all_well


def test_hostile_members_are_refused_and_said(tmp_path):
    path = tmp_path / "in.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        link = zipfile.ZipInfo("eve/01_midi.ipynb", NOON)
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, "/etc/passwd")
        file.writestr("../../evil/01_midi.ipynb", "x")
        file.writestr("/abs/01_midi.ipynb", "x")
        file.writestr("C:\\evil\\01_midi.ipynb", "x")
        file.writestr("bomb/01_midi.ipynb", bytes(10**7))
    report = Collection(tmp_path / "grading", tmp_path / "submitted", LESSON).collect(
        read_zip(path, LIMIT)
    )
    assert len(report.refused) == 4
    assert submitted(tmp_path) == {"bomb": bytes(LIMIT + 1)}  # `course grade` says too_large
    assert not list(tmp_path.parent.glob("evil"))


def test_a_folder_with_a_link(tmp_path):
    (tmp_path / "in" / "ada").mkdir(parents=True)
    (tmp_path / "in" / "ada" / "01_midi.ipynb").write_bytes(b"ada")
    (tmp_path / "in" / "bob").symlink_to("/etc")
    files = {file.path: file for file in read_folder(tmp_path / "in", LIMIT)}
    assert files["ada/01_midi.ipynb"].data == b"ada"
    assert files["bob"].refused == "is a link"


def test_a_folder_around_everything_is_left_out(tmp_path):
    members = {"all/ada/01_midi.ipynb": b"1", "all/bob/01_midi.ipynb": b"2", "__MACOSX/x": b""}
    collect(tmp_path, members)
    assert submitted(tmp_path) == {"ada": b"1", "bob": b"2"}


def test_a_dry_run_writes_nothing(tmp_path):
    report = collect(tmp_path, {"ada/01_midi.ipynb": b"1", "ada/x.txt": b"2"}, dry_run=True)
    assert report.new == ["ada"]
    assert not (tmp_path / "submitted").exists()
    assert not (tmp_path / "grading").exists()


def test_what_is_no_archive_or_roster(tmp_path):
    (tmp_path / "x").write_bytes(io.BytesIO(b"no zip").read())
    with pytest.raises(UsageError, match="no zip archive"):
        list(read_zip(tmp_path / "x", LIMIT))
    (tmp_path / "r.csv").write_text("name\nAda\n")
    with pytest.raises(UsageError, match="column `id`"):
        read_roster(tmp_path / "r.csv")
