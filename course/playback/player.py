"""The live player: a widget that Python can start, stop and watch.

Use `show` for what a reader meets. A `Player` is for code that has a hand on it; it lives as long
as its kernel and leaves nothing but a line of text in a saved notebook.
"""

from pathlib import Path

import anywidget
import traitlets

from course.errors import check_range
from course.playback.clip import to_clip
from course.playback.encoding import pcm16
from course.playback.html import LIVE_SCRIPTS, STYLES, script, standalone_page, style
from course.playback.modes import choose_mode
from course.playback.scene import Scene, clip_scene, text_scene

EXPORT = " export default { render: ({ model, el }) => mountLive(model, el)?.stop };"


class ScenePlayer(anywidget.AnyWidget):
    """A widget that shows a scene, its samples sent as binary messages."""

    _esm = script(*LIVE_SCRIPTS) + EXPORT
    _css = style(*STYLES)
    data = traitlets.Dict().tag(sync=True)
    stems = traitlets.List(traitlets.Bytes()).tag(sync=True)  # 16-bit samples, one item a stem
    svg = traitlets.Unicode("").tag(sync=True)
    position = traitlets.Float(0.0).tag(sync=True)  # seconds; follows the sound four times a second
    playing = traitlets.Bool(False).tag(sync=True)

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        stems = [pcm16(samples) for samples in scene.stems]
        super().__init__(data=scene.data, stems=stems, svg=scene.svg)

    def __repr__(self) -> str:
        words = "; ".join([self.scene.text, *self.scene.data["remarks"]])
        return f"<{type(self).__name__} {words}>"

    def retire(self) -> None:
        """Close the widget and empty it, for front ends that keep a widget's last state."""
        with self.hold_sync():
            self.set_trait("_esm", "export default {}")
            self.stems = [b""] * len(self.stems)
            self.data, self.svg = {}, ""
        self.close()


class Player(ScenePlayer):
    """A player with its buttons in the notebook and its methods in Python.

    Args:
        x: music as for `show`.
        title: shown above the roll; empty: the piece's own title.

    Raises:
        TypeError: if `x` is no music.
    """

    def __init__(self, x: object, *, title: str = "") -> None:
        self.clip = to_clip(x, title=title)
        silent = choose_mode() == "none"
        super().__init__(text_scene(self.clip) if silent else clip_scene(self.clip))
        if silent:
            self.retire()  # what remains is shown as a line of text

    def play(self) -> None:
        """Start, as the Play button does; a browser asks for one click on the page before."""
        self.send({"command": "play"})

    def pause(self) -> None:
        """Stop and stay where the music is."""
        self.send({"command": "pause"})

    def seek(self, seconds: float) -> None:
        """Go to a moment of the music, playing or not.

        Args:
            seconds: from the beginning, within the piece.

        Raises:
            ValueError: if the moment lies outside the piece.
        """
        check_range("seconds", seconds, 0.0, self.scene.data["seconds"], "count from the beginning")
        self.send({"command": "seek", "seconds": float(seconds)})

    def save(self, path: str | Path) -> None:
        """Write a page that plays without Python, network or anything beside it.

        Args:
            path: HTML file to write; replaced if it exists.
        """
        Path(path).write_text(standalone_page(clip_scene(self.clip)), encoding="utf-8")
