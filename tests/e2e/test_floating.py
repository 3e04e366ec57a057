"""The twelve golden exchanges of the floating server's interface, each as its clients send it, and what surrounds them."""

import base64
import datetime
import json
import socket

import pytest

import postgres
from deadline import until
from floating import Floating, counter, refusal_of
from soap import OPTION


@pytest.fixture
def server(new_tally, database):
    """The license `app` has 100 units a day and 5 users; f1 has 50 units, f2 has 3 places."""
    return new_tally(store=("--database", database)).start()


@pytest.fixture
def client(server):
    return Floating(server)


def set_back_to_the_past(database):
    postgres.query(database, "UPDATE tally_ledger.consumption SET next_reset = '2020-01-02' RETURNING 1")


# The golden exchanges


def test_golden_1_the_documented_request_with_numbers_as_text(client):
    assert client.ok("add_consumption", product="app", consumptions="2")["total_consumptions"] == 2


def test_golden_2_a_body_with_a_capital_key_and_nothing_else_is_one_unit(client):
    before = client.consume(2)
    assert client.ok("add_consumption", Product="app")["total_consumptions"] == before + 1


def test_golden_3_the_python_sdks_body(client):
    reply = client.ok("add_consumption", product="app", user="hw", sdk_ver="PythonSDK 4.0.0", consumptions=3, license_id=1001)
    assert (reply["total_consumptions"], reply["max_consumptions"], reply["consumption_period"]) == (3, 100, "daily")


def test_golden_4_a_negative_amount_gives_back_but_not_below_zero(client):
    client.consume(5)
    assert client.consume(-2) == 3
    assert client.refused("add_consumption", product="app", consumptions=-4) == (400, "negative_consumptions_not_allowed")
    assert client.consume(0) == 3


def test_golden_5_more_than_is_left_is_refused_and_changes_nothing(client):
    client.consume(7)
    assert client.refused("add_consumption", product="app", consumptions=1000) == (400, "license_not_enough_consumptions")
    assert client.consume(0) == 7


def test_golden_6_overage_settings_are_changed_by_a_request_for_later_ones(client):
    reply = client.ok("add_consumption", product="app", consumptions=0, max_overages=10, allow_overages=True)
    assert (reply["max_overages"], reply["allow_overages"]) == (10, True)
    assert client.consume(110) == 110
    assert client.refused("add_consumption", product="app") == (400, "license_not_enough_consumptions")


def test_golden_7_the_node_clients_nulls_leave_the_settings_alone(client):
    client.ok("add_consumption", product="app", consumptions=0, max_overages=10, allow_overages=True)
    reply = client.ok("add_consumption", product="app", consumptions=1, max_overages=None, allowOverages=None)
    assert (reply["max_overages"], reply["allow_overages"], reply["total_consumptions"]) == (10, True, 1)


def test_golden_8_an_unknown_product(client):
    assert client.refused("add_consumption", product="nope", consumptions=1) == (400, "unknown_product")


def test_golden_9_a_features_units(client):
    assert client.ok("add_feature_consumption", product="app", feature="f1", consumptions=1)["total_consumptions"] == 1
    assert client.refused("add_feature_consumption", product="app", feature="f1", consumptions=50) == (
        400, "feature_not_enough_consumptions")


def test_golden_10_a_body_that_is_not_json(client):
    assert refusal_of(client.post("add_consumption", raw=b"not json")) == (400, "invalid_json")


def test_golden_11_of_two_licenses_the_one_added_last(new_tally, database, folder):
    def app(number):
        return {"id": number, "product": "app", "type": "consumption", "max_consumptions": 10}

    catalog = folder + "/two.json"
    with open(catalog, "w", encoding="utf-8") as file:
        json.dump({"accounts": [{"id": "default", "licenses": [app(2001), app(2000)]}]}, file)
    client = Floating(new_tally(store=("--database", database), catalog=catalog).start())
    assert client.ok("add_consumption", product="app")["id"] == 2000
    assert client.ok("add_consumption", product="app", license_id=2001)["id"] == 2001
    assert [one["id"] for one in client.get("/api/v4/licenses", product="app").json()] == [2001, 2000]


def test_golden_12_a_period_that_ended_leaves_the_limit_full_again(server, client, database):
    client.consume(100)
    server.stop()
    set_back_to_the_past(database)
    server.start()
    client = Floating(server)
    assert client.consume(100) == 100, "one reset, and the whole limit again"
    assert client.refused("add_consumption", product="app") == (400, "license_not_enough_consumptions")
    resets = postgres.query(database, "SELECT quantity, used_after, reason FROM tally.events WHERE kind = 'reset'")
    assert resets == [(100, 0, "daily")]
    until(lambda: counter(database)["gross"] == 200, "the view follows", within=5)


# What surrounds them


def test_a_counter_that_nobody_touches_returns_to_0_by_itself(server, client, database):
    client.consume(30)
    server.stop()
    set_back_to_the_past(database)
    server.start()
    until(lambda: counter(database)["used"] == 0, "the reset is in the view")
    row = counter(database)
    assert (row["gross"], row["high_water"]) == (30, 30)
    assert postgres.query(database, "SELECT next_reset > now() AND next_reset <= now() + interval '1 day'"
                                    " AND extract(hour FROM next_reset AT TIME ZONE 'UTC') = 0"
                                    " FROM tally.counters WHERE feature = '@consumption'") == [(True,)]


def test_what_was_answered_survives_a_kill(server, client, database):
    client.ok("register", product="app", user="anna")
    client.ok("add_consumption", product="app", consumptions=0, max_overages=10, allow_overages=True)
    client.consume(42)
    server.kill()
    server.start()
    client = Floating(server)
    reply = client.ok("add_consumption", product="app", consumptions=0)
    assert (reply["total_consumptions"], reply["max_overages"]) == (42, 10)
    assert client.ok("register", product="app", user="anna")["floating_in_use"] == 1


def test_a_place_is_a_row_of_the_view_with_its_end(client, database):
    client.ok("register", product="app", user="anna", os_hostname="PC-1", ip_local="10.0.0.1")
    rows = postgres.query(database, "SELECT h.holder_kind, h.holder, h.session_id, h.quantity, c.feature,"
                                    " h.expires_at - h.taken_at = interval '120 minutes'"
                                    " FROM tally.holds h JOIN tally.counters c ON c.id = h.counter_id")
    assert rows == [("user", "anna", None, 1, "@users", True)]
    client.post("unregister", {"product": "app", "user": "anna"})
    assert postgres.query(database, "SELECT 1 FROM tally.holds") == []
    assert postgres.query(database, "SELECT kind, user_name, door FROM tally.events WHERE user_name = 'anna' ORDER BY token") == [
        ("granted", "anna", "floating"), ("given_back", "anna", "floating")]


def test_registering_borrowing_and_giving_back(client):
    seat = client.ok("register", product="app", user="anna", user_info=None, sdk_ver="PythonSDK 4.0.0")
    assert seat["floating_slots_in_use"] == 1 and seat["is_floating"] is True
    assert json.loads(seat["license_json"])["id"] == 1001
    until_tomorrow = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    lent = client.ok("borrow", product="app", user="anna", borrowed_until=until_tomorrow)
    assert (lent["borrowed_until"], lent["is_borrowed"], lent["floating_in_use"]) == (until_tomorrow, True, 1)
    assert client.refused("borrow", product="app", user="anna", borrowed_until="2020-01-01T00:00:00Z") == (400, "borrow_until_not_valid")
    assert client.post("unregister", {"product": "app", "user": "anna"}).text == "user_unregistered"
    assert client.license()["floating_in_use"] == 0


def test_a_floating_feature_belongs_to_a_registered_user_and_goes_with_the_registration(client):
    assert client.refused("featureRegister", product="app", feature="f2", user="anna") == (400, "license_not_registered")
    client.ok("register", product="app", user="anna")
    assert client.ok("featureRegister", product="app", feature="f2", user="anna")["floating_in_use_devices"] == 1
    client.post("unregister", {"product": "app", "user": "anna"})
    assert client.license()["product_features"][1]["floating_in_use_devices"] == 0


def test_an_option_taken_over_soap_shows_at_once_at_this_door(server, client, new_client):
    soap = new_client(server)
    session = soap.log_in()
    soap.increment(session, OPTION)
    assert client.license("docsvision")["product_features"][0]["floating_in_use_devices"] == 1
    assert client.ok("featureRegister", product="docsvision", feature="option-1", user="anna")["floating_in_use_devices"] == 2
    assert soap.increment_up_to_the_limit(session, OPTION) == 8


def test_all_places_go_back_by_get_as_the_sdks_do_it_but_not_for_another_sites_page(client):
    client.ok("register", product="app", user="anna")
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}):
        assert refusal_of(client.get("/api/v4/unregister/all", headers=headers)) == (403, "access_denied")
    assert client.license()["floating_in_use"] == 1
    response = client.get("/api/v4/unregister/all")
    assert (response.status_code, response.content) == (200, b"")
    assert client.license()["floating_in_use"] == 0


def test_clients_do_not_take_it_for_version_2(client):
    assert refusal_of(client.get("/api/v5/ping")) == (404, "not_found")


def test_the_log_in_gives_a_token_and_no_later_call_needs_it(client):
    reply = client.http.get(client.url + "/auth", auth=("anna", "secret")).json()
    assert reply["message"] == "Login successful"
    claims = reply["token"].split(".")[1]
    assert json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4))) == {"username": "anna", "role": "user"}
    assert client.post("add_consumption", {"product": "app"}, headers={"Authorization": "Bearer undefined"}).status_code == 200


def test_is_online_and_health(client):
    assert client.get("/").status_code == 200
    assert client.get("/api/v4/health").status_code == 200


def test_a_repeat_under_an_idempotency_key_counts_once_also_after_a_restart(server, client):
    key = {"Idempotency-Key": "order-17"}
    first = client.post("add_consumption", {"product": "app", "consumptions": 5}, headers=key)
    seat = client.post("register", {"product": "app", "user": "anna"}, headers=key)
    server.kill()
    server.start()
    client = Floating(server)
    again = client.post("add_consumption", {"product": "app", "consumptions": 5}, headers=key)
    assert (again.status_code, again.content) == (200, first.content)
    assert client.post("register", {"product": "app", "user": "anna"}, headers=key).content == seat.content
    assert client.refused("add_consumption", product="app", consumptions=6, headers=key) == (422, "idempotency_conflict")
    assert client.consume(0) == 5


def test_settings_made_by_requests_outlive_an_import_of_the_same_catalogue(server, client):
    client.ok("add_consumption", product="app", consumptions=0, max_overages=10, allow_overages=True)
    server.stop()
    server.start()
    assert Floating(server).ok("add_consumption", product="app", consumptions=0)["max_overages"] == 10


def test_a_stand_by_takes_requests_to_the_writer(new_tally, database):
    with socket.create_server(("127.0.0.1", 0)) as probe:  # a stand-by must be told a port, so none is drawn at the start
        address = "127.0.0.1:%d" % probe.getsockname()[1]
    new_tally(store=("--database", database), listen=address).start()
    client = Floating(new_tally(store=("--database", database)).start())
    assert client.consume(3) == 3
    assert client.refused("add_consumption", product="app", consumptions=98) == (400, "license_not_enough_consumptions")
    assert client.ok("register", product="app", user="anna")["floating_in_use"] == 1
    assert client.license()["total_consumptions"] == 3
    assert client.post("unregister", {"product": "app", "user": "anna"}).text == "user_unregistered"
    assert refusal_of(client.get("/api/v4/unregister/all", headers={"Sec-Fetch-Site": "cross-site"})) == (403, "access_denied")
    assert client.get("/").status_code == 200
