"""Ten times what the server can serve: who is let in is answered in bounded time, the others hear busy at once.

What it can serve is made small by a slow database, so that a few thousand requests are ten times too many.
"""

import os
import signal

import pytest
import requests

import agreement
import memory
import postgres
from crowd import OPTIONS, catalog_of
from deadline import until
from flock import Flock
from raw_connection import post
from soap import StorageServer, envelope

OPTION = OPTIONS["wide-1"][0]
LOAD = 100
"""Connections, each with one request under way."""

WRITERS_BACKEND = "SELECT backend_pid FROM tally_ledger.term"
SLOW_GROUPS = """
CREATE FUNCTION public.be_slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(3); RETURN NULL; END $$;
CREATE TRIGGER slow AFTER INSERT ON tally_ledger.groups FOR EACH ROW EXECUTE FUNCTION public.be_slow()
"""
QUICK_GROUPS = "DROP TRIGGER slow ON tally_ledger.groups"


@pytest.fixture(autouse=True)
def little_is_kept(monkeypatch):
    monkeypatch.setenv("ASAN_OPTIONS", "")
    memory.keep_little_of_what_was_freed()


def increment_by(session):
    return post(envelope("IncrementFeatureUsage", {"sessionId": session, "featureId": OPTION}), operation="IncrementFeatureUsage")


def is_ready(server):
    return requests.get(server.base_url + "/health/ready", timeout=10).status_code == 200


def kinds(answers):
    return {"granted": sum(answer.status == 200 for answer in answers), "busy": sum(answer.is_busy for answer in answers),
            "unknown": sum(answer.says("error code: OutcomeUnknown") for answer in answers)}


def hammer(flock, request):
    """Everybody asks, and again at once when told that the server is busy, until they are served. How many heard busy."""
    flock.ask_all(request)
    busy = served = 0
    for answer in flock.answers():
        if answer.status == 200:
            served += 1
            if served == len(flock.birds):
                return busy
        else:
            # No outcome is unknown: who is let in waits for the group in flight and few more, never until its time is over.
            assert answer.is_busy, answer.body
            busy += 1
            answer.bird.socket.sendall(request)


def check_books(database, granted, unknown):
    wide = agreement.counters_at_rest(database)["wide-1"]
    assert granted <= wide.granted <= granted + unknown


def test_while_the_database_stands_still_ten_times_the_load_hears_busy_at_once(new_tally, database, folder):
    # The term outlasts the test: the group in flight is overdue, and neither given up nor recovered.
    server = new_tally("--term", "10m", "--request-timeout", "4s", store=("--database", database), catalog=catalog_of(folder)).start()
    session = StorageServer(server.soap_url).log_in()
    ((backend,),) = postgres.query(database, WRITERS_BACKEND)
    with Flock(server, LOAD) as patient, Flock(server, 9 * LOAD) as rest:
        hammer(patient, increment_by(session))
        watch = memory.Watch(server)
        os.kill(backend, signal.SIGSTOP)
        try:
            patient.ask_all(increment_by(session))
            until(lambda: not is_ready(server), "the server knows that the database is silent")
            for _ in range(3):
                # At once: these answers come while the database still stands, long before the request's time is over.
                rest.ask_all(increment_by(session))
                assert kinds(rest.one_answer_each())["busy"] == len(rest.birds)
            # Who was let in hears as much as can be known when the request's time is over, also while the database stands.
            heard = kinds(patient.one_answer_each())
            assert heard["unknown"] + heard["busy"] == LOAD and heard["unknown"] > 0, heard
        finally:
            os.kill(backend, signal.SIGCONT)
        until(lambda: is_ready(server), "the server is ready again")
        hammer(rest, increment_by(session))
        hammer(patient, increment_by(session))
        assert watch.grown() < memory.GROWTH_MAX
    check_books(database, LOAD + len(rest.birds) + LOAD, heard["unknown"])
    server.stop()


def test_before_a_slow_database_who_is_let_in_is_served_in_time_and_the_others_hear_busy(new_tally, database, folder):
    server = new_tally("--term", "10m", "--request-timeout", "30s", store=("--database", database), catalog=catalog_of(folder)).start()
    session = StorageServer(server.soap_url).log_in()
    with Flock(server, LOAD) as patient, Flock(server, LOAD // 10) as hasty:
        watch = memory.Watch(server)
        postgres.query(database, SLOW_GROUPS)
        granted = busy = rounds = 0
        while busy < 9 * granted or rounds < 2:
            patient.ask_all(increment_by(session))
            until(lambda: not is_ready(server), "a group is overdue")
            busy += hammer(hasty, increment_by(session))
            assert kinds(patient.one_answer_each())["granted"] == LOAD
            granted += LOAD + len(hasty.birds)
            rounds += 1
            assert rounds < 10, "%d granted, only %d busy" % (granted, busy)
        print("%d granted, %d busy" % (granted, busy))
        postgres.query(database, QUICK_GROUPS)
        until(lambda: is_ready(server), "the server is ready again")
        hammer(patient, increment_by(session))
        assert watch.grown() < memory.GROWTH_MAX
    check_books(database, granted + LOAD, 0)
    server.stop()
