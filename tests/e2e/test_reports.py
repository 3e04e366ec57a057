"""`tally usage` and `tally history`: what is held now, and what happened."""

import csv
import io
import json

import pytest

from deadline import until
from soap import StorageServer

USER = 'DOM\\Иванов, "Иван"; =1+1'
COMPUTER = 'ПК,"1"'


@pytest.fixture(scope="module")
def session(tally):
    """Two places taken and one of them given back, by a user whose name is awkward to write."""
    client = StorageServer(tally.soap_url, user=USER)
    session = client.log_in(ComputerName=COMPUTER)
    client.increment(session)
    client.increment(session)
    client.decrement(session)
    until(lambda: len(json.loads(tally.command("usage", "--json").stdout)) == 1, "the report follows", within=5)
    yield session
    client.close()


def output_of(tally, *arguments):
    done = tally.command(*arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_usage_tells_who_holds_what_where(tally, session):
    header, row = output_of(tally, "usage").splitlines()
    for text in ("option-1", session, USER, COMPUTER):
        assert text in row
    assert "user_name" in header


def test_usage_as_json_is_a_list_of_objects_with_numbers(tally, session):
    (row,) = json.loads(output_of(tally, "usage", "--json"))
    assert (row["user_name"], row["computer"], row["feature"]) == (USER, COMPUTER, "option-1")
    assert (row["quantity"], row["used"], row["maximum"]) == (1, 1, 10)


def test_usage_as_csv_survives_separators_and_quotes(tally, session):
    (row,) = csv.DictReader(io.StringIO(output_of(tally, "usage", "--csv")))
    assert (row["user_name"], row["computer"], row["quantity"]) == (USER, COMPUTER, "1")


def test_usage_of_one_product_leaves_out_the_others(tally, session):
    assert len(json.loads(output_of(tally, "usage", "--product", "docsvision", "--json"))) == 1
    assert json.loads(output_of(tally, "usage", "--product", "app", "--json")) == []


def test_history_tells_each_step_in_order(tally, session):
    rows = list(csv.DictReader(io.StringIO(output_of(tally, "history", "--since", "2020-01-01", "--csv"))))
    assert [row["kind"] for row in rows] == ["session_opened", "granted", "granted", "given_back"]
    assert [row["used_after"] for row in rows[1:]] == ["1", "2", "1"]
    assert {row["user_name"] for row in rows} == {USER}
    assert {row["session_id"] for row in rows} == {session}


def test_history_of_the_future_is_empty(tally, session):
    assert len(output_of(tally, "history", "--since", "2999-01-01", "--csv").splitlines()) == 1


@pytest.mark.parametrize("since", ["yesterday", "2026-13-01", ""])
def test_a_time_that_is_none_is_refused(tally, since):
    assert tally.command("history", "--since", since).returncode == 2
