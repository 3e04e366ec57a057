"""PostgreSQL alone: pgbench with the statement of the others, one by one, a database connection for every client, no HTTP.

It only takes, so that every request is one transaction and every transaction a change; the others' giving back is the same
work."""
import math

from harness import wrk
from harness.contender import COUNTERS, FOLDER, HOT_COUNTER, CounterTable
from harness.processes import Failure, run


class Pgbench(CounterTable):
    name = "pgbench"

    def ready(self, workload, connections):
        self.postgres.query(self.database, "UPDATE counters SET used = 0 WHERE used > 0")
        self.take(workload, ["--client", "1", "--transactions", "1"])
        if self.used() != 1:
            raise Failure(f"pgbench took one place, but used is {self.used()}")
        self.postgres.query(self.database, "UPDATE counters SET used = 0 WHERE used > 0")

    def take(self, workload, arguments):
        first, last = (0, 0) if workload == "hot" else (1, COUNTERS)
        return run([self.postgres.program("pgbench"), "--no-vacuum", "--protocol", "prepared",
                    "--file", str(FOLDER / "pgbench.sql"), "--define", f"first={first}", "--define", f"last={last}",
                    *arguments, self.postgres.url(self.database)], timeout=600)

    def load(self, workload, connections, seconds, envelope):
        for log in self.folder.glob("pgbench_log.*"):
            log.unlink()
        # Its clock runs while it connects. That is not in the rate, which goes by the log, but in PostgreSQL's processor time.
        self.take(workload, ["--client", str(connections), "--jobs", str(wrk.threads_for(connections)), "--time",
                             str(seconds + connections // 250), "--log", "--log-prefix", str(self.folder / "pgbench_log")])
        # client, transaction, microseconds, script, second and microsecond of the end
        lines = [line.split() for log in self.folder.glob("pgbench_log.*") for line in log.read_text().splitlines()]
        times = sorted(int(line[2]) for line in lines)
        if not times:
            raise Failure("pgbench did nothing")
        ends = [int(line[4]) + int(line[5]) / 1e6 for line in lines]
        began = min(end - int(line[2]) / 1e6 for end, line in zip(ends, lines))
        percentiles = {name: times[min(len(times) - 1, math.ceil(share * len(times)) - 1)] / 1e3
                       for name, share in (("p50_ms", 0.5), ("p99_ms", 0.99), ("p999_ms", 0.999), ("max_ms", 1))}
        return percentiles | {"requests": len(times), "seconds": max(ends) - began, "errors": 0}

    def check(self, workload, connections, load):
        used = self.used()
        return [] if used == load["requests"] else [f"used is {used} after {load['requests']} takes"]
