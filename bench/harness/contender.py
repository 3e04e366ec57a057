"""What every contender is: made ready for a measurement (a workload and a number of connections), loaded from outside, and
then asked whether its books are right. Contenders that count in rows of a table share their books, too."""
import pathlib
import socket
import time

from . import consumption, soap_calls, wrk
from .processes import Failure, wait_until

COUNTERS = 20_000
MAXIMUM = 1_000_000
WARM_UP = 1_000
FOLDER = pathlib.Path(__file__).resolve().parent.parent / "contenders"


def guid(number):
    return f"00000000-0000-4000-8000-{number:012d}"


SPREAD_COUNTERS = [guid(number) for number in range(1, COUNTERS + 1)]
HOT_COUNTER = guid(0)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def write_pairs(file, pairs):
    """The file that wrk reads: a session and its option a line."""
    file.write_text("".join(f"{session} {option}\n" for session, option in pairs))
    return file


class Contender:
    name = None
    database = None                # vacuumed before each measurement
    workloads = ("spread", "hot")  # what it can do; other lines of the tables have dashes
    hot_option = HOT_COUNTER

    def __init__(self, postgres, folder, options):
        self.postgres, self.folder, self.options = postgres, folder, options
        self.services = []  # whose processor time and memory are counted
        self.port = None
        self.pairs = None

    def facts(self):
        """Versions and build, for the head of the report."""
        return {}

    def ready(self, workload, connections):
        """Before a measurement. The books are to be at zero, and it is shown that the contender counts."""

    def lag(self, workload, connections):
        return wrk.lag_for(connections, COUNTERS)

    def load(self, workload, connections, seconds, envelope):
        """The measurement itself."""
        if workload == "consume":
            return consumption.offer(self.port, connections, seconds)
        option = self.hot_option if workload == "hot" else "-"
        return wrk.offer(self.port, connections, seconds, "counters.lua",
                         [self.pairs, option, wrk.threads_for(connections), self.lag(workload, connections), envelope])

    def check(self, workload, connections, load):
        """After a measurement: a list of complaints; leaves nothing taken."""
        return []

    def stop(self):
        while self.services:
            self.services.pop().stop()


def probe(port, used):
    """Shows that a contender counts before it is measured: a place is taken and given back, and one that nobody holds can't
    be. `used` reads the books, if there are any."""
    take, give_back = (soap_calls.message(operation, sessionId=HOT_COUNTER, featureId=HOT_COUNTER)
                       for operation in ("IncrementFeatureUsage", "DecrementFeatureUsage"))
    for call, expected in ((take, 1), (take, 2), (give_back, 1), (give_back, 0)):
        soap_calls.call_all(port, [call], 1)
        if used and used() != expected:
            raise Failure(f"{call[0]} was answered well, but used is {used()} and not {expected}")
    status, body = soap_calls.call(port, give_back)
    if status != 500 or "<faultstring>" not in body:
        raise Failure(f"what nobody holds was given back: {status} {body[:300]}")


class CounterTable(Contender):
    """Rows of a table of its own (counters.sql), 20,000 for spread and one for hot, found by featureId."""
    warm_up = WARM_UP  # counters that are taken and given back before a measurement

    def __init__(self, postgres, folder, options):
        super().__init__(postgres, folder, options)
        self.database = self.name.replace("-", "_")
        postgres.query("postgres", f"CREATE DATABASE {self.database}")
        postgres.load(self.database, FOLDER / "counters.sql")
        postgres.copy(self.database, "counters (id, maximum)",
                      [f"{id}\t{MAXIMUM}" for id in [HOT_COUNTER, *SPREAD_COUNTERS]])
        self.pairs = write_pairs(folder / f"{self.name}-counters.txt", zip(SPREAD_COUNTERS, SPREAD_COUNTERS))
        self.commits_before = 0

    def start(self, connections):
        """Starts the service, which each measurement has anew, and sets `port` and `services`."""
        raise NotImplementedError

    def ready(self, workload, connections):
        # PostgreSQL tells of commits when a connection rests or ends, so they are compared over the life of the service.
        self.commits_before = self.commits()
        self.start(connections)
        soap_calls.use(self.port, SPREAD_COUNTERS[:self.warm_up], min(16, connections))
        probe(self.port, self.used)

    def lag(self, workload, connections):
        # One counter for all: any giving back finds something, so few places need to be held.
        return 2 * connections if workload == "hot" and connections > 2 else super().lag(workload, connections)

    def commits(self):
        return self.postgres.number(self.database, "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")

    def used(self):
        return self.postgres.number(self.database, "SELECT sum(used) FROM counters")

    def wait_for_rest(self):
        """The load hangs up in the middle: what it had sent is still carried out."""
        busy = ("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' "
                "AND pid <> pg_backend_pid()")
        last = None
        for _ in range(50):
            now = (self.postgres.number(self.database, busy), self.used())
            if now == last and now[0] == 0:
                return
            last = now
            time.sleep(0.3)

    def check(self, workload, connections, load):
        complaints = []
        self.wait_for_rest()
        held, expected = self.used(), load["takes"] - load["returns"]
        if load["errors"] == 0 and abs(held - expected) > connections:
            complaints.append(f"used is {held}, sent were {expected} more takes than returns")
        rows = self.postgres.query(self.database, "SELECT id, used FROM counters WHERE used > 0")
        # A naive worker serves one connection until it is closed: no more of them than there are workers.
        soap_calls.give_back(self.port, [(id, id) for id, used in rows for _ in range(int(used))], min(64, connections))
        if left := self.used():
            complaints.append(f"used is {left} after everything was given back")
        self.stop()
        answered = 2 * self.warm_up + load["requests"] - load["errors"]
        if not wait_until(lambda: self.commits() - self.commits_before >= answered, 15):
            complaints.append(f"{answered} answers but {self.commits() - self.commits_before} commits")
        return complaints
