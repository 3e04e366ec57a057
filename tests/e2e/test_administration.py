"""Lists of sessions and their forced end: for administrators alone, by SOAP and by the command line."""

import http.client
import xml.etree.ElementTree as ElementTree

import pytest

import soap
from soap import NO_SESSION, OPTION_MAXIMUM, Fault, StorageServer
from tally_program import Tally

ADMINISTRATOR = "DOM\\admin"
CONFIGURATION = """
[identity]
proxy_header = "X-User"
proxies = ["%s"]
administrators = ["DOM\\\\admin"]
"""


def configured(folder, proxy):
    path = "%s/%s.toml" % (folder, proxy)
    with open(path, "w") as file:
        file.write(CONFIGURATION % proxy)
    return path


@pytest.fixture(scope="module")
def behind_proxy(module_folder):
    """A server that believes the header of a proxy at 127.0.0.1, where the tests' requests come from."""
    server = Tally(("--data-dir", module_folder + "/behind-proxy"), "--config", configured(module_folder, "127.0.0.1"),
                   log_folder=module_folder)
    try:
        yield server.start()
    finally:
        server.clean_up()


@pytest.fixture
def as_user(behind_proxy):
    """Clients that the proxy vouches for; without a name it vouches for nobody."""
    clients = []

    def make(name=None, **more):
        headers = {"X-User": name.encode("utf-8")} if name else {}
        clients.append(StorageServer(behind_proxy.soap_url, headers=headers, **more))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


def listed(client, base_name=""):
    """The sessions by id, as dicts of their attributes."""
    root = ElementTree.fromstring(client.call("SessionGetList", {"baseName": base_name})["sessions"])
    assert root.tag == "Sessions"
    return {session.get("ID"): dict(session.attrib) for session in root}


def terminate(client, session):
    client.call("SessionTerminate", {"baseName": "", "sessionId": session})


def assert_denied(action, *arguments):
    with pytest.raises(Fault) as caught:
        action(*arguments)
    assert caught.value.text == "28675, Internal exception, error code: AccessDenied"
    assert (caught.value.status, caught.value.code) == (500, "soap:Server")


def assert_ended(client, session):
    with pytest.raises(Fault) as caught:
        client.keep_alive(session)
    assert caught.value.name == "InvalidSession"


def test_the_proxys_user_is_the_account_of_the_session(as_user):
    client = as_user("DOM\\ivanov")
    assert client.settings(client.log_in())["AccountName"] == "DOM\\ivanov"


def test_an_administrator_lists_sessions_with_user_computer_and_times(as_user):
    admin, user = as_user(ADMINISTRATOR), as_user("DOM\\ivanov")
    session = user.log_in(ComputerName="ПК-5", ComputerAddress="10.0.0.5")
    row = listed(admin)[session]
    assert row["AccountName"] == "DOM\\ivanov"
    assert row["ComputerName"] == "ПК-5"
    assert row["ComputerAddress"] == "10.0.0.5"
    assert row["LoginTime"] and row["LastAccessTime"]
    assert row["Offline"] in ("false", "0")


def test_an_ended_session_leaves_the_list(as_user):
    admin, user = as_user(ADMINISTRATOR), as_user("DOM\\ivanov")
    session = user.log_in()
    user.log_out(session)
    assert session not in listed(admin)


def test_an_administrator_ends_anothers_session_and_its_places_return(as_user):
    admin, user = as_user(ADMINISTRATOR), as_user("DOM\\ivanov")
    session = user.log_in()
    user.increment_up_to_the_limit(session)
    terminate(admin, session)
    assert_ended(user, session)
    assert user.increment_up_to_the_limit(user.log_in()) == OPTION_MAXIMUM


def test_ending_an_unknown_session_tells_the_administrator_so(as_user):
    with pytest.raises(Fault) as caught:
        terminate(as_user(ADMINISTRATOR), NO_SESSION)
    assert caught.value.name == "InvalidSession"


def test_a_user_ends_his_own_session_from_elsewhere(as_user):
    first, second = as_user("DOM\\petrov"), as_user("DOM\\petrov")
    session = first.log_in()
    terminate(second, session)
    assert_ended(first, session)


@pytest.mark.parametrize("name", ["DOM\\petrov", None, "admin", "DOM\\admin2"])
def test_others_are_refused_the_list_and_the_end_of_a_session_that_is_not_theirs(as_user, name):
    owner, other = as_user("DOM\\ivanov"), as_user(name)
    session = owner.log_in()
    assert_denied(listed, other)
    assert_denied(terminate, other, session)
    owner.keep_alive(session)


def test_a_name_given_by_basic_authentication_is_never_an_administrator(as_user):
    owner, pretender = as_user("DOM\\ivanov"), as_user(user=ADMINISTRATOR)
    session = owner.log_in()
    assert_denied(listed, pretender)
    assert_denied(terminate, pretender, session)
    owner.keep_alive(session)


def test_the_name_of_basic_authentication_is_the_account_of_the_session(client, tally):
    named = StorageServer(tally.soap_url, user="DOM\\иванов")
    assert named.settings(named.log_in())["AccountName"] == "DOM\\иванов"
    named.close()


def test_without_configuration_the_proxys_header_counts_for_nothing(client, tally):
    pretender = StorageServer(tally.soap_url, headers={"X-User": ADMINISTRATOR})
    assert_denied(listed, pretender)
    assert pretender.settings(pretender.log_in())["AccountName"] != ADMINISTRATOR
    pretender.close()


def test_an_anonymous_caller_is_refused_the_list(client):
    assert_denied(listed, client)


def test_the_header_of_somebody_who_is_no_listed_proxy_counts_for_nothing(new_tally, folder, new_client):
    server = new_tally("--config", configured(folder, "127.0.0.2")).start()
    pretender = new_client(server, headers={"X-User": ADMINISTRATOR})
    assert_denied(listed, pretender)
    assert pretender.settings(pretender.log_in())["AccountName"] != ADMINISTRATOR


def test_a_header_that_is_there_twice_is_not_believed(behind_proxy):
    # Which of the two a proxy wrote, and which a client smuggled in, nobody can tell.
    connection = http.client.HTTPConnection(behind_proxy.host, behind_proxy.port, timeout=soap.TIMEOUT)
    body = soap.envelope("SessionGetList", {"baseName": ""}).encode()
    connection.putrequest("POST", "/StorageServer/StorageServerService.asmx")
    for name, value in (("Content-Type", "text/xml; charset=utf-8"), ("SOAPAction", soap.SERVICE + "SessionGetList"),
                        ("X-User", "DOM\\ivanov"), ("X-User", ADMINISTRATOR), ("Content-Length", str(len(body)))):
        connection.putheader(name, value)
    connection.endheaders(body)
    response = connection.getresponse()
    assert response.status != 200
    assert b"<Session " not in response.read().replace(b"&lt;", b"<")
    connection.close()


def test_the_command_line_lists_sessions_while_the_server_runs(tally, client):
    session = client.log_in(ComputerName="ПК-77")
    done = tally.command("session", "list")
    assert done.returncode == 0, done.stderr
    (line,) = [line for line in done.stdout.splitlines() if session in line]
    assert "ПК-77" in line


def test_the_command_line_ends_a_session_and_its_places_return(tally, client):
    session = client.log_in()
    client.increment_up_to_the_limit(session)
    done = tally.command("session", "end", session)
    assert done.returncode == 0, done.stderr
    assert_ended(client, session)
    assert client.increment_up_to_the_limit(client.log_in()) == OPTION_MAXIMUM


@pytest.mark.parametrize("session", [NO_SESSION, "no-guid", ""])
def test_the_command_line_cannot_end_what_is_no_session(tally, session):
    done = tally.command("session", "end", session)
    assert done.returncode in (2, 3)
    assert done.stderr.strip()


def test_the_command_line_works_on_a_given_database_while_the_server_runs(database, new_tally, new_client):
    server = new_tally(store=("--database", database)).start()
    client = new_client(server)
    session = client.log_in()
    assert session in server.command("session", "list").stdout
    assert server.command("session", "end", session).returncode == 0
    assert_ended(client, session)


def test_the_command_line_works_on_a_given_database_that_no_server_uses(database, new_tally, new_client):
    server = new_tally(store=("--database", database)).start()
    session, other = new_client(server).log_in(), new_client(server).log_in()
    server.stop()
    done = server.command("session", "end", session)
    assert done.returncode == 0, done.stderr
    server.start()
    assert_ended(new_client(server), session)
    new_client(server).keep_alive(other)
