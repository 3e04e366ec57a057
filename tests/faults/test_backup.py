"""Backups taken with PostgreSQL's own tools while Tally is under load: what they bring back is whole, and Tally goes on with it."""

import os
import pathlib
import shutil

import pytest

import agreement
import postgres
from crowd import OPTIONS, Crowd, catalog_of, check_books, until_progress
from soap import Fault, StorageServer

PROGRESS = 200


class CopiedCluster(postgres.Cluster):
    """A server on files that pg_basebackup has copied from another one."""

    def __init__(self, original, folder):
        self.folder = pathlib.Path(folder)
        self.data = original.socket_folder / "copy"  # where the server's user may write
        self.socket_folder = self.folder / "socket"
        self._databases = 0
        self.socket_folder.mkdir()
        if os.geteuid() == 0:
            shutil.chown(self.socket_folder, "postgres", "postgres")
        self.run_tool("pg_basebackup", "-h", original.socket_folder, "-U", "postgres", "-D", self.data, "--checkpoint=fast",
                      "--wal-method=stream")

    def start(self):
        with open(self.data / "postgresql.conf", "a") as settings:
            settings.write("unix_socket_directories = '%s'\n" % self.socket_folder)
        self._control("start", "-l", self.data / "log")

    def stop(self):
        super().stop()
        shutil.rmtree(self.data)


@pytest.fixture
def loaded(new_tally, database, folder):
    """A server under load, and the load."""
    server = new_tally(store=("--database", database), catalog=catalog_of(folder)).start()
    crowd = Crowd(server)
    until_progress(crowd, PROGRESS)
    yield server, crowd
    crowd.stop()
    check_books(crowd, database)
    server.stop()


def acknowledged(crowd):
    return {(code, direction): crowd.total(code, direction)[0] for code in OPTIONS for direction in ("out", "back")}


def assert_whole_and_usable(new_tally, url, before):
    """All that was acknowledged before the backup began is there; and Tally goes on with it as if nothing had been."""
    server = new_tally(store=("--database", url), catalog=None).start()
    found = agreement.counters_at_rest(url)
    for (code, direction), count in before.items():
        durable = found[code].granted if direction == "out" else found[code].given_back
        assert durable >= count, (code, direction)
    client = StorageServer(server.soap_url)
    session = client.log_in()
    guid = OPTIONS["wide-2"][0]
    client.increment(session, guid, headers={"Idempotency-Key": "after-the-backup"})
    client.increment(session, guid)
    client.decrement(session, guid)
    # The command line's commands need the sequence of the inbox; those sessions are the crowd's, which knows nothing of this server.
    ((of_the_crowd,),) = postgres.query(url, "SELECT session_id::text FROM tally.holds WHERE session_id::text <> %s LIMIT 1", session)
    ended = server.command("session", "end", of_the_crowd)
    assert ended.returncode == 0, ended.stderr
    with pytest.raises(Fault):
        client.keep_alive(of_the_crowd)
    for report in (("usage",), ("history", "--since", "2026-01-01"), ("session", "list"), ("catalog", "export"), ("migrate",)):
        done = server.command(*report)
        assert done.returncode == 0, done.stderr
    server.restart()
    assert agreement.counters_at_rest(url)["wide-2"].granted == found["wide-2"].granted + 2
    StorageServer(server.soap_url).keep_alive(session)
    server.stop()


def test_a_dump_taken_under_load_restores_all_that_was_acknowledged_before_it(loaded, cluster, database, new_tally, folder):
    _, crowd = loaded
    dump = cluster.socket_folder / "tally.dump"
    before = acknowledged(crowd)
    cluster.run_tool("pg_dump", "--format=custom", "--file", dump, database)
    until_progress(crowd, PROGRESS)  # the dump disturbs nobody
    (pathlib.Path(folder) / "fresh").mkdir()
    fresh = postgres.Cluster(pathlib.Path(folder) / "fresh")
    try:
        url = fresh.new_database()
        cluster.run_tool("pg_restore", "--exit-on-error", "--dbname", url, dump)
        assert_whole_and_usable(new_tally, url, before)
    finally:
        fresh.stop()
        dump.unlink()


def test_a_copy_of_the_files_taken_under_load_restores_all_that_was_acknowledged_before_it(loaded, cluster, database, new_tally, folder):
    _, crowd = loaded
    before = acknowledged(crowd)
    (pathlib.Path(folder) / "copy").mkdir()
    copy = CopiedCluster(cluster, pathlib.Path(folder) / "copy")
    until_progress(crowd, PROGRESS)
    copy.start()
    try:
        assert_whole_and_usable(new_tally, copy.url(database.split("/")[3].split("?")[0]), before)
    finally:
        copy.stop()
