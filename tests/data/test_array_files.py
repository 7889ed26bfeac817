import hashlib
import zipfile

import numpy as np
import pytest

from course.data.array_files import (
    file_sha256,
    load_arrays,
    pack_texts,
    save_arrays,
    split_rows,
    starts_within,
    unpack_texts,
)


def test_arrays_come_back_as_they_went_in(tmp_path):
    arrays = {"b": np.array([[1, -2], [3, 4]], dtype=np.int16), "a": np.array([True, False])}
    save_arrays(tmp_path / "x.npz", arrays)
    loaded = load_arrays(tmp_path / "x.npz")
    assert sorted(loaded) == ["a", "b"]
    for name, array in arrays.items():
        assert loaded[name].dtype == array.dtype
        np.testing.assert_array_equal(loaded[name], array)


def test_the_file_depends_on_nothing_but_its_contents(tmp_path):
    one, two = np.arange(5, dtype=np.int32), np.arange(3, dtype=np.uint8)
    save_arrays(tmp_path / "x.npz", {"one": one, "two": two})
    save_arrays(tmp_path / "y.npz", {"two": two, "one": one.astype(">i4")})
    assert (tmp_path / "x.npz").read_bytes() == (tmp_path / "y.npz").read_bytes()
    with zipfile.ZipFile(tmp_path / "x.npz") as archive:
        for entry in archive.infolist():
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert entry.create_system == 3
            assert entry.compress_type == zipfile.ZIP_STORED


@pytest.mark.parametrize("texts", [["Ä", "", "b c"], [""], ["a"]])
def test_texts_come_back(texts):
    assert unpack_texts(pack_texts(texts)) == texts


def test_rows_are_cut_by_their_counts():
    rows = split_rows(np.arange(5), np.array([2, 0, 3]))
    assert [row.tolist() for row in rows] == [[0, 1], [], [2, 3, 4]]


def test_starts_begin_anew_with_every_piece():
    starts = starts_within(np.array([4, 2, 1, 3], dtype=np.uint8), np.array([2, 0, 2]))
    assert starts.tolist() == [0, 4, 0, 1]


def test_fingerprint_is_sha256(tmp_path):
    (tmp_path / "x").write_bytes(b"abc")
    assert file_sha256(tmp_path / "x") == hashlib.sha256(b"abc").hexdigest()


def test_what_cannot_be_stored_is_refused(tmp_path):
    with pytest.raises(TypeError, match="'x' holds float64; store whole numbers"):
        save_arrays(tmp_path / "x.npz", {"x": np.array([0.5])})
    with pytest.raises(ValueError, match="line break"):
        pack_texts(["two\nlines"])
    with pytest.raises(FileNotFoundError, match=r"course build-data nothing"):
        load_arrays(tmp_path / "nothing.npz")
