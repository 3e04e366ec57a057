"""The examples run as they stand, against a server with the sample catalogue."""

import subprocess
import sys

import pytest

from soap import OPTION_MAXIMUM
from tally_program import ROOT

EXAMPLES = {"storage_server.py": [sys.executable], "first_requests.sh": ["sh"]}


def run_example(name, *arguments):
    return subprocess.run([*EXAMPLES[name], str(ROOT / "examples" / name), *arguments], capture_output=True, encoding="utf-8",
                          timeout=120, cwd="/")


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_does_the_whole_job_and_says_so(tally, name):
    done = run_example(name, tally.soap_url)
    assert done.returncode == 0, done.stderr
    for step in ("log-in", "increment", "decrement", "log-out"):
        assert step in done.stdout.lower()


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_says_when_no_place_is_free(tally, client, name):
    session = client.log_in()
    assert client.increment_up_to_the_limit(session) == OPTION_MAXIMUM
    done = run_example(name, tally.soap_url)
    assert done.returncode != 0
    assert "28674" in done.stdout + done.stderr
    client.log_out(session)
    assert client.increment_up_to_the_limit(client.log_in()) == OPTION_MAXIMUM, "the example logged out nevertheless"


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_says_when_no_server_answers(name):
    done = run_example(name, "http://127.0.0.1:1/StorageServer/StorageServerService.asmx")
    assert done.returncode != 0
    assert done.stderr.strip()
