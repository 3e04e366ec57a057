"""Many clients at once: no grant passes the limit, and none is lost, whichever door they come through."""

import concurrent.futures
import contextlib
import json
import pathlib
import threading

import agreement
import postgres
from floating import Floating
from quick_client import Heard, QuickClient

OPTION = "5a3f9c1e-1111-4222-8333-444455556666"
PLACES = 1000
CLIENTS = 64
CLIENTS_OF_TWO_DOORS = 200
PLACES_FOR_TWO_DOORS = 150


def catalog_of(folder, places=PLACES):
    path = pathlib.Path(folder) / "catalog.json"
    path.write_text(json.dumps({"accounts": [{"id": "default", "name": "Default", "licenses": [
        {"id": 1, "product": "p", "name": "P", "key": "K", "type": "subscription", "features": [
            {"id": OPTION, "code": "rush", "name": "Rush", "type": "floating", "maximum": places}]}]}]}))
    return path


def take_all_there_is(server):
    client = QuickClient(lambda: (server.host, server.port))
    session = client.log_in()
    assert session, "the log-in failed"
    granted = 0
    while (heard := client.increment(session, OPTION)) is Heard.DONE:
        granted += 1
    client.close()
    assert heard is Heard.LIMIT
    return session, granted


def give_all_back(server, session, held):
    client = QuickClient(lambda: (server.host, server.port))
    for _ in range(held):
        assert client.decrement(session, OPTION) is Heard.DONE
    client.close()


def test_64_clients_on_1000_places_get_exactly_1000_and_the_views_agree(new_tally, folder):
    server = new_tally(catalog=catalog_of(folder)).start()
    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        for turn in (1, 2):
            results = list(pool.map(lambda _: take_all_there_is(server), range(CLIENTS)))
            assert sum(granted for _, granted in results) == PLACES
            rush = agreement.counters_at_rest(server.database_url())["rush"]
            assert (rush.used, rush.held, rush.granted, rush.most) == (PLACES, PLACES, turn * PLACES, PLACES)

            list(pool.map(lambda result: give_all_back(server, *result), results))
            rush = agreement.counters_at_rest(server.database_url())["rush"]
            assert (rush.used, rush.held, rush.given_back, rush.least) == (0, 0, turn * PLACES, 0)
    server.stop()


class OverSoap:
    """Wants a place for a session."""

    def __init__(self, server, _):
        self._client = QuickClient(lambda: (server.host, server.port))
        self._session = self._client.log_in()
        assert self._session, "the log-in failed"

    def take(self):
        return {Heard.DONE: True, Heard.LIMIT: False}[self._client.increment(self._session, OPTION)]

    def give_back(self):
        assert self._client.decrement(self._session, OPTION) is Heard.DONE

    def close(self):
        self._client.close()


class OverRest:
    """Wants one of the same for a named user."""

    def __init__(self, server, number):
        self._client = Floating(server)
        self._body = {"product": "p", "feature": "rush", "user": "user-%d" % number}

    def take(self):
        response = self._client.post("featureRegister", self._body)
        assert response.status_code == 200 or response.json()["code"] == "license_activated_max_times", response.text
        return response.status_code == 200

    def give_back(self):
        assert self._client.post("featureRelease", self._body).text == "feature_released"

    def close(self):
        self._client.http.close()


def held_by_kind(server):
    return dict(postgres.query(server.database_url(), "SELECT holder_kind, count(*) FROM tally.holds GROUP BY 1"))


def test_200_clients_of_two_doors_around_the_limit_exclude_each_other(new_tally, folder):
    server = new_tally(catalog=catalog_of(folder, PLACES_FOR_TWO_DOORS)).start()
    with concurrent.futures.ThreadPoolExecutor(CLIENTS_OF_TWO_DOORS) as pool, contextlib.ExitStack() as stack:
        def at_once(action, clients):
            together = threading.Barrier(len(clients))
            return list(pool.map(lambda client: together.wait() >= 0 and action(client), clients))

        clients = [(OverSoap, OverRest)[number % 2](server, number) for number in range(CLIENTS_OF_TWO_DOORS)]
        for client in clients:
            stack.callback(client.close)
        granted = at_once(lambda client: client.take(), clients)
        assert sum(granted) == PLACES_FOR_TWO_DOORS
        rush = agreement.counters_at_rest(server.database_url())["rush"]
        assert (rush.used, rush.held, rush.granted, rush.most) == (PLACES_FOR_TWO_DOORS,) * 4
        by_door = {door: sum(had for had, client in zip(granted, clients) if isinstance(client, door)) for door in (OverSoap, OverRest)}
        assert held_by_kind(server) == {"session": by_door[OverSoap], "user": by_door[OverRest]}

        # Who has a place gives it back while who has none goes on asking: what one door frees, the other takes.
        def change_sides(client):
            had, one = client
            if had:
                return one.give_back()
            while not one.take():
                pass

        at_once(change_sides, list(zip(granted, clients)))
        rush = agreement.counters_at_rest(server.database_url())["rush"]
        left = CLIENTS_OF_TWO_DOORS - PLACES_FOR_TWO_DOORS
        assert (rush.used, rush.granted, rush.given_back, rush.most) == (left, CLIENTS_OF_TWO_DOORS, PLACES_FOR_TWO_DOORS, PLACES_FOR_TWO_DOORS)
        assert sum(held_by_kind(server).values()) == left
    doors = postgres.query(server.database_url(), "SELECT DISTINCT door FROM tally.events WHERE kind = 'granted' ORDER BY 1")
    assert doors == [("floating",), ("soap",)]
    server.stop()
