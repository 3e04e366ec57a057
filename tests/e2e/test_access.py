"""Who may come in, and what they may do: users, passwords, API keys and roles."""

import json

import pytest
import requests

import postgres
from deadline import until
from floating import Floating, refusal_of
from lrm import Lrm
from soap import SERVICE, Fault, StorageServer, envelope, results_of, settings_text
from usage import Usage, problem_of

PASSWORD = "correct horse battery"
ROLES = ("reader", "client", "operator", "admin")
TIMEOUT = 60


def basic(user, password=PASSWORD):
    prepared = requests.Request("GET", "http://x", auth=(user.encode(), password.encode())).prepare()
    return {"Authorization": prepared.headers["Authorization"]}


@pytest.fixture
def guarded(new_tally, folder):
    """A server that asks who calls, with a user of each role."""
    server = new_tally("--authentication").start()
    server.password_file = folder + "/password"
    with open(server.password_file, "w", encoding="utf-8") as file:
        file.write(PASSWORD + "\n")
    for role in ROLES:
        add_user(server, role, role)
    return server


def add_user(server, name, role, *options):
    done = server.command("user", "add", name, "--role", role, "--password-file", server.password_file, *options)
    assert done.returncode == 0, done.stderr


def new_key(server, user, *options):
    done = server.command("key", "add", user, *options)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def takes_over_soap(server, headers):
    client = StorageServer(server.soap_url, headers=headers)
    fields = {"baseName": "", "sessionSettings": settings_text({"ComputerName": "PC-1"})}
    if (answer := client.ask("SessionLogin", fields)).status_code == 401:
        return 401
    try:
        client.increment(results_of(answer, "SessionLogin")["sessionId"])
        return 200
    except Fault as fault:
        return 403 if fault.name == "AccessDenied" else fault.status


DOORS = {
    "SOAP: take a place": takes_over_soap,
    "floating: consume": lambda server, headers: Floating(server, headers).post(
        "add_consumption", {"product": "app", "consumptions": 1}).status_code,
    "floating: look at a license": lambda server, headers: Floating(server, headers).get("/api/v4/license", product="app").status_code,
    "usage: who holds what": lambda server, headers: Usage(server, headers).get("/api/license-usage").status_code,
    "usage: open a session": lambda server, headers: Usage(server, headers).post(
        "/api/sessions", {"type": "rest"}).status_code,
    "history": lambda server, headers: Usage(server, headers).get("/api/history").status_code,
    "lrm: look at an account": lambda server, headers: Lrm(server, headers=headers).get("available-account-licenses").status_code,
    "lrm: allocate": lambda server, headers: Lrm(server, headers=headers).allocate("y1968", UNATT=1).status_code,
}
MAY = {
    "SOAP: take a place": "client operator admin",
    "floating: consume": "client operator admin",
    "floating: look at a license": "client operator admin",
    "usage: who holds what": "reader operator admin",
    "usage: open a session": "client operator admin",
    "history": "reader operator admin",
    "lrm: look at an account": "reader operator admin",
    "lrm: allocate": "operator admin",
}


def test_each_role_may_do_at_each_door_what_the_table_says(guarded):
    for door, ask in DOORS.items():
        for role in ROLES:
            status = ask(guarded, basic(role))
            expected = {200, 201} if role in MAY[door].split() else {403}
            assert status in expected, (door, role, status)


def test_nobody_comes_in_without_credentials_and_each_door_says_so_in_its_own_words(guarded):
    soap = requests.post(guarded.soap_url, data=envelope("SessionLogin", {"baseName": "", "sessionSettings": ""}),
                         headers={"Content-Type": "text/xml", "SOAPAction": SERVICE + "SessionLogin"}, timeout=TIMEOUT)
    assert soap.status_code == 401
    floating = Floating(guarded).post("add_consumption", {"product": "app"})
    assert refusal_of(floating) == (401, "unauthenticated")
    rest = Usage(guarded).get("/api/history")
    assert problem_of(rest) == (401, "unauthenticated")
    for answer in (soap, floating, rest, Lrm(guarded).get("service-license")):
        assert answer.headers["WWW-Authenticate"] == 'Basic realm="Tally", charset="UTF-8", Bearer realm="Tally"'
    denied = Usage(guarded, basic("client")).get("/api/history")
    assert problem_of(denied) == (403, "access_denied") and "WWW-Authenticate" not in denied.headers


def test_descriptions_and_health_are_open(guarded):
    for path in ("/openapi.json", "/health/ready", "/health/live", "/lrm/health", "/api/v4/health"):
        assert requests.get(guarded.base_url + path, timeout=TIMEOUT).status_code == 200, path
    assert requests.get(guarded.soap_url + "?WSDL", timeout=TIMEOUT).status_code == 200


def test_wrong_credentials_of_any_kind_are_refused(guarded):
    key = new_key(guarded, "reader")
    wrong = [basic("reader", "wrong password"), basic("nobody"), basic("reader", ""), {"Authorization": "Basic !!!"},
             {"Authorization": "Bearer " + key[:-1] + ("0" if key[-1] != "0" else "1")}, {"X-Api-Key": "tally_x"},
             {"Authorization": "Negotiate abc"}, {**basic("reader"), "X-Api-Key": key}]
    for headers in wrong:
        assert problem_of(Usage(guarded, headers).get("/api/history")) == (401, "unauthenticated"), headers
    assert Usage(guarded, basic("READER")).get("/api/history").status_code == 200, "names have no letter case"


def test_a_key_works_in_each_place_and_is_shown_once_and_stored_as_a_hash(guarded):
    key = new_key(guarded, "reader", "--note", "dashboards")
    for headers in ({"X-Api-Key": key}, {"Authorization": "Bearer " + key}, basic("whoever", key)):
        assert Usage(guarded, headers).get("/api/history").status_code == 200
    listed = guarded.command("key", "list", "--json").stdout
    (row,) = json.loads(listed)
    assert (row["user_name"], row["note"], row["expires_at"]) == ("reader", "dashboards", None)
    secret = key.rpartition("_")[2]
    assert secret not in listed and row["id"] == key.split("_")[1]
    stored = postgres.query(guarded.database_url(), "SELECT count(*) FROM tally_ledger.api_keys WHERE encode(secret_hash, 'hex') = %s", secret)
    assert stored == [(0,)]
    passwords = postgres.query(guarded.database_url(), "SELECT password_hash FROM tally_ledger.users")
    assert all(text.startswith("$argon2id$") and PASSWORD not in text for (text,) in passwords)
    assert secret not in guarded.log() and PASSWORD not in guarded.log()


def test_the_token_of_a_log_in_is_shown_instead_until_its_user_is_removed(guarded):
    add_user(guarded, "leaver", "client")
    def token_of(user):
        reply = requests.get(guarded.base_url + "/auth", headers=basic(user), timeout=TIMEOUT).json()
        assert reply["message"] == "Login successful"
        return {"Authorization": "Bearer " + reply["token"]}
    consumption = {"product": "app", "consumptions": 1}
    token = token_of("client")
    assert Floating(guarded, token).post("add_consumption", consumption).status_code == 200
    assert takes_over_soap(guarded, token) == 200
    assert Lrm(guarded, headers=token).allocate("y1968", UNATT=1).status_code == 403, "its rights are its user's"
    unsigned = {"Authorization": token["Authorization"].rpartition(".")[0] + "."}
    assert refusal_of(Floating(guarded, unsigned).post("add_consumption", consumption)) == (401, "unauthenticated")
    of_leaver = token_of("leaver")
    assert guarded.command("user", "remove", "leaver").returncode == 0
    assert refusal_of(Floating(guarded, of_leaver).post("add_consumption", consumption)) == (401, "unauthenticated")


def test_what_was_revoked_removed_or_is_over_lets_nobody_in(guarded):
    revoked, over = new_key(guarded, "reader"), new_key(guarded, "reader", "--days", "1")
    add_user(guarded, "leaver", "reader")
    assert guarded.command("key", "revoke", revoked.split("_")[1]).returncode == 0
    assert guarded.command("key", "revoke", revoked.split("_")[1]).returncode == 3
    assert guarded.command("user", "remove", "Leaver").returncode == 0
    postgres.query(guarded.database_url(), "UPDATE tally_ledger.api_keys SET expires_at = now() - interval '1 second' WHERE id = %s",
                   over.split("_")[1])
    for headers in ({"X-Api-Key": revoked}, {"X-Api-Key": over}, basic("leaver")):
        assert Usage(guarded, headers).get("/api/history").status_code == 401


def test_a_changed_password_is_the_only_one(guarded, folder):
    other = folder + "/other"
    with open(other, "w", encoding="utf-8") as file:
        file.write("another password\n")
    assert guarded.command("user", "set-password", "reader", "--password-file", other).returncode == 0
    assert Usage(guarded, basic("reader")).get("/api/history").status_code == 401
    assert Usage(guarded, basic("reader", "another password")).get("/api/history").status_code == 200


def test_after_ten_wrong_passwords_not_even_the_right_one_is_looked_at(guarded):
    for _ in range(10):
        assert Usage(guarded, basic("reader", "guess guess")).get("/api/history").status_code == 401
    answer = Usage(guarded, basic("reader")).get("/api/history")
    assert problem_of(answer) == (429, "busy") and answer.headers["Retry-After"] == "60"
    assert Usage(guarded, basic("operator")).get("/api/history").status_code == 200, "others are not in the way"
    until(lambda: "wrong too often" in guarded.log(), "the log tells of it")


def test_the_name_of_a_session_and_of_its_events_is_the_verified_one(guarded):
    client = StorageServer(guarded.soap_url, headers=basic("CLIENT"))
    session = client.log_in()
    assert client.settings(session)["AccountName"] == "client"
    client.increment(session)
    users = postgres.query(guarded.database_url(), "SELECT DISTINCT user_name FROM tally.events")
    assert users == [("client",)]


def test_only_an_admin_ends_anothers_session(guarded):
    session = StorageServer(guarded.soap_url, headers=basic("client")).log_in()
    for role, name in (("operator", "AccessDenied"), ("admin", None)):
        try:
            StorageServer(guarded.soap_url, headers=basic(role)).call("SessionTerminate", {"baseName": "", "sessionId": session})
            heard = None
        except Fault as fault:
            heard = fault.name
        assert heard == name, role


def test_a_user_of_one_account_has_no_other(guarded):
    add_user(guarded, "delilahs", "admin", "--account", "y-y-y-delilah")
    add_user(guarded, "others", "admin", "--account", "default")
    assert Lrm(guarded, headers=basic("delilahs")).allocate("y1968", UNATT=1).status_code == 200
    assert problem_of(Lrm(guarded, headers=basic("others")).allocate("y1968", UNATT=2)) == (403, "access_denied")
    assert problem_of(Lrm(guarded, headers=basic("others")).get("service-license")) == (403, "access_denied")
    assert takes_over_soap(guarded, basic("others")) == 200
    assert takes_over_soap(guarded, basic("delilahs")) == 403
    assert refusal_of(Floating(guarded, basic("delilahs")).post("add_consumption", {"product": "app"})) == (403, "access_denied")
    for path in ("/api/license-usage", "/api/history", "/api/license-info"):
        assert problem_of(Usage(guarded, basic("delilahs")).get(path, account="default")) == (403, "access_denied"), path
        assert Usage(guarded, basic("delilahs")).get(path, account="y-y-y-delilah").status_code == 200, path


def test_a_stand_by_asks_itself_and_the_writer_believes_it(new_tally, database, folder):
    password_file = folder + "/password"
    with open(password_file, "w", encoding="utf-8") as file:
        file.write(PASSWORD)
    writer = new_tally("--authentication", store=("--database", database)).start()
    writer.password_file = password_file
    add_user(writer, "client", "client")
    stand_by = new_tally("--authentication", "--advertise", "127.0.0.1:1", store=("--database", database)).start()
    assert takes_over_soap(stand_by, {}) == 401
    assert requests.get(stand_by.base_url + "/health/ready", timeout=TIMEOUT).json()["role"] == "standby"


def test_a_proxy_vouches_and_needs_no_password(new_tally):
    server = new_tally("--authentication", "--identity-proxies", "127.0.0.1", "--identity-proxy-header", "X-User",
                       "--identity-administrators", "DOM\\admin").start()
    assert takes_over_soap(server, {"X-User": "DOM\\ivanov"}) == 200
    assert takes_over_soap(server, {}) == 401
    assert Usage(server, {"X-User": "DOM\\ivanov"}).get("/api/history").status_code == 403
    assert Usage(server, {"X-User": "dom\\ADMIN"}).get("/api/history").status_code == 200


def test_mistakes_on_the_command_line_are_told_and_change_nothing(guarded, folder):
    short = folder + "/short"
    with open(short, "w", encoding="utf-8") as file:
        file.write("short\n")
    before = guarded.command("user", "list").stdout
    for arguments, words in ((["add", "x", "--role", "king"], "--role"), (["add", "a:b", "--role", "reader"], "colons"),
                             (["add", "reader", "--role", "admin"], "already"), (["remove", "nobody"], "no user"),
                             (["add", "x", "--role", "reader", "--password-file", short], "8 to 256"),
                             (["set-password", "reader", "--password-file", folder + "/none"], "can't be read"),
                             (["set-password", "nobody", "--password-file", guarded.password_file], "no user")):
        done = guarded.command("user", *arguments)
        assert done.returncode != 0 and words in done.stderr, (arguments, done.stderr)
    assert guarded.command("user", "list").stdout == before
    assert guarded.command("key", "add", "nobody").returncode != 0


@pytest.mark.parametrize("options, starts", [
    ((), False), (("--authentication",), False), (("--authentication", "--identity-proxies", "10.0.0.1"), True),
    (("--authentication", "--insecure"), True)])
def test_beyond_this_machine_it_listens_only_where_nobody_can_overhear_or_it_is_accepted(new_tally, options, starts):
    server = new_tally(*options, listen="0.0.0.0:0")
    if starts:
        server.start()
    else:
        assert not server.launch() and server.wait_refused() == 3
