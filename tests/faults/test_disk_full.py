"""The disk is full: PostgreSQL says so (53100), or stops for want of room for its log. Nothing is lost, and service returns.

A small file system of memory stands for the disk, so the tests need the right to mount; without it they are skipped.
"""

import pathlib
import subprocess

import pytest

import fixtures
import postgres
import processes
import tally_program
from crowd import catalog_of, outage, working
from deadline import until
from servers import TIMES, until_busy


class SmallDisk:
    """A file system of so many MiB that can be filled up by a file of no use."""

    def __init__(self, path, size):
        self.path = pathlib.Path(path)
        self.path.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=%dm" % size, "tmpfs", str(self.path)], capture_output=True)
        if mounted.returncode != 0:
            pytest.skip("no file system can be mounted here: %s" % mounted.stderr.decode().strip())
        postgres.give_to_server(self.path)
        self.path.chmod(0o700)

    def fill_until(self, condition, what):
        """Leaves no byte free, and takes what others free, until the condition is met."""
        def met():
            self._fill()
            return condition()

        until(met, what)

    def _fill(self):
        with open(self.path / "of-no-use", "ab", buffering=0) as file:
            for size in (1 << 20, 1 << 12, 1):
                try:
                    while file.write(bytes(size)) == size:
                        pass
                except OSError:
                    pass

    def empty(self):
        (self.path / "of-no-use").unlink()

    def unmount(self):
        subprocess.run(["umount", "--lazy", str(self.path)], check=True)


@pytest.fixture
def new_disk(folder):
    disks = []

    def make(name, size):
        disks.append(SmallDisk(pathlib.Path(folder) / name, size))
        return disks[-1]

    yield make
    for disk in disks:
        disk.unmount()


@pytest.fixture
def new_cluster(folder):
    clusters = []

    def make(*initdb_options, **settings):
        path = pathlib.Path(folder) / "own"
        path.mkdir()
        clusters.append(postgres.Cluster(path, *initdb_options, **settings))
        return clusters[-1]

    yield make
    for cluster in clusters:
        cluster.stop()


def serve(new_tally, folder, url):
    return new_tally(*TIMES, store=("--database", fixtures.with_tables(url)), catalog=catalog_of(folder)).start()


def test_the_tables_have_no_room(new_tally, new_disk, new_cluster, folder, returns):
    disk = new_disk("tables", 64)
    cluster = new_cluster()
    server = serve(new_tally, folder, cluster.new_database(tablespace=disk.path))
    with working(server) as crowd:
        for _ in "12":
            with outage("disk full, tables", crowd, returns):
                told = len(server.log())
                disk.fill_until(lambda: "No space left on device" in server.log()[told:], "PostgreSQL has no room")
                until_busy(server)
                disk.empty()
    server.stop()
    cluster.stop()


def test_the_log_of_the_database_has_no_room(new_tally, new_disk, new_cluster, folder, returns):
    """PostgreSQL panics, starts anew, and may end for good if there is no room even for that: then somebody starts it."""
    disk = new_disk("wal", 24)
    cluster = new_cluster("--waldir=%s/wal" % disk.path, "--wal-segsize=1", min_wal_size="2MB", max_wal_size="4MB",
                          wal_recycle="off")
    server = serve(new_tally, folder, cluster.new_database())
    with working(server) as crowd:
        for _ in "12":
            with outage("disk full, log of the database", crowd, returns):
                told = len(cluster.log())
                disk.fill_until(lambda: "PANIC" in cluster.log()[told:], "PostgreSQL panics")
                until_busy(server)
                disk.empty()
                if not processes.postmaster_of(cluster.data):
                    cluster.start()
    server.stop()
    cluster.stop()


def test_the_disk_of_the_private_database_is_full(new_tally, new_disk, folder, returns):
    """Tally starts its own PostgreSQL again when that ended, so that all that anybody has to do is to make room."""
    disk = new_disk("all", 192)
    disk.path.chmod(0o755)
    server = new_tally(*TIMES, store=("--data-dir", disk.path / "data"), catalog=catalog_of(folder)).start()
    with working(server) as crowd:
        for _ in "12":
            with outage("disk full, private database", crowd, returns):
                told = len(server.log())
                disk.fill_until(lambda: "database lost" in server.log()[told:] or "No space" in server.log()[told:], "there is no room")
                until_busy(server)
                disk.empty()
    server.stop()
