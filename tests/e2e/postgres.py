"""A PostgreSQL cluster of the tests' own, for runs with `tally --database` and for looking at the views."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import urllib.parse

import psycopg2

import processes
from deadline import until


# The last is what a server that ends in the middle of a statement comes to.
Unreachable = (psycopg2.OperationalError, psycopg2.InterfaceError, psycopg2.DatabaseError)


def _as_unprivileged(command):
    return ["runuser", "-u", "postgres", "--"] + command if os.geteuid() == 0 else command


def _programs():
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    assert found, "no PostgreSQL server is installed (Debian package postgresql)"
    return found[-1].parent


def give_to_server(path):
    """To the user that PostgreSQL runs as."""
    if os.geteuid() == 0:
        shutil.chown(path, "postgres", "postgres")


def query(url, statement, *parameters):
    """All rows of one statement in a transaction of its own."""
    connection = psycopg2.connect(url, connect_timeout=30)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement, parameters or None)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


@contextlib.contextmanager
def all_connections(url):
    """Around the time in which all connections that ordinary roles may have are taken."""
    held = []
    try:
        while len(held) < 10_000:
            try:
                held.append(psycopg2.connect(url))
            except psycopg2.OperationalError as error:
                assert "connection slots" in str(error) or "too many clients" in str(error), error
                break
        yield
    finally:
        for connection in held:
            connection.close()


def rows(url, statement):
    """Of a large table: one after the other."""
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor("large") as cursor:
            cursor.execute(statement)
            yield from cursor
    finally:
        connection.close()


class Cluster:
    """Owned by `postgres` when the tests run as root, since PostgreSQL refuses to; reached by a socket in its folder.

    `settings` are those of postgresql.conf. With `standby_of` it is a copy of that cluster and follows it.
    """

    def __init__(self, folder, *initdb_options, standby_of=None, **settings):
        self.folder = pathlib.Path(folder)
        self.data = self.folder / "cluster"
        self.socket_folder = self.folder / "socket"
        self._databases = 0
        for path in (self.data, self.socket_folder):
            path.mkdir(mode=0o700 if path == self.data else 0o755)
            give_to_server(path)
        if standby_of is None:
            self._run([_programs() / "initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "--encoding=UTF8",
                       "--locale=C.UTF-8", "--no-sync", *initdb_options])
        else:
            self._run([_programs() / "pg_basebackup", "-D", self.data, "--write-recovery-conf", "--checkpoint=fast", "--no-sync",
                       "-d", standby_of.url("postgres", "postgres")])
        ours = {"listen_addresses": "", "unix_socket_directories": self.socket_folder, **settings}
        with open(self.data / "postgresql.conf", "a") as file:
            file.writelines("%s = '%s'\n" % each for each in ours.items())
        self.start()
        if standby_of is None:
            query(self.url("postgres", "postgres"), "CREATE ROLE tally LOGIN")

    def start(self):
        self._control("start", "-l", self.data / "log")

    def log(self):
        return (self.data / "log").read_text(encoding="utf-8", errors="replace")

    def promote(self):
        """Of a standby: the primary from now on."""
        self._control("promote")

    def _run(self, command):
        # A started server keeps the output open, so it must not be a pipe that somebody reads to its end.
        subprocess.run(_as_unprivileged([str(part) for part in command]), check=True, cwd="/", stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, timeout=180)

    def _control(self, action, *options):
        self._run([_programs() / "pg_ctl", "-D", self.data, "-w", "-t", "120", *options, action])

    def run_tool(self, name, *options):
        """One of PostgreSQL's own programs, as the server's user."""
        self._run([_programs() / name, *options])

    def url(self, database, user="tally"):
        return "postgresql://%s@/%s?host=%s" % (user, database, urllib.parse.quote(str(self.socket_folder), safe=""))

    def new_database(self, tablespace=None, template=None):
        """The address of a database that belongs to the ordinary role `tally`: empty, or as the one at the address `template` is, to
        which nobody may be connected. Its tables lie in the folder, if one is given."""
        self._databases += 1
        name = "test_%d" % self._databases
        if tablespace is not None:
            self._execute("CREATE TABLESPACE %s_elsewhere LOCATION '%s'" % (name, tablespace))
        copied = "" if template is None else " TEMPLATE " + urllib.parse.urlparse(template).path.lstrip("/")
        self._execute("CREATE DATABASE %s OWNER tally%s%s" % (name, copied, " TABLESPACE %s_elsewhere" % name if tablespace else ""))
        return self.url(name)

    def configure(self, setting, value):
        self._execute("ALTER SYSTEM SET %s = '%s'" % (setting, value))
        self._execute("SELECT pg_reload_conf()")
        until(lambda: query(self.url("postgres", "postgres"), "SHOW " + setting) == [(value,)], "the setting is taken over")

    def _execute(self, statement):
        connection = psycopg2.connect(self.url("postgres", "postgres"))
        connection.autocommit = True  # some statements can't be in a transaction
        connection.cursor().execute(statement)
        connection.close()

    def restart(self, mode="fast"):
        """Every connection is lost."""
        self._control("restart", "-m", mode, "-l", self.data / "log")

    def stop(self):
        if processes.postmaster_of(self.data):
            self._control("stop", "-m", "immediate")
        until(lambda: not processes.working_in(self.data), "the last of its processes has ended")
