"""A picture of the piano roll for where no script runs: a PNG, quickly drawn.

It is the script's roll in one page: time to the right, pitch upwards, drums in rows of their own
below, bar lines, one colour and one stripe pattern a track, velocity as opacity. Always on white:
a reader without scripts may have any theme.
"""

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from course.playback.clip import Clip, Sound, Track

SIZE = (1110, 300)  # pixels; shown at two thirds of that width, so that it is crisp
MARGIN_LEFT, MARGIN_TOP = 48, 26  # pixels, for note names and bar numbers
LEGEND = 30  # pixels below the roll
FONT_SIZE = 17  # pixels
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#5E5E5E", "#B8A800")
"""Okabe and Ito's palette in the order of `course.plotting`; black and yellow made readable."""

Box = tuple[float, float, float, float]


def roll_png(clip: Clip) -> bytes:
    """Draw the roll of a clip.

    Args:
        clip: the music; without notes it gives an empty grid.

    Returns:
        PNG file of `SIZE`.
    """
    image = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(image, "RGBA")
    font = ImageFont.load_default(FONT_SIZE)
    rows = Rows(clip.tracks, MARGIN_TOP, SIZE[1] - LEGEND)
    seconds = max(clip.seconds, 0.1)
    scale = (SIZE[0] - MARGIN_LEFT - 8) / seconds
    _draw_grid(draw, font, clip, rows, scale)
    for index, track in enumerate(clip.tracks):
        for part in track.parts:
            for sound in part.sounds:
                box = _box(sound, part.is_drum, rows, scale)
                draw_note(draw, box, index, sound.velocity)
    _draw_legend(draw, font, clip.tracks)
    file = io.BytesIO()
    image.quantize(64, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
        file, "PNG", optimize=False
    )
    return file.getvalue()


class Rows:
    """Where each pitch and each drum lies: pitched rows above, one row a drum below."""

    def __init__(self, tracks: Sequence[Track], top: float, bottom: float) -> None:
        parts = [part for track in tracks for part in track.parts]
        pitches = [s.pitch for part in parts if not part.is_drum for s in part.sounds]
        self.drums = sorted({s.pitch for part in parts if part.is_drum for s in part.sounds})
        if not pitches and not self.drums:
            pitches = [60, 72]
        self.low, self.high = 0, -1  # no pitched rows
        if pitches:
            middle = (min(pitches) + max(pitches)) // 2
            self.low = max(0, min(min(pitches) - 1, middle - 7))
            self.high = min(127, max(max(pitches) + 1, middle + 7))
        self.top = top
        count = self.high - self.low + 1 + 1.5 * len(self.drums)
        self.height = (bottom - top) / max(count, 6)

    def y(self, pitch: int, is_drum: bool) -> tuple[float, float]:
        """Give the upper edge and the height of a pitch's row, in pixels.

        Args:
            pitch: MIDI number.
            is_drum: True for the rows of a drum kit.

        Returns:
            (upper edge, height).
        """
        if not is_drum:
            return self.top + (self.high - pitch) * self.height, self.height
        first = self.top + (self.high - self.low + 1) * self.height
        row = len(self.drums) - 1 - self.drums.index(pitch)
        return first + row * 1.5 * self.height, 1.5 * self.height


def draw_note(draw: ImageDraw.ImageDraw, box: Box, track: int, velocity: int) -> None:
    """Draw one note in its track's colour and pattern; softer notes are paler.

    Args:
        draw: where to draw.
        box: left, top, right, bottom in pixels.
        track: index of the track; its colour and pattern follow from it.
        velocity: 1..127.
    """
    colour = COLOURS[track % len(COLOURS)]
    left, top, right, bottom = box
    fill = colour + f"{60 + round(195 * velocity / 127):02x}"
    draw.rectangle(box, fill=fill, outline=colour)
    middle = (top + bottom) / 2
    pattern = track % 4
    if pattern == 1 and right - left > 4:  # a line along the middle
        draw.line((left + 2, middle, right - 2, middle), fill="white", width=1)
    elif pattern == 2:  # bars across
        for x in range(int(left) + 4, int(right) - 1, 6):
            draw.line((x, top + 1, x, bottom - 1), fill="white", width=1)
    elif pattern == 3 and right - left > 4 and bottom - top > 4:  # hollow
        draw.rectangle((left + 2, top + 2, right - 2, bottom - 2), fill="#ffffffb0")


def _box(sound: Sound, is_drum: bool, rows: Rows, scale: float) -> Box:
    """Give a note's place: left, top, right, bottom."""
    y, height = rows.y(sound.pitch, is_drum)
    left = MARGIN_LEFT + sound.start * scale
    right = max(MARGIN_LEFT + sound.end * scale - 1, left + 3)
    return left, y + 0.5, right, max(y + height - 1.5, y + 2)


def _draw_grid(
    draw: ImageDraw.ImageDraw,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
    clip: Clip,
    rows: Rows,
    scale: float,
) -> None:
    """Draw bar lines with numbers and a line and name at every C."""
    bottom = SIZE[1] - LEGEND
    step = max(1, round(64 / max(scale * clip.seconds / max(len(clip.bars), 1), 1e-6)))
    for number, seconds in enumerate(clip.bars):
        x = MARGIN_LEFT + seconds * scale
        if number % step == 0:
            draw.line((x, MARGIN_TOP, x, bottom), fill="#d4d4d4", width=1)
            draw.text((x + 3, 3), str(number + 1), fill="#555555", font=font)
    for pitch in range(rows.low, rows.high + 1):
        if pitch % 12 == 0:
            y, height = rows.y(pitch, False)
            draw.line((MARGIN_LEFT, y + height, SIZE[0], y + height), fill="#d4d4d4", width=1)
            name = f"C{pitch // 12 - 1}"
            draw.text((8, y + height / 2), name, fill="#555555", font=font, anchor="lm")


def _draw_legend(
    draw: ImageDraw.ImageDraw,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
    tracks: Sequence[Track],
) -> None:
    """Write the tracks' names beside their colours and patterns, as many as fit."""
    x, y = float(MARGIN_LEFT), SIZE[1] - LEGEND / 2 + 3
    for index, track in enumerate(tracks):
        width = draw.textlength(track.name, font=font)
        if x + 32 + width > SIZE[0]:
            return
        draw_note(draw, (x, y - 6, x + 22, y + 6), index, 127)
        draw.text((x + 28, y), track.name, fill="#333333", font=font, anchor="lm")
        x += 28 + width + 28
