"""`[soap] databases`: which account a client's database alias means."""

import pytest

from soap import OPTION_MAXIMUM, Fault

OPTIONS = ("--soap-databases", "archive=default", "--soap-databases", "delilah=y-y-y-delilah")


@pytest.fixture
def client(new_tally, new_client, database):
    return new_client(new_tally(*OPTIONS, store=("--database", database)).start())


def test_an_alias_means_its_account(client):
    session = client.log_in_fully(base_name="archive")["sessionId"]
    assert client.increment_up_to_the_limit(session) == OPTION_MAXIMUM


def test_an_account_without_the_option_does_not_know_it(client):
    session = client.log_in_fully(base_name="delilah")["sessionId"]
    with pytest.raises(Fault) as caught:
        client.increment(session)
    assert caught.value.name == "UnknownFeature"
    assert client.settings(session)["Features"] == ""


@pytest.mark.parametrize("alias", ["", "default", "other", "Ёж"])
def test_an_alias_that_is_not_listed_is_an_unknown_database(client, alias):
    with pytest.raises(Fault) as caught:
        client.log_in_fully(base_name=alias)
    assert caught.value.text == "28681, Internal exception, error code: UnknownDatabase"


def test_the_alias_is_told_in_the_settings(client):
    session = client.log_in_fully(base_name="archive")["sessionId"]
    assert client.settings(session)["BaseName"] == "archive"
