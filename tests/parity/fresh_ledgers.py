"""Ledgers with the usual catalogue and nothing else.

A database is hundreds of files, and the stories need a fresh ledger more than a hundred times. So a ledger that is given back
has the rows that it began with put back into its tables.
"""

import postgres
import tally_program

_TABLES = """
SELECT relname FROM pg_class WHERE relnamespace = 'tally_ledger'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
ORDER BY relname
"""


class FreshLedgers:
    """`catalog` is the path of a file."""

    def __init__(self, cluster, catalog):
        self._cluster = cluster
        self._catalog = catalog
        self._given_back = []

    def take(self):
        """The address of one."""
        if not self._given_back:
            return self._made()
        url = self._given_back.pop()
        tables = _tables(url)
        put_back = ["INSERT INTO tally_ledger.%s SELECT * FROM kept.%s" % (table, table) for table in tables if _has_rows(url, table)]
        _carry_out(url, ["TRUNCATE %s" % ", ".join("tally_ledger." + table for table in tables), *put_back])
        return url

    def give_back(self, url):
        """When nobody is connected any more."""
        self._given_back.append(url)

    def _made(self):
        url = self._cluster.new_database()
        for command in (("migrate",), ("catalog", "import", self._catalog)):
            done = tally_program.run(*command, "--database", url)
            assert done.returncode == 0, done.stderr
        _carry_out(url, ["CREATE SCHEMA kept", *["CREATE TABLE kept.%s AS TABLE tally_ledger.%s" % (table, table) for table in _tables(url)]])
        return url


def _tables(url):
    return [name for (name,) in postgres.query(url, _TABLES)]


def _has_rows(url, table):
    return postgres.query(url, "SELECT EXISTS (SELECT FROM kept.%s)" % table) == [(True,)]


def _carry_out(url, statements):
    postgres.query(url, "%s; SELECT 1" % "; ".join(statements))
