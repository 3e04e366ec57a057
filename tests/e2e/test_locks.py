"""Locks: temporary ones end with their session, check-outs don't, and only administrators break them."""

import uuid
import xml.etree.ElementTree as ElementTree
from xml.sax.saxutils import quoteattr

import pytest

import postgres
from deadline import until
from soap import Fault
from tally_program import Tally

ZERO = str(uuid.UUID(int=0))
CONFIGURATION = """
[identity]
proxy_header = "X-User"
proxies = ["127.0.0.1"]
administrators = ["DOM\\\\admin"]
"""


def refused(name, action, *arguments, **named):
    with pytest.raises(Fault) as caught:
        action(*arguments, **named)
    assert caught.value.name == name, caught.value
    return caught.value


class Locker:
    """A session that locks things."""

    def __init__(self, client):
        self.client = client
        self.session = client.log_in()

    def _call(self, operation, headers=None, **fields):
        return self.client.call(operation, {"sessionId": self.session, **fields}, headers)

    def set(self, resource, check_out=False, kind="CARD", headers=None):
        return self._call("LockSet", headers, resourceId=resource, resType=kind, sectionId=ZERO, instanceID=ZERO, checkOut=check_out)

    def clear(self, resource, force=False):
        return self._call("LockClear", resourceId=resource, forceUnlock=force)

    def clear_group(self, items, force=False):
        return items_of(self._call("LockClearGroup", items=items, forceUnlock=force)["failedItems"])

    def info(self, resource):
        answer = self._call("LockGetInfo", resourceId=resource)
        return answer["lockStatus"], answer["ownerName"]

    def list(self, own=False, all_types=True, kind="CUSTOM"):
        answer = self._call("LockGetList", currentUserOnly=own, allTypes=all_types, resType=kind)
        assert answer["usingCompression"] == "false"
        root = ElementTree.fromstring(answer["lockedObjects"])
        assert root.tag == "Locks"
        return {child.get("ResourceID"): child.attrib for child in root}


def group(*resources):
    return "<GroupOperation>%s</GroupOperation>" % "".join("<Item ID=%s/>" % quoteattr(each) for each in resources)


def items_of(text):
    root = ElementTree.fromstring(text)
    assert root.tag == "GroupOperation" and all(child.tag == "Item" for child in root)
    return [child.get("ID") for child in root]


@pytest.fixture(scope="module")
def behind_proxy(module_folder):
    path = module_folder + "/proxy.toml"
    with open(path, "w", encoding="utf-8") as file:
        file.write(CONFIGURATION)
    server = Tally(("--data-dir", module_folder + "/behind-proxy"), "--config", path, log_folder=module_folder)
    try:
        yield server.start()
    finally:
        server.clean_up()


@pytest.fixture
def as_user(behind_proxy, new_client):
    """A session of a user whom the proxy vouches for."""
    return lambda name: Locker(new_client(behind_proxy, headers={"X-User": name.encode("utf-8")}))


@pytest.fixture
def resource():
    return str(uuid.uuid4())


def test_a_temporary_lock_is_its_sessions(as_user, resource):
    ivanov, petrov = as_user("DOM\\Иванов"), as_user("DOM\\Петров")
    assert ivanov.info(resource) == ("STATUS_FREE", "")
    ivanov.set(resource)
    ivanov.set(resource)
    assert ivanov.info(resource) == ("STATUS_OWNER_LOCKED", "DOM\\Иванов")
    assert petrov.info(resource) == ("STATUS_LOCKED", "DOM\\Иванов")
    fault = refused("Locked", petrov.set, resource)
    assert (fault.number, fault.word) == ("28691", "locked")
    refused("Locked", petrov.clear, resource)
    ivanov.client.log_out(ivanov.session)
    petrov.set(resource)
    petrov.clear(resource)
    petrov.clear(resource)


def test_a_check_out_is_the_users_and_outlives_the_session(as_user, resource):
    ivanov, petrov = as_user("DOM\\Иванов"), as_user("DOM\\Петров")
    ivanov.set(resource, check_out=True)
    ivanov.client.log_out(ivanov.session)
    assert petrov.info(resource) == ("STATUS_CHECKED_OUT", "DOM\\Иванов")
    again = as_user("DOM\\Иванов")
    assert again.info(resource) == ("STATUS_OWNER_CHECKED_OUT", "DOM\\Иванов")
    again.set(resource)
    again.client.log_out(again.session)
    assert petrov.info(resource)[0] == "STATUS_CHECKED_OUT"
    as_user("DOM\\Иванов").clear(resource)
    assert petrov.info(resource)[0] == "STATUS_FREE"


def test_only_an_administrator_breaks_a_lock(as_user, resource):
    ivanov, petrov, admin = as_user("DOM\\Иванов"), as_user("DOM\\Петров"), as_user("DOM\\admin")
    ivanov.set(resource, check_out=True)
    refused("AccessDenied", petrov.clear, resource, force=True)
    refused("Locked", admin.clear, resource)
    admin.clear(resource, force=True)
    assert ivanov.info(resource)[0] == "STATUS_FREE"


def test_of_a_group_what_could_not_be_unlocked_is_told(as_user):
    ivanov, petrov, admin = as_user("DOM\\Иванов"), as_user("DOM\\Петров"), as_user("DOM\\admin")
    mine, others, free = (str(uuid.uuid4()) for _ in range(3))
    ivanov.set(mine)
    petrov.set(others)
    assert ivanov.clear_group(group(mine, others, free)) == [others]
    assert ivanov.clear_group(group(others), force=True) == [others]
    assert admin.clear_group(group(others), force=True) == []
    assert petrov.info(others)[0] == "STATUS_FREE"


@pytest.mark.parametrize("items", ["", "no xml", "<GroupOperation>", "<Other/>", "<GroupOperation><Item/></GroupOperation>",
                                   "<GroupOperation><Item ID='x'/></GroupOperation>", "<GroupOperation><Other/></GroupOperation>",
                                   "<GroupOperation>text</GroupOperation>"])
def test_a_group_that_can_not_be_read_is_refused_whole(as_user, items):
    refused("InvalidParameter", as_user("DOM\\Иванов").clear_group, items)


def test_too_large_a_group_is_refused(as_user, resource):
    refused("ResourceLimit", as_user("DOM\\Иванов").clear_group, group(*[resource] * 1001))


def test_the_list_shows_who_locked_what_and_no_session(as_user):
    ivanov, petrov = as_user("DOM\\Иванов <&>"), as_user("DOM\\Петров")
    card, file, row = (str(uuid.uuid4()) for _ in range(3))
    ivanov.set(card, kind="CARD")
    ivanov.set(file, kind="FILE", check_out=True)
    petrov.set(row, kind="ROW")
    everything = petrov.list()
    assert {card, file, row} <= set(everything)
    assert (everything[card]["AccountName"], everything[card]["ResourceType"], everything[card]["CheckedOut"]) \
        == ("DOM\\Иванов <&>", "CARD", "false")
    assert everything[file]["CheckedOut"] == "true"
    assert not {ivanov.session, petrov.session} & {value for lock in everything.values() for value in lock.values()}
    assert set(ivanov.list(own=True)) == {card, file}
    assert set(ivanov.list(own=True, all_types=False, kind="FILE")) == {file}
    assert card not in petrov.list(all_types=False, kind="ROW")


def test_an_unknown_kind_is_a_flaw_of_the_request(as_user, resource):
    assert refused(None, as_user("DOM\\Иванов").set, resource, kind="Card").code == "soap:Client"
    assert refused(None, as_user("DOM\\Иванов").set, resource, kind="").code == "soap:Client"


def test_a_repeat_by_key_is_no_second_lock(as_user, resource):
    ivanov, petrov = as_user("DOM\\Иванов"), as_user("DOM\\Петров")
    key = {"Idempotency-Key": "lock-" + resource}
    ivanov.set(resource, headers=key)
    ivanov.clear(resource)
    ivanov.set(resource, headers=key)  # the first answer, and nothing done
    assert petrov.info(resource)[0] == "STATUS_FREE"


def test_a_temporary_lock_of_a_silent_session_ends(new_tally, new_client, resource):
    server = new_tally("--sessions-idle-timeout", "1s").start()
    dead, live = Locker(new_client(server)), Locker(new_client(server))
    dead.set(resource)

    def locks_at_last():
        try:
            live.set(resource)
            return True
        except Fault as fault:
            assert fault.name == "Locked", fault
            return False

    until(locks_at_last, "the lock is free")


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_locks_survive(new_tally, database, new_client, resource, end):
    server = new_tally(store=("--database", database)).start()
    ivanov, petrov = Locker(new_client(server, user="DOM\\ivanov")), Locker(new_client(server, user="DOM\\petrov"))
    other = str(uuid.uuid4())
    ivanov.set(resource)
    ivanov.set(other, check_out=True)
    getattr(server, end)()
    server.start()
    for locker, name in ((ivanov, "DOM\\ivanov"), (petrov, "DOM\\petrov")):
        locker.client = new_client(server, user=name)
    assert petrov.info(resource) == ("STATUS_LOCKED", "DOM\\ivanov")
    assert ivanov.info(resource)[0] == "STATUS_OWNER_LOCKED"
    assert postgres.query(database, "SELECT resource::text, kind, checked_out, session_id::text, user_name FROM tally.locks"
                                    " ORDER BY locked_at") \
        == [(resource, "card", False, ivanov.session, "DOM\\ivanov"), (other, "card", True, None, "DOM\\ivanov")]
    ivanov.client.log_out(ivanov.session)
    assert [petrov.info(each)[0] for each in (resource, other)] == ["STATUS_FREE", "STATUS_CHECKED_OUT"]
    assert postgres.query(database, "SELECT kind, reason FROM tally.events WHERE resource::text = %s ORDER BY token", resource) \
        == [("locked", ""), ("unlocked", "logout")]
