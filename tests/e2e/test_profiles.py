"""Profiles: a user is known from the first log-in on."""

import uuid

import pytest

from soap import Fault

NAMESPACE = uuid.UUID("2f6f0f6e-5c1b-4d0a-9a57-7b6c3d1e8a40")


def info(client, session, name=""):
    answer = client.call("UserProfileGetInfo", {"sessionId": session, "userName": name})
    return answer["curUserName"], answer["userRefId"]


def account(client, session, profile):
    return client.call("UserProfileGetAccount", {"sessionId": session, "userRefId": profile})["userAccount"]


def refused(name, action, *arguments):
    with pytest.raises(Fault) as caught:
        action(*arguments)
    assert caught.value.name == name, caught.value


def test_a_user_finds_the_own_profile_and_that_of_others(tally, new_client):
    ivanov, petrov = new_client(tally, user="DOM\\Иванов"), new_client(tally, user="DOM\\Petrov")
    first, second = ivanov.log_in(), petrov.log_in()
    name, profile = info(ivanov, first)
    assert name == "DOM\\Иванов"
    assert account(petrov, second, profile) == "DOM\\Иванов"
    assert info(petrov, second, "DOM\\Иванов") == (name, profile)
    assert info(ivanov, first, "dom\\PETROV") == info(petrov, second)
    assert info(petrov, second)[0] == "DOM\\Petrov"


def test_the_id_can_be_computed_by_anybody(tally, new_client):
    client = new_client(tally, user="DOM\\Sidorov")
    expected = uuid.uuid5(uuid.uuid5(NAMESPACE, "default"), "dom\\sidorov")
    assert info(client, client.log_in())[1] == str(expected)


def test_nobody_is_known_before_the_first_log_in(client):
    session = client.log_in()
    refused("UnknownUser", info, client, session, "DOM\\nobody")
    refused("UnknownUser", account, client, session, str(uuid.uuid4()))
    refused("InvalidSession", info, client, str(uuid.uuid4()))


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_profiles_survive(new_tally, new_client, end):
    server = new_tally().start()
    client = new_client(server, user="DOM\\Ivanov")
    known = info(client, client.log_in())
    getattr(server, end)()
    server.start()
    other = new_client(server, user="dom\\IVANOV")
    assert info(other, other.log_in()) == known
