"""The main job over SOAP, in the manner of the vendor's Python samples: log in, take places, give them back, log out."""

import re

import pytest

from soap import NO_OPTION, NO_SESSION, OPTION, OPTION_MAXIMUM, Fault

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def fault_of(action, *arguments, **named):
    with pytest.raises(Fault) as caught:
        action(*arguments, **named)
    return caught.value


def test_a_log_in_with_empty_texts_gives_a_lower_case_session_id(client):
    result = client.call("SessionLogin", {"baseName": "", "sessionSettings": ""})
    assert GUID.fullmatch(result["sessionId"])
    assert result["userSettings"].startswith("<Settings")
    client.log_out(result["sessionId"])


def test_session_ids_differ(client):
    assert len({client.log_in() for _ in range(20)}) == 20


def test_log_in_ex_gives_a_session_and_a_cursor(client):
    result = client.call("SessionLoginEx", {"baseName": "", "sessionSettings": "", "flags": 0})
    assert GUID.fullmatch(result["sessionId"])
    cursor = [child.tag.partition("}")[2] for child in result["sessionLoginResponse"]]
    assert cursor[:5] == ["ID", "PageCount", "RowCount", "FirstPage", "UsingCompression"]
    client.increment(result["sessionId"])
    client.log_out(result["sessionId"])


def test_exactly_the_maximum_is_granted_and_the_next_increment_is_refused(client):
    session = client.log_in()
    assert client.increment_up_to_the_limit(session) == OPTION_MAXIMUM


def test_the_refusal_is_the_feature_limit_fault_with_number_name_and_hresult(client):
    session = client.log_in()
    client.increment_up_to_the_limit(session)
    fault = fault_of(client.increment, session)
    assert fault.status == 500
    assert fault.code == "soap:Server"
    assert fault.text == "28674, Internal exception, error code: FeatureLimit"
    assert [tag for tag, _ in fault.members] == ["{urn:tally:error}" + tag for tag in ("number", "name", "hresult", "code")]
    assert (fault.number, fault.name, fault.hresult) == ("28674", "FeatureLimit", "0x80047002")
    assert re.fullmatch("[a-z_]+", fault.word)


def test_a_place_that_was_given_back_can_be_taken_by_another_session(client):
    first, second = client.log_in(ComputerName="PC-1"), client.log_in(ComputerName="PC-2")
    client.increment_up_to_the_limit(first)
    assert fault_of(client.increment, second).name == "FeatureLimit"
    client.decrement(first)
    client.increment(second)
    assert fault_of(client.increment, first).name == "FeatureLimit"


def test_logging_out_gives_everything_back(client):
    first, second = client.log_in(), client.log_in()
    client.increment_up_to_the_limit(first)
    client.log_out(first)
    assert client.increment_up_to_the_limit(second) == OPTION_MAXIMUM


def test_one_logging_out_leaves_the_places_of_others(client):
    first, second, third = client.log_in(), client.log_in(), client.log_in()
    for _ in range(3):
        client.increment(first)
        client.increment(second)
    client.log_out(first)
    assert client.increment_up_to_the_limit(third) == OPTION_MAXIMUM - 3


def test_giving_back_what_is_not_held_succeeds_and_frees_nothing_of_others(client):
    holder, other = client.log_in(), client.log_in()
    client.increment_up_to_the_limit(holder)
    client.decrement(other)
    client.decrement(other)
    assert fault_of(client.increment, other).name == "FeatureLimit"


def test_counts_do_not_fall_below_zero_so_that_later_increments_end_at_the_same_limit(client):
    session = client.log_in()
    for _ in range(3):
        client.decrement(session)
    assert client.increment_up_to_the_limit(session) == OPTION_MAXIMUM


@pytest.mark.parametrize("operation, fields", [
    ("IncrementFeatureUsage", {"featureId": OPTION}),
    ("DecrementFeatureUsage", {"featureId": OPTION}),
    ("SessionLogout", {}),
    ("SessionKeepAlive", {}),
    ("SessionGetSettings", {}),
    ("SessionSetSettings", {"settings": "<Settings />"}),
])
def test_an_unknown_session_is_told_as_invalid_session(client, operation, fields):
    fault = fault_of(client.call, operation, {"sessionId": NO_SESSION, **fields})
    assert fault.text == "28673, Internal exception, error code: InvalidSession"
    assert (fault.status, fault.code, fault.number, fault.hresult) == (500, "soap:Server", "28673", "0x80047001")


def test_a_session_that_logged_out_is_told_as_invalid_session(client):
    session = client.log_in()
    client.log_out(session)
    for action in (client.increment, client.decrement, client.keep_alive, client.settings, client.log_out):
        assert fault_of(action, session).name == "InvalidSession"


def test_a_missing_session_id_is_the_zero_guid_and_so_an_invalid_session(client):
    assert fault_of(client.call, "IncrementFeatureUsage", {"featureId": OPTION}).name == "InvalidSession"


@pytest.mark.parametrize("operation", ["IncrementFeatureUsage", "DecrementFeatureUsage"])
def test_an_option_that_no_license_has_is_told_as_unknown_feature(client, operation):
    session = client.log_in()
    fault = fault_of(client.call, operation, {"sessionId": session, "featureId": NO_OPTION})
    assert fault.text == "28677, Internal exception, error code: UnknownFeature"
    assert (fault.status, fault.code) == (500, "soap:Server")


def test_an_invalid_session_is_told_before_an_unknown_option(client):
    assert fault_of(client.increment, NO_SESSION, NO_OPTION).name == "InvalidSession"


@pytest.mark.parametrize("text", ["", "nonsense", "da212a06-edcd-461f-8134", OPTION + "0", "da212a06-edcd-461f-8134-c5e39f1559fg",
                                  "{" + OPTION, "da212a06edcd-461f-8134-c5e39f1559f7-"])
def test_a_text_that_is_no_guid_is_the_fault_of_the_client(client, text):
    session = client.log_in()
    fault = fault_of(client.increment, session, text)
    assert (fault.status, fault.code) == (500, "soap:Client")
    assert fault.text.startswith("Server was unable to read request.")


@pytest.mark.parametrize("text", [OPTION.upper(), "{%s}" % OPTION, "(%s)" % OPTION, OPTION.replace("-", ""), " \n %s\t" % OPTION])
def test_every_spelling_of_a_guid_that_dot_net_reads_means_the_same_option(client, text):
    session = client.log_in()
    client.increment(session, text)
    client.decrement(session, text)


def test_keep_alive_succeeds_for_a_live_session(client):
    client.keep_alive(client.log_in())


@pytest.mark.parametrize("operation", ["CardGetInfo", "FileOpen", "IconCreate"])
def test_a_documented_operation_that_is_not_built_is_told_as_not_implemented(client, operation):
    fault = fault_of(client.call, operation, {"sessionId": client.log_in()})
    assert fault.text == "28678, Internal exception, error code: NotImplemented"
    assert (fault.status, fault.code, fault.number, fault.hresult) == (500, "soap:Server", "28678", "0x80047006")


def test_an_unknown_base_name_means_the_default_account_while_no_databases_are_configured(client):
    session = client.log_in_fully(base_name="Anything")["sessionId"]
    client.increment(session)


def test_the_health_check_says_running(client):
    assert client.call("HealthCheck") == {"result": "Running"}
