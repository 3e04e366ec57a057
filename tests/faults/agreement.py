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
       coalesce(min(e.used_after), 0),
       CASE WHEN c.kind = 'allotted' THEN
         (SELECT coalesce(sum(last.quantity), 0)
          FROM (SELECT DISTINCT ON (reason) quantity FROM tally.events WHERE counter_id = c.id AND kind = 'allotted'
                ORDER BY reason, token DESC) AS last)
       ELSE coalesce(sum(CASE WHEN e.kind = 'granted' THEN e.quantity WHEN e.kind IN ('given_back', 'expired', 'reset') THEN -e.quantity END), 0) END,
       c.kind IN ('floating', 'allotted')
FROM tally.counters c LEFT JOIN tally.events e ON e.counter_id = c.id
WHERE c.kind NOT IN ('numerator', 'allotment')  -- numbers are taken, not held; of what tenants have nothing is used
GROUP BY c.id, c.feature, c.maximum, c.used, c.kind
"""

_STEPS_THAT_DO_NOT_FOLLOW = """
WITH steps AS (
  SELECT *, used_after - coalesce(lag(used_after) OVER (PARTITION BY counter_id ORDER BY token), 0) AS change,
         quantity - coalesce(lag(quantity) OVER (PARTITION BY counter_id, kind, reason ORDER BY token), 0) AS more
  FROM tally.events WHERE counter_id IN (SELECT id FROM tally.counters WHERE kind <> 'numerator'))
SELECT token, group_number, at::text, kind, counter_id, session_id, quantity, used_after, change FROM steps
WHERE change <> CASE kind WHEN 'granted' THEN quantity WHEN 'given_back' THEN -quantity WHEN 'expired' THEN -quantity
                     WHEN 'reset' THEN -quantity WHEN 'allotted' THEN more ELSE 0 END
ORDER BY token LIMIT 20
"""

Counted = collections.namedtuple("Counted", "maximum used held granted given_back most least in_ledger is_held")
"""`in_ledger`: what the lines come to. `is_held`: by holds, which units that are used up are not."""


def counters(url):
    """By code of the feature."""
    return {row[0]: Counted(*row[1:]) for row in postgres.query(url, _COUNTERS)}


def steps_that_do_not_follow(url):
    """Lines of the ledger whose count is not the count of the line before and their own step."""
    return ["%s" % (row,) for row in postgres.query(url, _STEPS_THAT_DO_NOT_FOLLOW)]


def counters_at_rest(url):
    """The same once they agree: counter = holds = ledger; of units, which nobody holds, counter = ledger."""
    found = {}

    def agreed():
        found.update(counters(url))
        return all(each.used == each.in_ledger == (each.held if each.is_held else each.in_ledger) for each in found.values())

    try:
        until(agreed, "counters, holds and the ledger agree", within=10)
    except AssertionError as failure:
        story = ["%s: %s" % pair for pair in found.items()] + steps_that_do_not_follow(url)
        raise AssertionError("%s\n%s" % (failure, "\n".join(story))) from None
    assert not steps_that_do_not_follow(url)
    return found
