"""A stand-by that is to write and finds the ledger damaged: it writes nothing, says so, and serves when it is mended."""

import requests

import postgres
from deadline import until
from servers import TIMES, address_to_be, role
from soap import Fault, StorageServer

UNUSABLE = "the ledger can't be used; the log says why"
GROUPS = "SELECT count(*), max(number) FROM tally_ledger.groups"


def outcome(action, *arguments):
    try:
        action(*arguments)
        return "done"
    except Fault as fault:
        return fault.name


def test_a_stand_by_does_not_take_over_a_damaged_ledger_and_serves_when_it_is_mended(new_tally, database):
    first, second = (new_tally(*TIMES, store=("--database", database), listen=address_to_be()).start()
                     for _ in "12")
    session = StorageServer(second.soap_url).log_in()
    postgres.query(database, "UPDATE tally_ledger.catalog SET document = jsonb_build_array(document)")
    first.kill()
    until(lambda: role(second) == UNUSABLE, "it has found the damage")
    before = postgres.query(database, GROUPS)
    client = StorageServer(second.soap_url)
    for _ in range(20):
        assert outcome(client.increment, session) == "ServerBusy"
    assert requests.get(second.base_url + "/health/live", timeout=10).status_code == 200
    looks = second.log().count("the ledger can't be used")
    postgres.query(database, "UPDATE tally_ledger.catalog SET document = document -> 0")
    assert postgres.query(database, GROUPS) == before
    until(lambda: role(second) == "writer", "it serves the mended ledger")
    client.increment(session)
    assert looks == 1 and "the stored catalogue can't be read" in second.log()
    assert second.log().count("the ledger can't be used") == 1  # however often it looked
    second.stop()
