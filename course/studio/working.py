"""Long work beside the interface: one thread at a time, watched and stopped by asking.

A thread is never killed. What it computes is handed over when it is done; what was stopped or
failed leaves nothing behind. Knows nothing of music or widgets.
"""

import threading
from collections.abc import Callable
from typing import Any

from course.studio.watching import Watch


class Busy(Exception):
    """Something is being computed; wait for it, or cancel it."""


class Worker:
    """Computes one thing after the other.

    Args:
        tell: called from the thread with the share that is done, 0..1, and the stage.
    """

    def __init__(self, tell: Callable[[float, str], None]) -> None:
        self._tell = tell
        self._guard = threading.Lock()
        self._watch: Watch | None = None
        self._thread: threading.Thread | None = None

    @property
    def busy(self) -> bool:
        """Whether something is being computed."""
        return self._watch is not None

    def start(
        self,
        work: Callable[[Watch], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Compute something.

        Args:
            work: gets a watch and gives a result.
            done: called from the thread with the result, unless somebody cancelled meanwhile.
            failed: called from the thread with what `work` or `done` raised, `Cancelled` included.

        Raises:
            Busy: if something is being computed.
        """
        with self._guard:
            if self._watch:
                raise Busy("something is being computed; wait for it, or cancel it first")
            self._watch = watch = Watch(self._tell)
        arguments = work, done, failed, watch
        self._thread = threading.Thread(target=self._run, args=arguments, daemon=True)
        self._thread.start()

    def cancel(self) -> bool:
        """Ask for what is computed to stop; say whether there was anything."""
        with self._guard:
            if self._watch:
                self._watch.cancel()
            return self._watch is not None

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until nothing is computed.

        Args:
            seconds: at most; None for as long as it takes.

        Returns:
            Whether it is so.
        """
        if self._thread:
            self._thread.join(seconds)
        return not self.busy

    def _run(
        self,
        work: Callable[[Watch], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
        watch: Watch,
    ) -> None:
        try:
            result = work(watch)
            watch.reached(1.0, "done")  # whoever cancels in the last moment means it
        except Exception as error:
            self._free()
            failed(error)
            return
        self._free()
        try:
            done(result)
        except Exception as error:
            failed(error)

    def _free(self) -> None:
        with self._guard:
            self._watch = None
