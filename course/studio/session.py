"""What is on the table of one studio: takes, which of them are kept, locked bars, and undo.

States are frozen; an action puts a new one on top, and undo takes it away. Nothing here draws or
computes, and every studio has a session of its own.
"""

from dataclasses import dataclass, field, replace

from course.studio.takes import Take

MOST_STATES = 200  # that undo can go back


class SessionError(ValueError):
    """An action that is not possible now; the message says what is."""


@dataclass(frozen=True)
class Entry:
    """One take on the table."""

    number: int  # counted from 1, never used twice
    take: Take
    kept: bool = False

    @property
    def label(self) -> str:
        """How the take is called: number, what it is, what was asked for, what was done to it."""
        request = self.take.request
        asked = f"{request.model}, {request.style}, {request.tempo:g} a minute"
        parts = [f"Take {self.number}", self.take.music.title, asked, f"seed {self.seed}"]
        if locked := self.take.recipe.draws[-1].locked:
            word = "bar" if len(locked) == 1 else "bars"
            parts.append(f"{word} {', '.join(map(str, locked))} from before")
        return " · ".join([*parts, *(["kept"] if self.kept else [])])

    @property
    def seed(self) -> int:
        """The seed of its last draw."""
        return self.take.recipe.draws[-1].seed


@dataclass(frozen=True)
class State:
    """Everything that undo brings back."""

    entries: tuple[Entry, ...] = ()
    current: int | None = None  # number of the take that is heard
    locked: frozenset[int] = frozenset()  # bars of it, counted from 1
    action: str = ""  # what led here


@dataclass
class Session:
    """The table; `state` is what lies on it."""

    state: State = field(default_factory=State)
    _before: list[State] = field(default_factory=list)
    _count: int = 0

    @property
    def current(self) -> Entry:
        """The take that is heard.

        Raises:
            SessionError: if there is none.
        """
        return self.entry(self.state.current)

    def entry(self, number: int | None) -> Entry:
        """Give a take by its number.

        Args:
            number: counted from 1.

        Raises:
            SessionError: if it is not there.
        """
        for entry in self.state.entries:
            if entry.number == number:
                return entry
        text = "there is no take yet; generate one" if number is None else f"no take {number}"
        raise SessionError(text)

    def add(self, take: Take) -> Entry:
        """Put a new take on the table and hear it; bars stay locked if it came from them.

        Args:
            take: the new one.
        """
        self._count += 1
        entry = Entry(self._count, take)
        locked = frozenset(take.recipe.draws[-1].locked)
        self._act(State((*self.state.entries, entry), entry.number, locked, "new take"))
        return entry

    def update(self, number: int, take: Take) -> None:
        """Put what was found out about a take into it; no action of its own for undo.

        Args:
            number: of the take.
            take: the same music with another recipe.
        """
        self.state = self._with(replace(self.entry(number), take=take), self.state.action)

    def select(self, number: int) -> None:
        """Hear another take; undo does not count this.

        Args:
            number: of the take.
        """
        self.entry(number)
        if number != self.state.current:
            self.state = replace(self.state, current=number, locked=frozenset())

    def keep(self) -> bool:
        """Keep the take that is heard, or let it go again if it is kept; say which."""
        kept = not self.current.kept
        action = "keep" if kept else "let go"
        self._act(self._with(replace(self.current, kept=kept), action))
        return kept

    def discard(self) -> Entry:
        """Take away the take that is heard; undo brings it back.

        Raises:
            SessionError: if it is kept, or there is none.
        """
        gone = self.current
        if gone.kept:
            raise SessionError(f"take {gone.number} is kept; let it go first, then discard it")
        left = tuple(entry for entry in self.state.entries if entry != gone)
        self._act(State(left, left[-1].number if left else None, frozenset(), "discard"))
        return gone

    def lock(self, bar: int, on: bool = True) -> None:
        """Lock a bar of the take that is heard, or unlock it.

        Args:
            bar: counted from 1.
            on: False to unlock.

        Raises:
            SessionError: if there is no such bar.
        """
        bars = self.current.take.request.num_bars
        if not 1 <= bar <= bars:
            raise SessionError(f"bar {bar} is outside 1..{bars}; choose one of the take")
        locked = self.state.locked | {bar} if on else self.state.locked - {bar}
        if locked != self.state.locked:
            self._act(replace(self.state, locked=locked, action="lock" if on else "unlock"))

    def undo(self) -> str:
        """Go back by one action, and say which.

        Raises:
            SessionError: if there is none.
        """
        if not self._before:
            raise SessionError("there is nothing to undo")
        action, self.state = self.state.action, self._before.pop()
        return action

    def _act(self, state: State) -> None:
        self._before = [*self._before, self.state][-MOST_STATES:]
        self.state = state

    def _with(self, entry: Entry, action: str) -> State:
        """Give the state with one entry changed."""
        entries = tuple(entry if e.number == entry.number else e for e in self.state.entries)
        return replace(self.state, entries=entries, action=action)
