"""Processes are stopped under load and go on later: a frozen database, a frozen main process of it, a frozen writer."""

import signal
import time

import pytest

import postgres
import processes
from crowd import catalog_of, outage, until_progress, working
from deadline import until
from servers import TERM, TIMES, address_to_be, role, until_busy

BACKENDS = "SELECT pid FROM pg_stat_activity WHERE application_name = %s"


@pytest.fixture
def new_server(new_tally, database, folder):
    def make(url=database, **more):
        return new_tally(*TIMES, store=("--database", url), catalog=catalog_of(folder), **more).start()
    return make


class Paused:
    """Around the time in which these processes stand still."""

    def __init__(self, *pids):
        self._pids = pids

    def __enter__(self):
        processes.pause(*self._pids)

    def __exit__(self, *_):
        processes.send_to(self._pids, signal.SIGCONT)


def backends(cluster, name):
    return [pid for (pid,) in postgres.query(cluster.url("postgres", "postgres"), BACKENDS, name)]


def test_the_whole_database_stands_still(new_server, cluster, returns):
    server = new_server()
    with working(server) as crowd:
        for terms in (0.5, 1.5, 3):
            with outage("database stopped for %s a term" % ("less than" if terms < 1 else "more than"), crowd, returns):
                with Paused(*processes.working_in(cluster.data)):
                    if terms > 1:
                        until_busy(server)
                    time.sleep(terms * TERM)  # the fault itself
    server.stop()


def test_postgres_main_process_stands_still(new_server, cluster, link, database, returns):
    """Who is connected notices nothing; who lost the connection gets no new one until it goes on."""
    server = new_server(link.url(database.rpartition("/")[2].partition("?")[0]))
    with working(server) as crowd:
        with outage("postmaster stopped", crowd, returns):
            with Paused(processes.postmaster_of(cluster.data)):
                until_progress(crowd, 100)
                link.cut()
                until_busy(server)
                time.sleep(1.5 * TERM)  # the fault itself
    server.stop()


def test_a_frozen_connection_of_the_inbox_holds_up_no_stop(new_server, cluster):
    server = new_server()
    inbox = until(lambda: backends(cluster, "tally inbox"), "the inbox is connected")
    with Paused(*inbox):
        server.stop()


def test_the_writer_stands_still_and_is_followed(new_server, cluster, returns):
    """When it goes on it stands by, and nobody was told anything from what it remembered."""
    servers = [new_server(listen=address_to_be()) for _ in "12"]
    with working(*servers) as crowd:
        for _ in range(3):
            writer, other = sorted(servers, key=lambda server: role(server) != "writer")
            until_progress(crowd, 100)
            began = time.monotonic()
            with Paused(writer.process.pid):
                until(lambda: role(other) == "writer", "the stand-by has taken over")
                until_progress(crowd, 50)
                returns.note("writer stopped, until its stand-by serves", time.monotonic() - began)
            until(lambda: role(writer) == "standby", "the other one stands by")
            until_progress(crowd, 50)
    for server in servers:
        server.stop()
