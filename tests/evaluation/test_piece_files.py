import json

import numpy as np
import pytest

from course.evaluation.piece_files import read_pieces

ROWS = [[67, 60, 55, 48], [67, 60, -1, -1]]


def write(tmp_path, content):
    path = tmp_path / "pieces.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path


def test_two_pieces_by_hand(tmp_path):
    first, second = read_pieces(write(tmp_path, [ROWS, [[0, 127, -1, 60]]]))
    np.testing.assert_array_equal(first, ROWS)
    assert first.dtype == np.int16
    assert second.tolist() == [[0, 127, -1, 60]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[[[60,", "pieces.json: no JSON .*; write a list of pieces"),
        ("", "no JSON"),
        ("\ufeff[]", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ({"train": [ROWS]}, 'holds {"train": .* expected a list of pieces'),
        ([], r"holds \[\]; expected a list of pieces"),
        ([ROWS, []], r"piece 1 is \[\]; expected a list of pieces"),
        ([ROWS, 60], "piece 1 is 60; expected a list of pieces"),
        (ROWS, "piece 0, row 0 is 67; expected"),
        ([ROWS, [*ROWS, [60, 55, 52]]], r"piece 1, row 2 is \[60, 55, 52\]; expected \[S, A, T, B"),
        ([ROWS, [*ROWS, list(range(40))]], "piece 1, row 2 is a list of 40; expected"),
        ([[[60, 55, 52, None]]], "piece 0, row 0 holds null; expected"),
        ([[[60, 55, 52, 48.0]]], "piece 0, row 0 holds 48.0; expected"),
        ([[[60, 55, 52, "48"]]], 'piece 0, row 0 holds "48"; expected'),
        ([[[60, 55, 52, True]]], "piece 0, row 0 holds true; expected"),
        ([[[60, 55, 52, [48]]]], r"piece 0, row 0 holds \[48\]; expected"),
        ("[[[60, 55, 52, NaN]]]", "piece 0, row 0 holds NaN; expected"),
        ([ROWS, [*ROWS, *ROWS, [60, 128, 52, 48]]], "piece 1, row 4 holds 128; .* 0..127 or -1"),
        ([[[60, 55, 52, -2]]], "piece 0, row 0 holds -2; expected"),
        ([[[60, 55, 52, 10**30]]], "piece 0, row 0 holds 1000"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, content, message):
    with pytest.raises(ValueError, match=message):
        read_pieces(write(tmp_path, content))


def test_a_file_that_is_not_there_or_no_text(tmp_path):
    with pytest.raises(ValueError, match=r"there is no file .*nothing\.json; give the"):
        read_pieces(tmp_path / "nothing.json")
    with pytest.raises(ValueError, match="is a folder; expected a list of pieces"):
        read_pieces(tmp_path)
    binary = tmp_path / "piece.mid"
    binary.write_bytes(b"MThd\xff\xfe")
    with pytest.raises(ValueError, match=r"piece.mid: no JSON"):
        read_pieces(str(binary))
