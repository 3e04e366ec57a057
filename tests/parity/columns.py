"""The columns of the table: each door over a Tally that serves, and the engine in the place of each."""

import collections

import postgres
from by_engine import ProgramsByEngine, SessionsByEngine, TenantsByEngine, UsersByEngine
from over_lrm import OverLrm
from over_rest import OverRest
from over_soap import OverSoap
from over_usage import OverUsage
from story import Refused

SERVED = {"soap": OverSoap, "floating": OverRest, "usage": OverUsage, "lrm": OverLrm}
"""By door."""
BARE = {"soap": SessionsByEngine, "floating": UsersByEngine, "usage": ProgramsByEngine, "lrm": TenantsByEngine}
"""What the same doors ask the engine."""

SEATS = {"soap": "@connections", "floating": "@users", "usage": "@connections", "lrm": "@connections"}
"""What is counted of who is there."""
_SESSION_ENDS = {("given_back", "logout"): ("given_back", ""), ("given_back", "terminated"): ("given_back", ""),
                 ("given_back", "idle"): ("expired", "lapsed")}
ENDS = {"soap": _SESSION_ENDS, "usage": _SESSION_ENDS}
"""How a door's holders end, in the words of the others: a session's log-out gives places back as a named user's does, and
its silence is a lease that lapses."""

State = collections.namedtuple("State", "counters holds events of_sessions")


class Column:
    def __init__(self, name, store, door):
        self.name = name
        self.family = door.family
        self.store = store
        self._door = door

    def do(self, step):
        """The outcome in a word, or what was answered."""
        self._door.key = step.key
        player = self._door if hasattr(self._door, step.verb) else self.store
        try:
            return getattr(player, step.verb)(step.who, *step.what) or "ok"
        except Refused as refused:
            return str(refused)

    def state(self):
        """What the views have, but for ids, times and doors."""
        url, seats = self.store.url, SEATS[self.family]
        other_seats = set(SEATS.values()) - {seats}

        def called(counter):
            return "seats" if counter == seats else counter

        counters = {called(row[0]): row[1:] for row in postgres.query(url, _COUNTERS) if row[0] not in other_seats}
        holds = sorted((called(counter), *rest) for counter, *rest in postgres.query(url, _HOLDS))
        events, of_sessions = collections.defaultdict(list), []
        for counter, kind, reason, *rest in postgres.query(url, _EVENTS):
            if counter is None:
                of_sessions.append((kind, reason, *rest))
            else:
                events[called(counter)].append((*ENDS.get(self.family, {}).get((kind, reason), (kind, reason)), *rest))
        return State(counters, holds, dict(events), of_sessions)


_COUNTERS = "SELECT feature, kind, maximum, used, gross, high_water FROM tally.counters"
_HOLDS = """
SELECT c.feature, coalesce(s.user_name, h.holder), h.quantity
FROM tally.holds h JOIN tally.counters c ON c.id = h.counter_id LEFT JOIN tally_ledger.sessions s ON s.id = h.session_id
"""
_EVENTS = """
SELECT c.feature, e.kind, e.reason, e.user_name, e.quantity, e.used_after, e.balance_after, e.resource::text, e.first_number, e.last_number
FROM tally.events e LEFT JOIN tally.counters c ON c.id = e.counter_id ORDER BY e.token
"""
