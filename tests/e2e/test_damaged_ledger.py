"""A ledger that somebody has damaged: Tally says what is wrong and what to do, and changes nothing."""

import pytest

import postgres
import tally_program

ALL_GROUPS = "SELECT * FROM tally_ledger.groups ORDER BY number"
TERM = "SELECT * FROM tally_ledger.term"
REMEDY = "restore the database from a backup (docs/operations/damaged-ledger.md)"

DAMAGES = {
    "a missing group": ("DELETE FROM tally_ledger.groups WHERE number = (SELECT max(number) - 1 FROM tally_ledger.groups)", " is missing"),
    "a fold beyond the last group": ("UPDATE tally_ledger.fold SET position = position + 1000", "the tables are folded up to group "),
    "an unknown counter": ("UPDATE tally_ledger.holds SET counter_id = 4711", " is of counter 4711, which there is not"),
    "an unreadable catalogue": ("UPDATE tally_ledger.catalog SET document = '[]'", "the stored catalogue can't be read: "),
    "a tampered schema": ("ALTER TABLE tally_ledger.sessions DROP COLUMN settings", 'column "settings"'),
    "a missing table": ("DROP TABLE tally_ledger.locks CASCADE", 'relation "tally_ledger.locks" does not exist'),
}


@pytest.fixture
def used(database, new_tally, new_client):
    """A server that has stopped, on a ledger with something in it."""
    server = new_tally(store=("--database", database)).start()
    client = new_client(server)
    session = client.log_in()
    client.increment(session)
    server.stop()
    return server


@pytest.mark.parametrize("damage", DAMAGES)
def test_it_does_not_start_on_a_damaged_ledger_and_says_why(used, database, damage):
    statement, said = DAMAGES[damage]
    postgres.query(database, statement)
    before = postgres.query(database, ALL_GROUPS), postgres.query(database, TERM)
    used.launch()
    assert used.wait_refused() == 4
    (line,) = [line for line in used.log().splitlines() if "the ledger is damaged" in line]
    assert said in line and line.endswith(REMEDY)
    assert (postgres.query(database, ALL_GROUPS), postgres.query(database, TERM)) == before


def test_a_command_line_that_would_write_by_itself_refuses_too(used, database):
    postgres.query(database, DAMAGES["a missing group"][0])
    before = postgres.query(database, ALL_GROUPS)
    done = used.command("catalog", "import", tally_program.SAMPLE_CATALOG)
    assert done.returncode == 4
    assert "the ledger is damaged" in done.stderr and REMEDY in done.stderr
    assert postgres.query(database, ALL_GROUPS) == before


def test_it_starts_once_the_damage_is_undone(used, database, new_client):
    postgres.query(database, "UPDATE tally_ledger.fold SET position = position + 1000")
    used.launch()
    assert used.wait_refused() == 4
    postgres.query(database, "UPDATE tally_ledger.fold SET position = position - 1000")
    used.start()
    new_client(used).log_in()
