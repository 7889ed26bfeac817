"""Put a scene in front of the reader, in the form that suits where the notebook runs.

- `auto`: the live widget at once, then, when the sound is compressed, the saved form in its place.
  Sound is ready in half a second, because the widget takes the samples as they are; what stays in
  the notebook is small and plays without a kernel. The live sound is handed over, playing or not.
- `widget`: the live widget only. `html`: the saved form only. `none`: a line of text.

`COURSE_PLAYBACK` sets the mode for a whole process. While nbgrader runs a notebook, and where there
is no notebook, the mode is `none`: nothing is rendered.
"""

import os
import sys

from course.playback.clip import to_clip
from course.playback.html import saved_form
from course.playback.player import ScenePlayer
from course.playback.scene import Scene, clip_scene, heading

MODES = ("auto", "widget", "html", "none")
MODE_VARIABLE = "COURSE_PLAYBACK"


def show(x: object, *, title: str = "", mode: str = "auto") -> None:
    """Show a player for a piece of music: piano roll, Play, and mute and solo for each track.

    Odd music is no error: without notes the player says so, music of more than 15 minutes is cut,
    and what was cut or mended stands below.

    Args:
        x: a `NoteSequence`, a path to a MIDI file, a `pretty_midi.PrettyMIDI`, or a piece from
            `course.data`.
        title: shown above; empty: the piece's own title.
        mode: "auto", "widget", "html" or "none" (see `course.playback.showing`).

    Raises:
        TypeError: if `x` is no music.
        ValueError: if `mode` is none of the four.
    """
    clip = to_clip(x, title=title)
    mode = choose_mode(mode)
    if mode == "none":
        print(heading(clip.title, str(clip)))
    else:
        present(clip_scene(clip), mode)


def choose_mode(mode: str = "auto") -> str:
    """Say in which form players are shown here.

    Args:
        mode: what the caller asks for: "auto", "widget", "html" or "none".

    Returns:
        The same four words; "auto" only where a live widget can be expected to work.

    Raises:
        ValueError: if `mode`, or `COURSE_PLAYBACK` where it counts, is another word.
    """
    if mode == "auto":
        mode = os.environ.get(MODE_VARIABLE) or "auto"
    if mode not in MODES:
        raise ValueError(f"playback mode is {mode!r}; use one of {', '.join(MODES)}")
    if os.environ.get("NBGRADER_EXECUTION") or not _in_notebook():
        return "none"
    if mode == "auto" and "google.colab" in sys.modules:
        return "html"  # its widgets lose large binary messages
    return mode


def present(scene: Scene, mode: str, *, replacing: Scene | None = None) -> None:
    """Display a scene, or replace what was displayed of it.

    Args:
        scene: what to show and to play.
        mode: as `choose_mode` gives it, but not "none".
        replacing: the scene whose display this one takes, if it is not to be a new one.
    """
    place = (replacing or scene).data["id"]
    live = scene.stems and mode in ("auto", "widget")
    player = ScenePlayer(scene) if live else None
    if player:
        content, _ = player._repr_mimebundle_()
        _publish(place, content, update=bool(replacing))
    if mode == "widget" and player:
        return
    content = {"text/plain": scene.text, "text/html": saved_form(scene)}
    _publish(place, content, update=bool(player or replacing))
    if player:
        player.stems = [b""] * len(player.stems)  # for front ends that keep a widget's last state
        player.close()


def _in_notebook() -> bool:
    """Say whether a Jupyter kernel runs this code."""
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython

    return hasattr(get_ipython(), "kernel")


def _publish(place: str, content: dict[str, object], *, update: bool) -> None:
    """Send a display message, or one that replaces what stands at its place."""
    from IPython.display import publish_display_data

    transient = {"display_id": f"course-playback-{place}"}
    publish_display_data(content, transient=transient, update=update)
