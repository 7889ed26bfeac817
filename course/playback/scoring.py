"""Staff notation that plays: music21 writes MusicXML, verovio engraves it, the script follows.

The notes carry their place in the `NoteSequence` as an id through MusicXML into the SVG, so the
script knows which note heads belong to which sound; a tied note lights up as a whole.
"""

import re

from course.note_sequence import NoteSequence, crop
from course.playback.clip import as_sequence, to_clip
from course.playback.lean_svg import lean
from course.playback.modes import choose_mode
from course.playback.player import Player
from course.playback.scene import Scene, Take, heading, rendered, scene_data
from course.playback.showing import present
from course.playback.synth import mixed, synthesizer_remark

ENGRAVING = {
    "scale": 40,  # percent
    "pageWidth": 2150,  # tenths of a millimetre on paper: lines of 860 pixels at this scale
    "pageHeight": 60_000,
    "adjustPageHeight": True,
    "pageMarginLeft": 60,
    "pageMarginRight": 20,
    "pageMarginTop": 20,
    "pageMarginBottom": 20,
    "breaks": "auto",
    "header": "none",  # the title stands above the player
    "footer": "none",
    "svgViewBox": True,
    "svgRemoveXlink": True,
    "svgFormatRaw": True,  # no indentation
    "xmlIdSeed": 1,  # the same music gives the same file
}

MAX_NOTES = 2_000


class EngravingError(ValueError):
    """The music could not be set as a score."""


def score(x: object, *, follow: Player | None = None, title: str = "", mode: str = "auto") -> None:
    """Show a piece in staff notation; while it plays, the sounding notes light up.

    Args:
        x: music as for `show`.
        follow: a player of the same music whose position the score follows; where that player is
            not, as in a reopened notebook, and with None, the score has its own Play button.
        title: shown above; empty: the piece's own title.
        mode: "auto", "widget", "html" or "none", as for `show`.

    Raises:
        TypeError: if `x` is no music, or `follow` no `Player`.
        EngravingError: if the music cannot be engraved.
    """
    if follow is not None and not isinstance(follow, Player):
        raise TypeError(
            f"follow is a {type(follow).__name__}; give a Player: player = Player(x), then "
            "score(x, follow=player)"
        )
    whole, mended = as_sequence(x)
    sequence, cut = _shortened(whole)
    clip = to_clip(sequence, title=title)
    remarks = [*mended, *clip.remarks, *cut]
    mode = choose_mode(mode)
    if mode == "none":
        print(heading(clip.title, str(clip)), *remarks, sep="\n")
        return
    svg = engrave(sequence)
    tracks, problem = rendered(clip)
    mix = mixed(tracks) if tracks else None
    remarks += [synthesizer_remark()] if tracks and synthesizer_remark() else []
    stems = () if mix is None else (mix,)
    data = scene_data([clip], clip.title, str(clip), remarks, num_stems=len(stems), problem=problem)
    data.update(score=note_spans(sequence, svg), views=[], drums={})
    if follow is not None:
        data.update(follow=follow.scene.data["id"])
    present(Scene(data, stems, (Take("", None, mix),), svg), mode)


def _shortened(sequence: NoteSequence) -> tuple[NoteSequence, list[str]]:
    """Cut a piece with very many notes; engraving takes a second for a thousand of them."""
    if len(sequence.notes) <= MAX_NOTES:
        return sequence, []
    remark = f"The first {MAX_NOTES} of {len(sequence.notes)} notes."
    return crop(sequence, 0.0, max(sequence.notes[MAX_NOTES].start, 0.25)), [remark]


def engrave(sequence: NoteSequence) -> str:
    """Set a piece as a score.

    Args:
        sequence: the piece; an empty one gives empty staves.

    Returns:
        One SVG element, lines about 860 pixels long, in the colour of the text around it.

    Raises:
        EngravingError: if music21 or verovio cannot set it.
    """
    import music21
    import verovio

    from course.representation.music21_io import note_index, to_music21

    try:
        exporter = music21.musicxml.m21ToXml.GeneralObjectExporter(to_music21(sequence))
        document = exporter.parse().decode()
    except (music21.exceptions21.Music21Exception, ValueError) as error:
        raise EngravingError(f"music21 cannot write this piece as a score: {error}") from error
    verovio.enableLog(verovio.LOG_OFF)
    toolkit = verovio.toolkit()
    toolkit.setOptions(ENGRAVING)
    if not toolkit.loadData(document) or not toolkit.getPageCount():
        raise EngravingError(
            f"verovio cannot engrave this piece ({len(sequence.notes)} notes); quantise it first"
        )
    drawn = (toolkit.renderToSVG(page + 1) for page in range(toolkit.getPageCount()))
    pages = [lean(page, lambda name: note_index(name) is not None) for page in drawn]
    return _recoloured(pages[0] if len(pages) == 1 else _stacked(pages))


def note_spans(sequence: NoteSequence, svg: str) -> list[tuple[str, float, float]]:
    """Say when each note head of a score sounds.

    Args:
        sequence: the piece that was engraved.
        svg: what `engrave` gave for it.

    Returns:
        (id in the SVG, start, end) in seconds, in order of the ids' places in the SVG.
    """
    from course.representation.music21_io import note_index

    spans = []
    for note_id in re.findall(r'<g id="([^"]+)"[^>]*class="note', svg):
        index = note_index(note_id)
        if index is not None:
            note = sequence.notes[index]
            start, end = sequence.seconds_at([note.start, note.end]).tolist()
            spans.append((note_id, round(start, 3), round(end, 3)))
    return spans


def _stacked(pages: list[str]) -> str:
    """Put the pages of a very long score below each other."""
    sizes = [re.search(r'viewBox="0 0 (\d+) (\d+)"', page) for page in pages]
    tops, top = [], 0
    for size in sizes:
        tops.append(top)
        top += int(size[2])
    inner = "".join(
        page.replace("<svg ", f'<svg y="{top}" width="{size[1]}" height="{size[2]}" ', 1)
        for page, size, top in zip(pages, sizes, tops, strict=True)
    )
    width = max(int(size[1]) for size in sizes)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {top}">{inner}</svg>'


def _recoloured(svg: str) -> str:
    """Let the ink follow the text colour, which a theme sets."""
    return re.sub(r'(fill|stroke|color)="(?:#000000|#000|black)"', r'\1="currentColor"', svg)
