"""A second Tally on the same database: it forwards what needs the writer, and takes over when the writer is gone."""

import signal

import pytest
import requests

import agreement
import processes
from deadline import until
from servers import address_to_be, outcome, role
from soap import OPTION_MAXIMUM, StorageServer

TERM = "1s"


@pytest.fixture
def new_one(new_tally, database):
    """Makes servers whose address is known before they start: it stands in the term row."""
    def make(*options):
        return new_tally("--term", TERM, *options, store=("--database", database), listen=address_to_be())
    return make


@pytest.fixture
def pair(new_one):
    """The writer and a stand-by."""
    first, second = new_one().start(), new_one().start()
    assert (role(first), role(second)) == ("writer", "standby")
    yield first, second
    if first.process.poll() is None:
        first.signal(signal.SIGCONT)


def test_a_client_of_the_stand_by_counts_on_the_same_counters(pair, database):
    first, second = (StorageServer(server.soap_url, user="DOM\\ivanov") for server in pair)
    session = second.log_in(ComputerName="PC-7")
    assert second.settings(session)["AccountName"] == "DOM\\ivanov"
    second.increment(session)
    assert first.increment_up_to_the_limit(session) == OPTION_MAXIMUM - 1
    fault = outcome(second.increment, session)
    assert fault == "FeatureLimit"
    assert requests.get(pair[1].soap_url + "?WSDL", timeout=10).status_code == 200
    second.log_out(session)
    assert outcome(first.keep_alive, session) == "InvalidSession"
    assert agreement.counters_at_rest(database)["option-1"].used == 0


def test_a_repeat_by_idempotency_key_is_one_command_through_either(pair):
    first, second = (StorageServer(server.soap_url) for server in pair)
    session = first.log_in()
    for client in (second, first, second):
        client.increment(session, headers={"Idempotency-Key": "once"})
    assert first.increment_up_to_the_limit(session) == OPTION_MAXIMUM - 1


def test_the_writer_believes_only_who_knows_its_secret(pair):
    client = StorageServer(pair[0].soap_url, headers={"Tally-Forwarded": "0" * 64 + " 1 1 10.0.0.1 admin"})
    assert outcome(client.log_in) == "ServerBusy"


def test_the_stand_by_takes_over_from_a_killed_writer(pair, database):
    first, second = pair
    client = StorageServer(second.soap_url)
    session = client.log_in()
    for _ in range(3):
        client.increment(session)
    first.kill()
    until(lambda: role(second) == "writer", "the stand-by has taken over")
    assert client.increment_up_to_the_limit(session) == OPTION_MAXIMUM - 3
    first.start()
    assert role(first) == "standby"
    StorageServer(first.soap_url).decrement(session)
    assert agreement.counters_at_rest(database)["option-1"].used == OPTION_MAXIMUM - 1


def test_the_stand_by_takes_over_from_a_paused_writer_which_then_stands_by(pair):
    first, second = pair
    client = StorageServer(second.soap_url)
    session = client.log_in()
    processes.pause(first.process.pid)
    until(lambda: role(second) == "writer", "the stand-by has taken over")
    client.increment(session)
    first.signal(signal.SIGCONT)
    until(lambda: role(first) == "standby", "the other one stands by")
    assert StorageServer(first.soap_url).increment_up_to_the_limit(session) == OPTION_MAXIMUM - 1


def test_what_a_paused_writer_was_forwarded_is_of_unknown_outcome(new_one):
    first, second = new_one().start(), new_one("--request-timeout", "1s").start()
    client = StorageServer(second.soap_url)
    session = client.log_in()
    first.signal(signal.SIGSTOP)
    try:
        # It may hear that the writer is silent, or, when the stand-by has taken over by then, its answer.
        assert outcome(client.increment, session) in ("OutcomeUnknown", "done", "ServerBusy")
        until(lambda: role(second) == "writer", "the stand-by has taken over")
        assert client.increment_up_to_the_limit(session) in (OPTION_MAXIMUM, OPTION_MAXIMUM - 1)
    finally:
        first.signal(signal.SIGCONT)


def test_a_writer_that_stops_in_order_is_followed_at_once(pair):
    first, second = pair
    session = StorageServer(second.soap_url).log_in()
    first.stop()
    until(lambda: role(second) == "writer", "the stand-by has taken over")
    StorageServer(second.soap_url).keep_alive(session)
