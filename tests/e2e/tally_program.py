"""Runs the built program as its users do: `tally serve` as a process, and single commands beside it."""

import os
import pathlib
import re
import selectors
import signal
import subprocess
import time

import processes
from deadline import PATIENCE, until

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLE_CATALOG = ROOT / "examples" / "catalog.json"
SOAP_PATH = "/DocsVision/StorageServer/StorageServerService.asmx"

# By itself Tally takes half the processors, which is one thread on a small machine: nothing of the doors would ever run
# at the same time there.
THREADS = 3

_READY = re.compile(r"^tally: listening on (http://(\S+):(\d+))\n$")
_SANITIZERS = re.compile(r"ERROR: \w+Sanitizer|WARNING: ThreadSanitizer|runtime error:")


def program():
    path = os.environ.get("TALLY_PROGRAM")
    assert path, "TALLY_PROGRAM must name the built program"
    return os.path.abspath(path)


def environment():
    """Without the tests' own variables and anybody's settings: Tally refuses names that it does not know."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("TALLY_")}
    return {**ours, "LSAN_OPTIONS": "print_suppressions=0:suppressions=%s" % pathlib.Path(__file__).with_name("leaks.supp")}


def run(*arguments, within=PATIENCE):
    """One command to its end: `returncode`, `stdout` and `stderr` as a shell would see them."""
    done = subprocess.run([program(), *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=within, cwd="/", env=environment(), encoding="utf-8")
    assert not _SANITIZERS.search(done.stderr), done.stderr
    return done


class DidNotStart(Exception):
    def __init__(self, exit_code, log):
        super().__init__("exit code %s\n%s" % (exit_code, log))
        self.exit_code = exit_code
        self.log = log


class Tally:
    """A serving Tally. `store` is `--data-dir DIR` or `--database URL` as a pair."""

    def __init__(self, store, *options, catalog=SAMPLE_CATALOG, log_folder, listen="127.0.0.1:0"):
        self.store = tuple(map(str, store))
        self.options = tuple(map(str, options))
        self.catalog = catalog
        self.listen = listen
        self.log_folder = pathlib.Path(log_folder)
        self.process = None

    @property
    def data_dir(self):
        return self.store[1] if self.store[0] == "--data-dir" else None

    @property
    def cluster(self):
        return pathlib.Path(self.data_dir) / "postgres"

    def start(self):
        """Serves, again if it was stopped or killed before; returns when it said that it is ready."""
        self.launch()
        self.wait_ready()
        return self

    def launch(self):
        assert self.process is None or self.process.poll() is not None, "it is running"
        command = [program(), "serve", "--listen", self.listen, "--threads", str(THREADS), *self.store]
        if self.catalog is not None:
            command += ["--catalog", str(self.catalog)]
        number = len(list(self.log_folder.glob("tally-*.log"))) + 1
        self._log_path = self.log_folder / ("tally-%d.log" % number)
        with open(self._log_path, "wb") as log:
            # So that an interrupted test run leaves no server behind.
            self.process = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", "--", *command, *self.options],
                                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, cwd="/",
                                            env=environment())

    def wait_ready(self, within=2 * PATIENCE):
        line = self._read_line(time.monotonic() + within)
        match = _READY.match(line)
        if not match:
            exit_code = self.process.poll()
            self._end_by_force()
            raise DidNotStart(exit_code, "stdout: %r\nstderr: %s" % (line, self.log()))
        self.base_url, self.host, self.port = match[1], match[2], int(match[3])
        self.soap_url = self.base_url + SOAP_PATH

    def wait_refused(self, within=PATIENCE):
        """For one that must not start: waits for its end, returns the exit code."""
        self.process.wait(within)
        assert self.process.stdout.read() == b"", "it said that it is ready"
        self._look_for_sanitizer_reports()
        return self.process.returncode

    def _read_line(self, give_up_at):
        line = b""
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while not line.endswith(b"\n") and selector.select(max(0.0, give_up_at - time.monotonic())):
                byte = os.read(self.process.stdout.fileno(), 1)
                if not byte:
                    self.process.wait(PATIENCE)
                    break
                line += byte
        return line.decode("utf-8", "replace")

    def log(self):
        return self._log_path.read_text(encoding="utf-8", errors="replace")

    def story(self):
        """The log without its line for each request."""
        return "".join(line for line in self.log().splitlines(keepends=True) if " http request " not in line)

    def signal(self, number):
        self.process.send_signal(number)

    def wait_stopped(self, within=30.0):
        """What an orderly stop promises: the time, the exit code, one line on stdout, and nothing left."""
        try:
            self.process.wait(within)
        except subprocess.TimeoutExpired:
            raise AssertionError("still running %g s after SIGTERM\n%s" % (within, self.log())) from None
        assert self.process.returncode == 0, "exit code %d\n%s" % (self.process.returncode, self.log())
        assert self.process.stdout.read() == b"", "stdout has one line only"
        self._look_for_sanitizer_reports()
        if self.data_dir:
            assert not processes.working_in(self.data_dir), "processes outlive Tally\n" + self.log()

    def stop(self):
        self.signal(signal.SIGTERM)
        self.wait_stopped()

    def kill(self):
        """SIGKILL; a private PostgreSQL lives on."""
        self.process.kill()
        self.process.wait(PATIENCE)
        self._look_for_sanitizer_reports()

    def restart(self):
        self.stop()
        self.start()

    def clean_up(self):
        """Ends whatever a test left running: in order and with all checks, or, after a kill, by force."""
        try:
            if self.process is not None:
                if self.process.poll() is None:
                    self.stop()
                else:  # also when it ended by itself, because of just such a report
                    self._look_for_sanitizer_reports()
        finally:
            self._end_by_force()

    def _end_by_force(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(PATIENCE)
        if self.data_dir and os.path.isdir(self.data_dir):
            processes.kill_all_working_in(self.data_dir)

    def _look_for_sanitizer_reports(self):
        log = self.log()
        assert not _SANITIZERS.search(log), log

    def command(self, *arguments, within=PATIENCE):
        """A command of the command line, on this one's data directory or database."""
        return run(*arguments, *self.store, within=within)

    def database_url(self):
        """Where to look at the views; of a private cluster it is what Tally itself tells tools beside it."""
        if not self.data_dir:
            return self.store[1]
        lock = pathlib.Path(self.data_dir) / "tally.lock"
        lines = until(lambda: [text for text in [lock.read_text().split("\n")] if len(text) > 1 and text[1]],
                      "the private database's address is published")
        return lines[0][1]
