"""Random histories from many clients through two Tally processes while things break, against the model.

`TALLY_FAULTS`, or `TALLY_MINUTES`, and `TALLY_SEED` make it longer or repeat it: the seed decides what is asked and what is
broken, though not when each meets the other. `./dev soak` runs it with a thousand faults.
"""

import collections
import itertools
import operator
import os
import random
import time

import agreement
import figures
import model
import model_ledger
import model_units
import model_users
import postgres
from breaker import Breaker
from deadline import until
from model_catalog import LIMITS, UNITS, catalog_of
from random_client import RandomClient
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

STEPS = """
SELECT e.session_id::text, e.kind, c.feature, e.reason, coalesce(e.first_number::text, e.resource::text),
       extract(epoch FROM e.at)::float8
FROM tally.events e LEFT JOIN tally.counters c ON c.id = e.counter_id
WHERE e.session_id IS NOT NULL ORDER BY e.session_id, e.token
"""
NOT_ENDED = """
SELECT (SELECT count(*) FROM tally_ledger.sessions WHERE ended_at IS NULL AND NOT offline), (SELECT count(*) FROM tally_ledger.registrations)
"""
REFUSED_LOG_INS = """
SELECT count(*) FROM tally.events e JOIN tally.counters c ON c.id = e.counter_id
WHERE e.kind = 'refused' AND e.session_id IS NULL AND c.feature = '@connections'
"""
KINDS = """
SELECT count(*), kind, CASE WHEN counter_id IS NULL THEN '' WHEN session_id IS NULL AND user_name LIKE 'user-%' THEN 'of named users'
         WHEN session_id IS NULL AND user_name LIKE 'user%' THEN 'of sessions' WHEN session_id IS NULL THEN 'of units' ELSE 'of sessions' END
FROM tally.events GROUP BY 2, 3 ORDER BY 2, 3
"""


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


def check_books(clients, url, moves):
    """All of the ledger as it stands. What is held by then, and what was used at which time, is in the books."""
    found = agreement.counters_at_rest(url)
    asked = [each for client in clients for each in client.licenses.asked]
    books = model_ledger.Books(check_units(asked, url), moves).follow(model_ledger.ledger_of(url))
    numbers = {number for client in clients for number in client.sessions.numbers}
    assert books.numbers == numbers
    ranges = postgres.query(url, "SELECT first, last FROM tally.numbers ORDER BY first")
    assert numbers == {number for first, last in ranges for number in range(first, last + 1)}
    assert books.locks == dict(postgres.query(url, "SELECT resource::text, session_id::text FROM tally.locks"))
    for feature, limit in LIMITS.items():
        assert limit is None or found[feature].used <= limit
    assert sum(found[feature].used for feature in LIMITS) <= len(books.holds)
    check_readings(asked, books)
    return books


def check_units(asked, url):
    """What each user was told of units, line by line. By token: what the line's command wished for."""
    about, wishes = model_ledger.about_users(model_ledger.ledger_of(url)), {}
    for user, commands in by_user(asked).items():
        if commands[0].counter in UNITS:
            wishes.update({token: command.wish for token, command in model_units.match(commands, about[user]).items()})
    return wishes


def check_named_users(asked, url, moves):
    """What each named user was told of places, line by line. All of them have ended."""
    about = model_ledger.about_users(model_ledger.ledger_of(url))
    everybodys = [each for each in asked if each.command == "everybody"]
    for user, commands in by_user(asked).items():
        if commands[0].counter not in UNITS:
            model_users.check_user(commands, about[user], lambda line, place, user=user: any(
                (line.counter, user) in moved.places and place.renewed_at <= moved.at <= line.at for moved in moves))
            model_users.check_everybodys(everybodys, about[user])
    model_users.check_moved(moves, about)


def by_user(asked):
    found = collections.defaultdict(list)
    for each in asked:
        if each.user is not None:
            found[each.user].append(each)
    return found


def check_readings(asked, books):
    """Whatever was read was true while it was read."""
    for each in asked:
        for counter, used in shown_by(each).items():
            assert books.was_true(counter, used, each.sent, each.answered), "%s: %s of %s were never used then" % (each, used, counter)


def shown_by(asked):
    """What an answer said to be used, by counter."""
    if asked.reply is None:
        return {}
    if asked.command != "read":
        return {asked.counter: asked.reply["total_consumptions"]} if asked.counter in UNITS else {}
    shown = {one["code"]: one["total_consumptions"] if one["code"] in UNITS else one["floating_in_use_devices"]
             for one in asked.reply["product_features"]}
    if asked.wish == "q":
        shown.update({"@users": asked.reply["floating_in_use"], "@consumption": asked.reply["total_consumptions"]})
    return shown


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
    assert check_books(clients, database, breaker.moves).holds, "something is held in the end"

    breaker.end_all_periods_and_leases()
    servers[0].start()  # which ends all sessions that nobody asks for any more, what is leased, and all periods
    until(lambda: postgres.query(database, NOT_ENDED) == [(0, 0)], "all sessions and places have ended by themselves")
    servers[0].stop()
    books = check_books(clients, database, breaker.moves)
    once = collections.Counter(each.word for client in clients for each in client.licenses.asked if each.command == "once")
    print("told without a key: %s" % dict(once))
    print("the ledger: " + ", ".join("%d %s %s" % row for row in postgres.query(database, KINDS)))
    assert not books.holds
    books.rest()
    check_histories({session: history for client in clients for session, history in client.sessions.history.items()},
                    {session: at for client in clients for session, at in client.sessions.last_contact.items()}, database)
    check_named_users([each for client in clients for each in client.licenses.asked], database, breaker.moves)
    refusals = postgres.query(database, REFUSED_LOG_INS)
    assert refusals == [(sum(client.sessions.refused_log_ins for client in clients),)]
    sampler.check()
