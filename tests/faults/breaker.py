"""Breaks one thing at a time in a place where two Tally processes share a database, and mends it."""

import contextlib
import signal
import time

import postgres
import processes
from database_link import BOTH_WAYS, TOWARDS_DATABASE, TOWARDS_TALLY
from deadline import until
from model_words import Moved
from servers import TERM, role
from tally_program import DidNotStart

DATABASE_UNAVAILABLE = 4
"""The exit code."""
SILENT_WAYS = [BOTH_WAYS, (TOWARDS_DATABASE,), (TOWARDS_TALLY,)]
PERIODS = """
SELECT s.counter_id, c.feature FROM tally_ledger.consumption s JOIN tally.counters c ON c.id = s.counter_id
WHERE s.next_reset IS NOT NULL ORDER BY 1
"""
LEASES = """
SELECT r.counter_id, r.user_name, c.feature FROM tally_ledger.registrations r JOIN tally.counters c ON c.id = r.counter_id
WHERE r.borrowed_until IS NULL ORDER BY 1, 2
"""
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
            self.take_all_connections, self.let_time_go_by]
        self._next = []
        self.moves = []  # what `let_time_go_by` has moved

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

    def let_time_go_by(self):
        """Periods and leases come to their ends, for some; and some ends lie where a wrong clock has put them. While nobody
        writes, since a writer has them in its memory."""
        first, second = self._servers
        with self._paused(second.process.pid):
            until(lambda: role(first) == "writer", "the one that is not paused writes")
            first.stop()
            self._move_ends(chance=0.5)
            self._start_until_it_serves()

    def end_all_periods_and_leases(self):
        """While no Tally runs."""
        self._move_ends(chance=1)

    def _move_ends(self, chance):
        over, leases = set(), set()
        for number, code in postgres.query(self._url, PERIODS):
            is_over = self._dice.random() < chance
            if is_over:
                over.add(code)
            if is_over or self._dice.random() < 0.3:
                self._change("UPDATE tally_ledger.consumption SET next_reset = now() + %s::interval WHERE counter_id = %s",
                             self._dice.choice(["-1 second", "-3 days", "-2 years"]) if is_over else "30 years", number)
        for number, user, code in postgres.query(self._url, LEASES):
            if self._dice.random() < chance:
                leases.add((code, user))
                self._change("UPDATE tally_ledger.registrations SET expires_at = now() WHERE counter_id = %s AND user_name = %s", number, user)
        (last,), = postgres.query(self._url, "SELECT max(number) FROM tally_ledger.groups")
        self.moves.append(Moved(last, time.time(), over, leases))

    def _change(self, statement, *parameters):
        postgres.query(self._url, statement + " RETURNING 1", *parameters)

    def _database_answers(self):
        try:
            return postgres.query(self._url, "SELECT 1")
        except postgres.Unreachable:
            return False
