"""A PostgreSQL of our own for one run: durable, on a real disk, reached by a Unix socket."""
import os
import pathlib
import signal

from .processes import Failure, Service, run, unprivileged, wait_until

# Sized so that no checkpoint falls into a measurement: one is made right before each, as is a vacuum.
SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "listen_addresses": "",
    "max_connections": "1100",
    "shared_buffers": "512MB",
    "max_wal_size": "16GB",
    "checkpoint_timeout": "1h",
    "autovacuum": "off",
}


class PrivatePostgres:
    def __init__(self, folder, programs):
        self.programs = pathlib.Path(programs)
        self.user = unprivileged()
        self.folder = pathlib.Path(folder) / "postgres"
        self.folder.mkdir()
        if self.user:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        data = self.folder / "data"
        run([self.program("initdb"), "--pgdata", str(data), "--username", "bench", "--auth", "trust", "--encoding", "UTF8",
             "--no-locale"], user=self.user, cwd=self.folder)
        command = [self.program("postgres"), "-D", str(data), "-k", str(self.folder)]
        for name, value in SETTINGS.items():
            command += ["-c", f"{name}={value}"]
        self.service = Service(command, f"{folder}/postgres.log", user=self.user, stop_signal=signal.SIGINT)
        if not wait_until(self.answers, 60):
            self.service.check_alive()
            raise Failure("PostgreSQL does not answer")

    def program(self, name):
        return str(self.programs / name)

    def url(self, database):
        return f"postgresql://bench@/{database}?host={self.folder}"

    def answers(self):
        try:
            self.query("postgres", "SELECT 1")
            return True
        except Failure:
            self.service.check_alive()
            return False

    def query(self, database, sql, timeout=300):
        """Rows of text fields."""
        out = run(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", self.url(database), "-c", sql], timeout=timeout)
        return [line.split("|") for line in out.splitlines()]

    def number(self, database, sql):
        return int(float(self.query(database, sql)[0][0] or 0))

    def load(self, database, file):
        run(["psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-d", self.url(database), "-f", str(file)])

    def copy(self, database, table, rows):
        run(["psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-d", self.url(database), "-c", f"COPY {table} FROM STDIN"],
            input="".join(row + "\n" for row in rows))

    def settle(self, databases):
        """The same clean state before every measurement."""
        for database in databases:
            self.query(database, "VACUUM (ANALYZE)")
        self.query("postgres", "CHECKPOINT")

    def stop(self):
        self.service.stop()
