"""Many clients at once: no grant passes the limit, and none is lost."""

import concurrent.futures
import json
import pathlib

import agreement
from quick_client import Heard, QuickClient

OPTION = "5a3f9c1e-1111-4222-8333-444455556666"
PLACES = 1000
CLIENTS = 64


def catalog_of(folder):
    path = pathlib.Path(folder) / "catalog.json"
    path.write_text(json.dumps({"accounts": [{"id": "default", "name": "Default", "licenses": [
        {"id": 1, "product": "p", "name": "P", "key": "K", "type": "subscription", "features": [
            {"id": OPTION, "code": "rush", "name": "Rush", "type": "floating", "maximum": PLACES}]}]}]}))
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
