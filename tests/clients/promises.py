"""What docs/compatibility.md promises of each operation."""

import pytest

from test_compatibility_page import PAGE, operation_tables

BUILT, NOT_BUILT = "works", "NotImplemented"


class NotBuiltYet(pytest.skip.Exception):
    """The operation answered NotImplemented, as the page says: what else the test would show waits until it is built."""

    def __init__(self, operation):
        super().__init__("docs/compatibility.md: %s is not built yet" % operation)


def outcome_of_each():
    """The outcome that a client must meet, by operation, in the page's order."""
    tables = list(operation_tables(PAGE.read_text(encoding="utf-8")))
    return {row[0].strip("`"): NOT_BUILT if row[1] == "not yet" else BUILT for _, rows in tables for row in rows}
