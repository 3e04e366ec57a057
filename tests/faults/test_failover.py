"""The primary is lost and its synchronous standby promoted: Tally finds it by itself, and all that was acknowledged is there."""

import pathlib
import urllib.parse

import pytest

import fixtures
import postgres
import processes
from crowd import catalog_of, outage, until_progress, working
from deadline import until
from servers import TIMES, until_busy


@pytest.fixture
def new_cluster(folder):
    clusters = []

    def make(name, **settings):
        path = pathlib.Path(folder) / name
        path.mkdir()
        clusters.append(postgres.Cluster(path, **settings))
        return clusters[-1]

    yield make
    for cluster in clusters:
        cluster.stop()


def url_of(database, *clusters):
    """Of whichever of them is the primary."""
    hosts = ",".join(urllib.parse.quote(str(cluster.socket_folder), safe="") for cluster in clusters)
    return "postgresql://tally@/%s?host=%s" % (database, hosts)


def test_the_promoted_standby_has_all_that_was_acknowledged(new_tally, new_cluster, folder, returns):
    primary = new_cluster("primary")
    standby = new_cluster("standby", standby_of=primary, synchronous_standby_names="")
    fixtures.with_tables(primary.new_database())
    primary.configure("synchronous_standby_names", "*")
    until(lambda: postgres.query(primary.url("postgres", "postgres"), "SELECT sync_state FROM pg_stat_replication") == [("sync",)],
          "the standby is synchronous")

    server = new_tally(*TIMES, store=("--database", url_of("test_1", primary, standby)), catalog=catalog_of(folder)).start()
    with working(server, url=standby.url("test_1")) as crowd:
        until_progress(crowd, 300)
        with outage("primary lost, synchronous standby promoted", crowd, returns):
            processes.kill_all_working_in(primary.data, first=processes.postmaster_of(primary.data))
            until_busy(server)
            standby.promote()
        until_progress(crowd, 300)
    server.stop()
