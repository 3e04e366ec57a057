"""The writer's connection stands still under load, for less and for more than a term: what is heard stays true."""

import os
import random
import signal
import time

import postgres
from crowd import catalog_of, outage, until_progress, working
from servers import TERM, TIMES

STALLS = 12
LOAD = 50

WRITERS_BACKEND = "SELECT backend_pid FROM tally_ledger.term"


def stall(backend, seconds):
    """A stopped process may hold locks, and it goes on later with whatever it was about to do."""
    os.kill(backend, signal.SIGSTOP)
    try:
        time.sleep(seconds)  # the fault itself, not a wait for something
    finally:
        os.kill(backend, signal.SIGCONT)


def test_what_clients_hear_is_true_when_the_writers_backend_stands_still(new_tally, database, folder, returns):
    server = new_tally(*TIMES, store=("--database", database), catalog=catalog_of(folder)).start()
    dice = random.Random(1)
    with working(server) as crowd:
        for _ in range(STALLS):
            until_progress(crowd, LOAD)
            ((backend,),) = postgres.query(database, WRITERS_BACKEND)
            with outage("backend stopped", crowd, returns):
                stall(backend, dice.uniform(0.1, 3) * TERM)
    server.stop()
