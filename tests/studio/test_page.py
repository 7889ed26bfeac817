import json

import nbformat
import pytest

from course.cli import main
from course.studio import page


def test_the_page_is_one_cell(tmp_path):
    notebook = nbformat.read(page.write_page(tmp_path), as_version=4)
    nbformat.validate(notebook)
    assert [cell.source for cell in notebook.cells] == [page.CELL]


def test_it_is_bound_to_this_machine(tmp_path):
    words = page.command(tmp_path / "studio.ipynb", 9999, browser=False)
    assert "--Voila.ip=127.0.0.1" in words
    assert "--port=9999" in words
    assert "--no-browser" in words
    assert not any("0.0.0.0" in word for word in words)
    assert "--no-browser" not in page.command(tmp_path / "studio.ipynb")


def test_serving_starts_it_in_the_workspace_and_ends_quietly(tmp_path, monkeypatch):
    calls = []

    def call(words, env, cwd):
        calls.append((words, env["COURSE_WORKSPACE"], cwd))
        raise KeyboardInterrupt

    monkeypatch.setattr(page.subprocess, "call", call)
    assert main(["--root", str(tmp_path), "studio", "--no-browser"]) == 0
    [(words, workspace, cwd)] = calls
    assert words[1:3] == ["-m", "voila"]
    assert workspace == str(tmp_path / "workspace") == str(cwd)


def test_a_request_and_its_recipe_on_the_command_line(tmp_path, capsys):
    request = tmp_path / "request.json"
    request.write_text('{"model": "chorale_rnn", "bars": 1}')
    words = ["studio", "--out", str(tmp_path / "out")]
    assert main([*words, "--request", str(request)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"written: {tmp_path / 'out' / 'piece'}"
    recipe = tmp_path / "out" / "piece" / "piece.recipe.json"
    assert main([*words, "--recipe", str(recipe), "--name", "again"]) == 0
    out = capsys.readouterr().out
    assert "the recipe's MIDI file, byte for byte" in out
    assert "sampling again gives the same: all 64 ids" in out
    files = [tmp_path / "out" / name / f"{name}.mid" for name in ("piece", "again")]
    assert files[0].read_bytes() == files[1].read_bytes()
    again = json.loads((tmp_path / "out" / "again" / "again.recipe.json").read_text())
    assert again["sampling again"] == "gives the same"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--request", "missing.json"], "missing.json cannot be read: No such file"),
        (["--recipe", "missing.json"], "missing.json cannot be read: No such file"),
        (["--port", "80"], "port is 80, outside 1024..65535"),
    ],
)
def test_what_cannot_be_used_is_said_in_a_line(words, message, tmp_path, capsys):
    assert main(["--root", str(tmp_path), "studio", *words]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
