"""`GET /api/license-usage` and `/api/license-info`: who holds what, and what is allowed."""

import concurrent.futures
import copy
import json

import psycopg2
import pytest

import postgres
from deadline import until
from floating import Floating
from soap import OPTION_MAXIMUM
from tally_program import SAMPLE_CATALOG
from usage import CLIENT, Usage, problem_of

MEMBERS = {"productId": int, "productName": str, "productUsedCount": int, "productBalance": int, "globalProductUsedCount": int,
           "token": int, "time": str, "reason": str, "session": dict}
SESSION_4D = {"type": str, "userName": str, "machineName": str, "systemUserName": str, "IPAddress": str, "hostType": str,
              "creationDateTime": str, "state": str, "ID": str, "persistentID": str, "licenseToken": int}


@pytest.fixture
def usage(tally):
    return Usage(tally)


def types_of(element):
    return {name: type(value) for name, value in element.items()}


def test_a_place_taken_over_soap_is_an_element_with_every_documented_attribute(usage, client):
    assert usage.list() == []
    session = client.log_in(ComputerName="PC-12", ComputerAddress="192.0.2.10")
    client.increment(session)
    (element,) = usage.list()
    assert types_of(element) == MEMBERS and types_of(element["session"]) == SESSION_4D
    assert (element["productName"], element["productUsedCount"], element["productBalance"]) == ("Sample option", 1, OPTION_MAXIMUM - 1)
    assert element["reason"] == "CLIENT"
    told = element["session"]
    assert (told["type"], told["machineName"], told["IPAddress"], told["state"]) == ("remote", "PC-12", "192.0.2.10", "active")
    assert told["licenseToken"] == element["token"]
    client.decrement(session)
    assert usage.list() == []


def test_counts_are_frozen_when_the_place_is_taken(usage, client):
    session = client.log_in()
    for _ in range(3):
        client.increment(session)
    before = usage.list()
    assert [each["productUsedCount"] for each in before] == [1, 2, 3]
    client.decrement(session)
    assert usage.list() == before[:2], "what is given back leaves the others as they were"
    client.increment(session)
    assert usage.list()[:2] == before[:2]
    assert usage.list()[2]["token"] > before[2]["token"], "a token never repeats"


def test_a_registration_shows_its_user_host_and_address(usage, tally):
    floating = Floating(tally)
    floating.ok("register", product="app", user="anna", os_hostname="LAPTOP", ip_local="198.51.100.7")
    floating.ok("featureRegister", product="app", user="anna", feature="f2", os_hostname="LAPTOP", ip_local="198.51.100.7")
    seat, editor = usage.list()
    assert (seat["productName"], editor["productName"]) == ("Sample application", "Editor")
    for element in (seat, editor):
        told = element["session"]
        assert types_of(told) == SESSION_4D
        assert (told["userName"], told["machineName"], told["IPAddress"]) == ("anna", "LAPTOP", "198.51.100.7")
    assert (editor["productUsedCount"], editor["productBalance"]) == (1, 2)
    floating.consume(5)
    assert len(usage.list()) == 2, "units that are used up are no places"
    floating.consume(-5)
    floating.get("/api/v4/unregister/all")
    assert usage.list() == []


def test_the_id_of_a_soap_session_is_not_given_away(usage, client):
    """Whoever knows it could end the session."""
    session = client.log_in()
    client.increment(session)
    text = usage.get("/api/license-usage").text
    assert session.replace("-", "").upper() not in text.upper() and session not in text.lower()


def test_places_are_found_by_product_user_and_kind(usage, client, tally):
    session = client.log_in()
    client.increment(session)
    Floating(tally).ok("register", product="app", user="boris")
    option, seat = usage.list()
    assert usage.list(product="docsvision") == usage.list(product="Sample option") == [option]
    assert usage.list(product=option["productId"]) == [option]
    assert usage.list(user="boris") == usage.list(product="app", user="boris", kind="remote", account="default") == [seat]
    assert usage.list(user="nobody") == usage.list(product="nothing") == usage.list(kind="sql") == usage.list(account="other") == []
    Floating(tally).get("/api/v4/unregister/all")


def test_a_long_list_comes_in_pages(usage, client):
    session = client.log_in()
    for _ in range(5):
        client.increment(session)
    whole, pages, link = usage.list(), [], "/api/license-usage?limit=2&product=docsvision"
    while link:
        response = usage.get(link)
        pages.append(response.json())
        link = response.links.get("next", {}).get("url")
    assert [len(page) for page in pages] == [2, 2, 1] and sum(pages, []) == whole


@pytest.mark.parametrize("query", [
    "unknown=1", "limit=0", "limit=10001", "limit=x", "after=-1", "at=yesterday", "kind=robot", "user=", "user=a&user=b", "at=",
    "user=%ff", "product=" + 257 * "x"])
def test_what_can_not_be_asked_is_refused(usage, query):
    assert problem_of(usage.get("/api/license-usage?" + query)) == (400, "validation_error")


def test_license_info_counts_what_is_used_and_allowed(usage, client):
    session = client.log_in()
    client.increment(session)
    assert usage.product("Sample option") == (1, OPTION_MAXIMUM)
    assert usage.product("4D Client") == (0, 10)
    assert [each["id"] for each in usage.get("/api/license-info").json()["products"] if each["name"] == "4D Client"] == [CLIENT]
    assert usage.get("/api/license-info", account="y-y-y-delilah").json() == {
        "name": "y-y-y-delilah", "companyName": "Delilah", "evaluation": False, "products": []}
    assert problem_of(usage.get("/api/license-info", account="nobody")) == (404, "unknown_account")
    assert problem_of(usage.get("/api/license-info?what=1")) == (400, "validation_error")


def test_rights_of_several_licenses_are_one_product_and_expired_ones_are_not_counted(new_tally, folder):
    catalog = json.loads(SAMPLE_CATALOG.read_text())
    licenses = catalog["accounts"][0]["licenses"]
    base = licenses[2]
    for number, maximum, until in ((1003, 5, "2020-03-01"), (1004, 7, "2999-01-01")):
        more = copy.deepcopy(base)
        more.update(id=number, key="4D-%d" % number, valid_until=until)
        more["features"][0]["maximum"] = maximum
        licenses.append(more)
    path = folder + "/catalog.json"
    with open(path, "w", encoding="utf-8") as file:
        json.dump(catalog, file)
    usage = Usage(new_tally(catalog=path).start())
    (product,) = [each for each in usage.get("/api/license-info").json()["products"] if each["id"] == CLIENT]
    assert (product["usedCount"], product["allowedCount"]) == (0, 17)
    assert product["rights"] == [{"count": 10}, {"count": 5, "expirationDate": {"day": 29, "month": 2, "year": 2020}},
                                 {"count": 7, "expirationDate": {"day": 31, "month": 12, "year": 2998}}]


def test_a_past_instant_is_answered_as_it_was_then(usage, client, tally):
    floating = Floating(tally)
    session = client.log_in(ComputerName="PC-1")
    client.increment(session)
    floating.ok("register", product="app", user="clara", os_hostname="HOST", ip_local="203.0.113.9")
    then = usage.list()
    assert len(then) == 2
    at = max(each["time"] for each in then)
    client.increment(session)
    client.log_out(session)
    floating.get("/api/v4/unregister/all")
    floating.ok("register", product="app", user="clara", os_hostname="ELSEWHERE")
    assert len(usage.list()) == 1
    assert usage.list(at=at) == then
    assert usage.list(at=at, user="clara") == then[1:]
    assert usage.list(at=then[0]["time"]) == then[:1], "the instant itself belongs to what was taken at it"
    assert usage.list(at="2000-01-01") == [], "the ledger has everything, and nothing was held"
    floating.get("/api/v4/unregister/all")


def test_before_the_ledgers_retained_part_nothing_can_be_told(new_tally, new_client):
    """A month of the ledger leaves as docs/operations tells: its partition is dropped."""
    server = new_tally().start()
    client = new_client(server)
    client.increment(client.log_in())
    usage = Usage(server)
    assert usage.list(at="2000-01-01") == []
    postgres.query(server.database_url(), "SELECT tally_ledger.ensure_events_partition('2026-03-15'::timestamptz)")
    postgres.query(server.database_url(), "UPDATE tally_ledger.events SET at = '2026-03-10T12:00:00Z' WHERE token = 1")
    assert usage.list(at="2026-03-11") == []
    postgres.query(server.database_url(), "DROP TABLE tally_ledger.events_2026_03")
    (retained,) = postgres.query(server.database_url(), "SELECT to_char(date_trunc('month', now() AT TIME ZONE 'UTC'), 'YYYY-MM-DD')")
    for at in ("2000-01-01", "2026-03-11", retained[0] + "T00:00:00+00:01"):
        assert problem_of(usage.get("/api/license-usage", at=at)) == (410, "not_retained"), at
    assert usage.list(at=retained[0] + "T00:00:00Z") == []
    assert len(usage.list()) == 1


def test_a_stand_by_tells_the_usage_and_what_is_allowed(new_tally, new_client, database):
    writer = new_tally(store=("--database", database)).start()
    stand_by = new_tally(store=("--database", database)).start()
    client = new_client(writer)
    client.increment(client.log_in())
    (element,) = Usage(writer).list()
    assert Usage(stand_by).list() == [element] and Usage(stand_by).list(at=element["time"]) == [element]
    told = [Usage(server).get("/api/license-info") for server in (writer, stand_by)]
    assert told[0].status_code == told[1].status_code == 200 and told[0].json() == told[1].json()


def test_beyond_what_waits_a_question_is_turned_away_at_once_and_the_others_are_answered(new_tally, database):
    server = new_tally(store=("--database", database)).start()
    assert Usage(server).list() == []
    blocker = psycopg2.connect(database)
    blocker.cursor().execute("LOCK TABLE tally_ledger.registrations IN ACCESS EXCLUSIVE MODE")
    with concurrent.futures.ThreadPoolExecutor(max_workers=80) as pool:
        asked = [pool.submit(Usage(server).get, "/api/license-usage") for _ in range(80)]
        until(lambda: sum(one.done() for one in asked) == 80 - 1 - 64, "all that find no room are answered")
        turned_away = [one.result() for one in asked if one.done()]
        blocker.rollback()
        answered = [one.result() for one in asked]
    blocker.close()
    assert {problem_of(one) for one in turned_away} == {(503, "busy")}
    assert sorted(one.status_code for one in answered) == [200] * 65 + [503] * 15


def test_tokens_and_counts_survive_a_kill(new_tally, new_client):
    server = new_tally().start()
    client = new_client(server)
    session = client.log_in()
    for _ in range(3):
        client.increment(session)
    Floating(server).ok("register", product="app", user="dora")
    before = Usage(server).list()
    assert len(before) == 4
    server.kill()
    server.start()
    assert Usage(server).list() == before


def test_a_shared_place_is_one_element(new_tally, new_client, folder):
    catalog = json.loads(SAMPLE_CATALOG.read_text())
    catalog["accounts"][0]["licenses"][0]["features"][0]["count_by"] = "connection"
    path = folder + "/catalog.json"
    with open(path, "w", encoding="utf-8") as file:
        json.dump(catalog, file)
    server = new_tally(catalog=path).start()
    client = new_client(server)
    sessions = [client.log_in(ComputerName=name) for name in ("PC-1", "pc-1", "PC-2")]
    for session in sessions:
        client.increment(session)
    usage = Usage(server)
    first, other = usage.list()
    assert (first["productUsedCount"], other["productUsedCount"]) == (1, 2)
    client.log_out(sessions[0])
    assert len(usage.list()) == 2, "the place lasts as long as one of its sessions"
    client.log_out(sessions[1])
    assert usage.list() == [other]


def test_a_database_that_is_away_is_told_of_and_come_back_to(new_tally, new_client, cluster, database):
    server = new_tally(store=("--database", database)).start()
    client = new_client(server)
    client.increment(client.log_in())
    usage = Usage(server)
    (element,) = usage.list()
    postgres.query(database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tally usage'")
    answers = [usage.get("/api/license-usage") for _ in range(2)]
    assert {answer.status_code for answer in answers} <= {200, 503}
    assert answers[-1].status_code == 200 and answers[-1].json() == [element]


def opened(usage, **session):
    response = usage.post("/api/sessions", session)
    assert response.status_code == 201, response.text
    return response.json()


def taken(usage, session, **place):
    response = usage.post("/api/sessions/%s/places" % session["id"], place)
    assert response.status_code == 201, response.text
    return response.json()


def test_a_4d_program_opens_a_session_takes_a_place_and_frees_it(usage):
    session = opened(usage, userName="Designer", machineName="PC-12", systemUserName="jdoe", IPAddress="192.0.2.10", hostType="windows",
                     persistentID="00112233445566778899aabbccddeeff")
    place = taken(usage, session, product=CLIENT, reason="BACKUP")
    (element,) = usage.list(user="Designer")
    told = element.pop("session")
    assert element == {**place, "reason": "BACKUP"} and element["productId"] == CLIENT
    assert types_of(told) == SESSION_4D
    assert {name: told[name] for name in ("type", "machineName", "systemUserName", "IPAddress", "hostType", "ID", "persistentID")} == {
        "type": "remote", "machineName": "PC-12", "systemUserName": "jdoe", "IPAddress": "192.0.2.10", "hostType": "windows",
        "ID": session["ID"], "persistentID": "00112233445566778899AABBCCDDEEFF"}
    assert session["id"] not in usage.get("/api/license-usage").text, "who knows the id may use the session"
    path = "/api/sessions/%s" % session["id"]
    for _ in range(2):
        assert usage.delete("%s/places/%d" % (path, place["token"])).status_code == 204, "giving back what is not held succeeds"
    assert usage.list() == [] and usage.product("4D Client") == (0, 10)
    assert usage.post(path + "/contact").status_code == 204
    assert usage.delete(path).status_code == 204
    for call in (usage.delete(path), usage.post(path + "/contact"), usage.post(path + "/places"), usage.delete(path + "/places/1")):
        assert problem_of(call) == (404, "invalid_session")


def test_sessions_of_each_kind_have_their_own_shape_and_are_found_by_it(usage):
    kinds = {"remote": {}, "storedProcedure": {}, "web": {"hostType": "browser"}, "rest": {"isDatastore": True},
             "sql": {"userAgent": "ODBC", "userId": 7}}
    sessions = {kind: opened(usage, type=kind, userName="anna", IPAddress="192.0.2.1", **more) for kind, more in kinds.items()}
    for session in sessions.values():
        taken(usage, session)
    reasons = {"remote": "CLIENT", "storedProcedure": "PROCEDURE", "web": "WEB", "rest": "REST", "sql": "SQL"}
    for kind, reason in reasons.items():
        (element,) = usage.list(kind=kind)
        assert element["reason"] == reason and element["productId"] == CLIENT
    (rest,), (sql,) = usage.list(kind="rest"), usage.list(kind="sql")
    assert rest["session"] == {"userName": "anna", "sessionID": sessions["rest"]["ID"], "IPAddress": "192.0.2.1", "isDatastore": True}
    assert sql["session"] == {"IPAddress": "192.0.2.1", "userAgent": "ODBC", "userName": "anna", "userId": 7}
    for session in sessions.values():
        assert usage.delete("/api/sessions/" + session["id"]).status_code == 204
    assert usage.list() == [], "the end of a session gives its places back"


def test_no_place_beyond_the_limit(usage):
    session = opened(usage, type="rest")
    tokens = [taken(usage, session, product="4D Client")["token"] for _ in range(10)]
    assert problem_of(usage.post("/api/sessions/%s/places" % session["id"], {"product": "4d-client"})) == (409, "feature_limit")
    assert [element["token"] for element in usage.list()] == tokens
    usage.delete("/api/sessions/%s/places/%d" % (session["id"], tokens[3]))
    assert taken(usage, session)["productUsedCount"] == 10
    assert problem_of(usage.post("/api/sessions/%s/places" % session["id"], {"product": "nothing"})) == (404, "unknown_feature")
    usage.delete("/api/sessions/" + session["id"])


def test_one_counter_through_every_door_is_one_limit_and_all_show(usage, client, tally):
    """An option over SOAP, a feature over the floating server, a product here: the sample option has one counter."""
    session = client.log_in(ComputerName="PC-1")
    for _ in range(OPTION_MAXIMUM - 2):
        client.increment(session)
    floating = Floating(tally)
    floating.ok("featureRegister", product="docsvision", user="anna", feature="option-1")
    program = opened(usage, userName="boris")
    taken(usage, program, product="option-1")
    assert problem_of(usage.post("/api/sessions/%s/places" % program["id"], {"product": "Sample option"})) == (409, "feature_limit")
    assert floating.post("featureRegister", {"product": "docsvision", "user": "clara", "feature": "option-1"}).status_code == 400
    with pytest.raises(Exception, match="FeatureLimit"):
        client.increment(session)
    shown = usage.list(product="Sample option")
    assert len(shown) == OPTION_MAXIMUM and shown[-1]["productBalance"] == 0
    assert {element["session"]["userName"] for element in shown} >= {"anna", "boris"}
    client.log_out(session)
    floating.get("/api/v4/featureRelease/all", product="docsvision", feature="option-1")
    usage.delete("/api/sessions/" + program["id"])
    assert usage.list() == []


@pytest.mark.parametrize("body", [
    {"type": "robot"}, {"userName": 7}, {"userName": 257 * "x"}, {"userName": "a\u0001"}, {"hostType": "toaster"}, {"persistentID": "12"},
    {"userId": "7"}, {"isDatastore": 1}, {"unknown": 1}, [1], "text"])
def test_a_session_that_can_not_be_is_refused(usage, body):
    assert problem_of(usage.post("/api/sessions", body)) == (400, "validation_error")


def test_what_can_not_be_asked_of_a_session_is_refused(usage):
    session = opened(usage)
    path = "/api/sessions/" + session["id"]
    for body in ({"product": ""}, {"product": 1.5}, {"reason": 7}, {"more": 1}, [1]):
        assert problem_of(usage.post(path + "/places", body)) == (400, "validation_error")
    assert problem_of(usage.delete(path + "/places/x")) == (400, "validation_error")
    assert problem_of(usage.post("/api/sessions/nobody/contact")) == (404, "invalid_session")
    assert problem_of(usage.post("/api/sessions", {"account": "nobody"})) == (404, "unknown_database")
    assert problem_of(usage.post("/api/sessions", {}, headers={"Origin": "http://elsewhere.example"})) == (403, "access_denied")
    assert usage.get("/api/sessions").status_code == 405
    usage.delete(path)


def test_a_repeat_under_an_idempotency_key_takes_once_also_after_a_kill(new_tally):
    server = new_tally().start()
    usage = Usage(server)
    sessions = {usage.post("/api/sessions", {"userName": "anna"}, headers={"Idempotency-Key": "open"}).json()["id"] for _ in range(2)}
    (session,) = sessions
    places = [usage.post("/api/sessions/%s/places" % session, {"reason": "ONCE"}, headers={"Idempotency-Key": "take"}).json() for _ in range(2)]
    assert places[0] == places[1]
    before = usage.list()
    assert len(before) == 1
    server.kill()
    server.start()
    usage = Usage(server)
    assert usage.list() == before and before[0]["reason"] == "ONCE"
    again = usage.post("/api/sessions/%s/places" % session, {"reason": "ONCE"}, headers={"Idempotency-Key": "take"})
    assert again.json() == places[0] and usage.list() == before


def test_each_place_is_a_line_of_the_log_when_it_is_taken_and_when_it_comes_back(new_tally, new_client):
    server = new_tally("--log-license-usage").start()
    usage, client = Usage(server), new_client(server)
    session = opened(usage, userName="Designer", IPAddress="192.0.2.10")
    place = taken(usage, session, reason="BACKUP")
    usage.delete("/api/sessions/" + session["id"])
    soap_session = client.log_in(ComputerAddress="192.0.2.11")
    client.increment(soap_session)
    (option,) = usage.list()
    client.decrement(soap_session)
    Floating(server).ok("register", product="app", user="anna", ip_local="192.0.2.12")
    (seat,) = usage.list()
    Floating(server).get("/api/v4/unregister/all")
    expected = [
        "License %s %s (current use %d) by user %s with IP %s with token %d: %s ()" % (name, verb, use, user, address, token, reason)
        for name, user, address, token, reason in [
            ("4D Client", "Designer", "192.0.2.10", place["token"], "BACKUP"),
            ("Sample option", option["session"]["userName"], "192.0.2.11", option["token"], "CLIENT"),
            ("Sample application", "anna", "192.0.2.12", seat["token"], "CLIENT")]
        for verb, use in (("retained", 1), ("released", 0))]
    until(lambda: lines_of(server) == expected, "the log has the lines", within=10)


def lines_of(server):
    return [line.partition("[LICUSAGE] INFO - ")[2] for line in server.log().splitlines() if "[LICUSAGE]" in line]
