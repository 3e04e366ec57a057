#!/usr/bin/python3
"""The committed stubs are what the contract generates today."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

from contract import ROOT

GENERATED = ROOT / "generated"
NOT_GENERATED = {"CMakeLists.txt"}


def files_of(folder):
    return {path.name for path in pathlib.Path(folder).iterdir()} - NOT_GENERATED


class TheCommittedStubs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        missing = [tool for tool in ("wsdl2h", "soapcpp2") if shutil.which(tool) is None]
        if missing:
            raise AssertionError("not installed: " + ", ".join(missing) + " (Debian package gsoap)")
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.fresh = pathlib.Path(folder.name)
        subprocess.run([ROOT / "wsdl" / "generate.sh", cls.fresh], check=True)

    def test_are_the_files_that_the_generator_writes_and_no_others(self):
        self.assertEqual(files_of(self.fresh), files_of(GENERATED))

    def test_equal_freshly_generated_ones_byte_for_byte(self):
        for name in sorted(files_of(self.fresh) & files_of(GENERATED)):
            with self.subTest(name):
                same = (self.fresh / name).read_bytes() == (GENERATED / name).read_bytes()
                self.assertTrue(same, "is stale: build the target `generate`")

    def test_do_not_tell_when_or_where_they_were_generated(self):
        for name in files_of(self.fresh):
            with self.subTest(name):
                text = (self.fresh / name).read_text()
                self.assertNotRegex(text, r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}")
                self.assertNotIn(tempfile.gettempdir() + "/", text)
                self.assertNotIn(str(ROOT), text)

    def test_have_one_pure_virtual_function_for_each_operation(self):
        header = (self.fresh / "soapStorageServerServiceSoapService.h").read_text()
        self.assertEqual(139, header.count(") SOAP_PURE_VIRTUAL;"))


if __name__ == "__main__":
    unittest.main()
