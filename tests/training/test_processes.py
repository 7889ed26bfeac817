"""Two processes that `torchrun` starts, against one that trains alone on the same batches."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

REPOSITORY = Path(__file__).resolve().parents[2]
LAUNCHER = ["-m", "torch.distributed.run", "--nproc-per-node", "2", "--standalone"]


def start(out, *launcher):
    out.mkdir()
    command = [sys.executable, *launcher, "-m", "tests.training.processes", str(out)]
    subprocess.run(command, cwd=REPOSITORY, check=True, timeout=240, capture_output=True)
    return [json.loads(path.read_text()) for path in sorted(out.glob("*.json"))]


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Give the folder, what one process found alone, and what each of the two found."""
    folder = tmp_path_factory.mktemp("runs")
    return folder, start(folder / "one")[0], start(folder / "two", *LAUNCHER)


pytestmark = pytest.mark.slow


def test_two_processes_learn_what_one_learns(runs):
    folder, alone, both = runs
    expected = load_file(folder / "one" / "0.safetensors")
    for rank, found in enumerate(both):
        weights = load_file(folder / "two" / f"{rank}.safetensors")
        for name, weight in expected.items():
            torch.testing.assert_close(weights[name], weight, rtol=1e-5, atol=1e-5)
        assert found["losses"] == pytest.approx(alone["losses"], abs=1e-5)
        for (step, value), (_, other) in zip(found["valid"], alone["valid"], strict=True):
            assert value == pytest.approx(other, abs=1e-5), step
    assert both[0]["losses"] == both[1]["losses"]
    assert len(set(alone["losses"])) == 6


def test_one_of_them_prints_and_saves(runs):
    folder, alone, both = runs
    assert [found["is_main"] for found in (alone, *both)] == [True, True, False]
    assert (folder / "two" / "run").is_file()


def test_when_one_stops_all_stop_after_the_same_step(runs):
    _, _, both = runs
    assert [found["stopped"] for found in both] == [
        [3, "another process stopped"],
        [3, "interrupted"],
    ]
    assert both[0]["sum"] == both[1]["sum"]  # with dropout, too


def test_each_takes_its_own_rows_and_drops_other_numbers(runs):
    _, _, both = runs
    assert [found["rows"] for found in both] == [[[0, 2]], [[1, 3]]]
    assert both[0]["masks"] != both[1]["masks"]


def test_a_batch_that_cannot_be_divided(runs):
    _, _, both = runs
    for found in both:
        assert found["error"].startswith("a batch of 5 rows for 2 processes; choose a batch size")
