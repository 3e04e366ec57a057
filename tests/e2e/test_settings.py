"""What a session tells of itself, and what a client may change."""

import xml.etree.ElementTree as ElementTree

import pytest

from soap import OPTION, OPTION_MAXIMUM, Fault, settings_of, settings_text

CYRILLIC = "Компьютер-Ёлкина №7"


def refused(action, *arguments, **named):
    with pytest.raises(Fault) as caught:
        action(*arguments, **named)
    assert caught.value.name == "InvalidSettings", caught.value
    assert (caught.value.number, caught.value.status) == ("28680", 500)


def test_settings_sent_at_log_in_are_told_afterwards(client):
    session = client.log_in(ComputerName=CYRILLIC, ComputerAddress="10.1.2.3", LocaleID=("1049", "int"), Compression=("false", "boolean"))
    settings = client.settings(session)
    assert settings["ComputerName"] == CYRILLIC
    assert settings["ComputerAddress"] == "10.1.2.3"
    assert settings["LocaleID"] == "1049"
    assert settings["Compression"] == "false"


def test_the_log_in_itself_answers_with_the_same_settings(client):
    result = client.log_in_fully(ComputerName=CYRILLIC, LocaleID=("1049", "int"))
    at_login, later = settings_of(result["userSettings"]), client.settings(result["sessionId"])
    changing = {"ServerTime", "LastAccessTime"}
    assert {name: value for name, value in at_login.items() if name not in changing} \
        == {name: value for name, value in later.items() if name not in changing}


def test_every_setting_has_name_type_and_read_only_as_a_number(client):
    text = client.log_in_fully()["userSettings"]
    for setting in ElementTree.fromstring(text):
        assert setting.get("Name") and setting.get("Type")
        assert setting.get("ReadOnly") in ("0", "1")


def test_a_type_that_the_client_chose_is_kept(client):
    text = client.log_in_fully(LocaleID=("1049", "int"))["userSettings"]
    (setting,) = [each for each in ElementTree.fromstring(text) if each.get("Name") == "LocaleID"]
    assert setting.get("Type") == "int"


def test_features_lists_the_guids_of_the_options_joined_by_semicolons(client):
    assert client.settings(client.log_in())["Features"].lower().split(";") == [OPTION]


def test_license_is_xml_that_a_client_can_search_for_an_option(client):
    license_text = client.settings(client.log_in())["License"]
    root = ElementTree.fromstring(license_text)
    assert root.tag == "License"
    (feature,) = root.findall("Features/Feature")
    assert feature.get("ID").lower() == OPTION
    assert feature.get("Name") == "Sample option"
    assert feature.get("MaxConnections") == str(OPTION_MAXIMUM)


@pytest.mark.parametrize("name", ["Features", "License", "AccountName", "ServerTime"])
def test_what_the_server_knows_is_marked_read_only(client, name):
    text = client.log_in_fully()["userSettings"]
    (setting,) = [each for each in ElementTree.fromstring(text) if each.get("Name") == name]
    assert setting.get("ReadOnly") == "1"


def test_set_settings_merges_and_leaves_the_rest(client):
    session = client.log_in(ComputerName="PC-7", LocaleID=("1049", "int"), AppID="first")
    client.set_settings(session, AppID="Ёж & <сын>", ClientVersion="5")
    settings = client.settings(session)
    assert settings["AppID"] == "Ёж & <сын>"
    assert settings["ClientVersion"] == "5"
    assert settings["LocaleID"] == "1049"
    assert settings["ComputerName"] == "PC-7"


def test_names_of_settings_are_compared_without_case(client):
    session = client.log_in(ComputerName="PC-7", AppID="first")
    client.set_settings(session, appid="second")
    assert [value for name, value in client.settings(session).items() if name.lower() == "appid"] == ["second"]


@pytest.mark.parametrize("name", ["Features", "License", "AccountName", "IsAdmin", "SessionID"])
def test_what_the_server_knows_cannot_be_set(client, name):
    session = client.log_in()
    before = client.settings(session).get(name)
    refused(client.set_settings, session, **{name: "mine"})
    assert client.settings(session).get(name) == before


def test_the_computer_is_fixed_at_log_in(client):
    session = client.log_in(ComputerName="PC-7")
    refused(client.set_settings, session, ComputerName="PC-8")
    assert client.settings(session)["ComputerName"] == "PC-7"


def test_a_refused_change_changes_nothing_at_all(client):
    session = client.log_in(ComputerName="PC-7", AppID="first")
    refused(client.set_settings, session, AppID="second", Features="mine")
    assert client.settings(session)["AppID"] == "first"


def test_sending_back_what_was_received_is_no_mistake(client):
    session = client.log_in(ComputerName=CYRILLIC, LocaleID=("1049", "int"))
    text = client.call("SessionGetSettings", {"sessionId": session})["settings"]
    client.call("SessionSetSettings", {"sessionId": session, "settings": text})
    assert client.settings(session)["ComputerName"] == CYRILLIC


@pytest.mark.parametrize("text", ["no xml", "<Settings>", "<Other />", "<Settings><Setting>no name</Setting></Settings>",
                                  "<!DOCTYPE x [<!ENTITY e 'x'>]><Settings><Setting Name='AppID'>&e;</Setting></Settings>"])
def test_a_settings_text_of_another_shape_is_refused_at_log_in_and_later(client, text):
    refused(client.call, "SessionLogin", {"baseName": "", "sessionSettings": text})
    session = client.log_in()
    refused(client.call, "SessionSetSettings", {"sessionId": session, "settings": text})


def test_too_many_settings_are_refused(client):
    refused(client.log_in, **{"Setting%d" % number: "x" for number in range(300)})


def test_too_long_settings_are_refused(client):
    refused(client.log_in, AppID="x" * 70_000)


def test_a_large_but_allowed_setting_comes_back_whole(client):
    value = "я" * 30_000
    assert client.settings(client.log_in(AppID=value))["AppID"] == value


def test_the_settings_of_one_session_are_not_those_of_another(client):
    first, second = client.log_in(ComputerName="PC-1", AppID="one"), client.log_in(ComputerName="PC-2", AppID="two")
    client.set_settings(first, AppID="changed")
    assert client.settings(second)["AppID"] == "two"


def test_settings_travel_as_text_inside_a_string(client):
    body = client.ask("SessionLogin", {"baseName": "", "sessionSettings": settings_text({"ComputerName": "PC"})}).text
    assert "&lt;Settings" in body
