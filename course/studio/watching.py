"""How long work is watched and stopped: it says how far it is, and asks whether to go on.

Nothing is killed: whoever computes calls `Watch.reached` often, and that raises `Cancelled` once
somebody has asked for it. Knows nothing of music, threads or widgets.
"""

import threading
from collections.abc import Callable


class Cancelled(Exception):
    """Work was stopped because somebody asked for it; nothing of it is kept."""


class Watch:
    """Looks at one piece of work, from any thread.

    Args:
        tell: called with the share that is done, 0..1, and what is being done; at most a hundred
            times for each stage. None to tell nobody.
    """

    def __init__(self, tell: Callable[[float, str], None] | None = None) -> None:
        self._tell = tell
        self._asked = threading.Event()
        self._told: tuple[int, str] | None = None

    def cancel(self) -> None:
        """Ask for the work to stop as soon as it can."""
        self._asked.set()

    def reached(self, share: float, stage: str) -> None:
        """Say how far the work is.

        Args:
            share: done so far, 0..1.
            stage: what is being done, for the reader.

        Raises:
            Cancelled: if the work is to stop.
        """
        if self._asked.is_set():
            raise Cancelled(f"stopped while {stage}")
        told = int(100 * share), stage
        if self._tell and told != self._told:
            self._told = told
            self._tell(share, stage)
