"""The model finds what it is there to find."""

import pytest

import model

IVANOV, PETROV = "ivanov@pc-1", "petrov@pc-1"


def lines(*steps):
    """(kind, counter, session, connection, used after, hold) with tokens from 1; a hold of None is the line's own."""
    return [(token, kind, counter, session, connection, 1, used, token if hold is None else hold, *(what or [None, None]))
            for token, (kind, counter, session, connection, used, hold, *what) in enumerate(steps, 1)]


TAKEN = ("number_taken", model.ZONE, "s1", IVANOV, 1, 0, 1, None)
LOCKED = ("locked", None, "s1", IVANOV, 0, 0, None, "r")
GRANTS = [("granted", "a", "s1", IVANOV, used, None) for used in (1, 2, 3)]


def test_a_right_ledger_passes():
    model.check_ledger(lines(*GRANTS, ("refused", "a", "s1", IVANOV, 3, 0), ("given_back", "a", "s1", IVANOV, 2, 3)))
    model.check_ledger(lines(("granted", "c", "s1", IVANOV, 1, None), ("joined", "c", "s2", IVANOV, 1, None),
                             ("left", "c", "s1", IVANOV, 1, 1), ("given_back", "c", "s2", IVANOV, 0, 2)))
    model.check_ledger(lines(TAKEN, ("number_released", model.ZONE, "s2", PETROV, 0, 0, 1, None), TAKEN, LOCKED,
                             ("unlocked", None, "s1", IVANOV, 0, 0, None, "r"), ("session_ended", None, "s1", IVANOV, None, 0)))


@pytest.mark.parametrize("wrong", [
    [*GRANTS, ("granted", "a", "s2", PETROV, 4, None)],
    [("granted", "a", "s1", IVANOV, 2, None)],
    [("given_back", "a", "s1", IVANOV, 0, 7)],
    [("granted", "a", "s1", IVANOV, 1, None), ("given_back", "a", "s2", PETROV, 0, 1)],
    [("granted", "c", "s1", IVANOV, 1, None), ("granted", "c", "s2", IVANOV, 2, None)],
    [("joined", "c", "s1", IVANOV, 0, None)],
    [("granted", "c", "s1", IVANOV, 1, None), ("left", "c", "s1", IVANOV, 1, 1)],
    [("granted", "a", "s1", IVANOV, 1, None), ("session_ended", None, "s1", IVANOV, None, 0)],
    [TAKEN, TAKEN],
    [("number_taken", model.ZONE, "s1", IVANOV, 1, 0, 2, None)],
    [("number_released", model.ZONE, "s1", IVANOV, 0, 0, 1, None)],
    [LOCKED, ("locked", None, "s2", PETROV, 0, 0, None, "r")],
    [LOCKED, ("unlocked", None, "s2", PETROV, 0, 0, None, "r")],
    [LOCKED, ("session_ended", None, "s1", IVANOV, None, 0)],
], ids=["limit passed", "a count that does not follow", "a hold that nobody has", "another's hold", "a place twice",
        "nothing to share", "left as the last", "ended with a place", "a number twice", "not the lowest number", "a free number",
        "locked twice", "another's lock", "ended with a lock"])
def test_a_wrong_ledger_does_not(wrong):
    with pytest.raises(AssertionError):
        model.check_ledger(lines(*wrong))


def test_a_missing_line_is_seen():
    with pytest.raises(AssertionError):
        model.check_ledger(lines(*GRANTS)[1:])


def test_what_a_client_can_not_have_been_told_is_seen():
    session = model.Session()
    assert session.must_hear("increment", "wide", "FeatureLimit")
    assert session.must_hear("increment", "a", "SessionOffline")
    session.steps("suspend", None, "ok")
    assert session.must_hear("increment", "a", "ok")
    assert session.must_hear("increment", "a", "SessionOffline") is None
    assert session.must_hear("increment", "a", "InvalidSession")
