"""The model finds what it is there to find."""

import pytest

import model
import model_units
import model_users
from model_ledger import Books
from model_words import UNKNOWN, Asked, LedgerLine, Moved, Wish

IVANOV, PETROV = "ivanov@pc-1", "petrov@pc-1"


def lines(*steps):
    """(kind, counter, session, connection, used after, hold) with tokens from 1; a hold of None is the line's own."""
    return [LedgerLine(token, kind, counter, session, connection, 1, used, token if hold is None else hold, *(what or [None, None]))
            for token, (kind, counter, session, connection, used, hold, *what) in enumerate(steps, 1)]


def check_ledger(lines, **more):
    Books(**more).follow(lines).rest()


TAKEN = ("number_taken", model.ZONE, "s1", IVANOV, 1, 0, 1, None)
LOCKED = ("locked", None, "s1", IVANOV, 0, 0, None, "r")
GRANTS = [("granted", "a", "s1", IVANOV, used, None) for used in (1, 2, 3)]


def test_a_right_ledger_passes():
    check_ledger(lines(*GRANTS, ("refused", "a", "s1", IVANOV, 3, 0), ("given_back", "a", "s1", IVANOV, 2, 3)))
    check_ledger(lines(("granted", "c", "s1", IVANOV, 1, None), ("joined", "c", "s2", IVANOV, 1, None),
                             ("left", "c", "s1", IVANOV, 1, 1), ("given_back", "c", "s2", IVANOV, 0, 2)))
    check_ledger(lines(TAKEN, ("number_released", model.ZONE, "s2", PETROV, 0, 0, 1, None), TAKEN, LOCKED,
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
        check_ledger(lines(*wrong))


def test_a_missing_line_is_seen():
    with pytest.raises(AssertionError):
        check_ledger(lines(*GRANTS)[1:])


def test_what_a_client_can_not_have_been_told_is_seen():
    session = model.Session()
    assert session.must_hear("increment", "wide", "FeatureLimit")
    assert session.must_hear("increment", "a", "SessionOffline")
    session.steps("suspend", None, "ok")
    assert session.must_hear("increment", "a", "ok")
    assert session.must_hear("increment", "a", "SessionOffline") is None
    assert session.must_hear("increment", "a", "InvalidSession")


# Named users


def place(kind, used, hold, user="u1", counter="a", reason="", at=0.0, group=0):
    return dict(kind=kind, counter=counter, quantity=1, used_after=used, hold=hold, user=user, reason=reason, at=at, group=group)


def units(kind, quantity, used, balance, counter="@consumption", reason="", at=0.0, group=0):
    return dict(kind=kind, counter=counter, quantity=quantity, used_after=used, balance_after=balance, reason=reason, at=at, group=group)


def ledger(*steps):
    empty = dict.fromkeys(LedgerLine._fields, None) | {"user": "", "reason": ""}
    return [LedgerLine(**(empty | {"token": token} | step)) for token, step in enumerate(steps, 1)]


SEAT = place("granted", 1, 1)
OF_SESSION = dict(place("granted", 2, 2, user="ivanov"), session="s1", connection=IVANOV)


def test_sessions_and_named_users_share_a_counter():
    check_ledger(ledger(SEAT, OF_SESSION, place("granted", 3, 3, "u2"), place("refused", 3, None, "u3", reason="limit"),
                        place("expired", 2, 1, reason="lapsed"), place("given_back", 1, 3, "u2", reason="all")))


@pytest.mark.parametrize("wrong", [
    [SEAT, OF_SESSION, place("granted", 3, 3, "u2"), place("granted", 4, 4, "u3")],
    [SEAT, place("granted", 2, 2)],
    [SEAT, place("expired", 0, 1, "u2", reason="lapsed")],
    [dict(OF_SESSION, used_after=1), dict(OF_SESSION, kind="expired", used_after=0, hold=1)],
    [SEAT, place("refused", 1, None, "u2", reason="limit")],
    [SEAT, place("granted", 2, 2, "u2"), place("given_back", 1, 1, reason="all"), place("refused", 1, None, "u3", counter="b")],
], ids=["both together pass the limit", "a user's place twice", "another's place", "a session's place lapsed", "refused with room",
        "everybody's but one"])
def test_a_wrong_ledger_of_named_users_does_not(wrong):
    with pytest.raises(AssertionError):
        check_ledger(ledger(*wrong))


def asked(command, word="ok", sent=0.0, counter="@users", wish=None):
    return Asked(command, "u1", counter, wish, word, None, sent, sent + 1)


def check_user(commands, *steps, moved=False):
    model_users.check_user(commands, ledger(*steps), lambda line, place: moved)


USERS_PLACE = place("granted", 1, 1, counter="@users", at=0.5)
REGISTERED = asked("register")


def over(reason, at, counter="@users", kind="expired"):
    return place(kind, 0, 1, counter=counter, reason=reason, at=at, group=at)


def test_a_place_is_renewed_ends_and_is_taken_again():
    check_user([REGISTERED, asked("register", sent=50)], USERS_PLACE, over("lapsed", 110))
    check_user([REGISTERED, asked("register", sent=70)], USERS_PLACE, over("lapsed", 70.2), dict(USERS_PLACE, at=70.3), over("all", 71, kind="given_back"))
    check_user([REGISTERED, asked("take", counter="desk")], USERS_PLACE, place("granted", 1, 2, counter="desk", at=0.6),
               over("lapsed", 61), over("lapsed", 61, "desk"))
    check_user([REGISTERED, asked("borrow", sent=1, wish=10)], USERS_PLACE, over("loan_over", 10))
    check_user([REGISTERED], USERS_PLACE, over("lapsed", 3), moved=True)
    check_user([asked("register", "license_activated_max_times")], place("refused", 3, None, counter="@users", reason="limit", at=0.5))


@pytest.mark.parametrize("commands, steps", [
    ([REGISTERED], [USERS_PLACE]),
    ([REGISTERED], [USERS_PLACE, over("lapsed", 30)]),
    ([REGISTERED, asked("register", sent=50)], [USERS_PLACE, over("lapsed", 61)]),
    ([REGISTERED], []),
    ([REGISTERED, asked("register", sent=5)], [USERS_PLACE, dict(USERS_PLACE, at=5.5), over("lapsed", 70)]),
    ([REGISTERED, asked("unregister", sent=5)], [USERS_PLACE, over("lapsed", 70)]),
    ([REGISTERED, asked("borrow", sent=1, wish=10)], [USERS_PLACE, over("loan_over", 9)]),
    ([REGISTERED, asked("register", "license_activated_max_times", 5)], [USERS_PLACE, over("lapsed", 70)]),
    ([REGISTERED], [dict(USERS_PLACE, at=7), over("lapsed", 90)]),
    ([asked("take", counter="desk")], [place("granted", 1, 1, counter="desk", at=0.5), over("lapsed", 70, "desk")]),
    ([asked("borrow", "borrow_until_not_valid", wish=9)], []),
], ids=["it never ends", "it ends too early", "it ends too early after a renewal", "a place that is not there", "two places", "not given back",
        "a loan ends too early", "refused to who has it", "not when it was asked for", "a feature without the license", "a loan refused"])
def test_what_a_named_user_can_not_have_been_told_is_seen(commands, steps):
    with pytest.raises(AssertionError):
        check_user(commands, *steps)


def test_a_place_whose_lease_is_over_must_end_at_once():
    moved = Moved(3, 10.0, set(), {("@users", "u1")})
    model_users.check_moved([moved], {"u1": ledger(USERS_PLACE, dict(over("lapsed", 12), group=4))})
    for late in (dict(over("lapsed", 55), group=4), dict(over("lapsed", 12), group=3)):
        with pytest.raises(AssertionError):
            model_users.check_moved([moved], {"u1": ledger(USERS_PLACE, late)})


def test_everybodys_places_end_only_when_somebody_asked_for_it():
    line = ledger(over("all", 5, kind="given_back"))
    model_users.check_everybodys([asked("everybody", sent=4.5)], line)
    for other in (asked("everybody", sent=7), asked("everybody", sent=4.5, counter="a")):
        with pytest.raises(AssertionError):
            model_users.check_everybodys([other], line)


# Units


MORE = Wish(0, True, 10)


def test_units_are_used_up_given_back_and_return_to_0():
    check_ledger(ledger(units("granted", 30, 30, 0), units("refused", 1, 30, 0, reason="limit"), units("adjusted", 0, 30, 10, reason="overages"),
                        units("granted", 10, 40, 0), units("given_back", 5, 35, 5), units("reset", 35, 0, 40, reason="daily", group=2),
                        units("granted", 9, 9, None, counter="free")),
                 wishes={3: MORE}, moves=[Moved(1, 0.0, {"@consumption", "pages"}, set())])
    check_ledger(ledger(units("granted", 1, 1, 29), units("reset", 1, 0, 30, reason="daily", at=86_400.0)))


@pytest.mark.parametrize("wrong, more", [
    ([units("granted", 31, 31, -1)], {}),
    ([units("granted", 1, 1, 29), units("reset", 1, 0, 30, reason="daily")], {}),
    ([units("granted", 1, 1, 29), units("granted", 1, 2, 28, at=86_400.0)], {}),
    ([units("granted", 1, 1, 29), units("granted", 1, 2, 28, group=2)], {"moves": [Moved(1, 0.0, {"@consumption"}, set())]}),
    ([units("granted", 1, 1, 29)], {"moves": [Moved(1, 0.0, {"@consumption"}, set())]}),
    ([units("granted", 1, 1, 29), units("reset", 2, 0, 30, reason="daily", group=2)], {"moves": [Moved(1, 0.0, {"@consumption"}, set())]}),
    ([units("granted", 1, 1, 29), units("refused", 4, 1, 29, reason="limit")], {}),
    ([units("granted", 1, 1, 29), units("given_back", 2, -1, 31)], {}),
    ([units("granted", 1, 1, 14, counter="plus"), units("given_back", 1, 0, 15, counter="plus")], {}),
    ([units("adjusted", 0, 0, 40, reason="overages")], {}),
    ([units("granted", 1, 1, 29)], {"wishes": {1: MORE}}),
    ([units("granted", 1, 1, 39)], {}),
], ids=["the limit passed", "returned to 0 without a cause", "a day's end forgotten", "an end that was moved forgotten", "... and nothing comes behind it",
        "a part lost", "refused with room", "below 0", "a license that never goes down", "settings that nobody asked for", "settings forgotten",
        "a balance that does not follow"])
def test_a_wrong_ledger_of_units_does_not(wrong, more):
    with pytest.raises(AssertionError):
        check_ledger(ledger(*wrong), **more)


def consumed(count, word="ok", sent=0.0, total=None, **overages):
    return Asked("consume", "u1", "@consumption", Wish(count, **overages), word, total and {"total_consumptions": total}, sent, sent + 1)


GRANTED = units("granted", 2, 2, 28, at=0.5)


def test_what_was_told_of_units_is_in_the_ledger_once():
    two = consumed(2, allowed=True, maximum=5)
    assert model_units.match([consumed(0), two], ledger(units("adjusted", 0, 0, 35, reason="overages", at=0.5), GRANTED)) == {1: two, 2: two}
    assert model_units.match([two], ledger(GRANTED)) == {1: two}
    # Settings as they were are no line: the one behind is another's, as its total tells.
    same, unknown = consumed(0, total=30, maximum=5), consumed(0, UNKNOWN, maximum=7)
    assert model_units.match([same, unknown], ledger(units("adjusted", 0, 28, 12, reason="overages", at=0.5))) == {1: unknown}
    for lines_of_unknown in ([], [GRANTED], [units("refused", 2, 30, 0, reason="limit", at=9.0)]):
        model_units.match([consumed(2, UNKNOWN)], ledger(*lines_of_unknown))


@pytest.mark.parametrize("command, steps", [
    (consumed(2), []), (consumed(2), [GRANTED, GRANTED]), (consumed(2, UNKNOWN), [GRANTED, GRANTED]), (consumed(2, "busy"), [GRANTED]),
    (consumed(3), [GRANTED]), (consumed(2, total=3), [GRANTED]), (consumed(2, "license_not_enough_consumptions"), [GRANTED]),
    (consumed(2, sent=5), [GRANTED]),
], ids=["lost", "twice", "unknown, and twice", "busy, and done", "another amount", "another total", "refused, and done", "before it was asked for"])
def test_what_can_not_have_been_told_of_units_is_seen(command, steps):
    with pytest.raises(AssertionError):
        model_units.match([command], ledger(*steps))
