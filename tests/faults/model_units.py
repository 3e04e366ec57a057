"""The rules of counting, told a second time: units that are used up, overages, and the ends of periods."""

import datetime

from model_catalog import UNITS, Overages
from model_words import BUSY, CLOCKS, UNKNOWN, near

_REFUSED_FOR = {"license_not_enough_consumptions": "limit", "feature_not_enough_consumptions": "limit",
                "negative_consumptions_not_allowed": "negative"}


def match(commands, lines):
    """What one user was told of units, against the lines about them. By token: which command a line is of."""
    command_of, position = {}, 0
    for number, asked in enumerate(commands):
        for steps in _ways(asked):
            own = lines[position:position + len(steps)]
            if ([(line.kind, line.counter, line.reason, line.quantity) for line in own] == steps and _in_time(own, asked)
                    and _tells_its_total(own, asked)):
                break
        else:
            raise AssertionError("%s\ntold: %s\nledger: %s" % (asked, near(commands, number), near(lines, position)))
        position += len(own)
        command_of.update({line.token: asked for line in own})
    assert position == len(lines), "the ledger has more\ntold: %s\nledger: %s" % (near(commands, len(commands)), near(lines, position))
    return command_of


def _ways(asked):
    """The lines (kind, counter, reason, quantity) that may stand for a command that was answered so, the most first."""
    units = asked.wish.units
    done = [("granted" if units > 0 else "given_back", asked.counter, "", abs(units))] if units else []
    with_settings = [("adjusted", asked.counter, "overages", 0), *done]
    ways_of_success = [with_settings, done] if asked.wish.maximum is not None else [done]
    if asked.word == "ok":
        return ways_of_success
    if asked.word == BUSY:
        return [[]]
    if asked.word == UNKNOWN:
        return [*ways_of_success, *[[("refused", asked.counter, reason, units)] for reason in ("limit", "negative")], []]
    assert asked.word in _REFUSED_FOR, asked
    return [[("refused", asked.counter, _REFUSED_FOR[asked.word], units)]]


def _tells_its_total(lines, asked):
    return not lines or asked.reply is None or asked.reply["total_consumptions"] == lines[-1].used_after


def _in_time(lines, asked):
    until = asked.answered + CLOCKS if asked.word != UNKNOWN else float("inf")
    return all(asked.sent - CLOCKS <= line.at <= until for line in lines)


class UnitsCounter:
    """One counter of units, line by line."""

    def __init__(self, name):
        self.used = 0
        self._name = name
        self._terms = UNITS[name]
        self._overages = self._terms.overages
        self._last_at = None
        self._was_moved = False

    def end_of_period_was_moved(self):
        """To before now: whatever is decided next must see the end of the period."""
        self._was_moved = True

    def rest(self):
        """Nothing comes any more, and all that was due has been done."""
        assert not self._was_moved or self.used == 0, "%s has not returned to 0" % self._name

    def follow(self, line, wish):
        where = "%s: %d used before it, %s" % (line, self.used, self._overages)
        is_due = self._was_moved or (self._last_at is not None and _period(self._terms.period, self._last_at) != _period(self._terms.period, line.at))
        assert (line.kind == "reset") == bool(is_due and self.used), where
        self._was_moved, self._last_at = False, line.at
        {"reset": self._reset, "granted": self._use, "given_back": self._return, "refused": self._refuse, "adjusted": self._adjust}[line.kind](line, wish, where)
        assert line.used_after == self.used, where
        assert line.balance_after == (None if self._limit() is None else self._limit() - self.used), where

    def _limit(self):
        if self._terms.unlimited:
            return None
        return self._terms.maximum + (self._overages.maximum if self._overages.allowed else 0)

    def _wanted(self, wish):
        if wish.maximum is None or not self._terms.by_clients:
            return self._overages
        allowed = self._overages.allowed if wish.allowed is None else wish.allowed
        return Overages(allowed, wish.maximum if allowed else 0)

    def _reset(self, line, _, where):
        assert (line.quantity, line.reason) == (self.used, self._terms.period), where
        self.used = 0

    def _use(self, line, wish, where):
        assert self._wanted(wish) == self._overages, where
        self.used += line.quantity
        assert self._limit() is None or self.used <= self._limit(), "the limit is passed, " + where

    def _return(self, line, wish, where):
        assert self._wanted(wish) == self._overages, where
        assert self._terms.goes_down, where
        self.used -= line.quantity
        assert self.used >= 0, where

    def _refuse(self, line, wish, where):
        kept, self._overages = self._overages, self._wanted(wish)  # what the request wants holds for the request
        most, self._overages = self._limit(), kept
        if line.reason == "negative":
            assert not self._terms.goes_down or self.used + line.quantity < 0, where
        else:
            assert most is not None and self.used + line.quantity > most, "there was room, " + where

    def _adjust(self, line, wish, where):
        assert self._wanted(wish) != self._overages, where
        self._overages = self._wanted(wish)


def _period(kind, at):
    """Which one an instant is in."""
    day = datetime.datetime.fromtimestamp(at, datetime.timezone.utc)
    return {None: None, "daily": day.toordinal(), "weekly": day.isocalendar()[:2], "monthly": (day.year, day.month), "annually": day.year}[kind]
