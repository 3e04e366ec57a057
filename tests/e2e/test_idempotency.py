"""The header Idempotency-Key: a repeat gets the first answer and changes nothing."""

import concurrent.futures
import itertools

import pytest

from soap import OPTION, OPTION_MAXIMUM, Fault, StorageServer, results_of, settings_text

_numbers = itertools.count()


@pytest.fixture
def key():
    return {"Idempotency-Key": "test-key-%d" % next(_numbers)}


def places_left(client):
    probe = client.log_in()
    count = client.increment_up_to_the_limit(probe)
    client.log_out(probe)
    return count


def test_a_repeated_increment_counts_once(client, key):
    session = client.log_in()
    for _ in range(5):
        client.increment(session, headers=key)
    assert places_left(client) == OPTION_MAXIMUM - 1


def test_another_key_counts_again(client, key):
    session = client.log_in()
    client.increment(session, headers=key)
    client.increment(session, headers={"Idempotency-Key": key["Idempotency-Key"] + "-other"})
    client.increment(session)
    assert places_left(client) == OPTION_MAXIMUM - 3


def test_a_repeated_decrement_counts_once(client, key):
    session = client.log_in()
    for _ in range(4):
        client.increment(session)
    for _ in range(3):
        client.decrement(session, headers=key)
    assert places_left(client) == OPTION_MAXIMUM - 3


def test_a_repeated_log_in_gives_the_same_session(client, key):
    settings = {"ComputerName": "PC-1"}
    first = client.log_in(headers=key, **settings)
    assert client.log_in(headers=key, **settings) == first


def test_a_refusal_is_remembered_too(client, key):
    holder, other = client.log_in(), client.log_in()
    client.increment_up_to_the_limit(holder)
    for _ in range(2):
        with pytest.raises(Fault) as caught:
            client.increment(other, headers=key)
        assert caught.value.name == "FeatureLimit"
        client.log_out(holder) if holder else None
        holder = None
    client.increment(other)


def test_a_repeat_is_answered_byte_for_byte_like_the_first(client, key):
    fields = {"sessionId": client.log_in(), "featureId": OPTION}
    first = client.ask("IncrementFeatureUsage", fields, key)
    again = client.ask("IncrementFeatureUsage", fields, key)
    assert (first.status_code, first.content) == (again.status_code, again.content)


def test_the_same_key_with_another_command_is_a_conflict_and_changes_nothing(client, key):
    first, second = client.log_in(), client.log_in()
    client.increment(first, headers=key)
    with pytest.raises(Fault) as caught:
        client.increment(second, headers=key)
    assert caught.value.text == "28682, Internal exception, error code: IdempotencyConflict"
    assert (caught.value.status, caught.value.code) == (500, "soap:Server")
    assert places_left(client) == OPTION_MAXIMUM - 1
    client.increment(first, headers=key)


def test_the_same_command_in_another_spelling_is_a_repeat(client, key):
    session = client.log_in()
    client.increment(session, headers=key)
    client.increment(session.upper(), "{%s}" % OPTION.upper(), headers=key)
    assert places_left(client) == OPTION_MAXIMUM - 1


def test_a_key_belongs_to_one_operation(client, key):
    session = client.log_in()
    client.increment(session, headers=key)
    client.decrement(session, headers=key)
    assert places_left(client) == OPTION_MAXIMUM


@pytest.mark.parametrize("bad", ["", "x" * 129, "with space", b"\xd0\xb9"])
def test_a_key_that_is_none_is_refused_and_nothing_is_counted(client, bad):
    session = client.log_in()
    response = client.ask("IncrementFeatureUsage", {"sessionId": session, "featureId": OPTION}, {"Idempotency-Key": bad})
    assert response.status_code >= 400
    assert places_left(client) == OPTION_MAXIMUM


def test_a_key_of_128_characters_is_good(client):
    session = client.log_in()
    for _ in range(2):
        client.increment(session, headers={"Idempotency-Key": "!" + "x" * 126 + "~"})
    assert places_left(client) == OPTION_MAXIMUM - 1


def test_repeats_at_the_same_time_count_once(client, tally, key):
    session = client.log_in()

    def one(_):
        other = StorageServer(tally.soap_url)
        other.increment(session, headers=key)
        other.close()

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        list(pool.map(one, range(64)))
    assert places_left(client) == OPTION_MAXIMUM - 1


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_keys_are_kept_across_a_restart(new_tally, new_client, end):
    server = new_tally().start()
    client = new_client(server)
    login = {"baseName": "", "sessionSettings": settings_text({"ComputerName": "PC"})}
    session = client.call("SessionLogin", login, {"Idempotency-Key": "login"})["sessionId"]
    client.increment(session, headers={"Idempotency-Key": "one"})

    getattr(server, end)()
    server.start()
    client = new_client(server)
    assert results_of(client.ask("SessionLogin", login, {"Idempotency-Key": "login"}), "SessionLogin")["sessionId"] == session
    client.increment(session, headers={"Idempotency-Key": "one"})
    with pytest.raises(Fault) as caught:
        client.increment(client.log_in(), headers={"Idempotency-Key": "one"})
    assert caught.value.name == "IdempotencyConflict"
    assert places_left(client) == OPTION_MAXIMUM - 1
