"""Databases that earlier versions made: `tally migrate` brings them up with all that is in them, and they are served."""

import json

import psycopg2
import pytest

import postgres
import tally_program
from soap import OPTION, OPTION_MAXIMUM, StorageServer

MIGRATIONS = tally_program.ROOT / "storage" / "migrations"
SESSION = "bb000000-0000-4000-8000-000000000001"
OFFLINE = "bb000000-0000-4000-8000-000000000002"
CATALOG = {"accounts": [{"id": "default", "name": "Default", "licenses": [
    {"id": 1000, "product": "docsvision", "name": "Документы", "key": "DV-1", "type": "subscription", "features": [
        {"id": OPTION, "code": "option-1", "name": "Sample option", "type": "floating", "maximum": OPTION_MAXIMUM}]}]}]}

OF_V001 = """
SELECT tally_ledger.ensure_events_partition(now());
INSERT INTO tally_ledger.groups VALUES (1, 1, 0, 0, now()), (2, 1, 1, 2, now()), (3, 1, 2, 2, now()), (4, 1, 3, 3, now());
UPDATE tally_ledger.term SET epoch = 1, renewed = 4, duration_ms = 5000, stopped_at = now();
INSERT INTO tally_ledger.catalog VALUES (true, %(catalog)s, 'hash', now(), 2);
INSERT INTO tally_ledger.counters VALUES (1, 'default', 1000, 'docsvision', 'option-1', %(option)s, 0, 10000000, true, 2);
INSERT INTO tally_ledger.sessions
  VALUES (%(session)s, 'default', 'ДОМ\\Иванов', '', 'PC', '10.0.0.1', now(), now(), false,
          '[{"name": "ComputerName", "type": "string", "value": "PC", "read_only": false}]', NULL, NULL, 2);
-- Folded up to group 3; the place taken in group 4 is in the ledger alone.
INSERT INTO tally_ledger.events VALUES
  (1, 2, now(), 4, 1, NULL, %(session)s, 'ДОМ\\Иванов', NULL, 0, 0, 0, NULL, ''),
  (2, 2, now(), 1, 1, 1, %(session)s, 'ДОМ\\Иванов', 2, 1000000, 1000000, 1000000, 9000000, ''),
  (3, 4, now(), 1, 1, 1, %(session)s, 'ДОМ\\Иванов', 3, 1000000, 2000000, 2000000, 8000000, '');
INSERT INTO tally_ledger.balances VALUES (1, 1000000, 1000000, 1000000, 3);
INSERT INTO tally_ledger.holds VALUES (2, 1, 1, %(session)s, 1000000, now(), 1000000, 9000000, '', 3);
UPDATE tally_ledger.fold SET position = 3;
"""
OF_V002 = """
INSERT INTO tally_ledger.sessions
  VALUES (%(offline)s, 'default', 'ДОМ\\Иванов', '', 'PC', '10.0.0.1', now(), now(), true, '[]', NULL, NULL, 4, ARRAY[%(option)s::uuid]);
"""


def older_database(cluster, versions):
    """With the schema as it was, made by the migrations of those days, and data as those versions wrote it."""
    url = cluster.new_database()
    connection = psycopg2.connect(url)
    values = {"catalog": json.dumps(CATALOG), "option": OPTION, "session": SESSION, "offline": OFFLINE}
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA tally_ledger; CREATE TABLE tally_ledger.migrations "
                       "(version integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())")
        for version, data in zip(range(1, versions + 1), (OF_V001, OF_V002)):
            (file,) = MIGRATIONS.glob("V%03d__*.sql" % version)
            cursor.execute(file.read_text())
            cursor.execute("INSERT INTO tally_ledger.migrations (version, name) VALUES (%s, %s)", (version, file.stem))
            cursor.execute(data, values)
    connection.close()
    return url


@pytest.mark.parametrize("versions", [1, 2])
def test_an_older_database_is_brought_up_with_its_data_and_served(cluster, new_tally, versions):
    url = older_database(cluster, versions)
    server = new_tally(store=("--database", url), catalog=None)
    server.launch()
    assert server.wait_refused() == 4
    assert "tally migrate" in server.log()

    done = tally_program.run("migrate", "--database", url)
    assert done.returncode == 0, done.stderr
    server.start()
    client = StorageServer(server.soap_url)
    client.keep_alive(SESSION)
    assert client.settings(SESSION)["AccountName"] == "ДОМ\\Иванов"
    if versions > 1:
        client.call("SessionUpdateOfflineState", {"sessionId": OFFLINE, "offline": False})
        client.decrement(OFFLINE)  # what it had was remembered, and taken again
    assert client.increment_up_to_the_limit(SESSION) == OPTION_MAXIMUM - 2
    for _ in range(OPTION_MAXIMUM):
        client.decrement(SESSION)
    assert postgres.query(url, "SELECT kind, used_after FROM tally.events WHERE token <= 3 ORDER BY token") == [
        ("session_opened", 0), ("granted", 1), ("granted", 2)]
    server.stop()
    assert postgres.query(url, "SELECT feature, maximum, used, high_water FROM tally.counters") == [
        ("option-1", OPTION_MAXIMUM, 0, OPTION_MAXIMUM)]
    assert postgres.query(url, "SELECT count(*) FROM tally.holds") == [(0,)]
    assert json.loads(server.command("catalog", "export").stdout)["accounts"][0]["licenses"][0]["name"] == "Документы"
