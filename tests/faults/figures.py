"""What processes take of the machine, sampled during a long run, so that a leak does not stay unseen.

The rule at the end compares the medians of the first and the second half of the run. Open files and connections may not
grow by more than a few: nothing needs more of them with time. Memory may grow by a quarter and 24 MiB, for heaps need a
while to settle. But Tally must keep more and more in such a run, above all first answers, for 24 hours, of about 1.5 KiB each. So
the one that is never ended is held against the other one, which has been started anew within some faults and has read all
that must be kept: what the old one has beyond the most that the new one had, a quarter and 24 MiB, it has piled up.
"""

import collections
import os
import pathlib
import statistics
import threading

import processes

PERIOD = 2.0
SAMPLES_MIN = 60
"""Fewer are shown and not judged: the halves of a short run differ by chance."""
MORE_MEMORY = 24 * 2**20
MORE_FILES = 16
MORE_CONNECTIONS = 8

STARTED_ANEW = "the Tally that is started anew now and then"
NEVER_ENDED = "the Tally that is never ended"


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

    def __init__(self, sources):
        super().__init__(daemon=True)
        self._sources = sources
        self._stopping = threading.Event()
        self._samples = collections.defaultdict(list)  # by source and figure

    def run(self):
        while not self._stopping.wait(PERIOD):
            for name, source in self._sources.items():
                try:
                    for figure, value in source().items():
                        self._samples[name, figure].append(value)
                except OSError:
                    pass

    def stop(self):
        self._stopping.set()
        self.join()

    def check(self):
        """Shows the figures, and fails where one has grown without bound."""
        grown = []
        for line, is_fine in judged(self._samples):
            print(line)
            if not is_fine:
                grown.append(line)
        assert not grown, "\n".join(grown)


def judged(samples):
    """A line for each series of figures, and whether it keeps the rule. A process that is started anew always does."""
    for (name, figure), values in sorted(samples.items()):
        first, second = _halves(values)
        allowed = _allowed(samples, name, figure, first)
        unit, divisor = (" MiB", 2**20) if figure == "memory" else ("", 1)
        line = "%s, %s: %.0f%s in the first half, %.0f in the second, %.0f allowed (%d samples)" % (
            name, figure, first / divisor, unit, second / divisor, allowed / divisor, len(values))
        yield line, len(values) < SAMPLES_MIN or second <= allowed


def _allowed(samples, name, figure, first):
    if figure == "files":
        return first + MORE_FILES
    if figure == "connections":
        return first + MORE_CONNECTIONS
    must_be_kept = max(samples.get((STARTED_ANEW, figure), [0])) if name in (STARTED_ANEW, NEVER_ENDED) else 0
    return max(first, must_be_kept) * 1.25 + MORE_MEMORY


def _halves(values):
    values = list(values)
    middle = (len(values) + 1) // 2
    return tuple(statistics.median(half) if half else 0 for half in (values[:middle], values[middle:] or values))
