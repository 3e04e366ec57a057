"""The views for checking say the same as one another, and as the clients were told."""

import concurrent.futures
import random

import pytest

import postgres
from deadline import until
from soap import OPTION, OPTION_MAXIMUM, Fault, StorageServer

DISAGREEING = """
SELECT c.id, c.used, h.held, e.balance, c.gross, e.granted
FROM tally.counters c
LEFT JOIN LATERAL (SELECT coalesce(sum(quantity), 0) AS held FROM tally.holds WHERE counter_id = c.id) h ON true
LEFT JOIN LATERAL (
  SELECT coalesce(sum(CASE kind WHEN 'granted' THEN quantity WHEN 'given_back' THEN -quantity END), 0) AS balance,
         coalesce(sum(quantity) FILTER (WHERE kind = 'granted'), 0) AS granted
  FROM tally.events WHERE counter_id = c.id) e ON true
WHERE c.used <> h.held OR c.used <> e.balance OR c.gross <> e.granted
"""


def until_views_agree(url, within=5):
    """They promise to be right within a second of rest; a loaded machine gets five."""
    until(lambda: not postgres.query(url, DISAGREEING), "counters, holds and the ledger agree", within=within)


def counter(url):
    columns = ("id", "account", "license_id", "product", "feature", "kind", "maximum", "used", "gross", "high_water", "next_reset")
    (row,) = postgres.query(url, "SELECT %s FROM tally.counters WHERE feature = 'option-1'" % ", ".join(columns))
    return dict(zip(columns, row))


@pytest.fixture
def server(new_tally, database):
    return new_tally(store=("--database", database)).start()


def test_counters_come_from_the_catalogue(server, database):
    row = counter(database)
    assert (row["account"], row["license_id"], row["product"], row["kind"]) == ("default", 1000, "docsvision", "floating")
    assert (row["maximum"], row["used"], row["gross"], row["high_water"]) == (OPTION_MAXIMUM, 0, 0, 0)


def test_use_gross_total_and_high_water_follow_what_is_taken_and_given_back(server, database, new_client):
    client = new_client(server)
    session = client.log_in()
    for _ in range(6):
        client.increment(session)
    for _ in range(4):
        client.decrement(session)
    client.increment(session)
    until(lambda: counter(database)["used"] == 3, "the view follows", within=5)
    row = counter(database)
    assert (row["used"], row["gross"], row["high_water"]) == (3, 7, 6)


def test_a_hold_names_its_counter_session_and_time(server, database, new_client):
    client = new_client(server)
    session = client.log_in()
    client.increment(session)
    client.increment(session)
    until(lambda: len(postgres.query(database, "SELECT 1 FROM tally.holds")) == 2, "the view follows", within=5)
    rows = postgres.query(database, "SELECT token, counter_id, session_id::text, quantity, now() - taken_at < interval '5 minutes'"
                                    " FROM tally.holds ORDER BY token")
    assert [row[1:] for row in rows] == [(counter(database)["id"], session, 1, True)] * 2
    granted = postgres.query(database, "SELECT token FROM tally.events WHERE kind = 'granted' ORDER BY token")
    assert [row[:1] for row in rows] == granted


def test_giving_back_ends_the_newest_hold(server, database, new_client):
    client = new_client(server)
    session = client.log_in()
    for _ in range(3):
        client.increment(session)
    client.decrement(session)
    until(lambda: len(postgres.query(database, "SELECT 1 FROM tally.holds")) == 2, "the view follows", within=5)
    granted = postgres.query(database, "SELECT token FROM tally.events WHERE kind = 'granted' ORDER BY token")
    assert postgres.query(database, "SELECT token FROM tally.holds ORDER BY token") == granted[:2]


def test_the_ledger_tells_each_step_with_the_counts_after_it(server, database, new_client):
    client = new_client(server, user="DOM\\ivanov")
    session = client.log_in()
    for _ in range(2):
        client.increment(session)
    client.decrement(session)
    client.log_out(session)
    rows = postgres.query(database, "SELECT kind, session_id::text, user_name, door, quantity, used_after, balance_after, reason"
                                    " FROM tally.events WHERE session_id IS NOT NULL ORDER BY token")
    who = (session, "DOM\\ivanov", "soap")
    counted = [(row[0], *row[4:]) for row in rows if row[0] not in ("session_opened", "session_ended")]
    assert counted == [("granted", 1, 1, 9, ""), ("granted", 1, 2, 8, ""), ("given_back", 1, 1, 9, ""), ("given_back", 1, 0, 10, "logout")]
    assert [row[1:4] for row in rows] == [who] * 6
    assert [row[0] for row in rows][::5] == ["session_opened", "session_ended"]


def test_a_refusal_is_a_line_of_the_ledger_and_changes_no_count(server, database, new_client):
    client = new_client(server)
    session = client.log_in()
    client.increment_up_to_the_limit(session)
    rows = postgres.query(database, "SELECT quantity, used_after, reason FROM tally.events WHERE kind = 'refused'")
    assert rows == [(1, OPTION_MAXIMUM, "limit")]


def test_refusals_of_unknown_callers_and_options_leave_no_line(server, database, new_client):
    client = new_client(server)
    session = client.log_in()
    before = postgres.query(database, "SELECT count(*) FROM tally.events")
    for pair in ((session, "99999999-8888-7777-6666-555555555555"), ("11111111-2222-3333-4444-555555555555", OPTION)):
        with pytest.raises(Fault):
            client.increment(*pair)
    client.decrement(session)
    assert postgres.query(database, "SELECT count(*) FROM tally.events") == before


def test_an_answered_increment_is_in_the_ledger_when_its_answer_comes(server, database, new_client):
    client = new_client(server)
    session = client.log_in()
    for count in range(1, 6):
        client.increment(session)
        assert postgres.query(database, "SELECT count(*) FROM tally.events WHERE kind = 'granted'") == [(count,)]


def test_all_views_agree_after_a_mixed_load_of_many_clients(server, database):
    def customer(seed):
        dice = random.Random(seed)
        client = StorageServer(server.soap_url)
        session = client.log_in()
        for _ in range(40):
            action = dice.choice([client.increment, client.increment, client.decrement, client.keep_alive])
            try:
                action(session)
            except Fault as fault:
                assert fault.name == "FeatureLimit", fault
            if dice.random() < 0.1:
                client.log_out(session)
                session = client.log_in()
        client.http.close()

    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        list(pool.map(customer, range(12)))
    until_views_agree(database)
    assert postgres.query(database, "SELECT min(used_after) >= 0, max(used_after) <= %s FROM tally.events WHERE counter_id = %s",
                          OPTION_MAXIMUM, counter(database)["id"]) == [(True, True)]

    # Each step of the ledger follows from the one before it, in the order of tokens and of groups.
    steps = postgres.query(database, "SELECT token, group_number, kind, used_after FROM tally.events WHERE counter_id = %s"
                                     " ORDER BY token", counter(database)["id"])
    used, last_group = 0, 0
    for token, group, kind, used_after in steps:
        used += {"granted": 1, "given_back": -1, "refused": 0}[kind]
        assert used_after == used, token
        assert group >= last_group
        last_group = group


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_all_views_agree_after_a_restart(server, database, new_client, end):
    client = new_client(server)
    session = client.log_in()
    client.increment_up_to_the_limit(session)
    for _ in range(4):
        client.decrement(session)
    getattr(server, end)()
    server.start()
    until_views_agree(database)
    row = counter(database)
    assert (row["used"], row["gross"], row["high_water"]) == (6, 10, 10)
