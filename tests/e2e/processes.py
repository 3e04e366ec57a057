"""Which processes live, and where: what a server must not leave behind."""

import os
import pathlib
import signal

from deadline import until


def _working_directory(pid):
    try:
        return os.readlink("/proc/%d/cwd" % pid)
    except OSError:
        return ""


def _states(pid):
    """One letter for each thread; none when there is no such process."""
    try:
        return [stat.read_text().rpartition(")")[2].split()[0] for stat in pathlib.Path("/proc/%d/task" % pid).glob("*/stat")]
    except OSError:
        return []


def _is_alive(pid):
    return any(state not in "ZX" for state in _states(pid))


def is_stopped(pid):
    """By SIGSTOP, as a whole."""
    states = _states(pid)
    return bool(states) and all(state == "T" for state in states)


def working_in(folder):
    """The live processes whose working directory is in the folder, as PostgreSQL's is in its cluster."""
    folder = os.path.realpath(folder)
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit() and (_working_directory(int(entry)) + "/").startswith(folder + "/"):
            if _is_alive(int(entry)):
                found.append(int(entry))
    return found


def send_to(pids, number):
    """The signal, to those of them that still live."""
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass


def pause(*pids):
    """Stops every thread of them; whoever calls this makes them go on by SIGCONT."""
    send_to(pids, signal.SIGSTOP)
    until(lambda: all(is_stopped(pid) or not _is_alive(pid) for pid in pids), "every thread stands still", pause=0.005)


def kill_all_working_in(folder, first=None):
    """SIGKILL to each of them, to `first` before the others; returns when they are gone."""
    victims = working_in(folder)
    send_to(sorted(victims, key=lambda pid: pid != first), signal.SIGKILL)
    until(lambda: not set(victims) & set(working_in(folder)), "the killed processes are gone", pause=0.005)


def kill_some_backend_of(cluster):
    """SIGKILL to the first process that serves a client."""
    postmaster = postmaster_of(cluster)
    for pid in sorted(set(working_in(cluster)) - {postmaster}):
        title = pathlib.Path("/proc/%d/cmdline" % pid).read_bytes()
        if b" [local] " in title:
            os.kill(pid, signal.SIGKILL)
            return until(lambda: not _is_alive(pid), "the killed backend is gone", pause=0.005)
    raise AssertionError("nobody is connected to the database")


def postmaster_of(cluster):
    """The number of the cluster's main process; none when it does not run."""
    try:
        pid = int((pathlib.Path(cluster) / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    return pid if pid in working_in(cluster) else None
