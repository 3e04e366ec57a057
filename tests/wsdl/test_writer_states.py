#!/usr/bin/python3
"""docs/architecture.md, "The writer's states": each row of its tables names tests that exist."""

import pathlib
import re
import unittest

from contract import ROOT
from test_wire_rows import PROOF, named_in

PAGE = ROOT / "docs" / "architecture.md"
HEADING = "## The writer's states"


def rows():
    """The cells of each row; the tables' headers are those above a line of dashes."""
    lines = PAGE.read_text(encoding="utf-8").partition(HEADING)[2].partition("\n## ")[0].splitlines()
    for line, below in zip(lines, lines[1:] + [""]):
        is_rule = line.startswith("|") and set(line) <= set("|- ")
        is_header = line.startswith("|") and below.startswith("|") and set(below) <= set("|- ")
        if line.startswith("|") and not is_rule and not is_header:
            yield [cell.strip() for cell in line.strip("|").split("|")]


class TheWritersStates(unittest.TestCase):
    def test_are_each_forced_by_tests_that_exist(self):
        files = {path.name: path for path in sorted(pathlib.Path(ROOT / "tests").rglob("*")) if path.is_file()}
        found = list(rows())
        self.assertGreater(len(found), 10)
        for row in found:
            with self.subTest(row[0]):
                proofs = PROOF.findall(row[-1])
                self.assertTrue(proofs, "name a test that forces it")
                self.assertEqual(row[-1], "; ".join("`%s`: %s" % proof for proof in proofs))
                for file, names in proofs:
                    self.assertIn(file, files)
                    self.assertLessEqual(set(re.findall(r"`([^`]+)`", names)), named_in(files[file]))

    def test_are_those_of_the_program(self):
        header = (ROOT / "engine" / "include" / "tally" / "engine" / "writer.hpp").read_text(encoding="utf-8")
        states = re.search(r"enum class WriterState \{([^}]*)\}", header)[1]
        self.assertLessEqual({name.strip().replace("_", " ") for name in states.split(",")}, {row[0] for row in rows()})


if __name__ == "__main__":
    unittest.main()
