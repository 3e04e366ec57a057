"""Random histories from many clients through two Tally processes while things break, against the model.

`TALLY_FAULTS`, or `TALLY_MINUTES`, and `TALLY_SEED` make it longer or repeat it: the seed decides what is asked and what is
broken, though not when each meets the other. `./dev soak` runs it with a thousand faults.
"""

import collections
import itertools
import json
import operator
import os
import random
import time

import agreement
import figures
import model
import postgres
from breaker import Breaker
from deadline import until
from random_client import OPTIONS, RandomClient
from servers import TERM, address_to_be

FAULTS = int(os.environ.get("TALLY_FAULTS", "30"))
MINUTES = float(os.environ.get("TALLY_MINUTES", "0"))
USUAL_SECONDS_MAX = 200
"""When nobody asks for more, a machine that is busy with other things sees fewer faults, and the run says how many."""
SEED = int(os.environ.get("TALLY_SEED", "0")) or random.SystemRandom().randrange(1, 1_000_000)
CLIENTS = 8
PROGRESS = 3 * CLIENTS
"""Outcomes known anew that show that service is back: more than can have been on their way before."""
LOAD = 10 * CLIENTS
"""Outcomes between one fault and the next."""

LEDGER = """
SELECT e.token, e.kind, c.feature, e.session_id::text, s.user_name || '@' || lower(s.computer), e.quantity, e.used_after, r.hold,
       e.first_number, e.resource::text
FROM tally.events e JOIN tally_ledger.events r ON r.token = e.token
LEFT JOIN tally.counters c ON c.id = e.counter_id LEFT JOIN tally_ledger.sessions s ON s.id = e.session_id
ORDER BY e.token
"""
STEPS = """
SELECT e.session_id::text, e.kind, c.feature, e.reason, coalesce(e.first_number::text, e.resource::text),
       extract(epoch FROM e.at)::float8
FROM tally.events e LEFT JOIN tally.counters c ON c.id = e.counter_id
WHERE e.session_id IS NOT NULL ORDER BY e.session_id, e.token
"""
NOT_ENDED = "SELECT count(*) FROM tally_ledger.sessions WHERE ended_at IS NULL AND NOT offline"


def catalog_of(folder):
    features = [{"id": guid, "code": code, "type": "floating", "count_by": model.COUNT_BY[code],
                 **({} if model.LIMITS[code] is None else {"maximum": model.LIMITS[code]})} for code, guid in OPTIONS.items()]
    path = folder + "/catalog.json"
    with open(path, "w", encoding="utf-8") as out:
        json.dump({"accounts": [{"id": "default", "licenses": [{
            "id": 1, "product": "p", "max_connections": model.LIMITS["@connections"], "features": features}]}]}, out)
    return path


def check_histories(histories, last_contact, url):
    """Line by line: what each session's client was told, and what the ledger has of it. All sessions but offline ones have ended."""
    lines = itertools.groupby(postgres.rows(url, STEPS), operator.itemgetter(0))
    missing = set(histories)
    for session, of_session in lines:
        assert session in missing, "nobody was told of session %s" % session
        missing.remove(session)
        check_history(session, histories[session], last_contact[session], [line[1:] for line in of_session])
    assert not missing, "the ledger has nothing of sessions %s" % list(missing)[:3]


def check_history(session, history, last_contact, lines):
    told, ledger = model.Session(), iter(lines)

    def context():
        return "session %s\ntold: %s\nledger: %s" % (session, history, lines)

    def expect(step):
        line = next(ledger, None)
        any_counter = step.kinds == ("refused",) and step.counter is None
        right = line is not None and line[0] in step.kinds and (any_counter or line[1] == step.counter)
        right = right and (step.what is None or line[3] == str(step.what))
        assert right and line[2] == step.reason, "%s, but the ledger has %s\n%s" % (step, line, context())

    expect(model.Step(("session_opened",), None, ""))
    expect(model.take("@connections"))
    for command, option, heard in history[1:]:
        why_not = told.must_hear(command, option, heard)
        assert why_not is None, "%s %s was told %s, but %s\n%s" % (command, option, heard, why_not, context())
        for step in told.steps(command, option, heard):
            expect(step)
    if history[-1][2] != "logout" and not told.offline:
        for step in told.steps("end", None, "idle"):
            expect(step)
        assert lines[-1][4] - last_contact >= model.IDLE_TIMEOUT, "it was ended too early\n%s" % context()
    assert next(ledger, None) is None, "the ledger has more\n%s" % context()


def check_books(clients, url):
    found = agreement.counters_at_rest(url)
    holds, numbers, locks = model.check_ledger(postgres.rows(url, LEDGER))
    assert numbers == {number for client in clients for number in client.numbers}
    ranges = postgres.query(url, "SELECT first, last FROM tally.numbers ORDER BY first")
    assert numbers == {number for first, last in ranges for number in range(first, last + 1)}
    assert locks == dict(postgres.query(url, "SELECT resource::text, session_id::text FROM tally.locks"))
    for feature, limit in model.LIMITS.items():
        assert limit is None or found[feature].used <= limit
    assert sum(found[feature].used for feature in model.LIMITS) <= len(holds)
    return holds


class Run:
    """Counts what is broken and measures the time until service has returned."""

    def __init__(self, clients, returns):
        self._clients = clients
        self._returns = returns
        self._began_at = time.monotonic()
        self.broken = collections.Counter()

    def goes_on(self):
        seconds = time.monotonic() - self._began_at
        if MINUTES:
            return seconds < MINUTES * 60
        return self.broken.total() < FAULTS and ("TALLY_FAULTS" in os.environ or seconds < USUAL_SECONDS_MAX)

    def known(self):
        return sum(client.known for client in self._clients)

    def survive(self, breaker):
        self._until_known(LOAD)
        fault = breaker.break_something()
        self.broken[fault] += 1
        mended_at = time.monotonic()
        self._until_known(PROGRESS)
        self._returns.note("random histories: " + fault, time.monotonic() - mended_at)

    def _until_known(self, more):
        goal = self.known() + more
        until(lambda: self.known() >= goal or any(client.failure for client in self._clients), "service has returned", within=120)
        for client in self._clients:
            if client.failure:
                raise client.failure


def test_the_ledger_says_what_clients_were_told_whatever_breaks(new_tally, new_link, cluster, database, folder, returns):
    print("seed %d" % SEED)
    links = [new_link(), new_link()]
    name = database.rpartition("/")[2].partition("?")[0]
    servers = [new_tally("--term", "%dms" % (TERM * 1000), "--request-timeout", "3s", "--sessions-idle-timeout",
                         "%dms" % (model.IDLE_TIMEOUT * 1000), "--log-level", "warning", store=("--database", link.url(name)),
                         catalog=catalog_of(folder), listen=address_to_be()) for link in links]
    for server in servers:
        server.start()
    clients = [RandomClient(SEED, number, lambda: [(server.host, server.port) for server in servers]) for number in range(CLIENTS)]
    breaker = Breaker(servers, links, cluster, database, random.Random(SEED))
    sampler = figures.Sampler({
        figures.STARTED_ANEW: lambda: figures.of_tally(servers[0], links[0]),
        figures.NEVER_ENDED: lambda: figures.of_tally(servers[1], links[1]),
        "PostgreSQL": lambda: figures.of_postgres(cluster)})
    run = Run(clients, returns)
    for thread in [*clients, sampler]:
        thread.start()
    try:
        while run.goes_on():
            run.survive(breaker)
    finally:
        for client in clients:
            client.stop()
        for client in clients:
            client.join()
        sampler.stop()
        print("seed %d, %d faults %s, %d commands" % (SEED, run.broken.total(), dict(run.broken), run.known()))
        for line in returns.summary():
            print(line)
    for client in clients:
        if client.failure:
            raise client.failure
    for server in servers:
        server.stop()
    assert check_books(clients, database), "something is held in the end"

    servers[0].start()  # which ends all sessions that nobody asks for any more
    until(lambda: postgres.query(database, NOT_ENDED) == [(0,)], "all sessions have ended as idle")
    servers[0].stop()
    assert not check_books(clients, database)
    check_histories({session: history for client in clients for session, history in client.history.items()},
                    {session: at for client in clients for session, at in client.last_contact.items()}, database)
    refusals = postgres.query(database, "SELECT count(*) FROM tally.events WHERE kind = 'refused' AND session_id IS NULL")
    assert refusals == [(sum(client.refused_log_ins for client in clients),)]
    sampler.check()
