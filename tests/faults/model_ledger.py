"""The ledger as a whole: every line follows from the lines before it, and no limit is passed at any of them."""

import bisect
import collections

import postgres
from model import ZONE
from model_catalog import COUNT_BY, LIMITS, UNITS
from model_units import UnitsCounter
from model_words import CLOCKS, LedgerLine, Wish

QUERY = """
SELECT e.token, e.kind, c.feature, e.session_id::text, s.user_name || '@' || lower(s.computer), e.quantity, e.used_after, r.hold,
       e.first_number, e.resource::text, e.user_name, e.balance_after, e.reason, extract(epoch FROM e.at)::float8, e.group_number
FROM tally.events e JOIN tally_ledger.events r ON r.token = e.token
LEFT JOIN tally.counters c ON c.id = e.counter_id LEFT JOIN tally_ledger.sessions s ON s.id = e.session_id
ORDER BY e.token
"""


def ledger_of(url):
    return map(LedgerLine._make, postgres.rows(url, QUERY))


class Books:
    """What the lines so far come to. `wishes`: by token, what a line about units was asked with."""

    def __init__(self, wishes=None, moves=()):
        self.holds, self.numbers, self.locks = {}, set(), {}
        self.readings = collections.defaultdict(list)  # by counter: (at, used) in order
        self._used = collections.Counter()
        self._shared = collections.Counter()  # sessions that share a connection's place
        self._users = collections.Counter()  # places of named users
        self._units = {name: UnitsCounter(name) for name in UNITS}
        self._wishes = wishes or {}
        self._moves = sorted(moves, reverse=True)
        self._emptied = None  # the counter that everybody's places are just going back of
        self._last = 0

    def follow(self, lines):
        for line in lines:
            assert line.token == self._last + 1, "%s: a line is missing before it" % (line,)
            self._last = line.token
            self._let_time_go_by(line.group)
            self._look_at_everybodys(line)
            if line.kind in ("number_taken", "number_released"):
                self._take_or_release_number(line)
            elif line.kind in ("locked", "unlocked"):
                self._lock_or_unlock(line)
            elif line.counter is None:
                self._open_or_end(line)
            else:
                self._count(line)
        self._let_time_go_by(float("inf"))
        return self

    def rest(self):
        """The same when all that was due has been done."""
        for units in self._units.values():
            units.rest()

    def _let_time_go_by(self, group):
        while self._moves and self._moves[-1].group < group:
            for counter in self._moves.pop().counters:
                self._units[counter].end_of_period_was_moved()

    def _look_at_everybodys(self, line):
        """When somebody ended everybody's places, nobody has one any more."""
        counter = line.counter if line.kind == "given_back" and line.reason == "all" else None
        if self._emptied not in (None, counter):
            assert self._users[self._emptied] == 0, "%s: somebody still has a place of %s" % (line, self._emptied)
        self._emptied = counter

    def _take_or_release_number(self, line):
        """A number that is asked for is the lowest that is free."""
        number, taken = line.number, self.numbers
        assert line.counter == ZONE, line
        if line.kind == "number_taken":
            assert number not in taken and all(lower in taken for lower in range(1, number)), "%s: it is not the lowest free" % (line,)
            taken.add(number)
        else:
            assert number in taken, "%s: it was free" % (line,)
            taken.remove(number)
        assert line.used_after == len(taken), "%s: %s numbers are taken" % (line, len(taken))

    def _lock_or_unlock(self, line):
        owner = self.locks.get(line.resource)
        assert owner == (None if line.kind == "locked" else line.session), "%s: it is %s's" % (line, owner)
        self.locks.update({line.resource: line.session}) if line.kind == "locked" else self.locks.pop(line.resource)

    def _open_or_end(self, line):
        assert line.kind in ("session_opened", "session_ended"), line
        still = [owner for owner, _ in self.holds.values()] + list(self.locks.values()) if line.kind == "session_ended" else []
        assert line.session not in still, "%s: it has something left" % (line,)

    def _count(self, line):
        if line.counter in UNITS:
            self._units[line.counter].follow(line, self._wishes.get(line.token, Wish(0)))
            used = self._units[line.counter].used
        else:
            self._place(line)
            used = self._used[line.counter]
        assert line.used_after == used, "%s: %s are used after it" % (line, used)
        self.readings[line.counter].append((line.at, used))

    def _place(self, line):
        counter, most = line.counter, LIMITS[line.counter]
        owner = line.session or line.user
        by_connection = line.session is not None and COUNT_BY[counter] == "connection"
        place = (counter, line.connection)
        assert line.quantity == 1 or line.kind == "refused", line
        if line.kind == "granted":
            assert not by_connection or self._shared[place] == 0, "%s: the connection had the place" % (line,)
            assert line.session is not None or (owner, counter) not in self.holds.values(), "%s: the user had a place" % (line,)
            self._used[counter] += 1
            assert most is None or self._used[counter] <= most, "%s: the limit is passed" % (line,)
        elif line.kind == "joined":
            assert by_connection and self._shared[place] > 0, "%s: there is nothing to share" % (line,)
        elif line.kind in ("given_back", "expired"):
            assert not by_connection or self._shared[place] == 1, "%s: others use the place" % (line,)
            assert line.kind == "given_back" or line.session is None, "%s: sessions have no lease" % (line,)
            self._used[counter] -= 1
        elif line.kind == "left":
            assert by_connection and self._shared[place] > 1, "%s: it was the last" % (line,)
        else:
            assert line.kind == "refused", line
            assert most is not None and self._used[counter] + line.quantity > most, "%s: there was room" % (line,)
        if line.kind in ("granted", "joined"):
            self.holds[line.token] = (owner, counter)
            self._shared[place] += by_connection
            self._users[counter] += line.session is None
        elif line.kind != "refused":
            assert self.holds.pop(line.hold, None) == (owner, counter), "%s: it is not its own" % (line,)
            self._shared[place] -= by_connection
            self._users[counter] -= line.session is None

    def was_true(self, counter, value, sent, answered):
        """Whether so much was used at some moment between these times."""
        of_counter = self.readings[counter]
        first = bisect.bisect_left(of_counter, (sent - CLOCKS,))
        last = bisect.bisect_right(of_counter, (answered + CLOCKS, float("inf")))
        before = of_counter[first - 1][1] if first else 0
        return value == before or any(value == used for _, used in of_counter[first:last])


def about_users(lines):
    """By user: the lines about named users and units, which no session stands behind."""
    found = collections.defaultdict(list)
    for line in lines:
        if line.session is None:
            found[line.user].append(line)
    return found
