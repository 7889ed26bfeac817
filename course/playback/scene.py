"""What a player shows and plays, before any front end is chosen.

A `Scene` holds the data for the script in `static/` and the samples, float32 at `SAMPLE_RATE`.
`player.py` makes a live widget of it, `html.py` the form that is saved in notebooks.
"""

import secrets
from base64 import b64encode
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from course.data.sound_bank import SoundBankError
from course.playback.clip import Clip, Sound
from course.playback.synth import (
    RELEASE_SECONDS,
    SAMPLE_RATE,
    mixed,
    render_stems,
    synthesizer_remark,
)

MAX_STEM_SECONDS = 180.0  # longer music is played as one mix
LONG_REMARK = "Longer than 3 minutes: played as one mix, without mute and solo."


@dataclass(frozen=True)
class Take:
    """One version of the music for readers without scripts: a picture and a mix."""

    label: str  # the version's name in a comparison, else empty
    clip: Clip | None = None  # its roll is drawn; None: no picture
    samples: np.ndarray | None = None  # the mix, or None if there is no sound


@dataclass(frozen=True)
class Scene:
    """One player: what is drawn, and what is heard."""

    data: dict[str, Any]  # for the script (see `scene_data`)
    stems: tuple[np.ndarray, ...] = ()  # what the script mixes: tracks, versions, or one mix
    takes: tuple[Take, ...] = ()
    svg: str = field(default="", repr=False)  # the engraved score

    @property
    def text(self) -> str:
        """The player in one line, for where nothing can be shown."""
        return heading(self.data["title"], self.data["caption"])


def heading(title: str, caption: str) -> str:
    """Put title and caption on one line.

    Args:
        title: what the player is called; may be empty.
        caption: what it holds.

    Returns:
        Both, or the caption alone.
    """
    return f"{title}: {caption}" if title else caption


def clip_scene(clip: Clip) -> Scene:
    """Make the scene of one piece with a roll, each track to be muted by itself.

    Args:
        clip: the music.

    Returns:
        The scene; without sound, and with the reason in its data, if nothing can be rendered.
    """
    stems, problem = rendered(clip)
    mix = mixed(stems) if stems else None
    remarks = clip.remarks
    if stems and synthesizer_remark():
        remarks = (*remarks, synthesizer_remark())
    if len(stems) > 1 and clip.seconds > MAX_STEM_SECONDS:
        remarks = (*remarks, LONG_REMARK)
        stems = (mix,)
    data = scene_data([clip], clip.title, str(clip), remarks, num_stems=len(stems), problem=problem)
    return Scene(data, stems, (Take("", clip, mix),))


def text_scene(clip: Clip) -> Scene:
    """Make the scene of one piece without rendering or drawing anything.

    Args:
        clip: the music.

    Returns:
        A scene of which only `text` and the remarks are of use.
    """
    silent = replace(clip, tracks=())
    return Scene(scene_data([silent], clip.title, str(clip), clip.remarks, num_stems=0))


def rendered(clip: Clip) -> tuple[tuple[np.ndarray, ...], str]:
    """Render a clip for a player, in which missing sound is no reason to show nothing.

    Args:
        clip: the music.

    Returns:
        One float32 array (n,) of samples a track, and why there is none, in words ("" if there are
        some).
    """
    if not clip.tracks:
        return (), "No notes to play."
    try:
        return tuple(render_stems(clip)), ""
    except SoundBankError as error:
        return (), f"No sound: {error}."


def scene_data(
    clips: list[Clip],
    title: str,
    caption: str,
    remarks: tuple[str, ...],
    *,
    num_stems: int,
    problem: str = "",
) -> dict[str, Any]:
    """Give what the script needs to draw and to play, as JSON-able values.

    Args:
        clips: the pieces between which the player switches; usually one.
        title: the player's heading.
        caption: what it holds, in a few words.
        remarks: lines below it.
        num_stems: how many arrays of samples are sent beside.
        problem: why nothing can be played; empty if it can.

    Returns:
        Times in seconds; the notes of a track packed as by `pack_notes`.
    """
    longest = max((clip.seconds for clip in clips), default=0.0)
    drums = {
        sound.pitch
        for clip in clips
        for track in clip.tracks
        if track.is_drum
        for sound in track.sounds
    }
    return {
        "id": secrets.token_hex(6),
        "title": title,
        "caption": caption,
        "remarks": list(remarks),
        "problem": problem,
        "seconds": round(longest + RELEASE_SECONDS, 3),
        "loop": round(max(longest, 0.1), 4),
        "stems": num_stems,
        "rate": SAMPLE_RATE,
        "exclusive": False,  # True: one stem at a time, as in a comparison
        "names": [],  # of the versions of a comparison
        "follow": "",  # id of the player that a score follows
        "score": None,  # [[id in the SVG, start, end], ...]
        "views": [_view(clip, longest) for clip in clips],
        "drums": _drum_names(drums),
    }


def _view(clip: Clip, longest: float) -> dict[str, Any]:
    """Give one piece as the roll draws it."""
    return {
        "tracks": [
            {
                "name": track.name,
                "drum": track.is_drum,
                "notes": pack_notes(track.sounds, longest + RELEASE_SECONDS),
            }
            for track in clip.tracks
        ],
        "bars": [round(bar, 3) for bar in clip.bars],
        "beats": [round(beat, 3) for beat in clip.beats],
    }


def pack_notes(sounds: list[Sound], seconds: float) -> str:
    """Write notes as base64 text of eight characters each.

    Args:
        sounds: the notes.
        seconds: length of the player's time line; all times lie within.

    Returns:
        For each note three 16-bit numbers, low byte first: start and length in units of
        `seconds` / 65535, and pitch + 256 * velocity.
    """
    unit = seconds / 65535
    rows = [(s.start / unit, (s.end - s.start) / unit, s.pitch + 256 * s.velocity) for s in sounds]
    return b64encode(np.round(rows).astype("<u2").tobytes()).decode("ascii")


def _drum_names(pitches: set[int]) -> dict[int, str]:
    """Give the names of the drums that are struck."""
    if not pitches:
        return {}
    import pretty_midi

    return {pitch: pretty_midi.note_number_to_drum_name(pitch) or str(pitch) for pitch in pitches}
