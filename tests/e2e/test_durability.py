"""What was answered is there after a stop, and after a crash."""

import pytest

import processes
from deadline import until
from soap import OPTION_MAXIMUM, Fault

ENDS = ["stop", "kill"]  # SIGTERM and SIGKILL


@pytest.fixture(params=["private cluster", "given database"])
def server(request, new_tally):
    if request.param == "private cluster":
        return new_tally().start()
    return new_tally(store=("--database", request.getfixturevalue("database"))).start()


@pytest.mark.parametrize("end", ENDS)
def test_counts_sessions_and_settings_survive(server, new_client, end):
    client = new_client(server, user="DOM\\иванов")
    first, second = client.log_in(ComputerName="ПК-1"), client.log_in(ComputerName="PC-2", AppID="one")
    for _ in range(4):
        client.increment(first)
    for _ in range(3):
        client.increment(second)
    client.decrement(first)
    client.set_settings(second, AppID="два")

    getattr(server, end)()
    server.start()
    client = new_client(server)
    settings = client.settings(first)
    assert (settings["ComputerName"], settings["AccountName"]) == ("ПК-1", "DOM\\иванов")
    assert client.settings(second)["AppID"] == "два"
    third = client.log_in()
    assert client.increment_up_to_the_limit(third) == OPTION_MAXIMUM - 6
    client.log_out(first)
    assert client.increment_up_to_the_limit(third) == 3


@pytest.mark.parametrize("end", ENDS)
def test_what_ended_stays_ended(server, new_client, end):
    client = new_client(server)
    session = client.log_in()
    client.increment_up_to_the_limit(session)
    client.log_out(session)

    getattr(server, end)()
    server.start()
    client = new_client(server)
    with pytest.raises(Fault) as caught:
        client.keep_alive(session)
    assert caught.value.name == "InvalidSession"
    assert client.increment_up_to_the_limit(client.log_in()) == OPTION_MAXIMUM


def test_several_restarts_in_a_row_lose_nothing(server, new_client):
    session = new_client(server).log_in()
    for count in range(1, 4):
        new_client(server).increment(session)
        server.kill() if count % 2 else server.stop()
        server.start()
    assert new_client(server).increment_up_to_the_limit(session) == OPTION_MAXIMUM - 3


def test_service_comes_back_by_itself_after_a_restart_of_a_given_database(cluster, database, new_tally, new_client):
    server = new_tally(store=("--database", database)).start()
    client = new_client(server)
    session = client.log_in()
    client.increment(session)
    cluster.restart()
    until(lambda: gives_back(client, session), "the service is back")
    assert client.increment_up_to_the_limit(session) == OPTION_MAXIMUM


def gives_back(client, session):
    """Whether the server took it; meanwhile it may only say that it can't, or that nobody knows."""
    try:
        client.decrement(session)
        return True
    except Fault as fault:
        assert fault.name in ("ServerBusy", "OutcomeUnknown"), fault
        return False


def test_the_private_database_outlives_a_crash_and_is_taken_over(new_tally, new_client):
    server = new_tally().start()
    session = new_client(server).log_in()
    postmaster = processes.postmaster_of(server.cluster)
    server.kill()
    assert processes.postmaster_of(server.cluster) == postmaster
    server.start()
    assert processes.postmaster_of(server.cluster) == postmaster
    new_client(server).increment(session)


def test_the_private_database_comes_back_by_itself_when_it_was_killed(new_tally, new_client):
    server = new_tally().start()
    client = new_client(server)
    session = client.log_in()
    client.increment(session)
    processes.kill_all_working_in(server.cluster, first=processes.postmaster_of(server.cluster))
    until(lambda: gives_back(client, session), "the service is back")
    assert client.increment_up_to_the_limit(session) == OPTION_MAXIMUM
