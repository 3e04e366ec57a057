"""Clients under load that keep account of what they asked for and what they heard.

At the end the ledger must contain all that was acknowledged, nothing that was never asked for, and of what was turned away
as busy nothing either: the only room is what had no answer. Steps with an idempotency key are repeated until they are
answered, and must be there exactly once.
"""

import collections
import contextlib
import itertools
import json
import pathlib
import random
import threading
import time

import agreement
from deadline import PATIENCE, until
from quick_client import Heard, QuickClient

OPTIONS = {  # guid and maximum by code; the small ones are fought over
    "wide-1": ("00000000-0000-4000-8000-000000000001", None),
    "wide-2": ("00000000-0000-4000-8000-000000000002", 1_000_000),
    "narrow-1": ("00000000-0000-4000-8000-000000000003", 20),
    "narrow-2": ("00000000-0000-4000-8000-000000000004", 5),
    "once": ("00000000-0000-4000-8000-000000000005", None),  # for the clients with keys alone
}
CLIENTS = 12
CLIENTS_WITH_KEYS = 2
PROGRESS = 50
"""Steps acknowledged anew that show that service is back: more than can have been on their way before."""
KEYED_STEPS_MAX = 3000
"""A caller may keep 10000 answers, and all clients of one address without a name are one caller."""


class Account:
    """What one client asked of one counter in one direction."""

    def __init__(self):
        self.heard = collections.Counter()

    @property
    def acknowledged(self):
        return self.heard[Heard.DONE]

    @property
    def no_answer(self):
        return self.heard[Heard.NO_ANSWER]

    def note(self, heard):
        self.heard[heard] += 1


class Crowd:
    """The clients: threads that go on through every failure until they are told to stop. Each keeps to one of the servers."""

    def __init__(self, *servers):
        self._servers = servers
        self._stopping = threading.Event()
        self._give_up_at = float("inf")
        self._failures = []
        self._accounts = []  # one list entry a client: nothing is shared between threads
        self._threads = [threading.Thread(target=self._guarded, args=(self._take_and_give_back, number)) for number in range(CLIENTS)]
        self._threads += [threading.Thread(target=self._guarded, args=(self._exactly_once, number)) for number in range(CLIENTS_WITH_KEYS)]
        for thread in self._threads:
            thread.start()

    def acknowledged(self):
        return sum(account.acknowledged for accounts in list(self._accounts) for account in list(accounts.values()))

    def heard(self):
        """How often all of them heard what, by name: `done`, `limit`, `nothing` (busy), `no_answer`."""
        total = collections.Counter()
        for accounts in list(self._accounts):
            for account in list(accounts.values()):
                total.update({heard.name.lower(): count for heard, count in list(account.heard.items())})
        return total

    def check(self):
        assert not self._failures, self._failures[0]

    def stop(self):
        self._give_up_at = time.monotonic() + PATIENCE
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def total(self, option, direction):
        """(acknowledged, without an answer) over all clients."""
        mine = [accounts[option, direction] for accounts in self._accounts if (option, direction) in accounts]
        return sum(one.acknowledged for one in mine), sum(one.no_answer for one in mine)

    def _guarded(self, work, number):
        accounts = collections.defaultdict(Account)
        self._accounts.append(accounts)
        server = self._servers[number % len(self._servers)]
        client = QuickClient(lambda: (server.host, server.port))
        try:
            work(client, number, accounts)
        except Exception as failure:  # told by check(); a thread that dies silently would make the test too kind
            self._failures.append(failure)
        client.close()

    def _rest(self):
        self._stopping.wait(0.02)

    def _log_in(self, client):
        while not self._stopping.is_set():
            if session := client.log_in():
                return session
            self._rest()
        return None

    def _take_and_give_back(self, client, number, accounts):
        dice = random.Random(number)
        session = self._log_in(client)
        surely_held = collections.Counter()  # at least so many: what had no answer counts against the client
        while not self._stopping.is_set():
            code = dice.choice(["wide-1", "wide-2", "narrow-1", "narrow-2"])
            guid = OPTIONS[code][0]
            gives_back = surely_held[code] > 0 and dice.random() < 0.5
            # Only what is surely held is given back, so that each step that was done is one line of the ledger.
            heard = client.decrement(session, guid) if gives_back else client.increment(session, guid)
            accounts[code, "back" if gives_back else "out"].note(heard)
            if gives_back and heard in (Heard.DONE, Heard.NO_ANSWER):
                surely_held[code] -= 1
            elif not gives_back and heard is Heard.DONE:
                surely_held[code] += 1
            if heard in (Heard.NOTHING, Heard.NO_ANSWER):
                self._rest()

    def _exactly_once(self, client, number, accounts):
        session = self._log_in(client)
        guid = OPTIONS["once"][0]
        for step in itertools.count():
            key = "client-%d-step-%d" % (number, step)
            gives_back = step % 2 == 1
            while True:  # also when stopping: what was begun is brought to its end
                heard = client.decrement(session, guid, key) if gives_back else client.increment(session, guid, key)
                if heard is Heard.DONE:
                    break
                assert time.monotonic() < self._give_up_at, "no definite answer to " + key
                self._rest()
            accounts["once", "back" if gives_back else "out"].note(heard)
            if self._stopping.is_set() or step + 1 == KEYED_STEPS_MAX:
                return


def catalog_of(folder):
    features = [{"id": guid, "code": code, "name": code, "type": "floating", **({} if maximum is None else {"maximum": maximum})}
                for code, (guid, maximum) in OPTIONS.items()]
    path = pathlib.Path(folder) / "catalog.json"
    path.write_text(json.dumps({"accounts": [{"id": "default", "name": "Default", "licenses": [
        {"id": 1, "product": "p", "name": "P", "key": "K", "type": "subscription", "features": features}]}]}))
    return path


def until_progress(crowd, steps):
    """Waits until so many more steps are acknowledged: the server works, and under load."""
    goal = crowd.acknowledged() + steps

    def goes_on():
        crowd.check()
        return crowd.acknowledged() >= goal

    until(goes_on, "%d more steps are acknowledged" % steps)


@contextlib.contextmanager
def outage(fault, crowd, returns):
    """Around what breaks something under load and mends it: notes in what time service is back from then on."""
    until_progress(crowd, PROGRESS)
    before = crowd.heard()
    yield
    mended_at = time.monotonic()
    until_progress(crowd, PROGRESS)
    returns.note(fault, time.monotonic() - mended_at, crowd.heard() - before)


@contextlib.contextmanager
def working(*servers, url=None):
    """A crowd on the servers; in the end their logs are shown and the books checked, at `url` or where the first writes to."""
    crowd = Crowd(*servers)
    try:
        yield crowd
    finally:
        crowd.stop()
        for server in servers:
            print(server.story())
    check_books(crowd, url or servers[0].database_url())


def check_books(crowd, url):
    """After stop(): what the clients know against what the ledger says."""
    crowd.check()
    found = agreement.counters_at_rest(url)
    for code, (_, maximum) in OPTIONS.items():
        for direction, durable in (("out", found[code].granted), ("back", found[code].given_back)):
            acknowledged, no_answer = crowd.total(code, direction)
            print("%s %s: %d acknowledged, %d durable, %d without an answer" % (code, direction, acknowledged, durable, no_answer))
            assert acknowledged <= durable <= acknowledged + no_answer, (code, direction)
        assert found[code].least >= 0
        assert maximum is None or found[code].most <= maximum
    assert found["once"].granted > 0
