"""What a random client does over SOAP: sessions, their places, numbers and locks, and what it was told of them."""

import re
from xml.sax.saxutils import escape

from model import NUMERATOR
from model_catalog import OPTIONS
from patient_asker import soap_call
from soap import settings_text

OPERATIONS = {"increment": "IncrementFeatureUsage", "decrement": "DecrementFeatureUsage", "suspend": "SessionUpdateOfflineState",
              "resume": "SessionUpdateOfflineState", "read": "SessionGetSettings", "keep-alive": "SessionKeepAlive",
              "end": "SessionLogout", "log in": "SessionLogin", "number": "NumGetFirstFree", "release": "NumReleaseNumber",
              "lock": "LockSet", "unlock": "LockClear"}
CHOICES = (["increment"] * 10 + ["decrement"] * 6 +
           ["suspend", "resume", "resume", "read", "keep-alive", "keep-alive", "end", "leave"] + ["number"] * 3 + ["release"] * 2 + ["lock"] * 3 + ["unlock"] * 2)
RESOURCES = ["0b0b0b0b-0000-4000-8000-00000000000%d" % number for number in range(4)]
SESSIONS_MAX = 3

_NUMBER = re.compile(rb"<number>(\d+)</number>")
_SESSION = re.compile(rb"<sessionId>([0-9a-f-]{36})</sessionId>")


class RandomSessions:
    def __init__(self, dice, asker):
        self.history = {}  # by session: (command, option, heard) in order
        self.last_contact = {}  # by session: when the latest command was sent that was answered well
        self.numbers = []  # taken and not released
        self.refused_log_ins = 0
        self._dice = dice
        self._asker = asker
        self._sessions = []

    def step(self):
        if len(self._sessions) < SESSIONS_MAX and self._dice.random() < 0.2 or not self._sessions:
            return self._log_in()
        session = self._dice.choice(self._sessions)
        command = self._dice.choice(CHOICES)
        if command == "leave":  # without a word: the server must end it as idle
            return self._sessions.remove(session)
        what, fields = self._parameters(command)
        told = self._ask(command, {"sessionId": session, **fields})
        heard = told.word
        if heard == "ok":
            self.last_contact[session] = told.sent
        if command == "number" and heard == "ok":
            what = int(_NUMBER.search(told.body)[1])
            self.numbers.append(what)
        if command == "release" and heard == "ok" and what is not None:
            self.numbers.remove(what)
        if command == "end" and heard == "ok":
            heard = "logout"
        if command != "release" or what is not None:
            self.history[session].append((command, what, heard))
        if heard in ("logout", "InvalidSession"):
            self._sessions.remove(session)

    def _ask(self, command, fields, user="user"):
        return self._asker.outcome(soap_call(OPERATIONS[command], fields, user), changes=command not in ("read", "keep-alive"))

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
        text = escape(settings_text({"ComputerName": self._dice.choice([computer, computer.upper()])}))
        told = self._ask("log in", "<baseName></baseName><sessionSettings>%s</sessionSettings>" % text, user)
        if told.word == "ok":
            session = _SESSION.search(told.body)[1].decode()
            self._sessions.append(session)
            self.history[session] = [("log in", None, "ok")]
            self.last_contact[session] = told.sent
        else:
            assert told.word == "ConnectionLimit", told.word
            self.refused_log_ins += 1
