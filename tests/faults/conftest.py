"""The fixtures and modules of the end-to-end tests, for tests that break things on purpose."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from fixtures import cluster, database, folder, new_tally  # noqa: E402, F401
