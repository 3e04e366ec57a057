"""What legacy clients do all day, told once and done by every client of driver.py through its own library.

An operation that docs/compatibility.md calls `not yet` must arrive as the client's own fault, NotImplemented; the promise
that needs it waits (as a skipped test) until the page says `works`.
"""

import urllib.request
import uuid
import xml.etree.ElementTree as ElementTree

import pytest

import arguments
import promises
from conftest import ADMINISTRATOR
from contract import Contract
from driver import Fault
from service import Service, truth
from soap import NO_OPTION, NO_SESSION, OPTION, OPTION_MAXIMUM, settings_of, settings_text

CYRILLIC = "Компьютер «Ёлкина» №7 & <сын>"
VENDORS_SETTINGS = ('<Settings><Setting Name="ComputerAddress" Type="string" ReadOnly="1">192.168.0.2</Setting>'
                    '<Setting Name="ComputerName" Type="string">connectedComputer</Setting>'
                    '<Setting Name="LocaleID" Type="int">1049</Setting></Settings>')
"""As in the sample on the vendor's page, `ReadOnly` in one place and missing in others."""
CROWD = 50


@pytest.fixture(scope="module")
def promised():
    return promises.outcome_of_each()


@pytest.fixture(scope="module")
def service(start, promised):
    return Service(start(), promised)


@pytest.fixture(scope="module")
def administration(start, promised):
    return Service(start(ADMINISTRATOR), promised)


@pytest.fixture
def log_in(service):
    """Logs in; whatever a test leaves open is logged out behind it, so that places return."""
    sessions = []

    def make(*more, **named):
        sessions.append(service.log_in(*more, **named))
        return sessions[-1]

    yield make
    for session in sessions:
        try:
            service.SessionLogout(sessionId=session)
        except Fault as fault:
            assert fault.number == 28673, fault  # the test has ended it


def take(service, session):
    service.IncrementFeatureUsage(sessionId=session, featureId=OPTION)


def test_the_library_reads_the_whole_contract_from_the_wsdl(service, promised):
    if service.operations is not None:  # else its users write envelopes without it
        assert sorted(service.operations) == sorted(promised)


def test_health_and_time_are_told_without_a_session(service):
    assert service.HealthCheck()["result"] == "Running"
    assert float(service.GetServerDateTime()["curDateTime"]) > 45_000.0  # days since 1899


def test_a_session_lives_from_log_in_to_log_out(service):
    session = service.log_in()
    assert str(uuid.UUID(session)) == session
    assert not service.SessionKeepAlive(sessionId=session)
    assert not service.SessionLogout(sessionId=session)
    assert service.refusal("SessionKeepAlive", sessionId=session).number == 28673


@pytest.mark.parametrize("settings", ["", VENDORS_SETTINGS], ids=["empty", "the vendor's"])
def test_the_vendors_own_log_ins_are_taken(service, settings):
    answer = service.SessionLogin(baseName="", sessionSettings=settings)
    service.SessionLogout(sessionId=answer["sessionId"])
    if settings:
        assert settings_of(answer["userSettings"])["ComputerAddress"] == "192.168.0.2"


def test_log_in_ex_answers_a_structure(service):
    answer = service.SessionLoginEx(baseName="", sessionSettings=settings_text({"ComputerName": CYRILLIC}), flags=0)
    service.SessionLogout(sessionId=answer["sessionId"])
    page = answer["sessionLoginResponse"]
    assert (int(page["PageCount"]), truth(page["UsingCompression"])) == (1, False)
    assert settings_of(page["FirstPage"])["ComputerName"] == CYRILLIC


def test_settings_keep_cyrillic_letters_and_marks_of_xml(service, log_in):
    session = log_in(CYRILLIC, AppID="Приложение")
    assert settings_of(service.SessionGetSettings(sessionId=session)["settings"])["ComputerName"] == CYRILLIC

    service.SessionSetSettings(sessionId=session, settings=settings_text({"AppID": CYRILLIC, "Отдел": "Закупки"}))
    settings = settings_of(service.SessionGetSettings(sessionId=session)["settings"])
    assert (settings["AppID"], settings["Отдел"]) == (CYRILLIC, "Закупки")


def test_an_option_is_granted_to_its_limit_and_again_when_a_place_came_back(service, log_in):
    session, other = log_in(), log_in("PC-2")
    for _ in range(OPTION_MAXIMUM):
        take(service, session)
    assert service.refusal("IncrementFeatureUsage", sessionId=other, featureId=OPTION).number == 28674
    service.DecrementFeatureUsage(sessionId=session, featureId=OPTION)
    take(service, other)
    service.SessionLogout(sessionId=session)
    for _ in range(OPTION_MAXIMUM - 1):
        take(service, other)
    assert service.refusal("IncrementFeatureUsage", sessionId=other, featureId=OPTION).number == 28674


def test_a_fault_has_its_code_its_text_and_its_number(service, log_in, speaker):
    fault = service.refusal("IncrementFeatureUsage", sessionId=log_in(), featureId=NO_OPTION)
    _, version = speaker
    assert fault.code == {"1.1": "soap:Server", "1.2": "soap:Receiver"}[version]
    assert fault.text == "28677, Internal exception, error code: UnknownFeature"
    assert fault.number == 28677


def test_sessions_are_listed_and_ended_for_administrators_alone(service, administration, log_in):
    session = log_in(CYRILLIC)
    assert service.refusal("SessionGetList", baseName="").number == 28675

    sessions = {each.get("ID"): each for each in ElementTree.fromstring(administration.SessionGetList(baseName="")["sessions"])}
    assert sessions[session].get("ComputerName") == CYRILLIC
    administration.SessionTerminate(baseName="", sessionId=session)
    assert service.refusal("SessionKeepAlive", sessionId=session).number == 28673


def test_an_offline_session_takes_nothing_and_holds_nothing(service, log_in):
    session, other = log_in(), log_in("PC-2")
    take(service, session)
    service.SessionUpdateOfflineState(sessionId=session, offline=True)
    assert service.refusal("IncrementFeatureUsage", sessionId=session, featureId=OPTION).number == 28683
    for _ in range(OPTION_MAXIMUM):
        take(service, other)
    service.SessionLogout(sessionId=other)
    service.SessionUpdateOfflineState(sessionId=session, offline=False)
    take(service, session)


def test_profiles_tell_who_the_caller_is(service, log_in):
    session = log_in()
    own = service.UserProfileGetInfo(sessionId=session, userName="")
    assert own["curUserName"] == "anonymous"
    assert service.UserProfileGetAccount(sessionId=session, userRefId=own["userRefId"])["userAccount"] == "anonymous"


@pytest.fixture
def zone(service, log_in):
    """A zone of a new numerator, as the parameters that name it."""
    return {"sessionId": log_in(), "numeratorId": str(uuid.uuid4()), "zoneName": "Зона-1"}


NOBODY = {"userId": NO_SESSION}


def test_a_numerator_gives_out_its_lowest_and_highest_free_numbers(service, zone):
    first = service.NumGetFirstFree(**zone, **NOBODY)
    last = service.NumGetLastFree(**zone, **NOBODY)
    assert (int(first["number"]), int(last["number"])) == (1, 2_147_483_647)
    assert int(service.NumGetFirstFree(**zone, **NOBODY)["number"]) == 2

    assert int(service.NumGetNumberByID(**zone, NumberId=last["NumberId"])["number"]) == 2_147_483_647
    of_numerator = {name: zone[name] for name in ("sessionId", "numeratorId")}
    service.NumReleaseNumberByID(**of_numerator, NumberId=first["NumberId"])
    assert service.NumGetFirstFree(**zone, **NOBODY) == first


def test_a_number_is_taken_once(service, zone):
    number_id = service.NumAllocateNumber(**zone, **NOBODY, number=7)["NumberId"]
    assert service.refusal("NumAllocateNumber", **zone, **NOBODY, number=7).number == 28686
    of_numerator = {name: zone[name] for name in ("sessionId", "numeratorId")}
    zone_id = str(uuid.uuid5(uuid.UUID(zone["numeratorId"]), zone["zoneName"]))
    assert service.NumGetNumberID(**of_numerator, zoneId=zone_id, number=7)["NumberId"] == number_id
    service.NumReleaseNumber(**zone, number=7)
    service.NumAllocateNumber(**zone, **NOBODY, number=7)


def test_numbers_beyond_the_bounds_are_refused(service, zone):
    of_numerator = {name: zone[name] for name in ("sessionId", "numeratorId")}
    service.NumChangeLeftBound(**of_numerator, newLeftBound=10, forceChange=False)
    service.NumChangeRightBound(**of_numerator, newRightBound=20, forceChange=False)
    assert service.refusal("NumAllocateNumber", **zone, **NOBODY, number=9).number == 28687
    assert service.refusal("NumAllocateNumber", **zone, **NOBODY, number=21).number == 28687
    assert int(service.NumGetLastFree(**zone, **NOBODY)["number"]) == 20


def test_statuses_of_numbers_are_read_singly_and_page_by_page(service, zone):
    service.NumAllocateNumbers(**zone, **NOBODY, firstNumber=3, lastNumber=5)
    assert service.NumGetNumberStatus(**zone, number=4)["numberStatus"] == "NUMBER_STATUS_IN_USE"

    cursor = service.NumGetNumbersStatus(**zone, firstNumber=1, lastNumber=9)["cursorInfo"]
    assert (int(cursor["RowCount"]), int(cursor["PageCount"])) == (9, 1)
    service.NumReleaseNumbers(**zone, firstNumber=3, lastNumbers=5)
    assert service.NumGetNumberStatus(**zone, number=4)["numberStatus"] == "NUMBER_STATUS_FREE"


def test_a_cursor_is_read_by_pages_and_closed(service, zone):
    opened = service.NumGetNumbersStatus(**zone, firstNumber=1, lastNumber=5000)["cursorInfo"]
    cursor = {"sessionId": zone["sessionId"], "cursorId": opened["ID"]}
    pages = int(service.CursorGetPageCount(**cursor)["count"])
    assert pages == int(opened["PageCount"]) > 1
    assert service.CursorReadPage(**cursor, pageNum=pages)["data"]
    service.CursorClose(**cursor)
    assert service.refusal("CursorGetPageCount", **cursor).number == 28692


@pytest.fixture
def card(log_in):
    """What LockSet is told of a card."""
    return {"resourceId": str(uuid.uuid4()), "resType": "CARD", "sectionId": NO_SESSION, "instanceID": NO_SESSION}


def test_what_one_session_locked_another_cannot_lock(service, log_in, card):
    owner, other = log_in(), log_in("PC-2")
    of_card = {"resourceId": card["resourceId"]}
    service.LockSet(sessionId=owner, **card, checkOut=False)
    assert service.refusal("LockSet", sessionId=other, **card, checkOut=False).number == 28691

    seen = service.LockGetInfo(sessionId=other, **of_card)
    assert (seen["lockStatus"], seen["ownerName"]) == ("STATUS_LOCKED", "anonymous")
    listed = service.LockGetList(sessionId=owner, currentUserOnly=False, allTypes=True, resType="CARD")
    assert card["resourceId"] in listed["lockedObjects"].lower()
    service.LockClear(sessionId=owner, **of_card, forceUnlock=False)
    assert service.LockGetInfo(sessionId=other, **of_card)["lockStatus"] == "STATUS_FREE"


def test_locks_are_cleared_in_groups(service, log_in, card):
    session = log_in()
    service.LockSet(sessionId=session, **card, checkOut=True)
    items = "<GroupOperation><Item ID=\"%s\" /></GroupOperation>" % card["resourceId"]
    failed = service.LockClearGroup(sessionId=session, items=items, forceUnlock=False).get("failedItems")
    assert card["resourceId"] not in (failed or "")
    assert service.LockGetInfo(sessionId=session, resourceId=card["resourceId"])["lockStatus"] == "STATUS_FREE"


def test_whatever_is_not_built_is_the_fault_that_says_so(service, tally, tmp_path, promised, log_in):
    path = tmp_path / "contract.wsdl"
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(tally.soap_url + "?WSDL") as answer:
        path.write_bytes(answer.read())
    contract, session = Contract(path), log_in()
    for operation in contract.operation_names():
        if promised[operation] == promises.NOT_BUILT:
            with pytest.raises(promises.NotBuiltYet):
                getattr(service, operation)(**arguments.of(contract, operation, session))


def test_fifty_clients_at_once_get_ten_places_between_them(start):
    clients = [start() for _ in range(CROWD)]
    for client in clients:
        client.operations()
    sessions = ask_all(clients, "SessionLogin", [{"baseName": "", "sessionSettings": ""}] * CROWD)
    owners = [{"sessionId": session["sessionId"]} for session in sessions]
    heard = ask_all(clients, "IncrementFeatureUsage", [{**owner, "featureId": OPTION} for owner in owners])
    assert sorted(getattr(each, "number", 0) for each in heard) == [0] * OPTION_MAXIMUM + [28674] * (CROWD - OPTION_MAXIMUM)
    assert not any(ask_all(clients, "SessionLogout", owners))


def ask_all(clients, operation, parameters):
    """Asks every client before it hears any; the results, or the faults themselves."""
    for client, named in zip(clients, parameters):
        client.order(operation, **named)
    heard = []
    for client in clients:
        try:
            heard.append(client.answer())
        except Fault as fault:
            heard.append(fault)
    return heard
