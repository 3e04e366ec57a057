"""Numbers given out by numerators: by SOAP, durably, and to one taker each."""

import collections
import concurrent.futures
import itertools
import uuid
import xml.etree.ElementTree as ElementTree

import pytest

import postgres
from deadline import until
from soap import Fault, StorageServer

LARGEST = 2**31 - 1
ZERO = str(uuid.UUID(int=0))
ZONE = "Входящие"
_numbers = itertools.count()


class Numbers:
    """A zone of a numerator, as a client sees it."""

    def __init__(self, client, numerator=None, zone=ZONE, session=None):
        self.client = client
        self.numerator = numerator or str(uuid.uuid4())
        self.zone = zone
        self.session = session or client.log_in()

    def _call(self, operation, headers=None, **fields):
        return self.client.call(operation, {"sessionId": self.session, "numeratorId": self.numerator, **fields}, headers)

    def allocate(self, number, **more):
        return self._call("NumAllocateNumber", userId=str(uuid.uuid4()), zoneName=self.zone, number=number, **more)["NumberId"]

    def allocate_range(self, first, last):
        return self._call("NumAllocateNumbers", userId=ZERO, zoneName=self.zone, firstNumber=first, lastNumber=last)

    def first_free(self, headers=None):
        answer = self._call("NumGetFirstFree", headers, zoneName=self.zone, userId=ZERO)
        return int(answer["number"]), answer["NumberId"]

    def last_free(self):
        answer = self._call("NumGetLastFree", zoneName=self.zone, userId=ZERO)
        return int(answer["number"]), answer["NumberId"]

    def release(self, number):
        return self._call("NumReleaseNumber", zoneName=self.zone, number=number)

    def release_range(self, first, last):
        return self._call("NumReleaseNumbers", zoneName=self.zone, firstNumber=first, lastNumbers=last)

    def release_by_id(self, number_id):
        return self._call("NumReleaseNumberByID", NumberId=number_id)

    def left_bound(self, bound, force=False):
        return self._call("NumChangeLeftBound", newLeftBound=bound, forceChange=force)

    def right_bound(self, bound, force=False):
        return self._call("NumChangeRightBound", newRightBound=bound, forceChange=force)

    def number_of(self, number_id):
        return int(self._call("NumGetNumberByID", zoneName=self.zone, NumberId=number_id)["number"])

    def id_of(self, number):
        zone_id = uuid.uuid5(uuid.UUID(self.numerator), self.zone)
        return self._call("NumGetNumberID", zoneId=zone_id, number=number)["NumberId"]

    def status(self, number):
        return self._call("NumGetNumberStatus", zoneName=self.zone, number=number)["numberStatus"]

    def statuses(self, first, last):
        """The members of the CursorInfo by name."""
        info = self._call("NumGetNumbersStatus", zoneName=self.zone, firstNumber=first, lastNumber=last)["cursorInfo"]
        return {member.tag.partition("}")[2]: member.text or "" for member in info}

    def page(self, cursor, number):
        answer = self.client.call("CursorReadPage", {"sessionId": self.session, "cursorId": cursor, "pageNum": number})
        assert answer["usingCompression"] == "false"
        return answer["data"]

    def close(self, cursor):
        return self.client.call("CursorClose", {"sessionId": self.session, "cursorId": cursor})

    def page_count(self, cursor):
        return int(self.client.call("CursorGetPageCount", {"sessionId": self.session, "cursorId": cursor})["count"])


def statuses_of(page):
    root = ElementTree.fromstring(page)
    assert root.tag == "Numbers" and all(child.tag == "Number" for child in root)
    return {int(child.get("Value")): int(child.get("Status")) for child in root}


@pytest.fixture
def numbers(client):
    return Numbers(client)


def refused(name, action, *arguments, **named):
    with pytest.raises(Fault) as caught:
        action(*arguments, **named)
    assert caught.value.name == name, caught.value
    return caught.value


def test_numbers_are_given_out_from_both_ends(numbers):
    assert [numbers.first_free()[0] for _ in range(3)] == [1, 2, 3]
    assert [numbers.last_free()[0] for _ in range(2)] == [LARGEST, LARGEST - 1]
    numbers.release(2)
    assert numbers.first_free()[0] == 2


def test_a_taken_number_is_not_given_twice(numbers):
    numbers.allocate(5)
    fault = refused("NumberTaken", numbers.allocate, 5)
    assert (fault.number, fault.word, fault.text) == ("28686", "number_taken", "28686, Internal exception, error code: NumberTaken")
    numbers.release(5)
    numbers.allocate(5)


def test_a_range_is_taken_whole_or_not_at_all(numbers):
    assert numbers.allocate_range(10, 20) == {}
    refused("NumberTaken", numbers.allocate_range, 1, 10)
    assert numbers.status(9) == "NUMBER_STATUS_FREE"
    refused("InvalidNumber", numbers.allocate_range, 9, 8)
    numbers.release_range(12, 30)
    assert numbers.status(11) == "NUMBER_STATUS_IN_USE"
    assert numbers.status(12) == "NUMBER_STATUS_FREE"


def test_ten_million_numbers_are_one_row(numbers, tally):
    numbers.allocate_range(1, 10_000_000)
    assert numbers.first_free()[0] == 10_000_001
    assert postgres.query(tally.database_url(), "SELECT first, last, count FROM tally.numbers WHERE numerator = %s",
                          numbers.numerator) == [(1, 10_000_001, 10_000_001)]


def test_ids_lead_to_numbers_and_back(numbers):
    number_id = numbers.allocate(17)
    assert uuid.UUID(number_id).version == 8
    assert numbers.number_of(number_id) == 17
    assert numbers.id_of(17) == number_id
    numbers.release_by_id(number_id)
    assert numbers.status(17) == "NUMBER_STATUS_FREE"
    numbers.release_by_id(number_id)
    refused("InvalidNumber", numbers.number_of, number_id)
    refused("InvalidNumber", numbers.id_of, 17)
    refused("InvalidNumber", numbers.release_by_id, str(uuid.uuid4()))
    assert numbers.allocate(17) == number_id


def test_bounds_limit_what_is_given_out(numbers):
    numbers.left_bound(100)
    numbers.right_bound(101)
    refused("NumberOutOfBounds", numbers.allocate, 99)
    assert numbers.status(99) == "NUMBER_STATUS_NOT_EXISTS"
    assert [numbers.first_free()[0], numbers.last_free()[0]] == [100, 101]
    refused("NoFreeNumber", numbers.first_free)
    refused("BoundsInUse", numbers.left_bound, 101)
    refused("InvalidBounds", numbers.left_bound, 102)
    numbers.left_bound(101, force=True)
    assert numbers.status(100) == "NUMBER_STATUS_IN_USE"
    numbers.release(100)
    assert numbers.status(100) == "NUMBER_STATUS_NOT_EXISTS"


def test_zones_are_apart_and_share_bounds(client):
    incoming = Numbers(client)
    outgoing = Numbers(client, incoming.numerator, "Исходящие", incoming.session)
    unnamed = Numbers(client, incoming.numerator, "", incoming.session)
    assert [zone.first_free()[0] for zone in (incoming, outgoing, unnamed)] == [1, 1, 1]
    incoming.left_bound(50, force=True)
    assert [zone.first_free()[0] for zone in (incoming, outgoing, unnamed)] == [50, 50, 50]
    assert unnamed.number_of(unnamed.id_of(50)) == 50


def test_a_short_list_of_statuses_is_one_page_without_a_cursor(numbers):
    numbers.allocate_range(3, 4)
    numbers.right_bound(6)
    info = numbers.statuses(-1, 8)
    assert (info["ID"], info["PageCount"], info["RowCount"], info["UsingCompression"]) == (ZERO, "1", "10", "false")
    assert statuses_of(info["FirstPage"]) == {-1: 3, 0: 3, 1: 0, 2: 0, 3: 1, 4: 1, 5: 0, 6: 0, 7: 3, 8: 3}
    numbers.close(info["ID"])


def test_a_long_list_of_statuses_is_read_page_by_page(numbers):
    numbers.allocate_range(900, 1100)
    info = numbers.statuses(1, 2500)
    cursor = info["ID"]
    assert cursor != ZERO and (info["PageCount"], info["RowCount"]) == ("3", "2500")
    assert numbers.page_count(cursor) == 3
    assert numbers.page(cursor, 1) == info["FirstPage"]
    found = {}
    for page in (1, 2, 3):
        found.update(statuses_of(numbers.page(cursor, page)))
    assert found == {number: int(900 <= number <= 1100) for number in range(1, 2501)}
    refused("InvalidParameter", numbers.page, cursor, 0)
    refused("InvalidParameter", numbers.page, cursor, 4)
    numbers.close(cursor)
    refused("InvalidCursor", numbers.page, cursor, 1)
    refused("InvalidCursor", numbers.page_count, cursor)
    numbers.close(cursor)


def test_numbers_are_given_out_once_under_an_idempotency_key(numbers):
    key = {"Idempotency-Key": "numbers-%d" % next(_numbers)}
    assert len({numbers.first_free(key) for _ in range(5)}) == 1
    assert numbers.first_free()[0] == 2


def test_an_unusable_zone_name_is_refused(client):
    refused("InvalidParameter", Numbers(client, zone="x" * 257).first_free)
    refused("InvalidParameter", Numbers(client, zone="tab\there").first_free)
    assert Numbers(client, zone="я" * 256).first_free()[0] == 1


def test_an_empty_number_is_a_flaw_of_the_request(numbers):
    assert refused(None, numbers.allocate, "").code == "soap:Client"
    assert refused(None, numbers.left_bound, 1, "").code == "soap:Client"


def test_without_a_session_nothing_is_given_out(client):
    refused("InvalidSession", Numbers(client, session=str(uuid.uuid4())).first_free)


def test_fifty_clients_get_fifty_numbers_each_once(tally):
    numerator = str(uuid.uuid4())

    def customer(_):
        client = StorageServer(tally.soap_url)
        try:
            numbers = Numbers(client, numerator)
            return [numbers.first_free() for _ in range(4)]
        finally:
            client.close()

    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        taken = [pair for pairs in pool.map(customer, range(50)) for pair in pairs]
    assert sorted(number for number, _ in taken) == list(range(1, 201))
    assert len({number_id for _, number_id in taken}) == 200


def test_the_views_show_zones_numbers_and_steps(new_tally, database, new_client):
    server = new_tally(store=("--database", database)).start()
    numbers = Numbers(new_client(server, user="DOM\\ivanov"))
    numbers.allocate_range(1, 10)
    numbers.right_bound(100)
    numbers.release_range(4, 6)
    assert postgres.query(database, "SELECT account, license_id, product, feature, kind, maximum, used, gross, high_water"
                                    " FROM tally.counters WHERE kind = 'numerator'") \
        == [("default", None, "numerator", "%s/%s" % (numbers.numerator, ZONE), "numerator", 100, 7, 10, 10)]
    assert postgres.query(database, "SELECT zone, first, last, count FROM tally.numbers ORDER BY first") \
        == [(ZONE, 1, 3, 3), (ZONE, 7, 10, 4)]
    assert postgres.query(database, "SELECT kind, user_name, door, quantity, used_after, balance_after, first_number, last_number"
                                    " FROM tally.events WHERE resource::text = %s ORDER BY token", numbers.numerator) \
        == [("number_taken", "DOM\\ivanov", "soap", 10, 10, LARGEST - 10, 1, 10),
            ("bounds_changed", "DOM\\ivanov", "soap", 0, 0, None, 1, 100),
            ("number_released", "DOM\\ivanov", "soap", 3, 7, 93, 4, 6)]
    assert ZONE in server.command("history", "--since", "2020-01-01", "--csv").stdout


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_numbers_and_bounds_survive(new_tally, new_client, end):
    server = new_tally().start()
    numbers = Numbers(new_client(server))
    number_id = numbers.allocate(17)
    numbers.allocate_range(1, 10)
    numbers.release(5)
    numbers.right_bound(20)
    cursor = numbers.statuses(1, 5000)["ID"]
    getattr(server, end)()
    server.start()
    numbers.client = new_client(server)
    assert numbers.first_free()[0] == 5
    assert numbers.first_free()[0] == 11
    assert numbers.number_of(number_id) == 17
    refused("NumberOutOfBounds", numbers.allocate, 21)
    refused("InvalidCursor", numbers.page, cursor, 1)


def test_what_was_given_out_before_a_crash_is_never_given_again(new_tally):
    server = new_tally().start()
    numerator = str(uuid.uuid4())
    answered = collections.Counter()

    def customer(_):
        client = StorageServer(server.soap_url)
        numbers = Numbers(client, numerator)
        taken = []
        try:
            while True:
                taken.append(numbers.first_free()[0])
        except (OSError, Fault):
            return taken
        finally:
            client.http.close()

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        running = [pool.submit(customer, each) for each in range(8)]
        until(lambda: postgres.query(server.database_url(), "SELECT count(*) >= 50 FROM tally.events WHERE kind = 'number_taken'")
              == [(True,)], "numbers are being given out")
        server.kill()
        for each in running:
            answered.update(each.result())
    server.start()
    client = StorageServer(server.soap_url)
    numbers = Numbers(client, numerator)
    answered.update(numbers.first_free()[0] for _ in range(20))
    client.close()
    assert answered.total() > 50 and max(answered.values()) == 1
