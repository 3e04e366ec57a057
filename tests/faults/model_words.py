"""The words in which clients tell the model what they asked and heard, and in which the ledger is shown to it."""

import collections

BUSY, UNKNOWN = "busy", "unknown"
"""Nothing was done and nothing will be; it was done, or not."""

Asked = collections.namedtuple("Asked", "command user counter wish word reply sent answered")
"""What was asked about a license over REST. `counter`: by its code. `wish`: until when a place shall be lent, or a `Wish` of
units. `word`: "ok", BUSY, UNKNOWN, or the refusal's code. Whatever was done was done between the two times."""

Wish = collections.namedtuple("Wish", "units allowed maximum", defaults=(None, None))
"""`allowed` and `maximum`: of overages, as asked for."""

LedgerLine = collections.namedtuple("LedgerLine", "token kind counter session connection quantity used_after hold number resource "
                                                  "user balance_after reason at group", defaults=("", None, "", 0.0, 0))
"""`counter` is the code of a feature, or of what a license counts itself; none: of the session. `connection`: of a session,
its user and computer."""

Moved = collections.namedtuple("Moved", "group at counters places")
"""Time was moved behind this group: the ends of these counters' periods, and of these (counter, user)'s leases, lay in the
past from then on."""

CLOCKS = 0.005
"""Seconds by which the times of clients and of the ledger may differ."""

NEAR = 6
"""How much of a history is shown before and after what does not fit."""


def near(history, index):
    return "\n  ".join(map(str, ["", *history[max(index - NEAR, 0):index + NEAR]]))
