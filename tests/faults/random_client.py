"""A client that asks at random, of either server, and keeps a history of what it was told.

Each command has an idempotency key and is repeated, wherever anybody answers, until its outcome is known: so nothing in
a history is in doubt, and the ledger must say exactly the same.
"""

import base64
import http.client
import random
import re
import threading
import time
from xml.sax.saxutils import escape

from deadline import PATIENCE
from model import NUMERATOR
from soap import SERVICE, envelope, settings_text

OPTIONS = {
    "a": "00000000-0000-4000-8000-00000000000a",
    "b": "00000000-0000-4000-8000-00000000000b",
    "c": "00000000-0000-4000-8000-00000000000c",
    "wide": "00000000-0000-4000-8000-00000000000d",
}
OPERATIONS = {"increment": "IncrementFeatureUsage", "decrement": "DecrementFeatureUsage", "suspend": "SessionUpdateOfflineState",
              "resume": "SessionUpdateOfflineState", "read": "SessionGetSettings", "keep-alive": "SessionKeepAlive",
              "end": "SessionLogout", "log in": "SessionLogin", "number": "NumGetFirstFree", "release": "NumReleaseNumber",
              "lock": "LockSet", "unlock": "LockClear"}
CHOICES = (["increment"] * 10 + ["decrement"] * 6 +
           ["suspend", "resume", "resume", "read", "keep-alive", "keep-alive", "end", "leave"] + ["number"] * 3 + ["release"] * 2 + ["lock"] * 3 + ["unlock"] * 2)
KEYS_OF_ONE_ADDRESS = 5000
"""A caller, which is an address here, may keep 10000 answers; who asks more comes from another one."""
RESOURCES = ["0b0b0b0b-0000-4000-8000-00000000000%d" % number for number in range(4)]
SESSIONS_MAX = 3
REPEATED = 0.1  # of the commands are sent once more under their key when the outcome is known

_FAULT = re.compile(rb"<name>(\w+)</name>")
_NUMBER = re.compile(rb"<number>(\d+)</number>")
_SESSION = re.compile(rb"<sessionId>([0-9a-f-]{36})</sessionId>")
# Nothing was done, or nobody knows yet: ask again.
_NOT_AN_OUTCOME = {"ServerBusy", "OutcomeUnknown"}


class RandomClient(threading.Thread):
    """`addresses` is asked for (host, port) pairs before each try."""

    def __init__(self, seed, number, addresses):
        super().__init__()
        self.history = {}  # by session: (command, option, heard) in order
        self.last_contact = {}  # by session: when the latest command was sent that was answered well
        self.numbers = []  # taken and not released
        self.refused_log_ins = 0
        self.failure = None
        self.known = 0
        self._dice = random.Random(seed * 1000 + number)
        self._number = number
        self._addresses = addresses
        self._sessions = []
        self._keys = 0
        self._source = None
        self._stopping = threading.Event()
        self._give_up_at = float("inf")

    def stop(self):
        self._give_up_at = time.monotonic() + PATIENCE
        self._stopping.set()

    def run(self):
        try:
            while not self._stopping.is_set():
                self._one_step()
                self.known += 1
        except Exception as failure:  # told by the test: a thread that dies silently would make it too kind
            self.failure = failure

    def _one_step(self):
        if len(self._sessions) < SESSIONS_MAX and self._dice.random() < 0.2 or not self._sessions:
            return self._log_in()
        session = self._dice.choice(self._sessions)
        command = self._dice.choice(CHOICES)
        if command == "leave":  # without a word: the server must end it as idle
            return self._sessions.remove(session)
        what, fields = self._parameters(command)
        began = time.time()
        heard, body = self._outcome(command, {"sessionId": session, **fields})
        if heard == "ok":
            self.last_contact[session] = began
        if command == "number" and heard == "ok":
            what = int(_NUMBER.search(body)[1])
            self.numbers.append(what)
        if command == "release" and heard == "ok" and what is not None:
            self.numbers.remove(what)
        if command == "end" and heard == "ok":
            heard = "logout"
        if command != "release" or what is not None:
            self.history[session].append((command, what, heard))
        if heard in ("logout", "InvalidSession"):
            self._sessions.remove(session)

    def _parameters(self, command):
        """What the command is about, and how that is sent."""
        if command in ("increment", "decrement"):
            option = self._dice.choice(list(OPTIONS))
            return option, {"featureId": OPTIONS[option]}
        if command in ("suspend", "resume"):
            return None, {"offline": command == "suspend"}
        if command == "number":
            return None, {"numeratorId": NUMERATOR, "zoneName": "zone", "userId": NUMERATOR}
        if command == "release":
            number = self._dice.choice(self.numbers) if self.numbers else None
            return number, {"numeratorId": NUMERATOR, "zoneName": "zone", "number": number or 2_000_000_000}
        if command in ("lock", "unlock"):
            resource = self._dice.choice(RESOURCES)
            more = {"resType": "CARD", "sectionId": NUMERATOR, "instanceID": NUMERATOR, "checkOut": False}
            return resource, {"resourceId": resource, **(more if command == "lock" else {"forceUnlock": False})}
        return None, {}

    def _log_in(self):
        computer = "pc-%d" % self._dice.randrange(3)
        user = "user%d" % self._dice.randrange(2)
        began = time.time()
        text = escape(settings_text({"ComputerName": self._dice.choice([computer, computer.upper()])}))
        heard, body = self._outcome("log in", "<baseName></baseName><sessionSettings>%s</sessionSettings>" % text, user)
        if heard == "ok":
            session = _SESSION.search(body)[1].decode()
            self._sessions.append(session)
            self.history[session] = [("log in", None, "ok")]
            self.last_contact[session] = began
        else:
            assert heard == "ConnectionLimit", heard
            self.refused_log_ins += 1
            if len(self._sessions) == 0:
                self._stopping.wait(0.05)

    def _outcome(self, command, fields, user="user"):
        """What the command came to; asked until it is known. Now and then asked once more: the same must be heard."""
        self._keys += 1
        key = "%d-%d" % (self._number, self._keys)
        move = self._keys // KEYS_OF_ONE_ADDRESS
        self._source = ("127.%d.%d.%d" % (10 + self._number, move // 250, 1 + move % 250), 0)
        while True:
            first = self._try(command, fields, key, user)
            if first is not None:
                break
            assert time.monotonic() < self._give_up_at, "no outcome of %s in the end" % command
            time.sleep(0.02)  # a pause between tries, so that a sick server is not asked in a tight loop
        if command not in ("read", "keep-alive") and self._dice.random() < REPEATED:
            second = self._try(command, fields, key, user)
            assert second is None or second[0] == first[0], "%s: first %s, repeated %s" % (command, first[0], second[0])
        return first

    def _try(self, command, fields, key, user):
        operation = OPERATIONS[command]
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": SERVICE + operation, "Idempotency-Key": key,
                   "Authorization": "Basic " + base64.b64encode(b"%s:" % user.encode()).decode()}
        host, port = self._dice.choice(self._addresses())
        connection = http.client.HTTPConnection(host, port, timeout=10, source_address=self._source)
        try:
            connection.request("POST", "/StorageServer/StorageServerService.asmx", envelope(operation, fields).encode(), headers)
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        if response.status == 200:
            return "ok", body
        fault = _FAULT.search(body)
        assert fault, (response.status, body[:300])
        name = fault[1].decode()
        return None if name in _NOT_AN_OUTCOME else (name, body)
