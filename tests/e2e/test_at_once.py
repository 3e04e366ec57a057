"""Everything at the same time, on all of the server's threads: nobody's answer is touched by what others ask meanwhile."""

import concurrent.futures
import json
import random

import requests

from soap import NO_SESSION, SERVICE, TIMEOUT, envelope
from tally_program import ROOT

OPERATIONS = json.loads((ROOT / "tests" / "wsdl" / "operations.json").read_text())
CLIENTS = 8


def calls():
    """Every operation in the name of a session that is not there; a log-in would answer anew each time."""
    for operation in OPERATIONS:
        name = operation["name"]
        if name != "SessionLogin":
            fields = {field: NO_SESSION if kind == "guid" else "" for field, kind in operation["request"]}
            yield "POST", "", envelope(name, fields), {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": SERVICE + name}


def pages():
    for query in ["", "?WSDL", "?op=Nothing"] + ["?op=" + operation["name"] for operation in OPERATIONS]:
        yield "GET", query, None, {}


def ask(http, url, method, query, body, headers):
    response = http.request(method, url + query, data=body, headers=headers, timeout=TIMEOUT)
    return response.status_code, response.headers["Content-Type"], response.content


def ask_all(url, questions):
    """The answers in the order of `questions`."""
    with requests.Session() as http:
        http.trust_env = False
        return [ask(http, url, *question) for question in questions]


def test_what_is_asked_at_the_same_time_is_answered_as_if_it_were_asked_alone(tally):
    questions = [*calls(), *pages()]
    alone = dict(zip(range(len(questions)), ask_all(tally.soap_url, questions)))
    again = dict(zip(range(len(questions)), ask_all(tally.soap_url, questions)))
    steady = [number for number in alone if alone[number] == again[number]]  # the others tell the time
    assert len(steady) >= len(questions) - 3, [questions[number] for number in alone if number not in steady]

    def ask_in_some_order(seed):
        order = random.Random(seed).sample(steady, len(steady))
        return dict(zip(order, ask_all(tally.soap_url, [questions[number] for number in order])))

    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        for answers in pool.map(ask_in_some_order, range(CLIENTS)):
            assert answers == {number: alone[number] for number in steady}
