#!/usr/bin/python3
"""docs/compatibility.md, "The wire, row by row": each row has a known state and names tests that exist."""

import pathlib
import re
import unittest

from contract import ROOT

PAGE = ROOT / "docs" / "compatibility.md"
HEADING = "## The wire, row by row"
HEADER = ["row", "state", "remark", "proof"]
STATES = {"as the original", "differs", "cannot be had"}
PROOF = re.compile(r"`(test_\w+\.py|\w+test\.cpp)`: ((?:`[^`]+`(?:, )?)+)")


def rows():
    section = PAGE.read_text(encoding="utf-8").partition(HEADING)[2].partition("\n## ")[0]
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if cells and cells != HEADER and not set(line) <= set("|- "):
            yield cells


def named_in(file):
    """The names of the tests in a file, C++'s literals joined."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".py":
        return set(re.findall(r"^ *def (test_\w+)\(", text, re.M))
    literals = re.findall(r'TEST_CASE\(((?:\s*"(?:[^"\\]|\\.)*")+)', text)
    return {"".join(re.findall(r'"((?:[^"\\]|\\.)*)"', literal)) for literal in literals}


class TheWireRows(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rows = list(rows())
        cls.files = {path.name: path for path in sorted(pathlib.Path(ROOT / "tests").rglob("*")) if path.is_file()}

    def test_are_there(self):
        self.assertGreater(len(self.rows), 50)

    def test_have_a_state_and_explain_what_differs(self):
        for row in self.rows:
            with self.subTest(row[0]):
                self.assertEqual(len(HEADER), len(row))
                self.assertIn(row[1], STATES)
                if row[1] != "as the original":
                    self.assertTrue(row[2], "say how it differs, or why it cannot be had")

    def test_name_tests_that_exist(self):
        for row in self.rows:
            with self.subTest(row[0]):
                proofs = PROOF.findall(row[3])
                self.assertEqual(row[3], "; ".join("`%s`: %s" % proof for proof in proofs))
                self.assertTrue(proofs)
                for file, names in proofs:
                    self.assertIn(file, self.files)
                    self.assertLessEqual(set(re.findall(r"`([^`]+)`", names)), named_in(self.files[file]))


if __name__ == "__main__":
    unittest.main()
