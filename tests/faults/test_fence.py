"""A statement of an earlier writer that slept through a take-over can't get in any more, however late it wakes.

Seen under load when the writer's backend was stopped after its statement had taken its snapshot: by the time it went on,
the group that had taken its number had been folded and trimmed away, so nothing stood in its place, and its events were
in the ledger a second time.
"""

import psycopg2
import pytest

import agreement
import postgres
from deadline import until
from soap import StorageServer

LAST_GROUP = "SELECT number, epoch, last_token FROM tally_ledger.groups ORDER BY number DESC LIMIT 1"
LAST_GROUP_AT_REST = """
SELECT number, epoch, last_token FROM tally_ledger.groups WHERE number = (SELECT max(number) FROM tally_ledger.groups)
AND NOT EXISTS (SELECT FROM tally_ledger.events WHERE group_number > (SELECT position FROM tally_ledger.fold))
"""

LATE_GROUP = """
INSERT INTO tally_ledger.groups (number, epoch, previous, last_token, committed_at)
VALUES (%(number)s + 1, %(epoch)s,
        (SELECT number FROM tally_ledger.groups WHERE number = %(number)s AND epoch = %(epoch)s), %(token)s + 1, now())
"""


def at_rest(database):
    """The last group once everything is folded, so that none follows by itself. Asked at once, lest one comes in between."""
    return until(lambda: postgres.query(database, LAST_GROUP_AT_REST), "the ledger is folded")[0]


def test_a_group_whose_snapshot_is_older_than_the_take_over_is_void_also_after_its_number_was_trimmed(new_tally, database):
    server = new_tally("--term", "10m", store=("--database", database)).start()
    client = StorageServer(server.soap_url)
    session = client.log_in()
    client.increment(session)
    number, epoch, token = at_rest(database)

    sleeper = psycopg2.connect(database)
    sleeper.set_session(isolation_level="REPEATABLE READ")
    sleeper.cursor().execute(LAST_GROUP)  # takes the snapshot in which number's row is the last
    server.kill()
    server.start()  # opens its epoch with the number that the sleeper means to use
    client = StorageServer(server.soap_url)
    for _ in range(3):  # each is folded and trimmed for itself
        client.increment(session)
        client.decrement(session)
        at_rest(database)

    with pytest.raises(psycopg2.IntegrityError):
        sleeper.cursor().execute(LATE_GROUP, {"number": number, "epoch": epoch, "token": token})
        sleeper.commit()
    sleeper.close()
    agreement.counters_at_rest(database)
    server.stop()
