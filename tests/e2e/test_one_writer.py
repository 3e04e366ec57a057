"""Two servers never count on the same ledger at the same time."""

import pytest

from soap import OPTION_MAXIMUM, Fault


@pytest.fixture(params=["data directory", "database"])
def store(request, folder):
    if request.param == "data directory":
        return ("--data-dir", folder + "/data")
    return ("--database", request.getfixturevalue("database"))


def refuses_to_start(server):
    server.launch()
    assert server.wait_refused() in (1, 3, 4)
    return server.log()


def test_a_second_on_one_data_directory_refuses_to_start_and_says_why(new_tally, new_client):
    first = new_tally().start()
    session = new_client(first).log_in()
    complaint = refuses_to_start(new_tally())
    assert "another Tally" in complaint
    # The first did not notice, or at least goes on.
    new_client(first).increment(session)


def test_the_second_starts_when_the_first_was_killed_and_sees_all_that_was_answered(new_tally, new_client, store):
    first, second = new_tally(store=store), new_tally(store=store)
    client = new_client(first.start())
    session = client.log_in()
    for _ in range(4):
        client.increment(session)
    first.kill()
    second.start()
    assert new_client(second).increment_up_to_the_limit(session) == OPTION_MAXIMUM - 4


def test_the_second_starts_when_the_first_was_stopped(new_tally, new_client, store):
    first, second = new_tally(store=store), new_tally(store=store)
    session = new_client(first.start()).log_in()
    first.stop()
    second.start()
    new_client(second).keep_alive(session)


def test_two_data_directories_have_nothing_to_do_with_each_other(new_tally, new_client, folder):
    servers = [new_tally(store=("--data-dir", "%s/%s" % (folder, name))).start() for name in "ab"]
    clients = [new_client(server) for server in servers]
    session = clients[0].log_in()
    with pytest.raises(Fault):
        clients[1].keep_alive(session)
    assert [client.increment_up_to_the_limit(client.log_in()) for client in clients] == [OPTION_MAXIMUM] * 2


def test_a_database_without_tables_is_refused_unless_migration_is_asked_for(new_tally, new_client, cluster):
    store = ("--database", cluster.new_database())
    complaint = refuses_to_start(new_tally(store=store))
    assert "migrate" in complaint
    client = new_client(new_tally("--migrate", store=store).start())
    client.increment(client.log_in())


def test_an_address_in_use_is_told(new_tally, folder):
    first = new_tally().start()
    second = new_tally(store=("--data-dir", folder + "/other"), listen="127.0.0.1:%d" % first.port)
    assert str(first.port) in refuses_to_start(second)
