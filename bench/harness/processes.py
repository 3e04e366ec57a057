"""Starting, measuring and ending processes; all by process id, nothing by name."""
import contextlib
import ctypes
import os
import pathlib
import pwd
import select
import signal
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")
PR_SET_PDEATHSIG = 1


class Failure(Exception):
    """What ends a run, told without a stack trace."""


def unprivileged():
    """The user for what refuses to run as root: `postgres` or `nobody`; None when we are not root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise Failure("neither a user postgres nor a user nobody: run as an unprivileged user")


def identity(user):
    return {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def run(command, user=None, timeout=120, **options):
    done = subprocess.run(command, text=True, capture_output=True, timeout=timeout, **identity(user), **options)
    if done.returncode != 0:
        raise Failure(f"{command[0]} ended with {done.returncode}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


class Service:
    """A child in a process group of its own, which also ends when we are killed."""

    def __init__(self, command, log, user=None, stop_signal=signal.SIGTERM, environment=None):
        self.name = os.path.basename(command[0])
        self.log = pathlib.Path(log)
        self.stop_signal = stop_signal
        libc = ctypes.CDLL(None)
        with open(log, "ab") as errors:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, start_new_session=True,
                preexec_fn=lambda: libc.prctl(PR_SET_PDEATHSIG, stop_signal), env=environment, **identity(user))
        self.pid = self.process.pid

    def ready_line(self, timeout=60):
        """The first line of its standard output."""
        readable, _, _ = select.select([self.process.stdout], [], [], timeout)
        line = self.process.stdout.readline().decode().strip() if readable else ""
        if not line:
            raise Failure(f"{self.name} did not get ready, its log {self.log} ends:\n{self.log_end()}")
        return line

    def check_alive(self):
        if self.process.poll() is not None:
            raise Failure(f"{self.name} ended with {self.process.returncode}, its log {self.log} ends:\n{self.log_end()}")

    def log_end(self):
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-10:])

    def stop(self, timeout=40):
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(timeout)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.pid, signal.SIGKILL)
                self.process.wait(10)
        self.process.stdout.close()


def statistics(pid):
    """Parent, CPU seconds of the process itself, and CPU seconds of the children it has reaped; None when it is gone."""
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text()
        running = pathlib.Path(f"/proc/{pid}/schedstat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = text.rpartition(")")[2].split()
    user, system, reaped_user, reaped_system = (int(field) / TICKS for field in fields[11:15])
    # A tick is 10 ms, and a thousand backends that used less than one each would seem to have used nothing. Nanoseconds are
    # told of a single thread only.
    own = int(running.split()[0]) / 1e9 if fields[17] == "1" else user + system
    return int(fields[1]), own, reaped_user + reaped_system


def family(pid):
    """The process and its children (one generation: so are PostgreSQL and nginx made)."""
    members = [pid]
    for entry in os.listdir("/proc"):
        if entry.isdigit() and (found := statistics(entry)) and found[0] == pid:
            members.append(int(entry))
    return members


def cpu_seconds(pid):
    """Of a process, its children and those of them that ended: it never goes down."""
    total = 0.0
    for member in family(pid):
        if found := statistics(member):
            total += found[1] + (found[2] if member == pid else 0.0)
    return total


def machine_cpu_seconds():
    """Of all processes, and what the kernel spent on interrupts (network included) and lost to the host."""
    fields = [int(field) / TICKS for field in pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    user, nice, system, _, _, irq, softirq, steal = fields[:8]
    return {"processes": user + nice + system, "interrupts": irq + softirq, "stolen": steal}


def reset_peak_memory(pid):
    for member in family(pid):
        with contextlib.suppress(OSError):
            pathlib.Path(f"/proc/{member}/clear_refs").write_text("5")


def kilobytes(file, name):
    """A member of a file of /proc; 0 when the process is gone or belongs to somebody else."""
    with contextlib.suppress(OSError):
        for line in pathlib.Path(file).read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1])
    return 0


def peak_memory_mb(pid):
    """Highest resident size since the reset, summed over the family, where shared pages count in each."""
    return sum(kilobytes(f"/proc/{member}/status", "VmHWM") for member in family(pid)) / 1024


def proportional_memory_mb(pid):
    """What the family takes now, a page that several processes share counted in equal parts."""
    return sum(kilobytes(f"/proc/{member}/smaps_rollup", "Pss") for member in family(pid)) / 1024


def wait_until(condition, timeout, interval=0.1):
    """Whether the condition came true in time."""
    end = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(interval)
    return True
