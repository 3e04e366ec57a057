"""One cell: a contender under a workload and a number of connections; requests a second, latencies, and where processor time
and memory went."""
import contextlib
import resource
import threading
import time

from . import machine
from .processes import cpu_seconds, machine_cpu_seconds, peak_memory_mb, proportional_memory_mb, reset_peak_memory

SAMPLING_INTERVAL = 0.5


def measure(contender, postgres, workload, connections, options):
    contender.ready(workload, connections)
    postgres.settle([contender.database] if contender.database else [])
    machine.wait_for_quiet(options.quiet)
    services, database = [service.pid for service in contender.services], postgres.service.pid
    for service in services:
        reset_peak_memory(service)

    def spent():
        own = {"service": sum(map(cpu_seconds, services)), "postgres": cpu_seconds(database), "load": children_cpu_seconds()}
        return own | machine_cpu_seconds(), time.monotonic()

    with peak_of_proportional_memory(services) as proportional:
        before, start = spent()
        load = contender.load(workload, connections, options.seconds, options.envelope)
        after, end = spent()
    cpu = {name: after[name] - before[name] for name in before}
    # A process's own figure contains the interrupts that it was charged with. Ticks and the moments of reading differ a
    # little: a few hundredths below zero are none.
    cpu["others"] = max(0.0, cpu["processes"] + cpu["interrupts"] - cpu["service"] - cpu["postgres"] - cpu["load"])
    memory = {"peak_rss_mb": sum(map(peak_memory_mb, services)), "peak_pss_mb": proportional[0]} if services else {}
    complaints = contender.check(workload, connections, load)
    answered = max(1, load["requests"])
    return load | memory | {
        "contender": contender.name, "workload": workload, "connections": connections,
        "requests_per_second": load["requests"] / load["seconds"], "cpu_seconds": cpu, "wall_seconds": end - start,
        "service_cpu_per_request": cpu["service"] / answered, "postgres_cpu_per_request": cpu["postgres"] / answered,
        "other_cpu_share": (cpu["others"] + cpu["stolen"]) / (end - start) / machine.processors(),
        "complaints": complaints}


def children_cpu_seconds():
    """Of our own children that have ended: what made the load, between two readings of it."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextlib.contextmanager
def peak_of_proportional_memory(services):
    """The highest of a few samples: the kernel keeps no peak of it."""
    peak, done = [0.0], threading.Event()

    def sample():
        while not done.wait(SAMPLING_INTERVAL):
            peak[0] = max(peak[0], sum(map(proportional_memory_mb, services)))

    sampler = threading.Thread(target=sample)
    sampler.start()
    try:
        yield peak
    finally:
        done.set()
        sampler.join()
