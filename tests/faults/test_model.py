"""Random histories from many clients through two Tally processes while things are killed, against the model.

`TALLY_FAULTS` and `TALLY_SEED` make it longer or repeat it: the seed decides what is asked and what is broken, though not
when each meets the other. `./dev soak` runs it with a thousand faults.
"""

import json
import os
import random
import signal
import socket
import time

import pytest

import agreement
import model
import postgres
from deadline import until
from random_client import OPTIONS, RandomClient

FAULTS = int(os.environ.get("TALLY_FAULTS", "15"))
SEED = int(os.environ.get("TALLY_SEED", "0")) or random.SystemRandom().randrange(1, 1_000_000)
CLIENTS = 8
TERM = 1.0

LEDGER = """
SELECT e.token, e.kind, c.feature, e.session_id::text, s.user_name || '@' || lower(s.computer), e.quantity, e.used_after, r.hold,
       e.first_number, e.resource::text
FROM tally.events e JOIN tally_ledger.events r ON r.token = e.token
LEFT JOIN tally.counters c ON c.id = e.counter_id LEFT JOIN tally_ledger.sessions s ON s.id = e.session_id
ORDER BY e.token
"""
STEPS = """
SELECT e.session_id::text, e.kind, c.feature, e.reason, coalesce(e.first_number::text, e.resource::text) FROM tally.events e LEFT JOIN tally.counters c ON c.id = e.counter_id
WHERE e.session_id IS NOT NULL ORDER BY e.token
"""


def catalog_of(folder):
    features = [{"id": guid, "code": code, "type": "floating", "count_by": model.COUNT_BY[code],
                 **({} if model.LIMITS[code] is None else {"maximum": model.LIMITS[code]})} for code, guid in OPTIONS.items()]
    path = folder + "/catalog.json"
    with open(path, "w", encoding="utf-8") as out:
        json.dump({"accounts": [{"id": "default", "licenses": [{
            "id": 1, "product": "p", "max_connections": model.LIMITS["@connections"], "features": features}]}]}, out)
    return path


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Breaker:
    """Breaks one thing at a time and mends it."""

    def __init__(self, servers, cluster, url, dice):
        self._servers = servers
        self._cluster = cluster
        self._url = url
        self._dice = dice
        self.broken = []

    def break_something(self):
        fault = self._dice.choice([self._kill, self._kill, self._pause, self._end_backend, self._kill_backend, self._restart_database,
                                   self._stop_in_order])
        self.broken.append(fault.__name__.strip("_"))
        fault()

    def _server(self):
        return self._dice.choice(self._servers)

    def _kill(self):
        server = self._server()
        server.kill()
        server.start()

    def _stop_in_order(self):
        server = self._server()
        server.stop()
        server.start()

    def _pause(self):
        server = self._server()
        server.signal(signal.SIGSTOP)
        try:
            time.sleep(self._dice.uniform(0.1, 3) * TERM)  # the fault itself, not a wait for something
        finally:
            server.signal(signal.SIGCONT)

    def _end_backend(self):
        postgres.query(self._cluster.url("postgres", "postgres"),
                       "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tally writer'")

    def _kill_backend(self):
        """Takes every connection of the server with it: PostgreSQL starts itself anew."""
        for (backend,) in postgres.query(self._url, "SELECT backend_pid FROM tally_ledger.term WHERE backend_pid IS NOT NULL"):
            try:
                os.kill(backend, signal.SIGKILL)
            except ProcessLookupError:
                pass
        until(self._database_answers, "PostgreSQL has recovered")

    def _restart_database(self):
        self._cluster.restart(self._dice.choice(["fast", "immediate"]))

    def _database_answers(self):
        try:
            return postgres.query(self._url, "SELECT 1")
        except postgres.Unreachable:
            return False


def check_histories(histories, url):
    """Line by line: what each session's client was told, and what the ledger has of it."""
    lines = {}
    for session, *line in postgres.query(url, STEPS):
        lines.setdefault(session, []).append(line)
    for session, history in histories.items():
        told, ledger = model.Session(), iter(lines.pop(session, []))

        def context():
            return "session %s\ntold: %s\nledger goes on: %s" % (session, history, list(ledger))

        def expect(step):
            line = next(ledger, None)
            any_counter = step.kinds == ("refused",) and step.counter is None
            right = line is not None and line[0] in step.kinds and (any_counter or line[1] == step.counter)
            right = right and (step.what is None or line[3] == str(step.what))
            assert right and line[2] == step.reason, "%s, but the ledger has %s\n%s" % (step, line, context())

        expect(model.Step(("session_opened",), None, ""))
        expect(model.take("@connections"))
        for command, option, heard in history[1:]:
            if heard == "InvalidSession":
                break
            why_not = told.must_hear(command, option, heard)
            assert why_not is None, "%s %s was told %s, but %s\n%s" % (command, option, heard, why_not, context())
            for step in told.steps(command, option, heard):
                expect(step)
        ended = history[-1][2] == "logout"
        assert ended or history[-1][2] != "InvalidSession", "it was ended by nobody\n%s" % context()
        assert next(ledger, None) is None, "the ledger has more\n%s" % context()
    assert not lines, "sessions that nobody was told of: %s" % list(lines.items())[:3]


def test_the_ledger_says_what_clients_were_told_whatever_breaks(new_tally, cluster, database, folder):
    print("seed %d, %d faults" % (SEED, FAULTS))
    dice = random.Random(SEED)
    servers = [new_tally("--term", "%dms" % (TERM * 1000), "--request-timeout", "3s", store=("--database", database),
                         catalog=catalog_of(folder), listen="127.0.0.1:%d" % free_port()) for _ in "12"]
    for server in servers:
        server.start()
    clients = [RandomClient(SEED, number, lambda: [(server.host, server.port) for server in servers]) for number in range(CLIENTS)]
    breaker = Breaker(servers, cluster, database, dice)
    for client in clients:
        client.start()
    try:
        for _ in range(FAULTS):
            known = sum(client.known for client in clients)
            until(lambda: sum(client.known for client in clients) >= known + 10 * CLIENTS or any(c.failure for c in clients),
                  "service has returned", within=120)
            breaker.break_something()
    finally:
        for client in clients:
            client.stop()
        for client in clients:
            client.join()
    print("broken: %s; commands: %d" % (breaker.broken, sum(client.known for client in clients)))
    for client in clients:
        if client.failure:
            raise client.failure

    found = agreement.counters_at_rest(database)
    holds, numbers, locks = model.check_ledger(postgres.query(database, LEDGER))
    assert numbers == {number for client in clients for number in client.numbers}
    ranges = postgres.query(database, "SELECT first, last FROM tally.numbers ORDER BY first")
    assert numbers == {number for first, last in ranges for number in range(first, last + 1)}
    assert locks == dict(postgres.query(database, "SELECT resource::text, session_id::text FROM tally.locks"))
    for feature, limit in model.LIMITS.items():
        assert limit is None or found[feature].used <= limit
    assert sum(found[feature].used for feature in model.LIMITS) <= len(holds)
    check_histories({session: history for client in clients for session, history in client.history.items()}, database)
    refusals = postgres.query(database, "SELECT count(*) FROM tally.events WHERE kind = 'refused' AND session_id IS NULL")
    assert refusals == [(sum(client.refused_log_ins for client in clients),)]
    for server in servers:
        server.stop()
