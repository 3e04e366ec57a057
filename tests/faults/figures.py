"""What processes take of the machine, sampled during a long run, so that a leak does not stay unseen.

The rule at the end compares the medians of the first and the second half of the run. Open files and connections may not
grow by more than a few: nothing that Tally does needs more of them with time. Memory may grow by a quarter and 24 MiB, for
heaps need a while to settle, and by what must be kept by right: first answers are kept for 24 hours, so each one that came
between the halves is allowed `BYTES_AN_ANSWER`. A leak of 100 bytes a command breaks that rule within an hour of a soak,
and so does one of a file or a connection in a hundred faults.
"""

import collections
import os
import pathlib
import statistics
import threading

import postgres
import processes

PERIOD = 2.0
SAMPLES_MIN = 60
"""Fewer are shown and not judged: the halves of a short run differ by chance."""
BYTES_AN_ANSWER = 1024
MORE_FILES = 16
MORE_CONNECTIONS = 8

ANSWERS = "SELECT count(*) FROM tally_ledger.answers"


def _kib(pid, name):
    for line in pathlib.Path("/proc/%d/status" % pid).read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1])
    return 0


def of_tally(server, link):
    pid = server.process.pid
    return {"memory": _kib(pid, "VmRSS") * 1024, "files": len(os.listdir("/proc/%d/fd" % pid)), "connections": link.connections()}


def of_postgres(cluster):
    """Its processes' own memory, without what they share."""
    pids = processes.working_in(cluster.data)
    return {"memory": sum(_kib(pid, "RssAnon") * 1024 for pid in pids), "connections": len(pids)}


class Sampler(threading.Thread):
    """`sources`: by name, what is called for a dict of figures. One that is just being ended or started gives none."""

    def __init__(self, sources, url):
        super().__init__(daemon=True)
        self._sources = sources
        self._url = url
        self._stopping = threading.Event()
        self._samples = collections.defaultdict(list)  # by source and figure
        self._answers = []

    def run(self):
        while not self._stopping.wait(PERIOD):
            for name, source in self._sources.items():
                try:
                    for figure, value in source().items():
                        self._samples[name, figure].append(value)
                except OSError:
                    pass
            try:
                self._answers.append(postgres.query(self._url, ANSWERS)[0][0])
            except postgres.Unreachable:
                pass

    def stop(self):
        self._stopping.set()
        self.join()

    def check(self):
        """Shows the figures, and fails where one has grown without bound."""
        grown = []
        for line, is_fine in judged(self._samples, self._answers):
            print(line)
            if not is_fine:
                grown.append(line)
        assert not grown, "\n".join(grown)


def judged(samples, answers):
    """A line for each series of figures, and whether it keeps the rule. `answers`: how many first answers were kept, in time."""
    first, second = _halves(answers)
    kept = second - first
    yield "answers kept: %+d between the halves" % kept, True
    for (name, figure), values in sorted(samples.items()):
        first, second = _halves(values)
        allowed = {"memory": first * 1.25 + 24 * 2**20 + kept * BYTES_AN_ANSWER,
                   "files": first + MORE_FILES, "connections": first + MORE_CONNECTIONS}[figure]
        unit, divisor = (" MiB", 2**20) if figure == "memory" else ("", 1)
        line = "%s, %s: %.0f%s in the first half, %.0f in the second, %.0f allowed (%d samples)" % (
            name, figure, first / divisor, unit, second / divisor, allowed / divisor, len(values))
        yield line, len(values) < SAMPLES_MIN or second <= allowed


def _halves(values):
    middle = (len(values) + 1) // 2
    return tuple(statistics.median(half) if half else 0 for half in (values[:middle], values[middle:] or values))
