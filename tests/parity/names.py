"""What the stories' words stand for, and the catalogues that they speak of."""

import json
import uuid

ZONE = "zone"
NUMERATOR = str(uuid.uuid5(uuid.NAMESPACE_OID, "numerator"))
ZONE_ID = str(uuid.uuid5(uuid.UUID(NUMERATOR), ZONE))
PROFILES = uuid.uuid5(uuid.UUID("2f6f0f6e-5c1b-4d0a-9a57-7b6c3d1e8a40"), "default")

PRODUCTS = {"relic": "old"}
"""Of options that are not product work's."""

KEY = "WORK-KEY"
"""Of product work's license."""

OWNED = [{"code": "ROBOT", "quantity": 3, "type": "STANDARD"}, {"code": "AGENT", "quantity": 1, "type": "CONSUMPTION_INTERVAL"}]
"""What tenants may be given of."""

_STATUS = {0: "free", 1: "taken", 3: "outside"}
_LOCKED = {0: "free", 1: "locked", 2: "checked_out", 3: "locked", 4: "checked_out"}


def guid_of(name):
    """Of an option or of a thing to lock."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, name))


def profile_of(user):
    return str(uuid.uuid5(PROFILES, user))


def names_of(guids, candidates="report letter plan"):
    by_guid = {guid_of(name): name for name in candidates.split()}
    return " ".join(sorted(by_guid[guid] for guid in guids)) or "none"


def quantities_of(products):
    """Of texts such as ROBOT=2."""
    pairs = (product.split("=") for product in products)
    return {code: float(quantity) if "." in quantity else int(quantity) for code, quantity in pairs}


def products_text(quantities):
    return " ".join("%s=%s" % pair for pair in sorted(quantities.items())) or "nothing"


def status_text(status):
    return _STATUS[int(status)]


def statuses_text(statuses):
    """Of (number, status) in order."""
    return " ".join("%d:%s" % (number, status_text(status)) for number, status in statuses)


def lock_text(state, owner):
    """`state` as the engine numbers it."""
    return "%s %s" % (_LOCKED[state], owner) if owner else _LOCKED[state]


def _floating(code, maximum=None):
    return {"id": guid_of(code), "code": code, "type": "floating", "count_by": "session", **({} if maximum is None else {"maximum": maximum})}


def write_catalogs(folder):
    def work(desks):
        return {"id": 1, "product": "work", "key": KEY, "type": "consumption", "max_consumptions": 10, "reset_consumption": True,
                "consumption_period": "daily", "client_overage_settings": True, "max_connections": 3, "floating_users": 3,
                "floating_timeout": 60, "features": [
                    _floating("desk", desks), _floating("hall"),
                    {"code": "pages", "type": "consumption", "max_consumptions": 5, "allow_negative_consumptions": False}]}

    old = {"id": 2, "product": "old", "type": "perpetual", "valid_until": "2020-01-01", "features": [_floating("relic", 1)]}
    for name, licenses in {"usual": [work(2), old], "smaller": [work(1), old], "young": [work(2), {**old, "valid_until": "2999-01-01"}]}.items():
        with open("%s/%s.json" % (folder, name), "w", encoding="utf-8") as file:
            json.dump({"accounts": [{"id": "default", "licenses": licenses, "products": OWNED}]}, file)
