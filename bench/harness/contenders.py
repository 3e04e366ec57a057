"""The three that are measured. Each is made ready for a cell (a workload and a number of connections), loaded by wrk
from outside, and then says whether its books are right."""
import json
import os
import pathlib
import socket
import time
import uuid

from . import soap_calls
from .processes import Failure, Service, run, unprivileged, wait_until

SESSIONS = 20_000
OPTIONS = 1_000
HOT_OPTION = str(uuid.UUID(int=0xB0070001, version=4))
SPREAD_OPTIONS = [str(uuid.UUID(int=0xB0080000 + i, version=4)) for i in range(OPTIONS)]
HERE = pathlib.Path(__file__).resolve().parent.parent


def write_pairs(file, sessions):
    """The file that wrk reads: session i with option i mod 1000."""
    file.write_text("".join(f"{session} {SPREAD_OPTIONS[i % OPTIONS]}\n" for i, session in enumerate(sessions)))
    return file


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def lag_for(connections, threads):
    """See feature_usage.lua: 128 requests of the others lie between a take and its giving back."""
    per_thread = connections // threads
    return 0 if per_thread == 1 else min(64 * per_thread, SESSIONS // threads * 2 // 5)


class Contender:
    database = None
    service = None
    port = None

    def option_argument(self, workload):
        return HOT_OPTION if workload == "hot" else "-"

    def lag(self, workload, connections, threads):
        return lag_for(connections, threads)

    def ready(self, workload, connections):
        """Before a cell."""

    def check(self, workload, connections, load):
        """After a cell: a list of complaints; leaves nothing taken."""
        return []

    def stop(self):
        if self.service:
            self.service.stop()
            self.service = None


class Naive(Contender):
    """gSOAP and libpqxx, an autocommitted UPDATE a request. Started anew for each cell with a thread and a database
    connection for each client connection."""
    name = "naive"
    database = "naive"

    def __init__(self, postgres, folder, program, database_connections):
        self.database_connections = database_connections
        if not os.access(program, os.X_OK):
            raise Failure(f"{program} is missing: build the target naive_service with TALLY_BENCH=ON")
        self.postgres, self.folder, self.program = postgres, folder, program
        postgres.query("postgres", "CREATE DATABASE naive")
        postgres.load("naive", HERE / "contenders/naive_schema.sql")
        self.sessions = [str(uuid.uuid4()) for _ in range(SESSIONS)]
        postgres.copy("naive", "counters (id, maximum)", [f"{id}\t1000000" for id in self.sessions + [HOT_OPTION]])
        self.pairs = write_pairs(folder / "naive-sessions.txt", self.sessions)

    def lag(self, workload, connections, threads):
        # One counter for all: any giving back finds something, so few places need to be held.
        return 2 * connections if workload == "hot" and connections > threads else lag_for(connections, threads)

    def ready(self, workload, connections):
        command = [str(self.program), "--database", self.postgres.url("naive"), "--workers", str(connections + 2),
                   "--database-connections", str(self.database_connections)]
        self.service = Service(command + (["--by-option"] if workload == "hot" else []), self.folder / "naive.log")
        self.port = int(self.service.ready_line().rpartition(":")[2])
        self.commits_before = self.commits()

    def commits(self):
        return self.postgres.number("naive", "SELECT xact_commit FROM pg_stat_database WHERE datname = 'naive'")

    def used(self):
        return self.postgres.number("naive", "SELECT sum(used) FROM counters")

    def wait_for_rest(self):
        """wrk hangs up in the middle: what it had sent is still carried out."""
        busy = "SELECT count(*) FROM pg_stat_activity WHERE datname = 'naive' AND state = 'active' AND pid <> pg_backend_pid()"
        last = None
        for _ in range(50):
            now = (self.postgres.number("naive", busy), self.used())
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
        rows = self.postgres.query("naive", "SELECT id, used FROM counters WHERE used > 0")
        option = HOT_OPTION
        holders = [(id, option) for id, used in rows for _ in range(int(used))]
        if workload == "hot":
            holders = [(self.sessions[0], option)] * held
        # A worker serves one connection until it is closed: no more of them than there are workers.
        soap_calls.give_back(self.port, holders, min(64, connections))
        if left := self.used():
            complaints.append(f"used is {left} after everything was given back")
        self.stop()
        answered = load["requests"] - load["errors"]
        if not wait_until(lambda: self.commits() - self.commits_before >= answered, 15):
            complaints.append(f"{answered} answers but {self.commits() - self.commits_before} commits")
        return complaints


class Nginx(Contender):
    """The ceiling: a constant answer of the same size."""
    name = "nginx"

    def __init__(self, postgres, folder, program):
        home = folder / "nginx"
        home.mkdir()
        user = unprivileged()
        if user:
            os.chown(home, user.pw_uid, user.pw_gid)
        self.port = free_port()
        text = (HERE / "contenders/nginx.conf").read_text()
        answer = soap_calls.constant_answer().ljust(400)
        for name, value in (("FOLDER", home), ("PORT", self.port), ("ANSWER", answer)):
            text = text.replace(f"@{name}@", str(value))
        (home / "nginx.conf").write_text(text)
        command = [program, "-p", str(home), "-c", str(home / "nginx.conf"), "-e", str(home / "error.log")]
        self.service = Service(command, folder / "nginx.log", user=user)
        if not wait_until(self.answers, 10):
            self.service.check_alive()
            raise Failure("nginx does not answer")
        self.pairs = write_pairs(folder / "nginx-sessions.txt", [str(uuid.uuid4()) for _ in range(SESSIONS)])

    def answers(self):
        try:
            soap_calls.give_back(self.port, [(HOT_OPTION, HOT_OPTION)], 1)
            return True
        except OSError:
            return False


class Tally(Contender):
    """One process for the whole run, with 20,000 sessions that logged in before the first cell."""
    name = "tally"
    database = "tally"

    def __init__(self, postgres, folder, program):
        if not os.access(program, os.X_OK):
            raise Failure(f"{program} is missing: ./dev build")
        self.postgres = postgres
        postgres.query("postgres", "CREATE DATABASE tally")
        self.program, self.folder = program, folder
        # A log-in's answer lists the account's options: with a thousand of them it is 200 KB. So the sessions are made
        # while there is one, and outlive the restart that brings the others.
        self.start([HOT_OPTION])
        self.sessions = soap_calls.log_in(self.port, SESSIONS)
        self.stop()
        self.start([HOT_OPTION] + SPREAD_OPTIONS)
        self.options = dict(zip(self.sessions, (SPREAD_OPTIONS[i % OPTIONS] for i in range(SESSIONS))))
        self.pairs = write_pairs(folder / "tally-sessions.txt", self.sessions)

    def start(self, options):
        features = [{"id": id, "code": f"bench-{i}", "name": f"Option {i}", "type": "floating", "maximum": 1_000_000}
                    for i, id in enumerate(options)]
        catalog = self.folder / "catalog.json"
        catalog.write_text(json.dumps({"accounts": [{"id": "default", "name": "Default", "licenses": [
            {"id": 1, "product": "bench", "name": "Bench", "key": "BENCH-1", "type": "subscription",
             "features": features}]}]}))
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TALLY_")}
        self.service = Service(
            [str(self.program), "serve", "--listen", "127.0.0.1:0", "--database", self.postgres.url("tally"), "--migrate",
             "--catalog", str(catalog), "--log-level", "warning"], self.folder / "tally.log", environment=environment)
        self.port = int(self.service.ready_line().rpartition(":")[2])

    def ready(self, workload, connections):
        self.service.check_alive()
        if not self.used_becomes(lambda used: used == 0):
            raise Failure("places are taken before the measurement")
        self.gross_before = self.total("gross")

    def total(self, column):
        return self.postgres.number("tally", f"SELECT coalesce(sum({column}), 0) FROM tally.counters WHERE product = 'bench'")

    def used_becomes(self, right):
        return wait_until(lambda: right(self.total("used")), 15, interval=0.25)

    def check(self, workload, connections, load):
        self.service.check_alive()
        complaints = []
        expected = load["takes"] - load["returns"]
        if load["errors"] == 0 and not self.used_becomes(lambda used: abs(used - expected) <= connections):
            complaints.append(f"used is {self.total('used')}, sent were {expected} more takes than returns")
        # Folded within a second of rest: wait until what is granted and what is used stand still before reading holds.
        self.wait_for_rest()
        granted = self.total("gross") - self.gross_before
        if load["errors"] == 0 and not load["takes"] - connections <= granted <= load["takes"]:
            complaints.append(f"{load['takes']} takes were sent, {granted} are in the books")
        rows = self.postgres.query("tally", "SELECT session_id FROM tally.holds WHERE session_id IS NOT NULL")
        soap_calls.give_back(self.port, [(id, HOT_OPTION if workload == "hot" else self.options[id]) for id, in rows], 64)
        if not self.used_becomes(lambda used: used == 0):
            complaints.append(f"used is {self.total('used')} after everything was given back")
        return complaints

    def wait_for_rest(self):
        last = None
        for _ in range(20):
            now = (self.total("used"), self.total("gross"))
            if now == last:
                return
            last = now
            time.sleep(1.2)


def wrk_command(contender, workload, connections, threads, seconds, envelope):
    return ["wrk", "-t", str(threads), "-c", str(connections), "-d", f"{seconds}s", "--timeout", "30s", "-s",
            str(HERE / "load/feature_usage.lua"), f"http://127.0.0.1:{contender.port}{soap_calls.PATH}", "--",
            str(contender.pairs), contender.option_argument(workload), str(threads),
            str(contender.lag(workload, connections, threads)), envelope]


def offer_load(command, seconds):
    """What wrk measured."""
    load = json.loads(run(command, timeout=seconds + 60).splitlines()[-1])
    load["errors"] = load["refused"] + load["broken"] + load["timeouts"]
    return load
