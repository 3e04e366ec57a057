"""What the views for checking say, counter by counter, and whether they say the same."""

import collections

import postgres
from deadline import until

_COUNTERS = """
SELECT c.feature, c.maximum, c.used,
       (SELECT coalesce(sum(h.quantity), 0) FROM tally.holds h WHERE h.counter_id = c.id),
       count(*) FILTER (WHERE e.kind = 'granted'),
       count(*) FILTER (WHERE e.kind = 'given_back'),
       coalesce(max(e.used_after), 0),
       coalesce(min(e.used_after), 0)
FROM tally.counters c LEFT JOIN tally.events e ON e.counter_id = c.id
GROUP BY c.id, c.feature, c.maximum, c.used
"""

Counted = collections.namedtuple("Counted", "maximum used held granted given_back most least")


def counters(url):
    """By code of the feature."""
    return {row[0]: Counted(*row[1:]) for row in postgres.query(url, _COUNTERS)}


def counters_at_rest(url):
    """The same once they agree: counter = holds = ledger."""
    found = {}

    def agreed():
        found.update(counters(url))
        return all(each.used == each.held == each.granted - each.given_back for each in found.values())

    try:
        until(agreed, "counters, holds and the ledger agree", within=10)
    except AssertionError as failure:
        raise AssertionError("%s\n%s" % (failure, "\n".join("%s: %s" % pair for pair in found.items()))) from None
    return found
