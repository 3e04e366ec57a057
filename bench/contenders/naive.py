"""gSOAP as a stand-alone server (naive_service.cpp): a thread for every client connection. Three of them differ in what is
behind it."""
import os

from harness import machine, soap_calls
from harness.contender import COUNTERS, SPREAD_COUNTERS, WARM_UP, Contender, CounterTable, probe, write_pairs
from harness.processes import Failure, Service


def start(contender, connections, arguments):
    program = contender.options.naive
    if not os.access(program, os.X_OK):
        raise Failure(f"{program} is missing: build the target naive_service with TALLY_BENCH=ON")
    service = Service([str(program), "--workers", str(connections + 2), *arguments], contender.folder / f"{contender.name}.log")
    contender.services.append(service)
    contender.port = int(service.ready_line().rpartition(":")[2])


def facts(options):
    gsoap, libpqxx = (machine.output(["pkg-config", "--modversion", name]) for name in ("gsoap++", "libpqxx"))
    return {"naive service": f"gSOAP {gsoap}, libpqxx {libpqxx}, {machine.build_type(options.naive)}"}


class Naive(CounterTable):
    """libpqxx, an autocommitted UPDATE a request, a database connection for every client connection while they are not many."""
    name = "naive"
    arguments = ()

    def facts(self):
        return facts(self.options)

    def start(self, connections):
        # 0 is one for each worker.
        shared = self.options.naive_pool if connections > self.options.naive_pool else 0
        start(self, connections, ["--database", self.postgres.url(self.database), "--database-connections", str(shared),
                                  *self.arguments])


class NaiveTransaction(Naive):
    """The same with BEGIN, UPDATE and COMMIT, as libpqxx's documentation shows it."""
    name = "naive-tx"
    arguments = ("--transaction",)


class Gsoap(Contender):
    """gSOAP alone: counters in its memory, gone with the process. What SOAP by gSOAP costs."""
    name = "gsoap"

    def __init__(self, postgres, folder, options):
        super().__init__(postgres, folder, options)
        self.pairs = write_pairs(folder / "gsoap-counters.txt", zip(SPREAD_COUNTERS, SPREAD_COUNTERS))

    def facts(self):
        return facts(self.options)

    def ready(self, workload, connections):
        start(self, connections, ["--in-memory", str(COUNTERS)])
        soap_calls.use(self.port, SPREAD_COUNTERS[:WARM_UP], min(16, connections))
        probe(self.port, None)

    def check(self, workload, connections, load):
        self.stop()
        return []
