"""The examples run as they stand, against a server with the sample catalogue."""

import json
import os
import pathlib
import subprocess
import sys

import pytest
import requests

from floating import Floating
from lrm import Lrm
from soap import OPTION_MAXIMUM
from tally_program import ROOT

FLOATING_EXAMPLE = "floating_server.py"
USAGE_EXAMPLE = "license_usage.py"
HISTORY_EXAMPLE = "usage_history.py"
LRM_EXAMPLE = "license_resource_manager.py"
WATCHED = {**os.environ, "PYTHONPATH": str(pathlib.Path(__file__).with_name("watched"))}
EXAMPLES = {"storage_server.py": [sys.executable], "first_requests.sh": ["sh"]}


def run_example(name, *arguments):
    interpreter = EXAMPLES.get(name, [sys.executable])
    return subprocess.run([*interpreter, str(ROOT / "examples" / name), *arguments], capture_output=True, encoding="utf-8",
                          timeout=120, cwd="/", env=WATCHED)


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


def test_the_floating_servers_example_does_the_whole_job_and_says_so(tally):
    done = run_example(FLOATING_EXAMPLE, tally.base_url)
    assert done.returncode == 0, done.stderr
    for line in ("Register: 1 of 5", "Consumption: 2 of 100", "Feature consumption: 1 of 50", "Feature: 1 of 3",
                 "Feature release: feature_released", "Unregister: user_unregistered"):
        assert line in done.stdout


def test_the_floating_servers_example_says_what_was_refused(tally):
    client = Floating(tally)
    for number in range(5):
        client.ok("register", product="app", user="user-%d" % number)
    done = run_example(FLOATING_EXAMPLE, tally.base_url)
    assert done.returncode != 0
    assert "license_activated_max_times: no free slots for product app" in done.stderr
    client.get("/api/v4/unregister/all")


def test_the_floating_servers_example_says_when_no_server_answers():
    done = run_example(FLOATING_EXAMPLE, "http://127.0.0.1:1")
    assert done.returncode != 0
    assert done.stderr.strip()


def test_the_example_of_license_usage_tells_who_holds_what(tally, client):
    client.increment(client.log_in(ComputerName="EXAMPLE-PC"))
    done = run_example(USAGE_EXAMPLE, tally.base_url)
    assert done.returncode == 0, done.stderr
    assert "Sample option: 1 of 10 places are taken" in done.stdout
    assert "EXAMPLE-PC since" in done.stdout
    assert "of 4D Client, 9 are left" in done.stdout and "4D Client: 1 of 10 places are taken" in done.stdout
    again = run_example(USAGE_EXAMPLE, tally.base_url)
    assert "of 4D Client, 9 are left" in again.stdout, "the place went back"


def test_the_example_of_license_usage_says_when_no_place_is_free(tally):
    session = requests.post(tally.base_url + "/api/sessions", json={}, timeout=60).json()["id"]
    for _ in range(10):
        assert requests.post("%s/api/sessions/%s/places" % (tally.base_url, session), json={}, timeout=60).status_code == 201
    done = run_example(USAGE_EXAMPLE, tally.base_url)
    assert requests.delete("%s/api/sessions/%s" % (tally.base_url, session), timeout=60).status_code == 204
    assert done.returncode != 0 and "feature_limit" in done.stderr


def test_the_example_of_license_usage_says_when_no_server_answers():
    done = run_example(USAGE_EXAMPLE, "http://127.0.0.1:1")
    assert done.returncode != 0 and done.stderr.strip()


def test_the_example_of_the_history_tells_what_was_used(tally, client):
    client.increment(client.log_in())
    done = run_example(HISTORY_EXAMPLE, tally.base_url, "Asia/Kolkata")
    assert done.returncode == 0, done.stderr
    assert "docsvision/option-1: at most" in done.stdout and "T18:30:00Z" in done.stdout
    refused = run_example(HISTORY_EXAMPLE, tally.base_url, "Nowhere")
    assert refused.returncode != 0 and "no such time zone" in refused.stderr
    assert run_example(HISTORY_EXAMPLE, "http://127.0.0.1:1").returncode != 0


@pytest.mark.parametrize("page", ["README.md", "docs/history.md"])
def test_the_requests_about_history_are_answered(tally, client, page):
    client.increment(client.log_in())
    answers = answers_to_requests_on(page, tally, "/api/history")
    assert [row["feature"] for row in json.loads(answers[0])["rows"]] and answers[1].startswith("start,end,account,product,kind,peak")


def test_the_license_resource_managers_example_does_the_whole_job_and_says_so(tally):
    done = run_example(LRM_EXAMPLE, tally.base_url)
    assert done.returncode == 0, done.stderr
    for line in ("y1968 has 2 UNATT", "y1968 has 1 NONPR", "UNATT: 2 of 5 are allocated", "TIE: 0 of 2 are allocated",
                 "y1968 gave everything back"):
        assert line in done.stdout
    assert Lrm(tally).left() == {"UNATT": 5, "NONPR": 4, "TIE": 2}


def test_the_license_resource_managers_example_says_what_was_refused(tally):
    assert Lrm(tally).allocate("another", UNATT=4).status_code == 200
    done = run_example(LRM_EXAMPLE, tally.base_url)
    assert done.returncode != 0 and "The server refused: product_limit: UNATT: " in done.stderr
    Lrm(tally).remove("another")


def test_the_license_resource_managers_example_says_when_no_server_answers():
    done = run_example(LRM_EXAMPLE, "http://127.0.0.1:1")
    assert done.returncode != 0 and done.stderr.strip()


def test_the_requests_of_the_page_about_the_license_resource_manager_work_as_they_stand(tally):
    sample, put, left, removed = answers_to_requests_on("docs/license-resource-manager.md", tally, "/lrm/api/")
    assert json.loads(sample)["serviceType"] == "default" and json.loads(put)["serviceType"] == "orchestrator"
    assert {each["code"]: each["allocated"] for each in json.loads(left)} == {"UNATT": 5, "NONPR": 4, "TIE": 1}
    assert removed == "" and Lrm(tally).left()["UNATT"] == 5


def answers_to_floating_requests_on(page, server):
    return answers_to_requests_on(page, server, "/api/v4/")


def answers_to_requests_on(page, server, path):
    """Of its commands, copied from the page as a reader would, but for the port; all of them must succeed."""
    text = (ROOT / page).read_text(encoding="utf-8")
    block = next(part for part in text.split("```") if part.startswith("sh\ncurl") and path in part)
    commands = block.removeprefix("sh\n").replace("http://127.0.0.1:8080", server.base_url)
    done = subprocess.run(["sh", "-e", "-c", commands.replace("curl -s", "curl -sS --fail-with-body -w '\\n'")], capture_output=True,
                          encoding="utf-8", timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.removesuffix("\n").split("\n")


def test_the_requests_of_the_readme_do_what_it_says(tally):
    consumed, registered, unregistered, given_back = answers_to_floating_requests_on("README.md", tally)
    assert json.loads(consumed)["total_consumptions"] - json.loads(given_back)["total_consumptions"] == 2
    assert json.loads(registered)["is_floating"] is True
    assert unregistered == "user_unregistered"


def test_the_requests_of_the_readme_tell_who_holds_what(tally, client):
    client.increment(client.log_in())
    usage, info = map(json.loads, answers_to_requests_on("README.md", tally, "/api/license-usage"))
    assert [element["productName"] for element in usage] == ["Sample option"]
    assert {product["name"]: product["usedCount"] for product in info["products"]}["Sample option"] == 1


def test_the_vendors_examples_work_as_they_stand_on_the_page(new_tally):
    answers = answers_to_floating_requests_on("docs/floating-server.md", new_tally().start())
    texts = {9: "feature_released", 10: "user_unregistered", 14: "feature_released", 15: "", 16: "", 17: "feature_released"}
    assert {number: answers[number - 1] for number in texts} == texts
    replies = {number: json.loads(answer) for number, answer in enumerate(answers, 1) if number not in texts}
    assert len(answers) == 20
    health, log_in, license, seat, feature, units, pages, loan = (replies[number] for number in range(1, 9))
    assert health == {"status": "ok"} and log_in["message"] == "Login successful"
    assert license["id"] == 1001 and seat["floating_in_use"] == 1 and feature["floating_in_use_devices"] == 1
    assert (units["total_consumptions"], units["max_overages"], pages["total_consumptions"]) == (2, 0, 2)
    assert loan["is_borrowed"] is True and loan["floating_in_use"] == 1
    hosted, lent, checked, keys, removed, added = (replies[number] for number in (11, 12, 13, 18, 19, 20))
    assert hosted["total_consumptions"] == 3 and lent["is_borrowed"] is True and checked["code"] == "f2"
    assert keys["status"] == "ok" and removed["license_id"] == 1001 and added["total_consumptions"] == 3
