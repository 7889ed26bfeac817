"""Versions of a piece at one playhead, with their names or without: for listening tests.

Blind, the names are shuffled and stay in Python: neither the page nor the notebook has them, nor
the notes or instruments that could give them away, until `reveal` is called.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from course.data.sound_bank import SoundBankError
from course.playback.clip import Clip, length_text, to_clip
from course.playback.modes import choose_mode
from course.playback.player import ScenePlayer
from course.playback.scene import Scene, Take, scene_data
from course.playback.showing import present
from course.playback.synth import (
    PEAK,
    SAMPLE_RATE,
    common_gain,
    num_samples,
    raw_stems,
    synthesizer_remark,
)

MAX_VERSIONS = 9  # each has a number key
DECIDE_FIRST = "Decide first; then reveal() of this comparison shows what is what."


@dataclass(frozen=True)
class Comparison:
    """What `compare` showed: the versions behind its buttons."""

    labels: tuple[str, ...]  # as shown: "A", "B", ... if blind
    names: tuple[str, ...]  # in the same order
    clips: tuple[Clip, ...]
    title: str
    scene: Scene
    mode: str

    @property
    def answer(self) -> dict[str, str]:
        """Which name is behind which label."""
        return dict(zip(self.labels, self.names, strict=True))

    def reveal(self) -> None:
        """Put the names and the notes into the player that was shown; it plays on as it did."""
        if self.mode == "none":
            print(self.answer, *_remarks(self.names, self.clips), sep="\n")
            return
        sound = self.scene.stems, self.scene.data["problem"]
        scene = _scene(self.names, self.clips, self.title, blind=False, sound=sound)
        scene.data["id"] = self.scene.data["id"]  # the script finds what plays by it
        present(scene, self.mode, replacing=self.scene)

    def __repr__(self) -> str:
        return f"Comparison of {', '.join(self.labels)}"

    def _ipython_display_(self) -> None:
        """Show nothing: `compare` has shown the player already."""


def compare(
    versions: Mapping[str, object], *, blind: bool = False, title: str = "", mode: str = "auto"
) -> Comparison:
    """Show versions of a piece between which the listener switches while they play.

    Number keys switch too. With names shown, all versions have one common gain, so that what
    differs is heard; blind, they are made equally loud, since the louder one is liked better.

    Args:
        versions: name to music (as for `show`), 1..9 of them.
        blind: True to call them A, B, ... in random order, without pictures.
        title: shown above; it should not tell which is which if `blind`.
        mode: "auto", "widget", "html" or "none", as for `show`.

    Returns:
        The comparison; `answer` and `reveal()` tell which is which.

    Raises:
        TypeError: if `versions` is no mapping or holds something that is no music.
        ValueError: if there are no versions, or more than nine.

    References:
        ITU-R BS.1116-3, 2015, section 6 (blind comparison, levels aligned).
    """
    comparison = arrange(versions, blind=blind, title=title, mode=choose_mode(mode))
    scene = comparison.scene
    if blind:
        scene.data["remarks"].append(DECIDE_FIRST)
    if comparison.mode == "none":
        print(scene.text, *([] if blind else scene.data["remarks"]), sep="\n")
    else:
        present(scene, comparison.mode)
    return comparison


def arrange(versions: Mapping[str, object], *, blind: bool, title: str, mode: str) -> Comparison:
    """Prepare versions for one playhead, and show nothing.

    Args:
        versions: name to music, 1..9 of them.
        blind: True to call them A, B, ... in random order, without pictures.
        title: shown above.
        mode: as `choose_mode` gives it; in "none" nothing is rendered.

    Returns:
        The comparison.

    Raises:
        TypeError: if `versions` is no mapping or holds something that is no music.
        ValueError: if there are no versions, or more than nine.
    """
    if not isinstance(versions, Mapping):
        raise TypeError(
            f"compare() takes names with their music, not a {type(versions).__name__}; "
            'write compare({"data": a, "model": b})'
        )
    if not 1 <= len(versions) <= MAX_VERSIONS:
        raise ValueError(f"{len(versions)} versions; compare 1..{MAX_VERSIONS} of them")
    names = list(versions)
    if blind:
        secrets.SystemRandom().shuffle(names)
    clips = tuple(to_clip(versions[name]) for name in names)
    labels = tuple("ABCDEFGHI"[: len(names)]) if blind else tuple(map(str, names))
    sound = ((), "") if mode == "none" else _stems(clips, equal=blind)
    scene = _scene(labels, clips, title, blind=blind, sound=sound)
    return Comparison(labels, tuple(map(str, names)), clips, title, scene, mode)


class ComparisonPlayer(ScenePlayer):
    """A comparison with its names shown, as a widget that other widgets can hold.

    Args:
        versions: as for `compare`.
        title: shown above.

    Raises:
        TypeError: as for `compare`.
        ValueError: as for `compare`.
    """

    def __init__(self, versions: Mapping[str, object], *, title: str = "") -> None:
        mode = choose_mode()
        super().__init__(arrange(versions, blind=False, title=title, mode=mode).scene)
        if mode == "none":
            self.retire()


def _scene(
    labels: tuple[str, ...],
    clips: tuple[Clip, ...],
    title: str,
    *,
    blind: bool,
    sound: tuple[tuple[np.ndarray, ...], str],
) -> Scene:
    """Make the scene around a sound as `_stems` gives it; blind, it holds but labels beside."""
    stems, problem = sound
    count = "1 version" if len(clips) == 1 else f"{len(clips)} versions"
    caption = f"{count}, {length_text(max(clip.seconds for clip in clips))}"
    remarks = [] if blind else _remarks(labels, clips)
    if stems and synthesizer_remark():
        remarks.append(synthesizer_remark())
    data = scene_data(clips, title, caption, remarks, num_stems=len(stems), problem=problem)
    data.update(exclusive=True, names=labels)
    if blind:
        data.update(views=[], drums={})
    drawn = [None] * len(clips) if blind else clips
    takes = tuple(map(Take, labels, drawn, stems or [None] * len(clips)))
    return Scene(data, stems, takes)


def _remarks(labels: tuple[str, ...], clips: tuple[Clip, ...]) -> list[str]:
    """Say of every version what was cut or mended, and whether it is empty."""
    return [
        f"{label}: {text}"
        for label, clip in zip(labels, clips, strict=True)
        for text in [*clip.remarks, *([] if clip.tracks else [str(clip)])]
    ]


def _stems(clips: tuple[Clip, ...], *, equal: bool) -> tuple[tuple[np.ndarray, ...], str]:
    """Mix each version, all of one length: with one common gain, or equally loud.

    Returns:
        The mixes, and why there are none, in words.
    """
    if not any(clip.tracks for clip in clips):
        return (), "No notes to play."
    mixes = []
    length = max(num_samples(clip, SAMPLE_RATE) for clip in clips)
    for clip in clips:
        mixes.append(np.zeros(length, np.float32))
        try:
            for stem in raw_stems(clip):
                mixes[-1][: len(stem)] += stem
        except SoundBankError as error:
            return (), f"No sound: {error}."
    if equal:
        mixes = [mix / max(_loudness(mix), 1e-6) for mix in mixes]
        gain = PEAK / max(float(np.abs(mix).max()) for mix in mixes)
    else:
        gain = common_gain(mixes)
    return tuple((mix * gain).astype(np.float32) for mix in mixes), ""


def _loudness(mix: np.ndarray) -> float:
    """Give the root mean square of what is not silent, so that long pauses count for nothing."""
    heights = np.abs(mix)
    sounding = mix[heights > heights.max() / 1000]
    return float(np.sqrt(np.mean(sounding**2))) if len(sounding) else 0.0
