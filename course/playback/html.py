"""The saved form of a player: HTML that needs no kernel, no network and, if need be, no script.

It has two parts. The **floor** is a picture and native `<audio>`: JupyterLab keeps it in a
notebook that is not trusted, and it owns the data. Beside it stands an `<iframe srcdoc>` with the
same script as the live player; where it may run, it takes sound and score from the floor, hides
the floor and grows to its height. Several tracks are added to it as Opus, one stream a track,
so that 30 seconds of four tracks stay below 0.5 MB, mute and solo included.
"""

import base64
import html
import json
import math
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from importlib.resources import files

import numpy as np

from course.playback.encoding import mp3, opus
from course.playback.picture import roll_png
from course.playback.scene import Scene

SCRIPTS = ("theme.js", "sound.js", "roll.js", "score.js", "controls.js", "player.js")
LIVE_SCRIPTS = (*SCRIPTS, "live.js")
STYLES = ("theme.css", "player.css")
MAX_BYTES = 495_000  # for every 30 seconds that begin; a notebook file adds a little
MAX_STEMS = 4  # more are saved as one mix
STEM_KBPS = 58.0  # of all stems together; Opus needs 14.4 a stem for its music mode
MIX_KBPS = 48.0  # of all mixes together, if nothing else is saved
MIX_BESIDE_STEMS_KBPS = 18.0
SLOWEST_KBPS = 24.0  # below, a mix sounds like a telephone

MIX_REMARK = "The notebook keeps only the mix of these tracks: run the cell to mute and solo."

_FLOOR_STYLE = (
    "<style>.course-floor{opacity:0;height:0;overflow:hidden;"
    "animation:course-floor 0s 2s forwards}"
    "@keyframes course-floor{to{opacity:1;height:auto}}</style>"
)
"""Keeps the floor out of sight until the script has had its chance; dropped with the script."""


@cache
def script(*names: str) -> str:
    """Give some of the scripts as one line: one ES module, without comments.

    A notebook file spends ten bytes on every line break. The sources end every statement with a
    semicolon, and a comment is what follows `// ` at the beginning of a line or after a space.

    Args:
        names: files of the folder `static`, in the order in which they stand.
    """
    folder = files("course.playback") / "static"
    lines = [line for name in names for line in (folder / name).read_text("utf-8").splitlines()]
    code = (re.sub(r"(^|\s)// .*", "", line).strip() for line in lines)
    return " ".join(line for line in code if line)


@cache
def style(*names: str) -> str:
    """Give some of the style sheets as one line.

    Args:
        names: files of the folder `static`, in the order in which they stand.
    """
    folder = files("course.playback") / "static"
    return " ".join(" ".join((folder / name).read_text("utf-8").split()) for name in names)


def saved_form(scene: Scene) -> str:
    """Give a scene as a fragment of HTML that plays by itself.

    Args:
        scene: what to show and to play.

    Returns:
        HTML with all sound and pictures inside: at most 0.5 MB for every 30 seconds that begin,
        unless more than three versions are compared or a score is very dense. Where the tracks do
        not fit, they are left out and the mix plays alone; beside a score it gets the bits that
        are left.
    """
    room = MAX_BYTES * math.ceil(scene.data["loop"] / 30)
    if len(scene.takes) == 1 and 2 <= len(scene.stems) <= MAX_STEMS:
        form = _form(scene, scene.stems, MIX_BESIDE_STEMS_KBPS)
        if len(form) <= room:
            return form
    kbps = MIX_KBPS / max(len(scene.takes), 1)
    if scene.svg:
        kbps = min(kbps, _kbps_left(scene, room))
    return _form(scene, (), max(kbps, SLOWEST_KBPS))


def _kbps_left(scene: Scene, room: int) -> float:
    """Say how fast a mix may be so that the form of a score has at most so many bytes."""
    silent = replace(scene, takes=tuple(replace(take, samples=None) for take in scene.takes))
    left = room - len(_form(silent, (), SLOWEST_KBPS))
    bits = 8 * left * 3 / 4  # four characters of base64 hold three bytes
    return bits / 1000 / scene.data["seconds"]


def _form(scene: Scene, stems: tuple[np.ndarray, ...], mix_kbps: float) -> str:
    """Give the fragment with some stems, or none, beside the mixes."""
    mixes = [take.samples for take in scene.takes if take.samples is not None]
    with ThreadPoolExecutor() as pool:  # the encoders leave Python alone while they work
        sounds = [pool.submit(mp3, samples, mix_kbps) for samples in mixes]
        tracks = [pool.submit(opus, samples, STEM_KBPS / len(stems)) for samples in stems]
        floor = _floor(scene, [_base64(job.result()) for job in sounds])
        opus_tracks = [_base64(job.result()) for job in tracks]
    data = {**scene.data, "opus": opus_tracks, "stems": len(opus_tracks) or len(sounds)}
    if len(scene.stems) > data["stems"]:
        data["remarks"] = [*data["remarks"], MIX_REMARK]
    label = html.escape(f"Player: {scene.text}", quote=True)
    page = frame_page(data).replace("&", "&amp;").replace("'", "&#39;")  # few of these are in it
    frame = (
        f'<iframe title="{label}" width="100%" height="0" style="display:block;border:0" '
        f"srcdoc='{page}'></iframe>"
    )
    height = 400 if scene.svg or scene.data["views"] else 120  # until the script has measured it
    style = f"min-height:{height}px"
    return f'<div class="course-playback" style="{style}">{_FLOOR_STYLE}{floor}{frame}</div>'


def frame_page(data: dict) -> str:
    """Give the page inside the frame.

    Args:
        data: what the script draws and plays.

    Returns:
        A complete HTML page.
    """
    literal = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    return (
        "<!doctype html><html lang=en><meta charset=utf-8><title>Player</title>"
        f"<style>{style(*STYLES)} body{{margin:0;padding:2px}}</style>"
        f"<body><script type=module>{script(*SCRIPTS)} mountFrame({literal});</script>"
    )


def standalone_page(scene: Scene) -> str:
    """Give a page of its own that holds nothing but the player.

    Args:
        scene: what to show and to play.

    Returns:
        A complete HTML page.
    """
    title = html.escape(scene.text)
    return (
        "<!doctype html>\n<html lang=en>\n<meta charset=utf-8>\n"
        "<meta name=viewport content='width=device-width'>\n"
        f"<title>{title}</title>\n<style>:root{{color-scheme:light dark}}</style>\n"
        f"<main>{saved_form(scene)}</main>\n"
    )


def _floor(scene: Scene, sounds: list[str]) -> str:
    """Give picture and native audio, with everything in words that the script would show."""
    data = scene.data
    parts = [f"<p><strong>{html.escape(data['title'])}</strong> {html.escape(data['caption'])}</p>"]
    if scene.svg:
        name = f"Score: {data['caption']}"
        parts.append(_image(scene.svg.encode(), "image/svg+xml", name))
    tracks = [track["name"] for view in data["views"][:1] for track in view["tracks"]]
    for take in scene.takes:
        parts.append(f"<p>{html.escape(take.label)}</p>" if take.label else "")
        if take.clip and not scene.svg:
            name = f"Piano roll: {take.label or '; '.join([data['caption'], *tracks])}"
            parts.append(_image(roll_png(take.clip), "image/png", name))
        if take.samples is not None:
            source = f"data:audio/mpeg;base64,{sounds.pop(0)}"
            parts.append(f'<p><audio controls preload="none" src="{source}"></audio></p>')
    lines = [data["problem"] if data["problem"] != data["caption"] else "", *data["remarks"]]
    parts.extend(f"<p>{html.escape(line)}</p>" for line in lines if line)
    return f'<div class="course-floor">{"".join(parts)}</div>'


def _image(content: bytes, kind: str, name: str) -> str:
    """Give an image with its content inside."""
    alternative = html.escape(name, quote=True)
    source = f"data:{kind};base64,{_base64(content)}"
    return f'<img width="740" style="background:#fff" alt="{alternative}" src="{source}">'


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
