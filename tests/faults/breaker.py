"""Breaks one thing at a time in a place where two Tally processes share a database, and mends it."""

import contextlib
import signal
import time

import postgres
import processes
from database_link import BOTH_WAYS, TOWARDS_DATABASE, TOWARDS_TALLY
from deadline import until
from servers import TERM
from tally_program import DidNotStart

DATABASE_UNAVAILABLE = 4
"""The exit code."""
SILENT_WAYS = [BOTH_WAYS, (TOWARDS_DATABASE,), (TOWARDS_TALLY,)]
WRITERS_BACKEND = "SELECT backend_pid FROM tally_ledger.term WHERE backend_pid IS NOT NULL"


class Breaker:
    """`servers` and the `links` by which they reach the cluster, in the same order; `url` is a way around the links.

    Only the first server is ever ended: so what the second one keeps, it keeps over the whole run, and its figures tell
    whether it keeps more and more.
    """

    def __init__(self, servers, links, cluster, url, dice):
        self._servers = servers
        self._links = links
        self._cluster = cluster
        self._url = url
        self._dice = dice
        self._kinds = [
            self.kill_tally, self.stop_tally_in_order, self.pause_tally, self.end_writers_backend,
            self.kill_writers_backend, self.pause_writers_backend, self.pause_postmaster, self.pause_database, self.restart_database,
            self.cut_link, self.close_link, self.silence_link, self.slow_link_down, self.make_database_read_only,
            self.take_all_connections]
        self._next = []

    def break_something(self):
        """What was broken, in words; it is mended. Every kind has had its turn before one comes again."""
        if not self._next:
            self._next = self._dice.sample(self._kinds, len(self._kinds))
        fault = self._next.pop()
        fault()
        return fault.__name__.replace("_", " ")

    def _wait_a_while(self, terms=1.5):
        time.sleep(self._dice.uniform(0.1, terms) * TERM)  # the fault itself, not a wait for something

    def _some_links(self):
        """One, or all."""
        return self._dice.choice([[link] for link in self._links] + [self._links])

    @contextlib.contextmanager
    def _paused(self, *pids):
        processes.pause(*pids)
        try:
            yield
        finally:
            processes.send_to(pids, signal.SIGCONT)

    def _ask(self, statement):
        return postgres.query(self._cluster.url("postgres", "postgres"), statement)

    def kill_tally(self):
        self._servers[0].kill()
        self._start_until_it_serves()

    def stop_tally_in_order(self):
        self._servers[0].stop()
        self._start_until_it_serves()

    def _start_until_it_serves(self):
        """As a service manager does: a machine that is busy enough may keep the database from it for two seconds."""
        until(self._starts, "Tally starts")

    def _starts(self):
        try:
            return self._servers[0].start()
        except DidNotStart as failure:
            if failure.exit_code != DATABASE_UNAVAILABLE:
                raise
            return None

    def pause_tally(self):
        with self._paused(self._dice.choice(self._servers).process.pid):
            self._wait_a_while(2.5)

    def end_writers_backend(self):
        self._ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tally writer'")

    def kill_writers_backend(self):
        """Takes every connection of the server with it: PostgreSQL starts itself anew."""
        processes.send_to([pid for (pid,) in postgres.query(self._url, WRITERS_BACKEND)], signal.SIGKILL)
        until(self._database_answers, "PostgreSQL has recovered")

    def pause_writers_backend(self):
        with self._paused(*[pid for (pid,) in postgres.query(self._url, WRITERS_BACKEND)]):
            self._wait_a_while()

    def pause_postmaster(self):
        """And those who are connected may need a new connection meanwhile."""
        with self._paused(processes.postmaster_of(self._cluster.data)):
            if self._dice.random() < 0.5:
                self._links[0].cut()
            self._wait_a_while()

    def pause_database(self):
        with self._paused(*processes.working_in(self._cluster.data)):
            self._wait_a_while()

    def restart_database(self):
        self._cluster.restart(self._dice.choice(["fast", "immediate"]))

    def cut_link(self):
        for link in self._some_links():
            link.cut()

    def close_link(self):
        links = self._some_links()
        for link in links:
            link.refuse()
            link.cut()
        self._wait_a_while()
        for link in links:
            link.accept()

    def silence_link(self):
        """Goes on afterwards, or the connections that there were are lost without a word."""
        links = self._some_links()
        for link in links:
            link.stall(*self._dice.choice(SILENT_WAYS))
        self._wait_a_while()
        mend = self._dice.choice(["flow", "forget"])
        for link in links:
            getattr(link, mend)()

    def slow_link_down(self):
        links = self._some_links()
        for link in links:
            link.slow_down(self._dice.choice([0.02, 0.2]))
        self._wait_a_while()
        for link in links:
            link.slow_down(0)

    def make_database_read_only(self):
        try:
            self._cluster.configure("default_transaction_read_only", "on")
            self._wait_a_while()
        finally:
            self._cluster.configure("default_transaction_read_only", "off")

    def take_all_connections(self):
        """While Tally must have a new one."""
        for link in self._links:
            link.refuse()
            link.cut()
        with postgres.all_connections(self._url):
            for link in self._links:
                link.accept()
            self._wait_a_while()

    def _database_answers(self):
        try:
            return postgres.query(self._url, "SELECT 1")
        except postgres.Unreachable:
            return False
