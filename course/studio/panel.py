"""The studio as an interface: a form, takes to listen to and compare, bars to lock, and export.

It is made of ipywidgets and the course's player, and is the same in a notebook and on the page that
`course studio` opens. Each panel has a session, a worker and widgets of its own: two of them know
nothing of one another. Whatever goes wrong is said in the panel; no take is lost by it.
"""

import html
import json
import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from course.note_sequence import NoteSequence
from course.playback.comparing import ComparisonPlayer
from course.playback.modes import choose_mode
from course.playback.player import Player, ScenePlayer
from course.studio.exporting import ExportError, export, own_exports
from course.studio.form import RequestForm
from course.studio.guard import Guard
from course.studio.recipe import RecipeError, recipe_of, replay, sample_again
from course.studio.request import Request, RequestError
from course.studio.request_files import melody_from_midi, request_of
from course.studio.session import Session, SessionError
from course.studio.takes import Take, make, remake
from course.studio.watching import Cancelled, Watch
from course.studio.working import Busy, Worker

EXPECTED = (RequestError, SessionError, RecipeError, ExportError, Busy, ValueError)
NO_TAKE = "No take yet: fill in what you want and press Generate."


class Studio(widgets.VBox):
    """The interface; show it as the last line of a cell.

    Args:
        request: what stands in the form at the beginning.
        folder: where exports go; None for `exports` in the workspace.
    """

    def __init__(self, request: Request | None = None, folder: str | Path | None = None) -> None:
        self.form = RequestForm(request)
        self.session = Session()
        self.worker = Worker(self._tell)
        self._folder = folder
        self._heard: object = None  # what the player on the stage plays
        self._filling = False
        self._showing = threading.RLock()  # widgets are changed by events and by the worker
        self._make_widgets()
        super().__init__(self._rows())
        self.add_class("course-studio")
        self._show()

    def _make_widgets(self) -> None:
        self.progress = widgets.FloatProgress(max=1.0, layout=widgets.Layout(width="200px"))
        self.said = widgets.HTML(NO_TAKE)
        self.said.add_class("course-studio-said")
        wide = widgets.Layout(width="620px", max_width="100%")
        self.takes = widgets.Dropdown(description="Take", layout=wide)
        self.other = widgets.Dropdown(description="beside", layout=wide)
        self.takes.observe(self._select, "value")
        self.bars = _row([])
        self.stage = widgets.Box([])
        self.stage.add_class("course-studio-stage")
        self.name = widgets.Text("my piece", description="Name")
        self.upload = widgets.FileUpload(
            accept=".json,.mid,.midi", description="Open request, recipe or MIDI …"
        )
        self.upload.layout.width = "auto"
        self.upload.observe(self._open, "value")
        actions: dict[str, tuple[str, Callable[[], Any]]] = {
            "generate": ("Generate", self.generate),
            "cancel": ("Cancel", self.cancel),
            "keep": ("Keep", self.keep),
            "discard": ("Discard", self.discard),
            "undo": ("Undo", self.undo),
            "compare": ("Compare", self.compare),
            "redo_rest": ("Regenerate the rest", self.regenerate),
            "save": ("Export", self.export),
            "try_recipe": ("Sample again", self.try_recipe),
        }
        self.buttons = {name: self._button(*action) for name, action in actions.items()}

    def _rows(self) -> list[widgets.Widget]:
        button = self.buttons
        return [
            Guard(),
            self.form.box,
            self.form.note,
            _row([button["generate"], button["cancel"], self.progress, self.upload]),
            self.said,
            _row([self.takes, button["keep"], button["discard"], button["undo"]]),
            self.stage,
            _row([self.other, button["compare"]]),
            _row([widgets.Label("Lock bars"), self.bars, button["redo_rest"]]),
            _row([self.name, button["save"], button["try_recipe"]]),
        ]

    def _button(self, text: str, action: Callable[[], Any]) -> widgets.Button:
        button = widgets.Button(description=text)
        button.on_click(lambda _button: self._guarded(action))
        return button

    def _guarded(self, action: Callable[[], Any]) -> None:
        """Do something; what is expected to go wrong is said in the panel."""
        try:
            action()
        except EXPECTED as error:
            self.say(f"✗ {error}")

    def say(self, text: str) -> None:
        """Say something in the panel, to eye and screen reader.

        Args:
            text: plain text.
        """
        self.said.value = html.escape(text)

    def generate(self) -> None:
        """Make a take of what the form asks for, in the background."""
        request = self.form.request()
        self._work(lambda watch: make(request, watch), self._add)

    def regenerate(self) -> None:
        """Keep the locked bars of the take that is heard, and write the rest anew."""
        entry, locked = self.session.current, self.session.state.locked
        seed = secrets.randbelow(2**32)
        self._work(lambda watch: remake(entry.take, locked, seed, watch), self._add)

    def cancel(self) -> None:
        """Stop what is computed."""
        self.say("Stopping …" if self.worker.cancel() else "Nothing is being computed.")

    def keep(self) -> None:
        """Keep the take that is heard, or let it go again."""
        kept = self.session.keep()
        self.say(f"Take {self.session.current.number} is {'kept' if kept else 'let go'}.")
        self._show()

    def discard(self) -> None:
        """Take the take that is heard away; undo brings it back."""
        gone = self.session.discard()
        self.say(f"Take {gone.number} is discarded; Undo brings it back.")
        self._show()

    def undo(self) -> None:
        """Go back by one action."""
        self.say(f"Undone: {self.session.undo()}.")
        self._show()

    def compare(self) -> None:
        """Hear the take and another one at one playhead.

        Raises:
            SessionError: if there is no other take.
        """
        entry = self.session.current
        if self.other.value is None:
            raise SessionError("a take can be compared with another one; generate one more")
        both = entry, self.session.entry(self.other.value)
        versions = {f"Take {one.number}": one.take.music for one in both}
        self._put_on_stage(_player_of(versions), versions)
        self.say(f"Comparing {' and '.join(versions)}.")

    def export(self) -> None:
        """Write the files of the take that is heard."""
        entry, name = self.session.current, self.name.value
        folder = own_exports() if self._folder is None else Path(self._folder)

        def done(made: Path) -> None:
            self.say(f"Exported MIDI, WAV, MP3, MusicXML, recipe and zip into {made}")

        self._work(lambda watch: export(entry.take, folder, name, watch), done)

    def try_recipe(self) -> None:
        """Sample the take again, and say whether the same comes out."""
        entry = self.session.current

        def done(found: tuple) -> None:
            recipe, text = found
            take = Take(entry.take.music, recipe, entry.take.reports)
            self.session.update(entry.number, take)
            self.say(f"Sampling take {entry.number} again gives {text}.")

        self._work(lambda watch: sample_again(entry.take.recipe, watch), done)

    def _work(self, work: Callable[[Watch], Any], done: Callable[[Any], None]) -> None:
        def locked(result: Any) -> None:
            with self._showing:
                done(result)
                self.progress.value = 0.0

        self.worker.start(work, locked, self._failed)

    def _failed(self, error: Exception) -> None:
        self.progress.value = 0.0
        if isinstance(error, Cancelled):
            self.say("Stopped; nothing was changed.")
        elif isinstance(error, EXPECTED):
            self.say(f"✗ {error}")
        else:
            self.say(f"✗ {type(error).__name__}: {error}. Nothing was changed; please report it.")

    def _tell(self, share: float, stage: str) -> None:
        self.progress.value = share
        if stage != "done":
            self.say(f"{stage.capitalize()} …")

    def _add(self, take: Take) -> None:
        entry = self.session.add(take)
        self.say(f"{entry.label}: {take.music.total_seconds:.1f} s.")
        self._show()

    def _select(self, change: dict) -> None:
        if not self._filling and change["new"] is not None:
            self.session.select(change["new"])
            self._show()

    def _lock(self, change: dict) -> None:
        """Bring a toggle's state to the session; nothing happens if it comes from there."""
        bar = self.bars.children.index(change["owner"]) + 1
        self.session.lock(bar, change["new"])
        _name_bar(change["owner"], bar)

    def _open(self, change: dict) -> None:
        """Put an uploaded request or melody into the form, or a recipe's piece on the table."""
        for file in change["new"]:
            self._guarded(lambda file=file: self._open_file(file["name"], bytes(file["content"])))
        if change["new"]:
            self.upload.value = ()

    def _open_file(self, name: str, content: bytes) -> None:
        if not name.lower().endswith(".json"):
            self.form.put_melody(melody_from_midi(content))
            self.say(f"The top line of {name} is the melody now.")
            return
        try:
            values = json.loads(content.decode("utf-8"))
        except ValueError as error:
            raise RequestError(f"{name} is no JSON ({error}); choose another file") from None
        if isinstance(values, dict) and "format" in values:
            recipe = recipe_of(values)
            self._work(lambda _watch: Take(replay(recipe), recipe), self._add)
            return
        if not isinstance(values, dict):
            raise RequestError(f"{name} holds no request; write {{…}} with a request's fields")
        self.form.put(request_of(values))
        self.say(f"{name} is in the form.")

    def _show(self) -> None:
        """Bring all widgets to the state of the session."""
        with self._showing:
            state = self.session.state
            choices = [(entry.label, entry.number) for entry in state.entries]
            self._filling = True  # a new list of choices chooses its first one
            self.takes.options = choices
            self.takes.value = state.current
            before = self.other.value
            others = [choice for choice in choices if choice[1] != state.current]
            self.other.options = others
            numbers = [number for _, number in others]
            self.other.value = before if before in numbers else max(numbers, default=None)
            self._filling = False
            self._show_bars()
            music = None if state.current is None else self.session.current.take.music
            if music is not self._heard:
                self._put_on_stage(music and _player_of(music), music)

    def _show_bars(self) -> None:
        state = self.session.state
        count = 0 if state.current is None else self.session.current.take.request.num_bars
        if count != len(self.bars.children):  # else the one with the focus stays
            self.bars.children = [widgets.ToggleButton() for _ in range(count)]
            for toggle in self.bars.children:
                toggle.observe(self._lock, "value")
        for bar, toggle in enumerate(self.bars.children, 1):
            toggle.value = bar in state.locked
            _name_bar(toggle, bar)

    def _put_on_stage(self, player: widgets.Widget | None, heard: object) -> None:
        before, self._heard = self.stage.children, heard
        self.stage.children = [player] if player else []
        for one in before:
            one.retire() if isinstance(one, ScenePlayer) else one.close()


def _player_of(music: NoteSequence | dict[str, NoteSequence]) -> widgets.Widget:
    """Give a player of a take, or of two that are compared; a line of text where nothing plays."""
    several = isinstance(music, dict)
    if choose_mode() == "none":
        texts = map(str, music.values() if several else [music])
        return widgets.HTML(html.escape(" / ".join(texts)))
    if several:
        return ComparisonPlayer(music, title="Compare: number keys switch")
    return Player(music)


def _name_bar(toggle: widgets.ToggleButton, bar: int) -> None:
    toggle.description = f"{bar} locked" if toggle.value else str(bar)
    toggle.tooltip = f"Bar {bar}: {'locked, it stays' if toggle.value else 'free'}"


def _row(children: list[widgets.Widget]) -> widgets.Box:
    row = widgets.Box(children)
    row.add_class("course-studio-row")
    return row
