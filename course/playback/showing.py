"""Put a scene in front of the reader, in the form that suits where the notebook runs.

In mode `auto` the live widget comes at once and, when the sound is compressed, the saved form
takes its place. So sound is ready in half a second, because the widget takes the samples as they
are, and what stays in the notebook is small and plays without a kernel. The live sound is handed
over, playing or not.
"""

from course.playback.clip import to_clip
from course.playback.html import saved_form
from course.playback.modes import choose_mode
from course.playback.player import ScenePlayer
from course.playback.scene import Scene, clip_scene, heading


def show(x: object, *, title: str = "", mode: str = "auto") -> None:
    """Show a player for a piece of music: piano roll, Play, and mute and solo for each track.

    Odd music is no error: without notes the player says so, music of more than 15 minutes is cut,
    and what was cut or mended stands below.

    Args:
        x: a `NoteSequence`, a path to a MIDI file, a `pretty_midi.PrettyMIDI`, or a piece from
            `course.data`.
        title: shown above; empty: the piece's own title.
        mode: "auto", "widget", "html" or "none" (see `course.playback.modes`).

    Raises:
        TypeError: if `x` is no music.
        ValueError: if `mode` is none of the four.
    """
    clip = to_clip(x, title=title)
    mode = choose_mode(mode)
    if mode == "none":
        print(heading(clip.title, str(clip)), *clip.remarks, sep="\n")
    else:
        present(clip_scene(clip), mode)


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
        player.retire()


def _publish(place: str, content: dict[str, object], *, update: bool) -> None:
    """Send a display message, or one that replaces what stands at its place."""
    from IPython.display import publish_display_data

    transient = {"display_id": f"course-playback-{place}"}
    publish_display_data(content, transient=transient, update=update)
