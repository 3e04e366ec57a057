"""The stories as clients of the StorageServer tell them."""

import xml.etree.ElementTree as ElementTree

import soap
from names import NUMERATOR, ZONE, ZONE_ID, guid_of, lock_text, names_of, profile_of, status_text, statuses_text
from soap import NO_SESSION
from story import Refused

ZERO = "00000000-0000-0000-0000-000000000000"
_NUMBER_STATUS = {"NUMBER_STATUS_FREE": 0, "NUMBER_STATUS_IN_USE": 1, "NUMBER_STATUS_NOT_EXISTS": 3}
_LOCK_STATUS = {"STATUS_FREE": 0, "STATUS_LOCKED": 1, "STATUS_CHECKED_OUT": 2, "STATUS_OWNER_LOCKED": 3, "STATUS_OWNER_CHECKED_OUT": 4}


class OverSoap:
    family = "soap"

    def __init__(self, store):
        self.key = None
        self._store = store
        self._sessions = {}
        self._numbers = {}  # by number: its id
        self._cursor = ZERO

    def _ask(self, who, operation, **fields):
        client = soap.StorageServer(self._store.server.soap_url, headers={"X-User": who})
        try:
            return client.call(operation, fields, {"Idempotency-Key": self.key} if self.key else None)
        except soap.Fault as fault:
            raise Refused(fault.word) from None
        finally:
            client.http.close()

    def _on_session(self, who, operation, **fields):
        return self._ask(who, operation, sessionId=self._sessions.get(who, NO_SESSION), **fields)

    def _on_zone(self, who, operation, **fields):
        return self._on_session(who, operation, numeratorId=NUMERATOR, zoneName=ZONE, **fields)

    # Sessions

    def enters(self, who):
        settings = soap.settings_text({"ComputerName": who})
        self._sessions[who] = self._ask(who, "SessionLogin", baseName="", sessionSettings=settings)["sessionId"]

    def stays(self, who):
        self._on_session(who, "SessionKeepAlive")

    def leaves(self, who):
        self._on_session(who, "SessionLogout")

    def ends(self, who, whom):
        self._ask(who, "SessionTerminate", baseName="", sessionId=self._sessions[whom])

    def goes_offline(self, who):
        self._on_session(who, "SessionUpdateOfflineState", offline=True)

    def comes_online(self, who):
        self._on_session(who, "SessionUpdateOfflineState", offline=False)

    def notes(self, who, name, value):
        self._on_session(who, "SessionSetSettings", settings=soap.settings_text({name: value}))

    def recalls(self, who, name):
        return self._settings(who)[name]

    def _settings(self, who):
        return soap.settings_of(self._on_session(who, "SessionGetSettings")["settings"])

    def sees_sessions(self, who):
        sessions = ElementTree.fromstring(self._ask(who, "SessionGetList", baseName="")["sessions"])
        return " ".join(sorted(each.get("AccountName") for each in sessions))

    def sees_profile(self, who, user):
        return self._on_session(who, "UserProfileGetInfo", userName=user)["curUserName"]

    def sees_profile_by_id(self, who, user):
        return self._on_session(who, "UserProfileGetAccount", userRefId=profile_of(user))["userAccount"]

    # Places

    def takes(self, who, option):
        self._on_session(who, "IncrementFeatureUsage", featureId=guid_of(option))

    def frees(self, who, option):
        self._on_session(who, "DecrementFeatureUsage", featureId=guid_of(option))

    def reads(self, who, option):
        features = ElementTree.fromstring(self._settings(who)["License"]).findall("Features/Feature")
        (maximum,) = [each.get("MaxConnections") for each in features if each.get("ID") == guid_of(option)]
        return maximum or "no limit"

    # Numbers

    def takes_number(self, who, number):
        self._numbers[number] = self._on_zone(who, "NumAllocateNumber", userId=ZERO, number=number)["NumberId"]

    def takes_numbers(self, who, first, last):
        self._on_zone(who, "NumAllocateNumbers", userId=ZERO, firstNumber=first, lastNumber=last)

    def takes_lowest(self, who):
        return self._on_zone(who, "NumGetFirstFree", userId=ZERO)["number"]

    def takes_highest(self, who):
        return self._on_zone(who, "NumGetLastFree", userId=ZERO)["number"]

    def releases_number(self, who, number):
        self._on_zone(who, "NumReleaseNumber", number=number)

    def releases_numbers(self, who, first, last):
        self._on_zone(who, "NumReleaseNumbers", firstNumber=first, lastNumbers=last)

    def releases_by_id(self, who, number):
        self._on_session(who, "NumReleaseNumberByID", numeratorId=NUMERATOR, NumberId=self._numbers.get(number, ZERO))

    def finds_id(self, who, number):
        self._numbers[number] = self._on_session(who, "NumGetNumberID", numeratorId=NUMERATOR, zoneId=ZONE_ID, number=number)["NumberId"]

    def finds_by_id(self, who, number):
        return self._on_zone(who, "NumGetNumberByID", NumberId=self._numbers.get(number, ZERO))["number"]

    def looks_at_number(self, who, number):
        return status_text(_NUMBER_STATUS[self._on_zone(who, "NumGetNumberStatus", number=number)["numberStatus"]])

    def moves_left(self, who, bound, force=None):
        self._on_session(who, "NumChangeLeftBound", numeratorId=NUMERATOR, newLeftBound=bound, forceChange=force is not None)

    def moves_right(self, who, bound, force=None):
        self._on_session(who, "NumChangeRightBound", numeratorId=NUMERATOR, newRightBound=bound, forceChange=force is not None)

    def lists_numbers(self, who, first, last):
        info = {member.tag.partition("}")[2]: member.text or ""
                for member in self._on_zone(who, "NumGetNumbersStatus", firstNumber=first, lastNumber=last)["cursorInfo"]}
        self._cursor = info["ID"]
        return "%s pages" % info["PageCount"] if int(info["PageCount"]) > 1 else _statuses(info["FirstPage"])

    def reads_page(self, who, page):
        statuses = _statuses(self._on_session(who, "CursorReadPage", cursorId=self._cursor, pageNum=page)["data"])
        return "%d taken" % statuses.count("taken")

    def counts_pages(self, who):
        return self._on_session(who, "CursorGetPageCount", cursorId=self._cursor)["count"]

    def closes_list(self, who):
        self._on_session(who, "CursorClose", cursorId=self._cursor)

    # Locks

    def locks(self, who, thing, for_long=None):
        self._on_session(who, "LockSet", resourceId=guid_of(thing), resType="CARD", sectionId=ZERO, instanceID=ZERO, checkOut=for_long is not None)

    def unlocks(self, who, thing, force=None):
        self._on_session(who, "LockClear", resourceId=guid_of(thing), forceUnlock=force is not None)

    def unlocks_all(self, who, *things):
        items = "<GroupOperation>%s</GroupOperation>" % "".join('<Item ID="%s"/>' % guid_of(thing) for thing in things)
        failed = self._on_session(who, "LockClearGroup", items=items, forceUnlock=False)["failedItems"]
        return names_of(item.get("ID") for item in ElementTree.fromstring(failed))

    def looks_at(self, who, thing):
        lock = self._on_session(who, "LockGetInfo", resourceId=guid_of(thing))
        return lock_text(_LOCK_STATUS[lock["lockStatus"]], lock["ownerName"])

    def lists_locks(self, who):
        answer = self._on_session(who, "LockGetList", currentUserOnly=False, allTypes=True, resType="CUSTOM")
        return names_of(lock.get("ResourceID") for lock in ElementTree.fromstring(answer["lockedObjects"]))


def _statuses(page):
    return statuses_text((int(each.get("Value")), each.get("Status")) for each in ElementTree.fromstring(page))
