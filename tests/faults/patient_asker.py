"""Asks at either door, of either server, until the outcome is known.

A repeatable command has an idempotency key and is sent again, wherever anybody answers, until somebody knows what became
of it: so nothing in a history is in doubt, and the ledger must say exactly the same.
"""

import base64
import collections
import http.client
import json
import re
import time

import rest_contract
from deadline import PATIENCE
from model_words import BUSY, UNKNOWN
from soap import SERVICE, envelope

KEYS_OF_ONE_ADDRESS = 5000
"""A caller, which is an address here, may keep 10000 answers; who asks more comes from another one."""
REPEATED = 0.1  # of the commands are sent once more under their key when the outcome is known

Call = collections.namedtuple("Call", "method path headers body heard")
"""`heard` makes a word of status and body: "ok", BUSY, UNKNOWN, or what the refusal is called at this door."""

Told = collections.namedtuple("Told", "word body sent answered")
"""What was heard, and between which times whatever was done was done."""

_FAULT = re.compile(rb"<name>(\w+)</name>")
_FAULTS_WITHOUT_OUTCOME = {"ServerBusy": BUSY, "OutcomeUnknown": UNKNOWN}
_CODES_WITHOUT_OUTCOME = {"busy": BUSY, "outcome_unknown": UNKNOWN}


def soap_call(operation, fields, user):
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": SERVICE + operation,
               "Authorization": "Basic " + base64.b64encode(b"%s:" % user.encode()).decode()}
    return Call("POST", "/StorageServer/StorageServerService.asmx", headers, envelope(operation, fields).encode(), _heard_over_soap)


def floating_call(path, body):
    return Call("POST", "/api/v4/" + path, {"Content-Type": "application/json"}, json.dumps(body).encode(), _heard_over_rest)


def floating_question(path):
    return Call("GET", "/api/v4/" + path, {}, b"", _heard_over_rest)


def _heard_over_soap(status, body):
    if status == 200:
        return "ok"
    fault = _FAULT.search(body)
    assert fault, (status, body[:300])
    name = fault[1].decode()
    return _FAULTS_WITHOUT_OUTCOME.get(name, name)


def _heard_over_rest(status, body):
    if status == 200:
        return "ok"
    code = json.loads(body)["code"]
    return _CODES_WITHOUT_OUTCOME.get(code, code)


class PatientAsker:
    """`addresses` is asked for (host, port) pairs before each try. Belongs to one thread, but for `stop`."""

    def __init__(self, number, dice, addresses):
        self._number = number
        self._dice = dice
        self._addresses = addresses
        self._keys = 0
        self._source = None
        self._give_up_at = float("inf")

    def stop(self):
        """From here on an outcome must be known before long."""
        self._give_up_at = time.monotonic() + PATIENCE

    def outcome(self, call, changes=True):
        """Asked until it is known. What changes something is now and then asked once more: the same must be heard."""
        self._keys += 1
        key = {"Idempotency-Key": "%d-%d" % (self._number, self._keys)}
        move = self._keys // KEYS_OF_ONE_ADDRESS
        self._source = ("127.%d.%d.%d" % (10 + self._number, move // 250, 1 + move % 250), 0)
        sent = time.time()
        while True:
            word, body = self._try(call, key)
            if word not in (BUSY, UNKNOWN):
                break
            assert time.monotonic() < self._give_up_at, "no outcome of %s in the end" % (call,)
            time.sleep(0.02)  # a pause between tries, so that a sick server is not asked in a tight loop
        first = Told(word, body, sent, time.time())
        if changes and self._dice.random() < REPEATED:
            word, _ = self._try(call, key)
            assert word in (BUSY, UNKNOWN, first.word), "%s: first %s, repeated %s" % (call, first.word, word)
        return first

    def once(self, call):
        """One try without a key: the outcome may stay unknown."""
        sent = time.time()
        word, body = self._try(call, {})
        return Told(word, body, sent, time.time())

    def _try(self, call, key):
        host, port = self._dice.choice(self._addresses())
        connection = http.client.HTTPConnection(host, port, timeout=10, source_address=self._source)
        try:
            connection.connect()
        except OSError:
            return BUSY, b""
        try:
            connection.request(call.method, call.path, call.body, {**call.headers, **key})
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException):
            return UNKNOWN, b""
        finally:
            connection.close()
        path = call.path.partition("?")[0]
        if rest_contract.is_rest(path):
            rest_contract.contract().check(call.method, path, response.status, response.headers, body)
        return call.heard(response.status, body), body
