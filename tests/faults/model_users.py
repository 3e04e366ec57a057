"""The rules of counting, told a second time: named users, whose places end by themselves.

Between two of a user's commands a place may end: its lease or its loan is over, or somebody ended everybody's. The ledger
says when; the model says whether it could.
"""

import collections
import itertools

from model_catalog import LEASE, LIMITS
from model_words import CLOCKS, near

Place = collections.namedtuple("Place", "renewed_at borrowed_until")


def is_ending(line):
    """One that no command of the user's made."""
    return line.kind == "expired" or (line.kind == "given_back" and line.reason == "all")


class Impossible(Exception):
    """The ledger can't have come about like this."""


class NamedUser:
    def __init__(self, held=None):
        self.held = dict(held or {})

    def steps(self, asked):
        """The lines (kind, counter, reason) that must stand for a command that was answered so; none when it can't have been."""
        counter, has = asked.counter, asked.counter in self.held
        if asked.command == "release":
            return self._give_back([counter] if has else []) if asked.word == "ok" else None
        if asked.command == "unregister":
            return self._give_back([each for each in ("@users", "desk") if each in self.held and has]) if asked.word == "ok" else None
        if counter == "desk" and "@users" not in self.held:
            return [] if asked.word == "license_not_registered" else None
        if asked.word == "borrow_until_not_valid":
            return [] if asked.wish is not None and asked.wish <= asked.answered + CLOCKS else None
        if asked.word == "license_activated_max_times":
            return None if has or LIMITS[counter] is None else [("refused", counter, "limit")]
        if asked.word != "ok":
            return None
        if asked.wish is not None and asked.wish <= asked.sent - CLOCKS:
            return None
        lent = asked.wish if asked.wish is not None else self.held[counter].borrowed_until if has else None
        self.held[counter] = Place(asked.sent, lent)
        return [] if has else [("granted", counter, "")]

    def _give_back(self, counters):
        for counter in counters:
            del self.held[counter]
        return [("given_back", counter, "") for counter in counters]

    def end(self, lines, was_moved):
        """Places that ended by themselves. `was_moved(line, place)` knows whether the end of its lease was."""
        for before, line in itertools.pairwise([None, *lines]):
            place = self.held.pop(line.counter, None)
            if place is None or not is_ending(line):
                raise Impossible("%s: no such place can have ended" % (line,))
            with_license = line.counter == "desk" and before is not None and (before.counter, before.group) == ("@users", line.group)
            is_over = {"all": True, "loan_over": place.borrowed_until is not None and line.at >= place.borrowed_until - CLOCKS,
                       "lapsed": place.borrowed_until is None and (line.at >= place.renewed_at + LEASE - CLOCKS or was_moved(line, place))}
            if not with_license and not is_over[line.reason]:
                raise Impossible("%s: it was not over, %s" % (line, place))
        if "desk" in self.held and "@users" not in self.held:
            raise Impossible("%s: a feature without the license" % lines[-1:])


def check_user(commands, lines, was_moved):
    """Command by command: what the user was told, and what the ledger has of it. In the end nothing is left."""
    told, position = NamedUser(), 0
    for number, asked in enumerate(commands):
        most = position
        while most < len(lines) and is_ending(lines[most]) and lines[most].at <= asked.answered + CLOCKS:
            most += 1
        # What ended while the command was on its way ended before it, or after it.
        ways = (_after(told, asked, lines, position, upto, was_moved) for upto in range(most, position - 1, -1))
        way = next(filter(None, ways), None)
        assert way, "%s\ntold: %s\nledger: %s" % (asked, near(commands, number), near(lines, position))
        told, position = way
    try:
        told.end(lines[position:], was_moved)
    except Impossible as why:
        raise AssertionError("%s\ntold: %s\nledger: %s" % (why, near(commands, len(commands)), near(lines, position))) from None
    assert not told.held, "it still has places\ntold: %s\nledger: %s" % (near(commands, len(commands)), near(lines, len(lines)))


def _after(told, asked, lines, position, upto, was_moved):
    """The user and the next line when the lines up to there came before the command; none when that can't be."""
    told = NamedUser(told.held)
    try:
        told.end(lines[position:upto], was_moved)
    except Impossible:
        return None
    steps = told.steps(asked)
    if steps is None or not _are(lines[upto:upto + len(steps)], steps, asked):
        return None
    return told, upto + len(steps)


def _are(lines, steps, asked):
    if [(line.kind, line.counter, line.reason) for line in lines] != steps:
        return False
    return all(line.quantity == 1 and asked.sent - CLOCKS <= line.at <= asked.answered + CLOCKS for line in lines)


def check_moved(moves, about):
    """Where the end of a lease was moved, the place ended as soon as anybody looked."""
    for moved in moves:
        for counter, user in moved.places:
            line = next((line for line in about[user] if line.counter == counter and line.group > moved.group), None)
            assert line is not None and line.kind in ("expired", "given_back") and line.at < moved.at + LEASE / 2, (moved, user, line)


def check_everybodys(commands, lines):
    """Whatever ended with everybody's places: somebody asked for it at that time."""
    for line in lines:
        if line.reason == "all":
            assert any(asked.sent - CLOCKS <= line.at <= asked.answered + CLOCKS and line.counter in ended_by(asked) for asked in commands), line


def ended_by(asked):
    """The counters whose places an end of everybody's is about."""
    if asked.counter == "@users":
        return {"@users", "desk"}
    return set(LIMITS) - {"@connections"} if asked.counter is None else {asked.counter}
