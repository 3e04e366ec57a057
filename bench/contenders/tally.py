"""Tally as it is shipped: one process for the whole run, with 20,000 sessions that logged in before the first measurement."""
import json
import os
import time
import uuid

from harness import consumption, machine, soap_calls, wrk
from harness.contender import COUNTERS, MAXIMUM, Contender, write_pairs
from harness.processes import Failure, Service, wait_until

OPTIONS = 1_000
HOT_OPTION = str(uuid.UUID(int=0xB0070001, version=4))
SPREAD_OPTIONS = [str(uuid.UUID(int=0xB0080000 + i, version=4)) for i in range(OPTIONS)]
OFFICE_OPTIONS = [str(uuid.UUID(int=0xB0090000 + i, version=4)) for i in range(20)]
OFFICE_SESSIONS = 1_000


def account(name, license_id, options):
    features = [{"id": id, "code": f"{name}-{i}", "name": f"Option {i}", "type": "floating", "maximum": MAXIMUM}
                for i, id in enumerate(options)]
    return {"id": name, "name": name, "licenses": [
        {"id": license_id, "product": name, "name": name, "key": name.upper(), "type": "subscription", "features": features}]}


class Tally(Contender):
    name = "tally"
    database = "tally"
    workloads = ("spread", "hot", "login", "mixed", "consume")
    hot_option = HOT_OPTION

    def __init__(self, postgres, folder, options):
        super().__init__(postgres, folder, options)
        self.program = options.tally
        if not os.access(self.program, os.X_OK):
            raise Failure(f"{self.program} is missing: ./dev build")
        postgres.query("postgres", "CREATE DATABASE tally")
        # A log-in's answer lists the account's options: with a thousand of them it is 200 KB. So the sessions are made
        # while there is one, and outlive the restart that brings the others.
        self.start([HOT_OPTION])
        self.sessions = soap_calls.log_in(self.port, COUNTERS, "default")
        self.office = soap_calls.log_in(self.port, OFFICE_SESSIONS, "office")
        self.stop()
        self.start([HOT_OPTION] + SPREAD_OPTIONS)
        self.option_of = {session: SPREAD_OPTIONS[i % OPTIONS] for i, session in enumerate(self.sessions)}
        self.pairs = write_pairs(folder / "tally-sessions.txt", self.option_of.items())
        self.readers = folder / "tally-readers.txt"
        self.readers.write_text("".join(f"{session}\n" for session in self.office))
        self.gross_before = 0

    def facts(self):
        version = machine.output([str(self.program), "version"]).removeprefix("tally ")
        return {"Tally": f"{version}, {machine.build_type(self.program)}"}

    def start(self, options):
        default = account("default", 1, options)
        default["licenses"].append(consumption.LICENSE)
        catalog = self.folder / "catalog.json"
        catalog.write_text(json.dumps({"accounts": [default, account("office", 2, OFFICE_OPTIONS)]}))
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TALLY_")}
        self.services.append(Service(
            [str(self.program), "serve", "--listen", "127.0.0.1:0", "--database", self.postgres.url("tally"), "--migrate",
             "--catalog", str(catalog), "--soap-databases", "default=default", "--soap-databases", "office=office",
             "--log-level", "warning"], self.folder / "tally.log", environment=environment))
        self.port = int(self.services[0].ready_line().rpartition(":")[2])

    def ready(self, workload, connections):
        self.services[0].check_alive()
        if not self.used_becomes(lambda used: used == 0):
            raise Failure("places are taken before the measurement")
        self.probe()
        self.gross_before = self.total("gross")

    def probe(self):
        """As for the others, but giving back what is not held succeeds and changes nothing, and the tables follow the ledger
        by a moment."""
        take, give_back = (soap_calls.message(operation, sessionId=self.sessions[0], featureId=HOT_OPTION)
                           for operation in ("IncrementFeatureUsage", "DecrementFeatureUsage"))
        for call, expected in ((take, 1), (take, 2), (give_back, 1), (give_back, 0), (give_back, 0)):
            soap_calls.call_all(self.port, [call], 1)
            if not self.used_becomes(lambda used, expected=expected: used == expected):
                raise Failure(f"{call[0]} was answered well, but used is {self.total('used')} and not {expected}")

    def load(self, workload, connections, seconds, envelope):
        if workload == "login":
            return wrk.offer(self.port, connections, seconds, "logins.lua", [envelope, "office"])
        if workload != "mixed":
            return super().load(workload, connections, seconds, envelope)
        return wrk.offer(self.port, connections, seconds, "counters.lua",
                         [self.pairs, "-", wrk.threads_for(connections), self.lag(workload, connections), envelope, "office",
                          self.readers])

    def total(self, column):
        return self.postgres.number("tally", f"SELECT coalesce(sum({column}), 0) FROM tally.counters")

    def used_becomes(self, right):
        return wait_until(lambda: right(self.total("used")), 15, interval=0.25)

    def check(self, workload, connections, load):
        self.services[0].check_alive()
        # Folded within a second of rest: wait until what is granted and what is used stand still.
        self.wait_for_rest()
        return self.wrong_counters(workload, connections, load) + self.wrong_sessions(connections, load)

    def wrong_counters(self, workload, connections, load):
        if workload == "consume":
            return self.wrong_consumption(connections, load)
        complaints = []
        takes, returns = load.get("takes", 0), load.get("returns", 0)
        if load["errors"] == 0 and abs(self.total("used") - (takes - returns)) > connections:
            complaints.append(f"used is {self.total('used')}, sent were {takes - returns} more takes than returns")
        granted = self.total("gross") - self.gross_before
        if load["errors"] == 0 and not takes - connections <= granted <= takes:
            complaints.append(f"{takes} takes were sent, {granted} are in the books")
        rows = self.postgres.query("tally", "SELECT session_id FROM tally.holds WHERE session_id IS NOT NULL")
        soap_calls.give_back(self.port, [(id, HOT_OPTION if workload == "hot" else self.option_of[id]) for id, in rows], 64)
        if not self.used_becomes(lambda used: used == 0):
            complaints.append(f"used is {self.total('used')} after everything was given back")
        return complaints

    def wrong_consumption(self, connections, load):
        complaints = []
        used = self.total("used")
        if load["errors"] == 0 and not load["requests"] <= used <= load["requests"] + connections:
            complaints.append(f"used is {used}, answered were {load['requests']} requests for one unit")
        consumption.add(self.port, -used)
        if not self.used_becomes(lambda used: used == 0):
            complaints.append(f"used is {self.total('used')} after everything was given back")
        return complaints

    def wrong_sessions(self, connections, load):
        """Whoever logged in and not out is known, and leaves."""
        kept = set(self.sessions) | set(self.office)
        rows = self.postgres.query("tally", "SELECT id FROM tally_ledger.sessions WHERE ended_at IS NULL")
        opened = [id for id, in rows if id not in kept]
        complaints = []
        expected = load.get("logins", 0) - load.get("logouts", 0)
        if load["errors"] == 0 and abs(len(opened) - expected) > connections:
            complaints.append(f"{len(opened)} sessions are open, sent were {expected} more log-ins than log-outs")
        if len(rows) - len(opened) != len(kept):
            complaints.append(f"{len(kept) - len(rows) + len(opened)} of the sessions that nobody ended are gone")
        soap_calls.log_out(self.port, opened)
        return complaints

    def wait_for_rest(self):
        last = None
        for _ in range(20):
            now = (self.total("used"), self.total("gross"))
            if now == last:
                return
            last = now
            time.sleep(1.2)
