import subprocess
from pathlib import Path

import course
from course.recipes import origin as module


def test_the_code_is_a_commit_of_this_folder():
    folder = Path(course.__file__).parents[1]
    git = ["git", "-C", str(folder), "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(git, capture_output=True, text=True, check=True).stdout.strip()
    assert module._revision().startswith(f"commit {commit}")


def test_without_git_no_commit_is_known(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert module._revision() == "no commit known"


def test_the_origin_names_machine_versions_code_and_day():
    assert set(module.origin()) == {"machine", "versions", "code", "date"}
