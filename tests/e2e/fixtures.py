"""Servers for the tests: one shared by the cheap tests of a file, and as many of their own as the others need."""

import os
import shutil
import tempfile

import pytest

import postgres
import rest_contract
import soap
import tally_program

rest_contract.watch()


def _new_folder():
    """Not pytest's own kind of folder: PostgreSQL runs as an unprivileged user and must be able to go through it.

    TALLY_SCRATCH names another disk: where others write much, PostgreSQL's recovery waits minutes for theirs.
    """
    path = tempfile.mkdtemp(prefix="tally-test-", dir=os.environ.get("TALLY_SCRATCH", "/var/tmp"))
    os.chmod(path, 0o755)
    return path


@pytest.fixture
def folder():
    path = _new_folder()
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def module_folder():
    path = _new_folder()
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="session")
def cluster():
    """A PostgreSQL of the tests' own; databases in it are given to `tally --database`."""
    path = _new_folder()
    running = postgres.Cluster(path)
    yield running
    running.stop()
    shutil.rmtree(path)


def with_tables(url):
    """The same address, of a database that has Tally's tables by now."""
    migrated = tally_program.run("migrate", "--database", url)
    assert migrated.returncode == 0, migrated.stderr
    return url


@pytest.fixture
def database(cluster):
    """The address of a new database with Tally's tables."""
    return with_tables(cluster.new_database())


@pytest.fixture(scope="module")
def tally(module_folder):
    """One server with the sample catalogue and a private cluster, shared by the tests of a file."""
    server = tally_program.Tally(("--data-dir", module_folder + "/data"), log_folder=module_folder)
    try:
        yield server.start()
    finally:
        server.clean_up()


@pytest.fixture
def client(tally):
    """A client of the shared server whose sessions are logged out behind the test, so that places return."""
    one = soap.StorageServer(tally.soap_url)
    yield one
    one.close()


@pytest.fixture
def new_tally(folder):
    """Makes servers that a test has for itself: `new_tally(options...)`, with a private cluster unless a store is given."""
    servers = []

    def make(*options, store=None, **more):
        store = store or ("--data-dir", folder + "/data")
        servers.append(tally_program.Tally(store, *options, log_folder=folder, **more))
        return servers[-1]

    yield make
    failures = []
    for server in servers:
        try:
            server.clean_up()
        except AssertionError as failure:
            failures.append(failure)
    if failures:
        raise failures[0]


@pytest.fixture
def new_client():
    """Makes clients: `new_client(server, user=..., headers=...)`. Their sessions are left to the server's end."""
    clients = []

    def make(server, **more):
        clients.append(soap.StorageServer(server.soap_url, **more))
        return clients[-1]

    yield make
    for one in clients:
        one.http.close()
