#!/usr/bin/python3
"""docs/compatibility.md tells the state of every operation of the contract, once."""

import collections
import json
import pathlib
import unittest

from contract import ROOT, Contract

PAGE = ROOT / "docs" / "compatibility.md"
CATEGORY_OF = {operation["name"]: operation["category"] for operation in
               json.loads((pathlib.Path(__file__).parent / "operations.json").read_text())}
STATES = {"works", "not yet", "chosen"}
HEADER = ["Operation", "State", "Notes"]


def operation_tables(text):
    """(heading, rows) for each table with the columns of HEADER; every row is a list of cells."""
    heading, rows = None, None
    for line in text.splitlines():
        if line.startswith("#"):
            heading = line.lstrip("#").strip()
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else None
        if cells is None:
            rows = None
        elif cells == HEADER:
            rows = []
            yield heading, rows
        elif rows is not None and not set(line) <= set("|-: "):
            rows.append(cells)


class TheCompatibilityPage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tables = list(operation_tables(PAGE.read_text(encoding="utf-8")))
        for _, rows in cls.tables:  # a generator fills the lists while it is read, so they are complete by now
            assert rows, "a table without rows"
        cls.rows = [row for _, rows in cls.tables for row in rows]

    def test_has_exactly_one_row_for_each_operation_of_the_contract(self):
        listed = collections.Counter(row[0].strip("`") for row in self.rows)
        self.assertEqual(collections.Counter(Contract().operation_names()), listed)

    def test_writes_operations_as_code(self):
        for row in self.rows:
            self.assertRegex(row[0], r"^`\w+`$")

    def test_gives_every_operation_a_known_state(self):
        for row in self.rows:
            with self.subTest(row[0]):
                self.assertEqual(len(HEADER), len(row))
                self.assertIn(row[1], STATES)

    def test_explains_what_was_chosen(self):
        for row in self.rows:
            if row[1] == "chosen":
                with self.subTest(row[0]):
                    self.assertTrue(row[2], "say what the choice is")

    def test_keeps_the_operations_of_a_category_in_a_table_of_their_own(self):
        for heading, rows in self.tables:
            with self.subTest(heading):
                categories = {CATEGORY_OF[row[0].strip("`")] for row in rows}
                self.assertEqual(1, len(categories), categories)
                self.assertIn("(%s)" % categories.pop(), heading, "name the category in the heading")


if __name__ == "__main__":
    unittest.main()
