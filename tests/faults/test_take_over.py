"""A writer that was paused and replaced meanwhile never answers from a memory that is no longer the truth."""

import signal
import socket

import psycopg2
import pytest

import agreement
import postgres
import processes
import tally_program
from deadline import until
from servers import outcome
from soap import OPTION, OPTION_MAXIMUM, SERVICE, StorageServer, envelope

TERM = "1s"


@pytest.fixture
def pair(new_tally, database):
    """Two servers on one database; the first is paused, the second has taken over."""
    first, second = (new_tally("--term", TERM, store=("--database", database)) for _ in "12")
    yield first, second
    if first.process is not None and first.process.poll() is None:
        first.signal(signal.SIGCONT)


def test_a_deposed_writer_grants_nothing_and_tells_nothing_of_what_it_remembers(pair, database):
    first, second = pair
    before = StorageServer(first.start().soap_url)
    ended, kept = before.log_in(), before.log_in()
    for _ in range(4):
        before.increment(kept)
    before.increment(ended)

    processes.pause(first.process.pid)
    after = StorageServer(second.start().soap_url)
    after.log_out(ended)
    assert after.increment_up_to_the_limit(kept) == OPTION_MAXIMUM - 4

    first.signal(signal.SIGCONT)
    # It may only be turned away: the session that it remembers has ended, and no place is free.
    assert outcome(before.settings, ended) in ("ServerBusy", "InvalidSession")
    assert outcome(before.increment, kept) in ("ServerBusy", "FeatureLimit", "OutcomeUnknown")
    assert outcome(before.decrement, ended) in ("ServerBusy", "InvalidSession")
    after.decrement(kept)
    found = agreement.counters_at_rest(database)["option-1"]
    assert (found.used, found.most) == (OPTION_MAXIMUM - 1, OPTION_MAXIMUM)
    second.stop()


def test_one_that_is_told_to_stop_while_it_takes_over_stops_at_once(new_tally, database):
    """Reading the ledger can take long: it may be large, or the database may have gone silent in the middle of it."""
    writer = new_tally("--term", TERM, store=("--database", database)).start()
    heir = new_tally("--term", TERM, store=("--database", database)).start()
    blocker = psycopg2.connect(database)
    writer.kill()
    blocker.cursor().execute("LOCK TABLE tally_ledger.holds IN ACCESS EXCLUSIVE MODE")
    until(lambda: postgres.query(database, "SELECT 1 FROM pg_stat_activity WHERE application_name = 'tally snapshot' "
                                 "AND wait_event_type = 'Lock'"), "the heir reads the ledger")
    heir.signal(signal.SIGTERM)
    heir.wait_stopped(within=10)
    blocker.close()


def test_the_deposed_one_serves_again_when_the_other_has_stopped(pair, database):
    first, second = pair
    before = StorageServer(first.start().soap_url)
    session = before.log_in()
    processes.pause(first.process.pid)
    after = StorageServer(second.start().soap_url)
    for _ in range(3):
        after.increment(session)
    first.signal(signal.SIGCONT)
    second.stop()
    until(lambda: outcome(before.keep_alive, session) == "done", "the first serves again")
    assert before.increment_up_to_the_limit(session) == OPTION_MAXIMUM - 3
    first.stop()


def test_requests_that_reached_the_paused_writer_are_counted_at_most_once(pair, database):
    """They were sent while it slept; it reads them when it wakes, and is not the writer any more."""
    first, second = pair
    before = StorageServer(first.start().soap_url)
    session = before.log_in()
    processes.pause(first.process.pid)
    body = envelope("IncrementFeatureUsage", {"sessionId": session, "featureId": OPTION}).encode()
    head = ("POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml; charset=utf-8\r\nSOAPAction: %sIncrementFeatureUsage\r\n"
            "Connection: close\r\nContent-Length: %d\r\n\r\n" % (tally_program.SOAP_PATH, SERVICE, len(body))).encode()
    sleeping = [socket.create_connection((first.host, first.port), timeout=60) for _ in range(8)]
    for connection in sleeping:
        connection.sendall(head + body)
    after = StorageServer(second.start().soap_url)
    assert after.increment_up_to_the_limit(session) == OPTION_MAXIMUM

    first.signal(signal.SIGCONT)
    answers = [connection.makefile("rb").read() for connection in sleeping]
    for connection in sleeping:
        connection.close()
    assert not any(answer.startswith(b"HTTP/1.1 200") for answer in answers)
    found = agreement.counters_at_rest(database)["option-1"]
    assert (found.used, found.granted, found.most) == (OPTION_MAXIMUM, OPTION_MAXIMUM, OPTION_MAXIMUM)
    second.stop()
