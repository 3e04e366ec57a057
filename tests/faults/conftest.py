"""The fixtures and modules of the end-to-end tests, for tests that break things on purpose."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from fixtures import cluster, database, folder, new_tally  # noqa: E402, F401
from database_link import DatabaseLink  # noqa: E402
from returns import returns_here  # noqa: E402


@pytest.fixture(scope="module")
def returns():
    """Keeps account of the times in which service returned."""
    account = returns_here()
    yield account
    account.write()


@pytest.fixture
def new_link(cluster):  # noqa: F811
    """Makes links to the tests' PostgreSQL."""
    links = []

    def make(socket_folder=cluster.socket_folder):
        links.append(DatabaseLink(socket_folder))
        return links[-1]

    yield make
    for link in links:
        link.close()


@pytest.fixture
def link(new_link):
    return new_link()
