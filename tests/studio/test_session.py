import pytest

from course.studio.session import Session, SessionError
from course.studio.takes import Take


@pytest.fixture
def session(voices):
    session = Session()
    session.add(voices)
    return session


def numbers(session):
    return [entry.number for entry in session.state.entries]


def test_a_new_take_is_heard(session, jig):
    session.add(jig)
    assert numbers(session) == [1, 2]
    assert session.current.take is jig
    asked = f"{jig.request.model}, {jig.request.style}, {jig.request.tempo:g} a minute"
    assert session.current.label == f"Take 2 · Jig in D major · {asked} · seed 0"


def test_bars_from_before_stay_locked_and_are_named(session, edited):
    entry = session.add(edited)
    assert session.state.locked == {2}
    assert entry.label.endswith("seed 1 · bar 2 from before")


def test_what_is_kept_cannot_be_discarded(session):
    assert session.keep()
    assert session.current.label.endswith("kept")
    with pytest.raises(SessionError, match="take 1 is kept; let it go first, then discard it"):
        session.discard()
    assert not session.keep()
    session.discard()
    assert numbers(session) == []


def test_undo_brings_everything_back(session, jig):
    states = [session.state]
    for act in (
        lambda: session.add(jig),
        session.keep,
        session.keep,
        session.discard,
        lambda: session.lock(1),
        lambda: session.lock(3),
        lambda: session.lock(1, False),
    ):
        act()
        states.append(session.state)
    undone = []
    while len(states) > 1:
        assert session.state == states.pop()
        undone.append(session.undo())
    assert session.state == states[0]
    assert undone == ["unlock", "lock", "lock", "discard", "let go", "keep", "new take"]


def test_a_number_is_never_used_twice(session, jig):
    session.discard()
    session.undo()
    session.add(jig)
    session.undo()
    assert session.add(jig).number == 3


def test_hearing_another_take_is_no_action(session, jig):
    session.add(jig)
    session.lock(1)
    session.select(1)
    assert (session.current.number, session.state.locked) == (1, frozenset())
    assert session.undo() == "lock"
    assert session.current.number == 2


def test_locking_twice_is_one_action(session):
    session.lock(2)
    session.lock(2)
    assert session.state.locked == {2}
    session.undo()
    assert session.state.locked == set()


def test_what_is_found_out_about_a_take_is_no_action(session, voices):
    other = Take(voices.music, voices.recipe, ())
    session.update(1, other)
    assert session.current.take is other
    assert session.undo() == "new take"


def test_what_is_not_possible(session):
    with pytest.raises(SessionError, match=r"bar 4 is outside 1\.\.3; choose one of the take"):
        session.lock(4)
    with pytest.raises(SessionError, match="no take 7"):
        session.select(7)
    session.undo()
    with pytest.raises(SessionError, match="there is nothing to undo"):
        session.undo()
    for act in (session.keep, session.discard, lambda: session.lock(1)):
        with pytest.raises(SessionError, match="there is no take yet; generate one"):
            act()
