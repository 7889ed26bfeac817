"""The answers of a listening test, in a file of the workspace that is complete at every moment.

The file is JSON: what was to be found, the trials in their order, and the answers so far. It is
written anew with each answer, beside the old one, and then takes its place: whatever happens to the
kernel, the browser or the power, all answers but the one in hand are there.
"""

import json
import os
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from course.workspace import own_folder

NAME = re.compile(r"[a-z0-9][a-z0-9_]*")


@dataclass(frozen=True)
class Answer:
    """What was answered to one trial."""

    trial: str  # its name
    shown: dict[str, str]  # label -> what was behind it, such as {"A": "Bach", "B": "network"}
    label: str  # the one that was chosen
    right: bool  # whether what was to be found was behind it
    when: str  # date and time


class AnswerFile:
    """The file of one test.

    Args:
        name: of the test and its file: small letters, digits and underscores.
        target: what is to be found in each trial.
        trials: names of the trials, in their order.

    Raises:
        ValueError: if the name is no such name, the file is damaged, or it holds the answers of
            another test.
    """

    def __init__(self, name: str, target: str, trials: Sequence[str]) -> None:
        if not NAME.fullmatch(name):
            raise ValueError(f"a test called {name!r}; use small letters, digits and underscores")
        self.path = own_folder("listening") / f"{name}.json"
        self.head = {"target": target, "trials": list(trials)}
        self.read()

    def read(self) -> list[Answer]:
        """Give the answers that are kept, in the order in which they were given.

        Raises:
            ValueError: if the file is damaged, or holds the answers of another test.
        """
        if not self.path.exists():
            return []
        advice = "move it away or rename it, and a new one is begun"
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
            head = {"target": found["target"], "trials": found["trials"]}
            answers = [Answer(**answer) for answer in found["answers"]]
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(f"{self.path} is damaged ({error}); {advice}") from error
        if head != self.head:
            raise ValueError(f"{self.path} holds the answers of other trials; {advice}")
        return answers

    def keep(self, trial: str, shown: dict[str, str], label: str) -> list[Answer]:
        """Add an answer; a trial that has one keeps it, whoever gave it.

        Args:
            trial: its name.
            shown: label -> what was behind it.
            label: the one that was chosen.

        Returns:
            All answers, as the file has them now.

        Raises:
            ValueError: if there is no such trial or label, or the file is damaged.
            OSError: if the file cannot be written; what it held before is still there.
        """
        if trial not in self.head["trials"] or label not in shown:
            raise ValueError(f"no trial {trial!r} with a {label!r}; it has {', '.join(shown)}")
        answers = self.read()
        if trial in [answer.trial for answer in answers]:
            return answers
        right = shown[label] == self.head["target"]
        now = datetime.now().isoformat(sep=" ", timespec="seconds")
        answers.append(Answer(trial, shown, label, right, now))
        self._write(self.path.with_suffix(".new"), answers)
        return answers

    def _write(self, temporary: Path, answers: Sequence[Answer]) -> None:
        content = {**self.head, "answers": [asdict(answer) for answer in answers]}
        with temporary.open("w", encoding="utf-8") as file:
            file.write(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.path)
