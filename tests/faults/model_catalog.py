"""What the licenses of the random histories allow: for the model as facts, for Tally as a file.

Product p has options that sessions take over SOAP and named users over REST, on the same counters. Product q has places for
named users, a feature for those who have one, and units.
"""

import collections
import json

OPTIONS = {
    "a": "00000000-0000-4000-8000-00000000000a",
    "b": "00000000-0000-4000-8000-00000000000b",
    "c": "00000000-0000-4000-8000-00000000000c",
    "wide": "00000000-0000-4000-8000-00000000000d",
}
COUNT_BY = {"a": "increment", "b": "session", "c": "connection", "wide": "increment", "@connections": "connection"}
"""How sessions are counted; named users have one place each."""
LIMITS = {"a": 3, "b": 2, "c": 2, "wide": None, "@connections": 4, "@users": 3, "desk": 2}
"""Of what is held. Product p has the options and the connections, q the rest."""
LEASE_MINUTES = 1
LEASE = 60.0 * LEASE_MINUTES
"""Seconds after which a named user's place ends that was neither renewed nor lent."""

Overages = collections.namedtuple("Overages", "allowed maximum")
Units = collections.namedtuple("Units", "maximum period goes_down unlimited overages by_clients", defaults=(True, False, Overages(False, 0), False))

UNITS = {
    "@consumption": Units(30, "daily", by_clients=True),
    "pages": Units(12, "weekly"),
    "plus": Units(10, "annually", goes_down=False, overages=Overages(True, 5)),
    "free": Units(8, "monthly", unlimited=True),
    "lasting": Units(200, None),
}
"""Of product q: the license's own, and its features'."""


def product_of(counter):
    return "p" if counter in OPTIONS or counter == "@connections" else "q"


def _terms(units):
    return {"max_consumptions": units.maximum, "allow_negative_consumptions": units.goes_down,
            "allow_unlimited_consumptions": units.unlimited, "allow_overages": units.overages.allowed,
            "max_overages": units.overages.maximum, "reset_consumption": units.period is not None,
            **({"consumption_period": units.period} if units.period else {})}


def _floating(counter):
    return {"code": counter, "type": "floating", **({"id": OPTIONS[counter]} if counter in OPTIONS else {}),
            **({"count_by": COUNT_BY[counter]} if counter in COUNT_BY else {}),
            **({} if LIMITS[counter] is None else {"maximum": LIMITS[counter]})}


def catalog_of(folder):
    licenses = [
        {"id": 1, "product": "p", "max_connections": LIMITS["@connections"], "floating_timeout": LEASE_MINUTES,
         "features": [_floating(option) for option in OPTIONS]},
        {"id": 2, "product": "q", "type": "consumption", "floating_users": LIMITS["@users"], "floating_timeout": LEASE_MINUTES,
         **_terms(UNITS["@consumption"]), "client_overage_settings": UNITS["@consumption"].by_clients,
         "features": [_floating("desk")] + [{"code": code, "type": "consumption", **_terms(units)}
                                            for code, units in UNITS.items() if code != "@consumption"]}]
    path = folder + "/catalog.json"
    with open(path, "w", encoding="utf-8") as out:
        json.dump({"accounts": [{"id": "default", "licenses": licenses}]}, out)
    return path
