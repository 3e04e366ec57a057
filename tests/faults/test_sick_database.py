"""PostgreSQL restarts, refuses to write, or has no connection to spare: nothing is lost, and service returns by itself."""

import pytest

import postgres
from crowd import catalog_of, outage, working
from deadline import until
from servers import TIMES, role, until_busy

TIMES_OVER = 3


@pytest.fixture
def server(new_tally, database, folder):
    return new_tally(*TIMES, store=("--database", database), catalog=catalog_of(folder)).start()


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_the_database_is_restarted(server, cluster, returns, mode):
    with working(server) as crowd:
        for _ in range(TIMES_OVER):
            with outage("database restarted (%s)" % mode, crowd, returns):
                cluster.restart(mode)
    server.stop()


def test_the_database_becomes_read_only(server, cluster, returns):
    """Also for sessions that there are: the setting counts from the next transaction on."""
    with working(server) as crowd:
        for _ in range(TIMES_OVER):
            with outage("database read-only", crowd, returns):
                try:
                    cluster.configure("default_transaction_read_only", "on")
                    until_busy(server)
                    until(lambda: role(server) == "the database does not answer", "health says so")
                finally:
                    cluster.configure("default_transaction_read_only", "off")
    server.stop()


def test_others_have_taken_all_connections_when_tally_needs_a_new_one(new_tally, cluster, link, database, folder, returns):
    server = new_tally(*TIMES, store=("--database", link.url(database.rpartition("/")[2].partition("?")[0])),
                       catalog=catalog_of(folder)).start()
    with working(server) as crowd:
        for _ in range(TIMES_OVER):
            with outage("out of connections", crowd, returns):
                link.refuse()
                link.cut()
                with postgres.all_connections(database):
                    link.accept()
                    until_busy(server)
                    told = len(cluster.log())
                    until(lambda: "FATAL" in cluster.log()[told:], "Tally was refused for want of connections")
    server.stop()
