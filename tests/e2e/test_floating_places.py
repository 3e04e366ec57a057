"""Places of named users over time: renewed by repeating, freed when they are not, borrowed until a date, and never in others' way."""

import datetime
import json

import pytest

import postgres
from deadline import until
from floating import Floating, counter

KINDS = [{"code": "pages", "type": "consumption", "max_consumptions": 10},
         {"code": "editor", "type": "floating", "maximum": 1},
         {"code": "viewer", "type": "floating", "maximum": None},
         {"code": "printer", "id": "0f8fad5b-d9cb-469f-a165-70867728950e", "type": "floating", "maximum": 2, "floating_timeout": 60}]


@pytest.fixture
def new_server(new_tally, database, folder):
    """A server whose product `app` has these members."""
    def make(**license):
        catalog = folder + "/places.json"
        with open(catalog, "w", encoding="utf-8") as file:
            json.dump({"accounts": [{"id": "default", "licenses": [{"id": 1001, "product": "app", **license}]}]}, file)
        return new_tally(store=("--database", database), catalog=catalog).start()
    return make


def from_now(**time):
    then = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**time)
    return then.strftime("%Y-%m-%dT%H:%M:%SZ")


def ledger(database, code="@users"):
    return postgres.query(database, "SELECT kind, user_name, reason FROM tally.events WHERE counter_id = %s ORDER BY token",
                          counter(database, code)["id"])


def is_refused(client, user):
    """Whether no place is left for them."""
    response = client.post("register", {"product": "app", "user": user})
    if response.status_code == 200:
        return False
    assert response.json()["code"] == "license_activated_max_times"
    return True


def test_a_place_that_is_not_renewed_for_floating_timeout_goes_to_the_next(new_server, database):
    """The shortest that a catalogue can say, in real time: a minute."""
    client = Floating(new_server(floating_users=2, floating_timeout=1))
    client.ok("register", product="app", user="silent")
    client.ok("register", product="app", user="alive")
    assert is_refused(client, "newcomer")

    def renewed_and_asked():
        client.ok("register", product="app", user="alive")
        return not is_refused(client, "newcomer")

    until(renewed_and_asked, "the silent one's place is free", within=120, pause=5)
    holders = postgres.query(database, "SELECT holder FROM tally.holds ORDER BY holder")
    assert holders == [("alive",), ("newcomer",)]
    assert [line for line in ledger(database) if line[0] in ("granted", "expired")] == [
        ("granted", "silent", ""), ("granted", "alive", ""), ("expired", "silent", "lapsed"), ("granted", "newcomer", "")]
    apart = postgres.query(database, "SELECT extract(epoch FROM max(at) - min(at)) FROM tally.events WHERE user_name = 'silent'")
    assert 60 <= apart[0][0] < 120


def test_a_lease_that_ended_while_the_server_was_down_blocks_nobody(new_server, database):
    server = new_server(floating_users=1, floating_timeout=120, features=KINDS)
    client = Floating(server)
    client.ok("register", product="app", user="anna")
    client.ok("featureRegister", product="app", feature="editor", user="anna")
    server.stop()
    postgres.query(database, "UPDATE tally_ledger.registrations SET expires_at = now() - interval '1 second' RETURNING 1")
    server.start()
    client = Floating(server)
    assert client.ok("register", product="app", user="boris")["floating_in_use"] == 1
    assert client.ok("featureRegister", product="app", feature="editor", user="boris")["floating_in_use_devices"] == 1
    assert ("expired", "anna", "lapsed") in ledger(database) and ("expired", "anna", "lapsed") in ledger(database, "editor")


def test_a_lease_goes_on_over_an_orderly_stop_where_it_stood(new_server, database):
    server = new_server(floating_users=1, floating_timeout=120)
    Floating(server).ok("register", product="app", user="anna")
    server.restart()
    assert is_refused(Floating(server), "boris")
    assert postgres.query(database, "SELECT expires_at > now() + interval '110 minutes' FROM tally.holds") == [(True,)]


def test_a_loan_lasts_until_its_date_without_renewal_and_not_longer(new_server, database):
    client = Floating(new_server(floating_users=1, floating_timeout=1))
    date = from_now(seconds=4)
    assert client.ok("borrow", product="app", user="anna", borrowed_until=date)["borrowed_until"] == date
    assert is_refused(client, "boris")
    until(lambda: not is_refused(client, "boris"), "the loan is over")
    assert [line for line in ledger(database) if line[0] != "refused"] == [
        ("granted", "anna", ""), ("expired", "anna", "loan_over"), ("granted", "boris", "")]
    late = postgres.query(database, "SELECT at >= %s FROM tally.events WHERE kind = 'expired'", date)
    assert late == [(True,)]


def test_a_loan_is_moved_and_ended_by_who_has_it(new_server):
    client = Floating(new_server(floating_users=1, max_borrow_time=48))
    assert client.ok("borrow", product="app", user="anna", borrowed_until=from_now(hours=1))["is_borrowed"] is True
    later = from_now(hours=47)
    assert client.ok("borrow", product="app", user="anna", borrowed_until=later)["borrowed_until"] == later
    assert client.ok("register", product="app", user="anna")["borrowed_until"] == later
    assert client.refused("borrow", product="app", user="anna", borrowed_until=from_now(hours=49)) == (400, "borrow_until_not_valid")
    assert client.license()["floating_in_use"] == 1
    assert client.post("unregister", {"product": "app", "user": "anna"}).text == "user_unregistered"
    assert not is_refused(client, "boris")


def test_a_loan_outlives_a_kill(new_server):
    server = new_server(floating_users=1)
    date = from_now(hours=2)
    Floating(server).ok("borrow", product="app", user="anna", borrowed_until=date)
    server.kill()
    server.start()
    client = Floating(server)
    assert is_refused(client, "boris")
    assert client.ok("register", product="app", user="anna")["borrowed_until"] == date


def test_features_of_several_kinds_are_on_one_license(new_server, new_client, database):
    server = new_server(type="consumption", max_consumptions=5, floating_users=3, features=KINDS)
    client, option = Floating(server), KINDS[3]["id"]
    for user in ("anna", "boris", "clara"):
        client.ok("register", product="app", user=user)
    assert client.consume(5) == 5
    assert client.ok("add_feature_consumption", product="app", feature="pages", consumptions=10)["total_consumptions"] == 10
    assert client.refused("add_feature_consumption", product="app", feature="editor") == (400, "feature_not_consumption")
    client.ok("featureRegister", product="app", feature="editor", user="anna")
    assert client.refused("featureRegister", product="app", feature="editor", user="boris") == (400, "license_activated_max_times")
    for user in ("anna", "boris", "clara"):
        client.ok("featureRegister", product="app", feature="viewer", user=user)
    client.ok("featureRegister", product="app", feature="printer", user="anna")
    soap = new_client(server)
    assert soap.increment_up_to_the_limit(soap.log_in(), option) == 1, "anna has the other place"
    assert client.ok("featureRegister", product="app", feature="pages", user="anna")["total_consumptions"] == 10
    license = client.license()
    features = {feature["code"]: feature for feature in license["product_features"]}
    assert {code: feature["feature_type"] for code, feature in features.items()} == {
        "pages": "consumption", "editor": "activation", "viewer": "activation", "printer": "activation"}
    in_use = {code: feature["floating_in_use_devices"] for code, feature in features.items()}
    assert in_use == {"pages": 0, "editor": 1, "viewer": 3, "printer": 2}
    assert (license["total_consumptions"], license["floating_in_use"]) == (5, 3)
    client.post("unregister", {"product": "app", "user": "anna"})
    in_use = {feature["code"]: feature["floating_in_use_devices"] for feature in client.license()["product_features"]}
    assert in_use == {"pages": 0, "editor": 0, "viewer": 2, "printer": 1}


def test_a_license_that_was_removed_is_back_as_it_was_but_without_users(new_server, database):
    server = new_server(type="consumption", max_consumptions=5, floating_users=3, key="K")
    client = Floating(server)
    client.consume(4)
    client.ok("register", product="app", user="anna")
    assert client.get("/api/v4/removeProduct", product="app").json() == {
        "status": "ok", "message": "license removed", "product": "app", "license_id": 1001}
    assert client.refused("register", product="app", user="anna") == (400, "unknown_product")
    server.restart()  # the catalogue's file is the same, and says nothing of it
    client = Floating(server)
    assert client.refused("add_consumption", product="app") == (400, "unknown_product")
    assert client.get("/api/v4/addProduct", product="app", licenseKey="K").json()["total_consumptions"] == 4
    assert client.license()["floating_in_use"] == 0
    assert client.refused("add_consumption", product="app", consumptions=2) == (400, "license_not_enough_consumptions")
    assert ("given_back", "anna", "removed") in ledger(database)
