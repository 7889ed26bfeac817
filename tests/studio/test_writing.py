import numpy as np
import pytest

from course.studio.request import Request
from course.studio.watching import Cancelled, Watch
from course.studio.writing import notes_of, write

VOICES = Request(model="chorale_rnn", bars=3)
JIG = Request(model="tune_rnn", tune="jig", key="D major", bars=4)
SPACE = Request(model="melody_vae", key="D major", bars=3)  # one bar of its second phrase is left
C_MAJOR = {0, 2, 4, 5, 7, 9, 11}


def bars_of(request, ids):
    """Give what sounds at each tick of each bar: (bars, ticks of a bar, voices)."""
    if not request.is_melody:
        return np.reshape(ids, (request.num_bars, 16, 4))
    pitches, lengths = np.reshape(ids, (-1, 2)).T
    return np.repeat(pitches, lengths).reshape(request.num_bars, -1)


@pytest.mark.parametrize("request_", [VOICES, JIG, SPACE])
def test_the_seed_decides(request_):
    ids = write(request_, 5, Watch())
    assert write(request_, 5, Watch()) == ids
    assert write(request_, 6, Watch()) != ids
    assert all(type(number) is int for number in ids)
    assert notes_of(request_, ids).total_quarters == request_.num_bars * request_.quarters_per_bar


KEPT = [(VOICES, (2,)), (JIG, (1, 3)), (JIG, (2, 3)), (SPACE, (2,)), (SPACE, (1, 3))]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("request_", "locked"), KEPT)
def test_locked_bars_are_kept(request_, locked, seed):
    before = write(request_, seed, Watch())
    after = write(request_, seed + 10, Watch(), before, locked)
    same = (bars_of(request_, before) == bars_of(request_, after)).reshape(request_.num_bars, -1)
    for bar in range(1, request_.num_bars + 1):
        assert same[bar - 1].all() == (bar in locked)


def test_voices_keep_to_the_key_and_their_ranges():
    grid = bars_of(VOICES, write(VOICES, 0, Watch())).reshape(-1, 4)
    assert {pitch % 12 for pitch in grid.ravel().tolist()} <= C_MAJOR
    assert (grid >= [60, 53, 47, 36]).all()
    assert (grid <= [81, 74, 69, 64]).all()


def test_a_model_without_labels_keeps_to_the_key():
    pitches = np.reshape(write(JIG, 0, Watch()), (-1, 2))[:, 0]
    assert {pitch % 12 for pitch in pitches[pitches >= 0].tolist()} <= {1, 2, 4, 6, 7, 9, 11}


def test_a_melody_is_harmonised_as_it_is():
    request = Request(model="chorale_rnn", melody="G4:2 r:1 A4:1.5", key="free")
    grid = bars_of(request, write(request, 0, Watch())).reshape(-1, 4)
    assert grid[:, 0].tolist() == [67] * 8 + [-1] * 4 + [69] * 6 + [-1] * 14
    assert (grid[:, 1:] > 0).all()


def test_it_can_be_stopped_and_tells_how_far_it_is():
    told = []

    def tell(share, stage):
        told.append((share, stage))
        if share > 0.3:
            watch.cancel()

    watch = Watch(tell)
    with pytest.raises(Cancelled, match="stopped while writing notes"):
        write(VOICES, 0, watch)
    assert told[0] == (0.0, "loading the model")
    assert 0.3 < told[-1][0] < 0.4
    shares = [share for share, _ in told]
    assert shares == sorted(shares)


def test_notes_need_no_model():
    request = Request(model="tune_lstm", tune="waltz", key="G major", bars=1)
    music = notes_of(request, (67, 48, -1, 48, 71, 48))
    assert [(n.pitch, n.start, n.end) for n in music.notes] == [(67, 0, 1), (71, 2, 3)]


@pytest.mark.parametrize("ids", [(60,) * 64, (), (60,) * 193])
def test_ids_of_another_request_are_refused(ids):
    with pytest.raises(ValueError, match="they belong to another request"):
        notes_of(VOICES, ids)


def test_bars_that_are_not_there():
    ids = write(VOICES, 0, Watch())
    with pytest.raises(ValueError, match=r"locked bar is 4, outside 1\.\.3"):
        write(VOICES, 0, Watch(), ids, [4])
    with pytest.raises(ValueError, match=r"bars \[1\] are locked, but there is no take"):
        write(VOICES, 0, Watch(), (), [1])
    with pytest.raises(ValueError, match="seed is -1"):
        write(VOICES, -1, Watch())
