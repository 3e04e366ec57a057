"""kill -9 of Tally and of PostgreSQL under load, in turn: nothing acknowledged is lost, nothing is invented."""

import time

import processes
from crowd import Crowd, catalog_of, check_books, until_progress

PROGRESS = 300
"""Acknowledged steps between one kill and the next, so that every kill meets a working server under load."""


def kill_tally(server):
    server.kill()
    server.start()


def kill_postgres(server):
    processes.kill_all_working_in(server.cluster, first=processes.postmaster_of(server.cluster))


def kill_one_backend(server):
    """PostgreSQL takes it for a crash, ends all other backends and recovers by itself."""
    processes.kill_some_backend_of(server.cluster)


def kill_both(server):
    server.kill()
    kill_postgres(server)
    server.start()


KILLS = [kill_tally, kill_postgres] * 5 + [kill_both, kill_one_backend] * 2


def test_nothing_acknowledged_is_lost_and_nothing_is_invented_when_tally_and_postgres_are_killed_in_turn(new_tally, folder):
    server = new_tally(catalog=catalog_of(folder)).start()
    crowd = Crowd(server)
    try:
        for kill in KILLS:
            until_progress(crowd, PROGRESS)
            began = time.monotonic()
            kill(server)
            until_progress(crowd, PROGRESS)
            print("%s: %d steps acknowledged %.1f s later" % (kill.__name__, PROGRESS, time.monotonic() - began))
    finally:
        crowd.stop()
        print(server.story())
    check_books(crowd, server.database_url())
    server.stop()
