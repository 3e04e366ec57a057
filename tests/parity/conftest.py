"""The fixtures and modules of the end-to-end tests, and what holds a ledger against its sums."""

import pathlib
import sys

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "e2e"), str(TESTS / "faults")]

from fixtures import cluster, folder, module_folder, new_tally  # noqa: E402, F401
