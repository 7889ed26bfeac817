import html
import json
import re
from dataclasses import replace

import numpy as np
import pytest

from course.playback.mixer import (
    Mixer,
    describe_mixer,
    mixer_data,
    mixer_page,
    show_mixer,
)

# Pitch of track 0: 60 + 8 a + 4 b + 2 c + d in both steps; track 1 rests, then plays 50.
PHRASES = np.full((2, 2, 2, 2, 2, 2), -1)
PHRASES[..., 0] = 60 + np.arange(16).reshape(2, 2, 2, 2, 1)
PHRASES[..., 1, 1] = 50
MIXER = Mixer(
    phrases=PHRASES,
    rows={"chords": "shared </script>", "style": "b", "melody": "c", "groove": "d"},
    tracks=("Soprano", "Bass"),
    title="Sixteen phrases",
    quarters_per_minute=120,
)


def test_what_the_script_is_told():
    data = mixer_data(MIXER)
    assert (data["options"], data["steps"], data["tracks"]) == (2, 2, ["Soprano", "Bass"])
    assert data["phrases"][0] == [60, 60, -1, 50]
    assert data["phrases"][1][0] == 61  # the last row counts fastest
    assert data["phrases"][8][0] == 68
    assert (data["low"], data["high"], data["seconds"]) == (50, 75, 0.125)
    assert [row["name"] for row in data["rows"]] == ["chords", "style", "melody", "groove"]
    assert json.loads(json.dumps(data)) == data


def test_the_page_has_words_a_picture_and_a_frame():
    page = mixer_page(MIXER)
    assert page.count("<iframe") == page.count("srcdoc=") == 1
    assert 'src="data:image/png;base64,' in page
    text = "Sixteen phrases: 2 choices each of chords, style, melody, groove; 16 phrases"
    assert describe_mixer(MIXER) == text
    assert page.count(f'"{text}"') == 2  # of the picture and of the frame
    assert "//" not in re.sub(r"data:image\S+|http://www.w3.org/2000/svg", "", page)
    assert html.unescape(page).count("</script>") == 1  # a text cannot end the script
    assert len(page) < 120_000


def test_where_nothing_is_shown_a_line_is_printed(capsys):
    show_mixer(MIXER, mode="none")
    assert capsys.readouterr().out == describe_mixer(MIXER) + "\n"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"phrases": PHRASES[0]}, "phrases have shape"),
        ({"phrases": PHRASES[:1]}, "phrases have shape"),
        ({"phrases": PHRASES[:1, :1, :1, :1]}, "1 options a row; give 2 to 6"),
        ({"rows": {"a": "b"}}, "for 1 rows"),
        ({"tracks": ("Soprano",)}, "2 tracks with 1 names"),
        ({"quarters_per_minute": 0}, "quarters_per_minute is 0"),
    ],
)
def test_bad_mixers(change, message):
    with pytest.raises(ValueError, match=message):
        replace(MIXER, **change)
