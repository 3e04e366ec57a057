#!/usr/bin/python3
"""compose.py: the parts become one document, and mistakes that YAML's reader would swallow are told."""

import pathlib
import sys
import tempfile
import unittest

import yaml

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "service" / "openapi"))

import compose  # noqa: E402

FRAME = """
openapi: 3.1.0
info: {title: T}
tags: []
paths: {/own: {}}
components: {schemas: {Own: {}}}
"""


class Composing(unittest.TestCase):
    def composed(self, **parts):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in {"document": FRAME, **parts}.items():
                (pathlib.Path(folder) / (name + ".yaml")).write_text(text, encoding="utf-8")
            return compose.composed("1.2.3", pathlib.Path(folder))

    def test_joins_tags_paths_and_components_and_puts_the_version_in(self):
        document = self.composed(a="{tags: [{name: A}], paths: {/a: {}}, components: {schemas: {A: {}}, headers: {H: {}}}}",
                                 b="{tags: [{name: B}], paths: {/b: {}}}")
        self.assertEqual("1.2.3", document["info"]["version"])
        self.assertEqual(["A", "B"], [tag["name"] for tag in document["tags"]])
        self.assertEqual(["/own", "/a", "/b"], list(document["paths"]))
        self.assertEqual({"schemas": {"Own": {}, "A": {}}, "headers": {"H": {}}}, document["components"])

    def test_lets_anchors_be_shared_and_their_members_be_replaced(self):
        document = self.composed(a="""
x-shared: {both: &both {x: 1, y: {z: 2}}, more: &more {<<: *both, y: 3}}
paths: {/a: *both, /b: {<<: *more, x: 4}}
""")
        self.assertEqual({"/own": {}, "/a": {"x": 1, "y": {"z": 2}}, "/b": {"x": 4, "y": 3}}, document["paths"])
        self.assertNotIn("x-shared", document)

    def test_refuses_a_member_that_is_given_twice(self):
        with self.assertRaisesRegex(yaml.YAMLError, "given twice: /a"):
            self.composed(a="paths:\n  /a: {}\n  /a: {}\n")

    def test_refuses_what_two_files_have(self):
        for part in ("paths: {/own: {}}", "components: {schemas: {Own: {}}}"):
            with self.subTest(part), self.assertRaisesRegex(ValueError, "in two files"):
                self.composed(a=part)

    def test_refuses_what_belongs_to_no_door(self):
        with self.assertRaisesRegex(ValueError, "a.yaml: info belongs to document.yaml"):
            self.composed(a="info: {title: U}")


if __name__ == "__main__":
    unittest.main()
