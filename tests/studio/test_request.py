import pytest

from course.studio.request import PLAIN, Request, RequestError, model_choices, read_key


def test_the_defaults_need_a_length_only():
    request = Request(bars=8)
    assert (request.num_bars, request.metre, request.quarters_per_bar) == (8, (4, 4), 4.0)
    assert not request.is_tune
    assert request.style == PLAIN
    assert request.emotion == ()


def test_a_tune_has_the_metre_of_its_kind():
    jig = Request(model="tune_lstm", tune="jig", key="D major", bars=8)
    assert (jig.metre, jig.quarters_per_bar) == ((6, 8), 3.0)
    assert Request(model="tune_lstm", tune="reel", key="D major", bars=8).metre == (2, 2)


def test_the_space_of_melodies_is_asked_for_no_kind():
    request = Request(model="melody_vae", key="free", bars=8)
    assert (request.metre, request.is_melody, request.is_tune) == ((4, 4), True, False)


@pytest.mark.parametrize(
    ("seconds", "tempo", "ending", "mood", "bars"),
    [
        (15.0, 96.0, "open", (), 6),  # 24 quarter notes
        (15.0, 96.0, "hit", (), 5),  # and a bar for the chord
        (15.0, 96.0, "open", ((0.0, 0.0, 1.0),), 8),  # faster by a factor of 1.41: 33.9 quarters
        (4.0, 60.0, "open", (), 1),
    ],
)
def test_seconds_become_bars(seconds, tempo, ending, mood, bars):
    request = Request(seconds=seconds, tempo=tempo, ending=ending, mood=mood)
    assert request.num_bars == bars


def test_a_melody_gives_the_length():
    assert Request(melody="G4:4 A4").num_bars == 2
    assert Request(melody="G4:4 A4:4").num_bars == 2
    assert Request(melody="G4:4 A4:4", tempo=60, seconds=8.5).num_bars == 2


def test_the_mood_lies_over_the_whole_piece():
    request = Request(bars=2, mood=((0, -0.5, 0), (1, 0.5, 1)))
    assert [tuple(point) for point in request.emotion] == [(0.0, -0.5, 0.0), (8.0, 0.5, 1.0)]


def test_players_can_be_listed_in_one_text():
    assert Request(bars=1, ensemble="flute, oboe").ensemble == ("flute", "oboe")
    assert Request(bars=1, ensemble="string quartet").ensemble == "string quartet"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("C major", (0, "major")),
        ("F# minor", (6, "minor")),
        ("B♭ major", (10, "major")),
        ("Cb major", (11, "major")),
        ("free", None),
    ],
)
def test_keys_are_read(text, key):
    assert read_key(text) == key


TUNE = {"model": "tune_lstm", "tune": "jig", "key": "D major", "bars": 4}
FAULTS = [  # what is asked for, and what the message must hold: the value, the range, the fix
    ({"bars": 4, "tempo": 0}, "tempo is 0, outside 30.0..240.0; .*90 is calm"),
    ({"bars": 4, "tempo": float("nan")}, "tempo is nan, outside"),
    ({"bars": 4, "tempo": "fast"}, "tempo is 'fast'; expected a number in 30.0..240.0"),
    ({"bars": 4, "ensemble": "kazoo"}, "no instrument 'kazoo'; choose from .*flute.*or an ensem"),
    ({"bars": 4, "ensemble": ()}, "no players; name at least one, such as 'flute'"),
    ({"melody": ""}, "there are no notes; write some"),
    ({"melody": "r:4"}, "melody is 'r:4', which holds rests only; type at least one note"),
    ({"melody": "G4 X9"}, "'X9' is no note; write C5"),
    ({}, r"length is given by nothing; give bars \(1..64\), or seconds \(4..300\), or a melody"),
    ({"bars": 4, "seconds": 15}, "length is given by bars and seconds; give bars"),
    ({"bars": 0}, "bars is 0, outside 1..64"),
    ({"bars": 65}, "bars is 65, outside 1..64"),
    ({"seconds": 3.9}, "seconds is 3.9, outside 4.0..300.0; 15 is an advertisement"),
    ({"seconds": 300, "tempo": 240}, "bars of this length is 300, outside 1..64; ask for less"),
    ({"seconds": 4, "tempo": 30}, "seconds is 4, but 1 bar lasts 8.0 s at this.*give 6.0..10.6 s"),
    ({"bars": 4, "model": "gpt"}, "no model 'gpt'; choose from ngram, .*chorale_lstm.*tune_lstm"),
    ({"bars": 4, "style": "polka"}, "no style 'polka'; choose from as written, ballad"),
    ({"bars": 4, "key": "H major"}, "key is 'H major'; write such as 'C major'"),
    ({"bars": 4, "ending": "bang"}, "no ending 'bang'; choose from open, hit, loop"),
    ({"bars": 4, "mood": ((0, 2, 0),)}, "valence in mood is 2, outside -1.0..1.0"),
    ({"bars": 4, "mood": ((0, 0),)}, r"mood has the point \(0, 0\); give \(place 0..1"),
    ({"bars": 4, "mood": ((1, 0, 0), (0, 0, 0))}, "places at .*; put them in order"),
    ({"bars": 4, "mood": 3}, "mood is 3; give points"),
    ({"bars": 4, "seed": -1}, "seed is -1, outside 0..4294967295"),
    ({"bars": 4, "seed": 1.5}, "seed is 1.5; expected a whole number"),
    ({"bars": 4, "ending": "loop", "softer": 61}, r"softer is 61, outside 0\.\.60"),
    ({"bars": 4, "softer": 5}, "softer is 5, but the ending is 'open'; only a loop has a seam"),
    ({"bars": 4, "human": 2}, "human is 2, outside 0.0..1.0"),
    ({"bars": 4, "temperature": 3}, "temperature is 3, outside 0.0..2.0"),
    ({"bars": 4, "tune": "jig"}, "tune is 'jig', but chorale_lstm writes four voices"),
    ({"bars": 4, "model": "melody_vae", "tune": "jig"}, "melody_vae writes melodies of no kind"),
    ({"melody": "G4", "model": "melody_vae"}, "'melody_vae' writes melodies of its own and cannot"),
    (
        {"bars": 4, "model": "track_gan"},
        "'track_gan' is not on offer: such models make single sounds, or two .*; choose",
    ),
    ({**TUNE, "tune": ""}, "no tune ''; choose from reel, jig"),
    ({**TUNE, "key": "free"}, "key is 'free', but tune_lstm is asked for one; choose such as"),
    ({**TUNE, "bars": None, "melody": "G4"}, "cannot harmonise one; choose a model of four voices"),
    ({**TUNE, "style": "bossa"}, r"'bossa' has no groove for 6/8 .*choose from ballad, folk"),
]


@pytest.mark.parametrize(("fields", "message"), FAULTS)
def test_what_cannot_be_met_is_refused(fields, message):
    with pytest.raises(RequestError, match=message):
        Request(**fields)


def test_every_model_that_is_offered_can_be_asked():
    for model in model_choices():
        tune = {"tune": "reel"} if model.startswith("tune_") else {}
        assert Request(model=model, bars=1, **tune).model == model
