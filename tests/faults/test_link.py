"""The way to the database is cut, closed, silent or slow under load: callers hear the truth, and service returns by itself."""

import signal
import time

import pytest

import tally_program
from crowd import catalog_of, outage, until_progress, working
from database_link import TOWARDS_DATABASE, TOWARDS_TALLY
from deadline import until
from servers import TERM, TIMES, address_to_be, role, until_busy
from soap import StorageServer

TIMES_OVER = 3


@pytest.fixture
def new_server(new_tally, database, folder):
    """Makes servers that reach the database over a link."""
    def make(link, **more):
        store = ("--database", link.url(database.rpartition("/")[2].partition("?")[0]))
        return new_tally(*TIMES, store=store, catalog=catalog_of(folder), **more).start()
    return make


@pytest.fixture
def server(new_server, link):
    return new_server(link)


def stand_still(terms):
    time.sleep(terms * TERM)  # the fault itself, not a wait for something


def test_the_link_is_cut(server, link, returns):
    with working(server) as crowd:
        for _ in range(TIMES_OVER):
            with outage("link cut", crowd, returns):
                link.cut()
    server.stop()


def test_the_link_is_cut_and_the_database_can_not_be_reached(server, link, returns):
    with working(server) as crowd:
        for _ in range(TIMES_OVER):
            with outage("link cut, database out of reach", crowd, returns):
                link.refuse()
                link.cut()
                until_busy(server)
                stand_still(1.5)
                until_busy(server)
                link.accept()
    server.stop()


def test_the_link_is_silent_for_less_than_a_term(server, link, returns):
    with working(server) as crowd:
        for _ in range(TIMES_OVER):
            with outage("link silent for less than a term", crowd, returns):
                link.stall()
                stand_still(0.5)
                link.flow()
    server.stop()


@pytest.mark.parametrize("directions", [(), (TOWARDS_DATABASE,), (TOWARDS_TALLY,)], ids=["both ways", *"<>"])
@pytest.mark.parametrize("mend", ["flow", "forget"])
def test_the_link_is_silent_for_longer_than_a_term(server, link, returns, mend, directions):
    """It goes on where it was, or the connections that there were stay silent for ever and only new ones get through."""
    fault = {"flow": "link silent for longer than a term", "forget": "link silent, its connections lost for ever"}[mend]
    with working(server) as crowd:
        with outage(fault, crowd, returns):
            link.stall(*directions)
            until_busy(server)
            stand_still(1.5)
            until_busy(server)
            getattr(link, mend)()
    server.stop()


def test_command_lines_are_heard_again_after_connections_were_lost_without_a_word(server, link, database):
    """Otherwise the command line would take the writer for dead, and depose it."""
    session = StorageServer(server.soap_url).log_in()
    link.stall()
    until_busy(server)
    link.forget()
    until(lambda: role(server) == "writer", "service has returned")
    until(lambda: link.connections() > 2, "the inbox is reached on a new connection")
    ended = tally_program.run("session", "end", session, "--database", database)
    assert ended.returncode == 0, ended.stderr
    assert "another writer has taken over" not in server.log()
    server.stop()


@pytest.mark.parametrize("pieces", [1, 3, 6, 20])
def test_new_connections_are_lost_without_a_word_however_far_they_came(server, link, returns, pieces):
    """While they are made, or while the ledger is settled on them, or while statements are prepared."""
    with working(server) as crowd:
        with outage("new connections lost without a word", crowd, returns):
            link.lose_new_ones_after(pieces)
            link.cut()
            until(lambda: link.connections() > 1, "Tally has tried")
            stand_still(1.5)
            link.lose_new_ones_after(None)
    server.stop()


def test_a_stop_does_not_wait_for_a_silent_database_without_end(server, link):
    link.stall()
    until_busy(server)
    server.signal(signal.SIGTERM)
    server.wait_stopped()


def test_a_slow_link_makes_calls_slow_and_nothing_else(server, link, returns):
    with working(server) as crowd:
        link.slow_down(0.05)
        until_progress(crowd, 10)  # those that are answered already
        before = crowd.heard()
        until_progress(crowd, 200)
        heard = crowd.heard() - before
        assert heard["nothing"] == heard["no_answer"] == 0
        link.slow_down(0)
        until_progress(crowd, 200)
    server.stop()


def test_a_link_slower_than_the_term_is_as_good_as_none(server, link, returns):
    with working(server) as crowd:
        with outage("link slower than a term", crowd, returns):
            link.slow_down(1.5 * TERM)
            until_busy(server)
            stand_still(3)
            link.slow_down(0)
    server.stop()


@pytest.mark.parametrize("how", ["cut", "silent"])
def test_a_writer_that_alone_lost_the_database_is_followed_and_stands_by_once_it_sees_it_again(new_server, new_link, returns, how):
    links = [new_link(), new_link()]
    first, second = (new_server(link, listen=address_to_be()) for link in links)
    assert (role(first), role(second)) == ("writer", "standby")
    with working(first, second) as crowd:
        until_progress(crowd, 100)
        broken_at = time.monotonic()
        if how == "cut":
            links[0].refuse()
            links[0].cut()
        else:
            links[0].stall()
        until(lambda: role(second) == "writer", "the stand-by has taken over")
        until_progress(crowd, 50)
        returns.note("writer alone cut off (%s), until its stand-by serves" % how, time.monotonic() - broken_at)
        until_busy(first)  # it must not answer from what it remembers
        with outage("writer alone cut off (%s), until it stands by" % how, crowd, returns):
            links[0].accept() if how == "cut" else links[0].flow()
            until(lambda: role(first) == "standby", "the other one stands by")
        assert role(second) == "writer"
    first.stop()
    second.stop()
