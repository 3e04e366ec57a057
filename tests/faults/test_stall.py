"""The writer's connection stands still under load, for less and for more than a term: what is heard stays true."""

import os
import random
import signal
import time

import postgres
from crowd import Crowd, catalog_of, check_books, until_progress

TERM = 1.0
STALLS = 12
PROGRESS = 100

WRITERS_BACKEND = "SELECT backend_pid FROM tally_ledger.term"


def stall(backend, seconds):
    """A stopped process may hold locks, and it goes on later with whatever it was about to do."""
    os.kill(backend, signal.SIGSTOP)
    try:
        time.sleep(seconds)  # the fault itself, not a wait for something
    finally:
        os.kill(backend, signal.SIGCONT)


def test_what_clients_hear_is_true_when_the_writers_backend_stands_still(new_tally, database, folder):
    server = new_tally("--term", "%dms" % (TERM * 1000), "--request-timeout", "2s", store=("--database", database),
                       catalog=catalog_of(folder)).start()
    crowd = Crowd(server)
    dice = random.Random(1)
    try:
        for _ in range(STALLS):
            until_progress(crowd, PROGRESS)
            ((backend,),) = postgres.query(database, WRITERS_BACKEND)
            seconds = dice.uniform(0.1, 3) * TERM
            began = time.monotonic()
            stall(backend, seconds)
            until_progress(crowd, PROGRESS)
            print("stalled for %.1f s: %d steps acknowledged %.1f s later" % (seconds, PROGRESS, time.monotonic() - began))
    finally:
        crowd.stop()
        print(server.story())
    check_books(crowd, database)
    server.stop()
