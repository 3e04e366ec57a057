"""Connection licensing, options counted by connection, and offline sessions, as clients see them."""

import json

import pytest

import postgres
from deadline import until
from soap import Fault, settings_text

OPTION = "da212a06-edcd-461f-8134-c5e39f1559f7"
SHARED = "11111111-0000-0000-0000-000000000001"

CATALOG = {"accounts": [{"id": "default", "name": "Default", "licenses": [
    {"id": 1, "product": "docsvision", "name": "Document system", "type": "subscription", "max_connections": 2, "features": [
        {"id": OPTION, "code": "option", "name": "Option", "type": "floating", "maximum": 3},
        {"id": SHARED, "code": "shared", "name": "Shared", "type": "floating", "maximum": 1, "count_by": "connection"}]}]}]}


def fault_of(action, *arguments, **named):
    with pytest.raises(Fault) as caught:
        action(*arguments, **named)
    return caught.value


def log_in(client, user, computer):
    text = settings_text({"ComputerName": computer})
    return client.call("SessionLogin", {"baseName": "", "sessionSettings": text},
                       headers={"Authorization": user})["sessionId"]


def basic(name):
    import base64
    return "Basic " + base64.b64encode((name + ":x").encode("utf-8")).decode("ascii")


IVANOV, PETROV, SIDOROV = basic("DOM\\ivanov"), basic("DOM\\petrov"), basic("DOM\\sidorov")


def go_offline(client, session, offline=True):
    client.call("SessionUpdateOfflineState", {"sessionId": session, "offline": offline})


@pytest.fixture
def catalog_file(folder):
    path = folder + "/catalog.json"
    with open(path, "w", encoding="utf-8") as out:
        json.dump(CATALOG, out)
    return path


@pytest.fixture
def server(new_tally, database, catalog_file):
    return new_tally(catalog=catalog_file, store=("--database", database)).start()


@pytest.fixture
def client(server, new_client):
    return new_client(server)


def test_a_user_and_computer_are_one_connection_and_the_limit_is_a_fault_of_its_own(client):
    first = log_in(client, IVANOV, "PC-7")
    log_in(client, IVANOV, "pc-7")
    log_in(client, PETROV, "PC-7")
    fault = fault_of(log_in, client, SIDOROV, "PC-7")
    assert (fault.status, fault.number, fault.name) == (500, "28676", "ConnectionLimit")
    client.log_out(first)
    assert fault_of(log_in, client, SIDOROV, "PC-7").name == "ConnectionLimit"


def test_a_connection_is_free_for_others_when_its_last_session_logs_out(client):
    sessions = [log_in(client, IVANOV, "PC-7") for _ in range(3)]
    log_in(client, PETROV, "PC-7")
    for session in sessions:
        assert fault_of(log_in, client, SIDOROV, "PC-7").name == "ConnectionLimit"
        client.log_out(session)
    log_in(client, SIDOROV, "PC-7")


def test_an_option_counted_by_connection_is_shared(client, database):
    first, second = log_in(client, IVANOV, "PC-7"), log_in(client, IVANOV, "PC-7")
    other = log_in(client, PETROV, "PC-8")
    client.increment(first, SHARED)
    client.increment(first, SHARED)
    client.increment(second, SHARED)
    assert fault_of(client.increment, other, SHARED).name == "FeatureLimit"
    holders = "SELECT holder_kind, holder, quantity FROM tally.holds h JOIN tally.counters c ON c.id = h.counter_id" \
              " WHERE c.feature = 'shared'"
    until(lambda: postgres.query(database, holders) == [("connection", "DOM\\ivanov @ PC-7", 1)], "one place is held", within=5)
    client.log_out(first)
    assert fault_of(client.increment, other, SHARED).name == "FeatureLimit"
    client.decrement(second, SHARED)
    client.increment(other, SHARED)


def test_an_offline_session_frees_everything_and_takes_it_again(client):
    away = log_in(client, IVANOV, "PC-7")
    client.increment(away)
    client.increment(away)
    go_offline(client, away)
    assert (fault_of(client.increment, away).number, fault_of(client.settings, away).name) == ("28683", "SessionOffline")
    client.keep_alive(away)
    others = [log_in(client, PETROV, "PC-7"), log_in(client, SIDOROV, "PC-7")]
    assert fault_of(go_offline, client, away, False).name == "ConnectionLimit"
    client.log_out(others[0])
    go_offline(client, away, False)
    go_offline(client, away, False)
    client.increment(away)
    assert fault_of(client.increment, others[1]).name == "FeatureLimit"


def test_coming_online_is_all_or_nothing(client):
    away, other = log_in(client, IVANOV, "PC-7"), log_in(client, PETROV, "PC-7")
    client.increment(away, SHARED)
    client.increment(away)
    go_offline(client, away)
    client.increment(other, SHARED)
    assert fault_of(go_offline, client, away, False).name == "FeatureLimit"
    for _ in range(3):
        client.increment(other)  # the first option was not taken on the way
    client.decrement(away, SHARED)
    assert fault_of(go_offline, client, away, False).name == "FeatureLimit"
    client.decrement(other)
    go_offline(client, away, False)


def test_what_connections_and_offline_sessions_have_survives_kill_9(server, client):
    stays, away = log_in(client, IVANOV, "PC-7"), log_in(client, PETROV, "PC-7")
    client.increment(stays, SHARED)
    client.increment(away)
    go_offline(client, away)
    server.kill()
    server.start()
    client.url = server.soap_url
    log_in(client, IVANOV, "PC-7")
    newcomer = log_in(client, SIDOROV, "PC-9")
    assert fault_of(client.increment, newcomer, SHARED).name == "FeatureLimit"
    assert fault_of(log_in, client, basic("DOM\\orlov"), "PC-9").name == "ConnectionLimit"
    client.log_out(newcomer)
    go_offline(client, away, False)
    client.increment(away)
    client.increment(stays)


def test_offline_sessions_end_by_a_time_out_of_their_own(new_tally, new_client, folder):
    server = new_tally("--sessions-idle-timeout", "1s", "--sessions-offline-timeout", "2s").start()
    client = new_client(server)
    away = client.log_in()
    go_offline(client, away)
    steps = "SELECT kind, reason FROM tally.events WHERE session_id = %s ORDER BY token DESC LIMIT 1"
    until(lambda: postgres.query(server.database_url(), steps, away) == [("session_ended", "idle")], "it has ended")


def test_an_empty_offline_state_is_a_reading_fault(client):
    session = log_in(client, IVANOV, "PC-7")
    fault = fault_of(go_offline, client, session, "")
    assert fault.code == "soap:Client"
    client.increment(session)
