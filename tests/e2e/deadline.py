"""Waiting for what must come, instead of sleeping and hoping."""

import time

PATIENCE = 60.0
"""Seconds within which anything must have happened, also under sanitizers on a loaded machine."""


def until(condition, what, within=PATIENCE, pause=0.02):
    """The first true value of `condition()`; fails with `what` when there is none in time."""
    give_up_at = time.monotonic() + within
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= give_up_at:
            raise AssertionError("not within %g s: %s (last: %r)" % (within, what, value))
        time.sleep(pause)
