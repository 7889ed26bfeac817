import pytest

from course.models.shipped import shipped_names
from course.studio.form import KEYS, MOODS, RequestForm, mood_text, read_mood
from course.studio.request import Request, RequestError, model_choices, read_key

REQUESTS = [
    Request(bars=4),
    Request(
        model="tune_lstm", tune="slip jig", key="F# minor", bars=5, style="folk", seed=9,
        ensemble=("flute", "violin"), mood=((0.0, 0.2, -0.5), (1.0, 0.8, 0.25)),
    ),
    Request(seconds=15.5, tempo=100, ending="hit", human=0.0, temperature=1.1),
    Request(melody="G4 A4 B4:2", key="free"),
    Request(bars=1, ending="loop", softer=20),
    Request(melody="G4:4 A4:4", key="Bb major", tempo=60, seconds=8),
]  # fmt: skip


@pytest.mark.parametrize("request_", REQUESTS)
def test_a_form_gives_back_what_was_put_in(request_):
    found = RequestForm(request_).request()
    assert read_key(found.key) == read_key(request_.key)
    names = ("model", "tune", "style", "bars", "seconds", "melody", "ensemble", "ending", "mood")
    for name in (*names, "softer", "human", "temperature", "seed", "tempo"):
        assert getattr(found, name) == getattr(request_, name)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("tempo", 0.0, "tempo is 0.0, outside"),
        ("length", 2.5, "bars is 2.5; expected a whole number"),
        ("ensemble", "kazoo", "there is no instrument 'kazoo'"),
        ("ensemble", "", "there is no instrument ''"),
        ("curve", "0 0", r"mood has the point \(0.0, 0.0\)"),
        ("curve", "0 0 much", "mood has the point '0 0 much'; write three numbers"),
        ("seed", -1, "seed is -1"),
    ],
)
def test_nothing_is_changed_behind_ones_back(field, value, message):
    form = RequestForm()
    form.fields[field].value = value
    assert form.fields[field].value == value
    with pytest.raises(RequestError, match=message):
        form.request()


def test_an_empty_soprano_is_refused():
    form = RequestForm()
    form.fields["measure"].value = "as the melody"
    with pytest.raises(RequestError, match="there are no notes; write some"):
        form.request()


def test_what_does_not_matter_is_switched_off():
    form = RequestForm()
    assert form.fields["tune"].disabled
    assert form.fields["melody"].disabled
    form.fields["model"].value = "tune_lstm"
    form.fields["measure"].value = "the melody in seconds"
    assert not form.fields["tune"].disabled
    assert not form.fields["melody"].disabled
    form.put_melody("C5")
    assert form.fields["length"].disabled


def test_moods_can_be_chosen_and_changed():
    form = RequestForm()
    for name, text in MOODS.items():
        form.fields["mood"].value = name
        assert form.fields["curve"].value == text
        assert mood_text(form.request().mood) == text
    assert read_mood(" 0 1 -1 ;") == ((0.0, 1.0, -1.0),)


def test_every_key_on_offer_can_be_read():
    assert len({read_key(key) for key in KEYS}) == 25


@pytest.mark.parametrize("model", model_choices())
def test_the_form_says_which_model_can_harmonise(model):
    form = RequestForm(Request(melody="G4 A4 B4:2"))
    form.fields["model"].value = model
    if f"{model} writes four voices, and harmonises a melody" in form.note.value:
        assert form.request().melody == "G4 A4 B4:2"
    else:
        assert "cannot harmonise a melody" in form.note.value
        with pytest.raises(RequestError, match="cannot harmonise one"):
            form.request()


def test_the_form_says_which_models_are_not_on_offer_and_why():
    note = RequestForm().note.value
    for name in set(shipped_names()) - set(model_choices()):
        assert name in note
    assert "four bars in one fixed key" in note
