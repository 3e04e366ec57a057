#!/usr/bin/python3
"""Tables with proofs, in docs/compatibility.md and docs/security.md: each row has a known state and names tests that exist."""

import pathlib
import re
import unittest

from contract import ROOT

PAGES = [ROOT / "docs" / "compatibility.md", ROOT / "docs" / "security.md"]
HEADER = ["row", "state", "remark", "proof"]
# heading -> the states that need no remark, and the others
SECTIONS = {"## The wire, row by row": ({"as the original"}, {"differs", "cannot be had"}),
            "## The floating server, row by row": ({"works"}, {"differs", "not yet"}),
            "## License usage, row by row": ({"works"}, {"differs", "not yet"}),
            "## The list": ({"holds"}, {"differs", "not yet"})}
PROOF = re.compile(r"`(test_\w+\.py|\w+test\.cpp)`: ((?:`[^`]+`(?:, )?)+)")


def rows(heading):
    text = "".join("\n" + page.read_text(encoding="utf-8") + "\n## \n" for page in PAGES)
    section = text.partition("\n" + heading + "\n")[2].partition("\n## ")[0]
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
        cls.sections = {heading: list(rows(heading)) for heading in SECTIONS}
        cls.rows = [row for section in cls.sections.values() for row in section]
        cls.files = {path.name: path for path in sorted(pathlib.Path(ROOT / "tests").rglob("*")) if path.is_file()}

    def test_are_there(self):
        for heading, section in self.sections.items():
            self.assertGreater(len(section), 12, heading)

    def test_have_a_state_and_explain_what_differs(self):
        for heading, (plain, explained) in SECTIONS.items():
            for row in self.sections[heading]:
                with self.subTest(row[0]):
                    self.assertEqual(len(HEADER), len(row))
                    self.assertIn(row[1], plain | explained)
                    if row[1] in explained:
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

    def test_name_each_path_of_the_floating_server(self):
        routes = (ROOT / "service" / "floating" / "routes.cpp").read_text(encoding="utf-8")
        paths = set(re.findall(r'\{"(?:/api/v4)?/([^"]*)", Operation::', routes))
        self.assertGreater(len(paths), 20)
        named = {word for row in self.sections["## The floating server, row by row"] for cell in row[:3]
                 for text in re.findall(r"`([^`]+)`", cell) for word in text.split()}
        self.assertLessEqual({path or "/" for path in paths}, named | {word.removeprefix("/") for word in named})


if __name__ == "__main__":
    unittest.main()
