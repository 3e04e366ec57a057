"""A session that is silent too long ends, and what it held returns."""

import pytest

from deadline import until
from postgres import query
from soap import OPTION_MAXIMUM, Fault


def is_ended(client, session):
    try:
        client.settings(session)
        return False
    except Fault as fault:
        assert fault.name == "InvalidSession", fault
        return True


def last_steps(server, session):
    """The last two lines of the ledger that concern the session, the latest first."""
    return query(server.database_url(), "SELECT kind, reason FROM tally.events WHERE session_id = %s"
                                        " ORDER BY token DESC LIMIT 2", session)


ENDED_IDLE = [("session_ended", "idle"), ("given_back", "idle")]


def granted_now(client, session):
    try:
        client.increment(session)
        return True
    except Fault as fault:
        assert fault.name == "FeatureLimit", fault
        return False


def test_a_dead_client_does_not_block_a_live_one(new_tally, new_client):
    server = new_tally("--sessions-idle-timeout", "1s").start()
    client = new_client(server)
    dead = client.log_in()
    assert client.increment_up_to_the_limit(dead) == OPTION_MAXIMUM
    live = client.log_in()
    until(lambda: granted_now(client, live), "a place of the dead client is free")
    assert is_ended(client, dead)


def test_a_silent_session_gives_back_its_places_without_anybody_asking(new_tally, new_client):
    server = new_tally("--sessions-idle-timeout", "1s").start()
    client = new_client(server)
    session = client.log_in()
    client.increment(session)
    until(lambda: last_steps(server, session) == ENDED_IDLE, "the place is back")
    assert is_ended(client, session)


@pytest.mark.parametrize("sign_of_life", ["keep_alive", "settings", "decrement"])
def test_any_call_keeps_a_session_alive(new_tally, new_client, sign_of_life):
    server = new_tally("--sessions-idle-timeout", "5s").start()
    client = new_client(server)
    silent, lively = client.log_in(), client.log_in()
    client.increment(silent)

    def silent_is_ended():
        getattr(client, sign_of_life)(lively)
        return last_steps(server, silent) == ENDED_IDLE

    until(silent_is_ended, "the silent session is ended", pause=0.2)
    assert is_ended(client, silent)
    assert not is_ended(client, lively)


def test_after_a_crash_idle_time_begins_anew(new_tally, new_client):
    server = new_tally("--sessions-idle-timeout", "5s").start()
    session = new_client(server).log_in()
    server.kill()
    server.start()
    client = new_client(server)
    # Whatever the restart took, the session is still there now, and ends in its time.
    assert not is_ended(client, session)
    assert query(server.database_url(), "SELECT count(*) FROM tally.events WHERE kind = 'session_ended'") == [(0,)]
    until(lambda: query(server.database_url(), "SELECT count(*) FROM tally.events WHERE kind = 'session_ended'") == [(1,)],
          "it ended")


def test_an_idle_timeout_below_a_minute_is_warned_of(new_tally):
    server = new_tally("--sessions-idle-timeout", "1s").start()
    assert "idle" in server.log().lower()
    server.stop()


@pytest.mark.parametrize("value", ["0s", "-1s", "soon", "500ms"])
def test_an_idle_timeout_that_is_none_is_refused_at_the_start(new_tally, value):
    server = new_tally("--sessions-idle-timeout", value)
    server.launch()
    assert server.wait_refused() == 2
    assert "idle" in server.log()
