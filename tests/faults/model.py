"""The rules of counting, told a second time, in a few lines, from design.md's section 3 and not from the engine: sessions.

A `Session` knows what its client was told; `steps()` of a command says which lines of the ledger must stand for it. The
check walks a session's lines in the ledger's order and its commands in the client's order: both must say the same. Named
users and units are told the same way beside this (`model_users.py`, `model_units.py`), the ledger as a whole in
`model_ledger.py`.
"""

import collections

from model_catalog import COUNT_BY, LIMITS

IDLE_TIMEOUT = 3.0
"""Seconds after which a session that is not heard of ends, unless it is offline."""

TAKEN = {"increment": ("granted",), "session": ("granted",), "connection": ("granted", "joined")}
RETURNED = {"increment": ("given_back",), "session": ("given_back",), "connection": ("given_back", "left")}

NUMERATOR = "0a0a0a0a-0000-4000-8000-000000000001"
ZONE = NUMERATOR + "/zone"

Step = collections.namedtuple("Step", "kinds counter reason what", defaults=(None,))
"""A line that must be in the ledger: one of these kinds, on this counter (none: of the session), for this reason, and
about this number or this locked resource."""


def take(counter):
    return Step(TAKEN[COUNT_BY[counter]], counter, "")


def give_back(counter, reason=""):
    return Step(RETURNED[COUNT_BY[counter]], counter, reason)


def refused(counter=None):
    return Step(("refused",), counter, "limit")


class Session:
    def __init__(self):
        self.held = ["@connections"]  # oldest first
        self.remembered = []
        self.locked = set()
        self.offline = False

    def _return_all(self, reason):
        steps = [give_back(counter, reason) for counter in reversed(self.held)]
        self.held = []
        return steps

    def steps(self, command, option, heard):
        """What a command that was answered so left in the ledger. `heard` is "ok" or the fault's name."""
        if command == "increment":
            if heard == "FeatureLimit":
                return [refused(option)]
            if heard != "ok" or (option in self.held and COUNT_BY[option] != "increment"):
                return []
            self.held.append(option)
            return [take(option)]
        if command == "decrement" and heard == "ok":
            own = self.remembered if self.offline else self.held
            if option not in own:
                return []
            del own[len(own) - 1 - own[::-1].index(option)]
            return [] if self.offline else [give_back(option)]
        if command == "suspend" and heard == "ok" and not self.offline:
            self.remembered = [option for option in self.held if option != "@connections"]
            self.offline = True
            return self._return_all("offline")
        if command == "resume" and self.offline:
            if heard in ("FeatureLimit", "ConnectionLimit"):
                return [refused()]
            if heard == "ok":
                self.held, self.remembered, self.offline = ["@connections", *self.remembered], [], False
                return [take(counter) for counter in self.held]
        if command == "end" and heard in ("logout", "idle", "terminated"):
            unlocked = [Step(("unlocked",), None, heard, resource) for resource in sorted(self.locked)]
            return [*self._return_all(heard), *unlocked, Step(("session_ended",), None, heard)]
        return self._steps_of_numbers_and_locks(command, option, heard)

    def _steps_of_numbers_and_locks(self, command, what, heard):
        """`what` is the number, or the resource."""
        if heard != "ok":
            return []
        if command == "number":
            return [Step(("number_taken",), ZONE, "", what)]
        if command == "release":
            return [Step(("number_released",), ZONE, "", what)]
        if command == "lock" and what not in self.locked:
            self.locked.add(what)
            return [Step(("locked",), None, "", what)]
        if command == "unlock" and what in self.locked:
            self.locked.remove(what)
            return [Step(("unlocked",), None, "", what)]
        return []

    def must_hear(self, command, option, heard):
        """Why the client can't have been told this; nothing when it can."""
        if heard == "InvalidSession":
            return "it was offline, and such sessions are not ended as idle" if self.offline else None
        if heard == "SessionOffline":
            return None if self.offline else "it was online"
        if self.offline and command in ("increment", "read", "number", "release", "lock", "unlock"):
            return "it was offline"
        if heard == "Locked":
            return "it had the lock" if option in self.locked else None
        if heard == "FeatureLimit" and command == "increment":
            has_it = option in self.held and COUNT_BY[option] != "increment"
            return "it had the place" if has_it or LIMITS[option] is None else None
        return None

