"""kill -9 of Tally and of PostgreSQL under load, in turn: nothing acknowledged is lost, nothing is invented."""

import processes
from crowd import catalog_of, outage, until_progress, working

LOAD = 250
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


def test_nothing_acknowledged_is_lost_and_nothing_is_invented_when_tally_and_postgres_are_killed_in_turn(new_tally, folder, returns):
    server = new_tally(catalog=catalog_of(folder)).start()
    with working(server) as crowd:
        for kill in KILLS:
            until_progress(crowd, LOAD)
            with outage(kill.__name__.replace("_", " "), crowd, returns):
                kill(server)
    server.stop()
