"""What happens, in lines that every door can play: WHO VERB WHAT... (key K) -> OUTCOME.

A verb is a method of a column's door, or, for what happens to Tally itself, of its store. The outcome is "ok" unless the
line says otherwise; what the interfaces call differently, because their vendors do, is a phrase of PHRASES.
"""

import collections
import re

Step = collections.namedtuple("Step", "who verb what key outcome line")

PHRASES = {
    "no place": {"soap": "feature_limit", "usage": "feature_limit", "floating": "license_activated_max_times"},
    "no seat": {"soap": "connection_limit", "usage": "connection_limit", "floating": "license_activated_max_times"},
    "not there": {"soap": "invalid_session", "usage": "invalid_session", "floating": "license_not_registered"},
    "unknown option": {"soap": "unknown_feature", "usage": "unknown_feature", "floating": "unsupported_product_feature"},
    "expired": {"soap": "unknown_feature", "usage": "unknown_feature", "floating": "license_expired"},
}
"""The words of one refusal at each door. Everything else is called the same everywhere."""

_LINE = re.compile(r"(?P<said>[^(>]+?)(?: \(key (?P<key>\S+)\))?(?: -> (?P<outcome>.+))?$")


class Refused(Exception):
    """The word of the error table, as a door told it."""


def steps_of(story):
    steps = []
    for line in filter(None, map(str.strip, story.splitlines())):
        found = _LINE.match(line)
        assert found, "this can't be read: " + line
        who, verb, *what = found["said"].split()
        steps.append(Step(who, verb, what, found["key"], found["outcome"] or "ok", line))
    return steps


def play(story, column):
    """Plays it, each step's outcome being the one that stands there."""
    for step in steps_of(story):
        expected = PHRASES[step.outcome][column.family] if step.outcome in PHRASES else step.outcome
        assert column.do(step) == expected, "%s, by %s" % (step.line, column.name)
