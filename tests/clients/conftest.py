"""The fixtures of the end-to-end tests, and a server and a client program for the scenario.

`--speaker NAME-VERSION` says which client of driver.py the scenario is for. With `--seen FOLDER` the run leaves there, for
matrix.py, what became of the operations that the client called.
"""

import collections
import json
import pathlib
import sys

import pytest

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1] / room) for room in ("e2e", "wsdl")]

import driver  # noqa: E402
from fixtures import module_folder  # noqa: E402, F401
from tally_program import Tally  # noqa: E402

ADMINISTRATOR = "X-User: DOM\\admin"
CONFIGURATION = """
[identity]
proxy_header = "X-User"
proxies = ["127.0.0.1"]
administrators = ["DOM\\\\admin"]
"""


def pytest_addoption(parser):
    parser.addoption("--speaker", choices=["%s-%s" % speaker for speaker in driver.SPEAKERS], default="requests-1.1")
    parser.addoption("--seen", type=pathlib.Path)


@pytest.fixture(scope="module")
def speaker(request):
    """The client's name and the SOAP version that it speaks."""
    return tuple(request.config.getoption("--speaker").split("-"))


@pytest.fixture(scope="module")
def tally(module_folder):  # noqa: F811
    """A server that believes the name in X-User, as from a trusted proxy: the way in for an administrator."""
    configuration = pathlib.Path(module_folder) / "tally.toml"
    configuration.write_text(CONFIGURATION)
    server = Tally(("--data-dir", module_folder + "/data"), "--config", configuration, log_folder=module_folder)
    try:
        yield server.start()
    finally:
        server.clean_up()


@pytest.fixture(scope="module")
def outcomes(speaker, request):
    """What became of the operations that this client called, in all its processes."""
    seen = collections.defaultdict(set)
    yield seen
    folder = request.config.getoption("--seen")
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        lines = {operation: sorted(names) for operation, names in seen.items()}
        (folder / ("%s-%s.json" % speaker)).write_text(json.dumps(lines, indent=1))


@pytest.fixture(scope="module")
def start(tally, speaker, outcomes):
    """Starts further processes of the client: `start(header=...)`."""
    clients = []

    def make(header=None):
        clients.append(driver.Client(*speaker, tally.soap_url, header, outcomes))
        return clients[-1]

    yield make
    for client in clients:
        client.finish()
    failures = []
    for client in clients:
        try:
            client.close()
        except AssertionError as failure:
            failures.append(failure)
    if failures:
        raise failures[0]
