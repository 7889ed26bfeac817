"""A blind listening test of many trials: heard, answered, kept, and counted only at the end.

In each trial several versions stand behind letters, shuffled anew, equally loud, without names or
notes; those never leave Python. An answer is in its file (`course.playback.answers`) before the
next trial is shown, and a new kernel goes on where the last one stopped. Whether an answer was
right is not told until all are given: who looks earlier and stops when it looks good finds
something in pure chance.

References:
    ITU-R BS.1116-3, 2015, section 6 (blind comparison, levels aligned).
"""

from collections.abc import Mapping

import traitlets

from course.playback.answers import Answer, AnswerFile
from course.playback.comparing import MAX_VERSIONS, Comparison, arrange
from course.playback.encoding import pcm16
from course.playback.html import LIVE_SCRIPTS, STYLES, script, style
from course.playback.modes import choose_mode
from course.playback.player import ScenePlayer

HOW = "Keys: Space plays, 1 2 … switch what is heard, a b … choose the answer."


class ListeningTest(ScenePlayer):
    """A test in the notebook: listen, choose a letter, keep it, go on.

    Args:
        name: of the test and of its file in the workspace's folder `listening`: small letters,
            digits and underscores.
        trials: name of each trial -> its versions, as for `compare`, 2..9 of them; one of them is
            called `target`. Names of trials are kept in the file and not shown.
        target: what is to be found in each trial.
        question: what is asked, the same in each trial.

    Raises:
        TypeError: if a version is no music.
        ValueError: if there are no trials, one has too few or too many versions or none that is
            called `target`, or the file is damaged or belongs to other trials.
    """

    _esm = script(*LIVE_SCRIPTS, "listening.js")
    _css = style(*STYLES, "listening.css")
    number = traitlets.Int().tag(sync=True)  # of the trial that is shown, from 1
    total = traitlets.Int().tag(sync=True)  # trials
    labels = traitlets.List().tag(sync=True)  # "A", "B", …
    question = traitlets.Unicode().tag(sync=True)
    said = traitlets.Unicode().tag(sync=True)  # how the last answer was kept
    turn = traitlets.Int().tag(sync=True)  # counts what the page has to draw anew

    def __init__(
        self,
        name: str,
        trials: Mapping[str, Mapping[str, object]],
        target: str,
        *,
        question: str,
    ) -> None:
        _check_trials(trials, target)
        self._trials = dict(trials)
        self._file = AnswerFile(name, target, list(trials))
        self._mode = choose_mode()
        self._comparison = self._arrange()
        super().__init__(self._comparison.scene)
        self.total, self.question = len(trials), question
        self._show(HOW)
        self.on_msg(self._hear)

    def __repr__(self) -> str:
        return (
            f"<ListeningTest {self._file.path.stem}: {len(self.answers)} of {len(self._trials)} "
            "trials answered>"
        )

    @property
    def answers(self) -> list[Answer]:
        """The answers that are kept, in the order in which they were given.

        Raises:
            ValueError: if the file has been damaged meanwhile.
        """
        return self._file.read()

    @property
    def finished(self) -> bool:
        """Whether all trials are answered."""
        return len(self.answers) == len(self._trials)

    def answer(self, label: str) -> None:
        """Answer the present trial, as the page's button does.

        Args:
            label: "A", "B", …

        Raises:
            ValueError: if there is no such label, or no trial is left.
            OSError: if the answer cannot be kept; the trial stays.
        """
        trial = self._open_trial()
        if trial is None:
            raise ValueError(f"all {len(self._trials)} trials are answered; rename the file")
        self._file.keep(trial, self._comparison.answer, label)
        self._comparison = self._arrange()
        with self.hold_sync():
            self.scene = self._comparison.scene
            self.svg, self.stems = "", [pcm16(samples) for samples in self.scene.stems]
            self.data = self.scene.data
            self._show(f"Kept in {self._file.path.parent.name}/{self._file.path.name}.")

    def _open_trial(self) -> str | None:
        """Give the name of the first trial that has no answer."""
        done = {answer.trial for answer in self._file.read()}
        return next((trial for trial in self._trials if trial not in done), None)

    def _arrange(self) -> Comparison:
        """Shuffle and render the next trial; at the end, the last one stays."""
        trial = self._open_trial() or next(reversed(self._trials))
        return arrange(self._trials[trial], blind=True, title="", mode=self._mode)

    def _show(self, said: str) -> None:
        """Tell the page where the test stands."""
        with self.hold_sync():
            self.number, self.said = len(self._file.read()) + 1, said
            self.labels = list(self._comparison.labels)
            self.turn += 1

    def _hear(self, _widget: object, content: object, _buffers: object) -> None:
        """Take an answer from the page; what goes wrong is said there, and the trial stays."""
        if not isinstance(content, dict) or "answer" not in content:
            return
        if content.get("number") != self.number:  # a second press while the first was on its way
            self._show(self.said)
            return
        try:
            self.answer(str(content["answer"]))
        except (OSError, ValueError) as error:
            self._show(f"Not kept: {error}. Choose again to try once more.")


def _check_trials(trials: Mapping[str, Mapping[str, object]], target: str) -> None:
    if not trials:
        raise ValueError("there are no trials; give at least one")
    for name, versions in trials.items():
        if not 2 <= len(versions) <= MAX_VERSIONS or target not in versions:
            raise ValueError(
                f"trial {name!r} has the versions {', '.join(versions)}; give 2..{MAX_VERSIONS}, "
                f"one of them called {target!r}"
            )
