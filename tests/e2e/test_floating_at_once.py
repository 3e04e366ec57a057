"""200 calls at the same time around each kind of limit: what was granted is what the counter and the ledger say, and no more."""

import concurrent.futures
import json
import threading

import pytest

import postgres
from deadline import until
from floating import Floating, counter
from soap import OPTION, Fault, StorageServer

CALLS = 200
AT_ONCE = 40


@pytest.fixture
def server(new_tally, database):
    """The license `app` has 100 units a day and 5 users; f1 has 50 units, f2 has 3 places."""
    return new_tally(store=("--database", database)).start()


class Crowd:
    """Clients that call at the same time, each thread on a connection of its own."""

    def __init__(self, server):
        self.server = server
        self.mine = threading.local()

    def client(self):
        if not hasattr(self.mine, "client"):
            self.mine.client = Floating(self.server)
        return self.mine.client

    def ask(self, what, count=CALLS):
        """The answers to what(client, number) for each number."""
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(lambda number: what(self.client(), number), range(count)))

    def statuses(self, path, body, count=CALLS):
        return self.ask(lambda client, number: client.post(path, body(number)).status_code, count)


def ledger(database, code, license_id=1001):
    """Of each kind of line: how many units in all, and the most that were used after any of them."""
    rows = postgres.query(database, "SELECT kind, sum(quantity)::int, max(used_after)::int FROM tally.events WHERE counter_id = %s"
                                    " GROUP BY kind", counter(database, code, license_id)["id"])
    return {kind: (units, most) for kind, units, most in rows}


def assert_used(database, code, used, license_id=1001):
    """Counter = ledger = used."""
    until(lambda: counter(database, code, license_id)["used"] == used, "the view follows", within=10)
    lines = ledger(database, code, license_id)
    units = {kind: lines.get(kind, (0, 0))[0] for kind in ("granted", "given_back", "expired", "reset")}
    assert units["granted"] - units["given_back"] - units["expired"] - units["reset"] == used


def users_in(database, code, license_id=1001):
    return [user for user, in postgres.query(
        database, "SELECT holder FROM tally.holds WHERE counter_id = %s AND holder_kind = 'user'", counter(database, code, license_id)["id"])]


@pytest.mark.parametrize("feature, path, limit", [(None, "add_consumption", 100), ("f1", "add_feature_consumption", 50)])
def test_units_are_granted_up_to_the_limit_and_not_one_more(server, database, feature, path, limit):
    body = {"product": "app", "consumptions": 1, **({"feature": feature} if feature else {})}
    statuses = Crowd(server).statuses(path, lambda _: body)
    assert (statuses.count(200), statuses.count(400)) == (limit, CALLS - limit)
    assert_used(database, feature or "@consumption", limit)
    assert ledger(database, feature or "@consumption") == {"granted": (limit, limit), "refused": (CALLS - limit, limit)}


def test_units_by_threes_leave_the_one_that_is_no_three(server, database):
    statuses = Crowd(server).statuses("add_consumption", lambda _: {"product": "app", "consumptions": "3"})
    assert statuses.count(200) == 33
    assert_used(database, "@consumption", 99)


def test_overages_are_granted_up_to_theirs(server, database):
    Floating(server).ok("add_consumption", product="app", consumptions=0, max_overages=10, allow_overages=True)
    statuses = Crowd(server).statuses("add_consumption", lambda _: {"product": "app"})
    assert statuses.count(200) == 110
    assert_used(database, "@consumption", 110)


def test_overages_that_are_switched_meanwhile_are_never_passed(server, database):
    def call(client, number):
        if number % 10 == 0:
            on = number % 20 == 0
            body = {"product": "app", "consumptions": 0, "max_overages": 10 if on else 0, "allow_overages": on}
        else:
            body = {"product": "app", "consumptions": 1}
        response = client.post("add_consumption", body)
        return response.status_code, body["consumptions"]

    answers = Crowd(server).ask(call)
    granted = answers.count((200, 1))
    assert 100 <= granted <= 110
    assert answers.count((200, 0)) == CALLS // 10
    assert_used(database, "@consumption", granted)


def test_units_that_come_back_meanwhile_can_be_had_again(server, database):
    def call(client, number):
        units = -1 if number % 4 == 3 else 1
        return client.post("add_consumption", {"product": "app", "consumptions": units}).status_code, units

    answers = Crowd(server).ask(call)
    used = answers.count((200, 1)) - answers.count((200, -1))
    assert used <= 100
    assert_used(database, "@consumption", used)
    assert max(most for _, most in ledger(database, "@consumption").values()) <= 100


def test_users_take_the_places_of_a_license_and_not_one_more(server, database):
    statuses = Crowd(server).statuses("register", lambda number: {"product": "app", "user": "user-%d" % number})
    assert statuses.count(200) == 5
    assert_used(database, "@users", 5)
    assert len(set(users_in(database, "@users"))) == 5


def test_one_user_who_asks_200_times_has_one_place(server, database):
    statuses = Crowd(server).statuses("register", lambda _: {"product": "app", "user": "anna"})
    assert statuses == [200] * CALLS
    assert users_in(database, "@users") == ["anna"]
    assert_used(database, "@users", 1)


def test_users_take_the_places_of_a_feature_and_not_one_more(server, database):
    body = {"product": "4d", "feature": "4d-client"}
    statuses = Crowd(server).statuses("featureRegister", lambda number: {**body, "user": "user-%d" % number})
    assert statuses.count(200) == 10
    assert_used(database, "4d-client", 10, 1002)
    assert len(set(users_in(database, "4d-client", 1002))) == 10


def test_places_that_are_borrowed_are_places_like_others(new_tally, database, folder):
    catalog = folder + "/lent.json"
    with open(catalog, "w", encoding="utf-8") as file:
        json.dump({"accounts": [{"id": "default", "licenses": [
            {"id": 1001, "product": "app", "floating_users": 7, "max_borrow_time": 24}]}]}, file)
    server = new_tally(store=("--database", database), catalog=catalog).start()
    paths = ["register", "borrow"]
    statuses = Crowd(server).ask(lambda client, number: client.post(
        paths[number % 2], {"product": "app", "hardware_id": "hw-%d" % number}).status_code)
    assert statuses.count(200) == 7
    assert_used(database, "@users", 7)


def test_users_who_come_and_go_never_sit_on_one_place(server, database):
    def come_and_go(client, number):
        user = {"product": "app", "user": "user-%d" % (number % 50)}
        taken = client.post("register", user).status_code
        feature = client.post("featureRegister", {**user, "feature": "f2"}).status_code
        assert client.post("unregister", user).text == "user_unregistered"
        return taken, feature

    answers = Crowd(server).ask(come_and_go)
    assert {taken for taken, _ in answers} <= {200, 400}
    for code, limit in (("@users", 5), ("f2", 3)):
        assert_used(database, code, 0)
        assert max(most for _, most in ledger(database, code).values()) <= limit
    assert postgres.query(database, "SELECT 1 FROM tally.holds") == []


def test_one_option_through_both_doors_is_one_limit(server, database):
    def call(client, number):
        if number % 2:
            body = {"product": "docsvision", "feature": "option-1", "user": "user-%d" % number}
            return client.post("featureRegister", body).status_code == 200
        soap = StorageServer(server.soap_url)
        session = soap.log_in()
        try:
            soap.increment(session, OPTION)
        except Fault as fault:
            assert fault.name == "FeatureLimit"
            return False
        return True

    answers = Crowd(server).ask(call)
    assert answers.count(True) == 10
    assert_used(database, "option-1", 10, 1000)
    assert postgres.query(database, "SELECT count(*)::int FROM tally.holds WHERE counter_id = %s",
                          counter(database, "option-1", 1000)["id"]) == [(10,)]


def test_a_key_that_200_send_at_once_counts_once(server, database):
    key = {"Idempotency-Key": "the-same"}
    answers = Crowd(server).ask(lambda client, _: client.post("add_consumption", {"product": "app", "consumptions": 5}, headers=key).text)
    assert len(set(answers)) == 1
    assert_used(database, "@consumption", 5)


def test_everybody_is_sent_home_while_everybody_comes(server, database):
    def call(client, number):
        if number % 20 == 0:
            return client.get("/api/v4/unregister/all").status_code
        return client.post("register", {"product": "app", "user": "user-%d" % number}).status_code

    assert set(Crowd(server).ask(call)) <= {200, 400}
    assert max(most for _, most in ledger(database, "@users").values()) <= 5
    assert_used(database, "@users", len(users_in(database, "@users")))
