"""The stories as the doors hand them to the engine, without the doors: one for sessions, one for 4D-style programs, one for named users,
one for tenants' services."""

import time
import uuid

from names import (NUMERATOR, PRODUCTS, ZONE, ZONE_ID, guid_of, lock_text, names_of, products_text, profile_of, quantities_of,
                   status_text, statuses_text)

ZERO = str(uuid.UUID(int=0))
NOT_HELD = (1 << 53) - 1


class _ByEngine:
    def __init__(self, store):
        self.key = None
        self._store = store

    def _ask(self, who, command, **fields):
        return self._store.ask(who, self.key, command, **fields)


class SessionsByEngine(_ByEngine):
    family = "soap"

    def __init__(self, store):
        super().__init__(store)
        self._sessions = {}
        self._numbers = {}
        self._cursor = ZERO

    def _on_session(self, who, command, **fields):
        return self._ask(who, command, session=self._sessions.get(who, ZERO), **fields)

    def _on_zone(self, who, command, **fields):
        return self._on_session(who, command, numerator=NUMERATOR, zone=ZONE, **fields)

    def enters(self, who):
        session = str(uuid.uuid4())
        self._ask(who, "OpenSession", session=session, settings={"ComputerName": who}, profile=profile_of(who))
        self._sessions[who] = session

    def stays(self, who):
        self._on_session(who, "KeepAlive")

    def leaves(self, who):
        self._on_session(who, "EndSession")

    def ends(self, who, whom):
        self._ask(who, "TerminateSession", session=self._sessions[whom])

    def goes_offline(self, who):
        self._on_session(who, "SuspendSession")

    def comes_online(self, who):
        self._on_session(who, "ResumeSession")

    def notes(self, who, name, value):
        self._on_session(who, "ChangeSettings", settings={name: value})

    def recalls(self, who, name):
        return self._on_session(who, "ReadSession")["settings"][name]

    def sees_sessions(self, who):
        return " ".join(sorted(self._ask(who, "ListSessions")["users"]))

    def sees_profile(self, who, user):
        return self._on_session(who, "ReadProfile", user_name=user)["user"]

    def sees_profile_by_id(self, who, user):
        return self._on_session(who, "ReadProfileById", profile=profile_of(user))["user"]

    def takes(self, who, option):
        self._on_session(who, "TakePlace", option=guid_of(option))

    def frees(self, who, option):
        self._on_session(who, "GiveBack", option=guid_of(option))

    def reads(self, who, option):
        return self._on_session(who, "ReadSession")["maxima"][guid_of(option)] or "no limit"

    def takes_number(self, who, number):
        answer = self._on_zone(who, "TakeNumbers", zone_id=ZONE_ID, first=int(number), last=int(number))
        self._numbers[number] = answer["number_id"]

    def takes_numbers(self, who, first, last):
        self._on_zone(who, "TakeNumbers", zone_id=ZONE_ID, first=int(first), last=int(last))

    def takes_lowest(self, who):
        return str(self._on_zone(who, "TakeFreeNumber", zone_id=ZONE_ID)["number"])

    def takes_highest(self, who):
        return str(self._on_zone(who, "TakeFreeNumber", zone_id=ZONE_ID, highest=True)["number"])

    def releases_number(self, who, number):
        self.releases_numbers(who, number, number)

    def releases_numbers(self, who, first, last):
        self._on_zone(who, "ReleaseNumbers", first=int(first), last=int(last))

    def releases_by_id(self, who, number):
        self._on_session(who, "ReleaseNumberById", numerator=NUMERATOR, number_id=self._numbers.get(number, ZERO))

    def finds_id(self, who, number):
        answer = self._on_session(who, "ReadNumberId", numerator=NUMERATOR, zone_id=ZONE_ID, number=int(number))
        self._numbers[number] = answer["number_id"]

    def finds_by_id(self, who, number):
        return str(self._on_zone(who, "ReadNumberById", number_id=self._numbers.get(number, ZERO))["number"])

    def looks_at_number(self, who, number):
        return status_text(self._on_zone(who, "ReadNumberStatus", number=int(number))["status"])

    def moves_left(self, who, bound, force=None):
        self._on_session(who, "ChangeBound", numerator=NUMERATOR, bound=int(bound), force=force is not None)

    def moves_right(self, who, bound, force=None):
        self._on_session(who, "ChangeBound", numerator=NUMERATOR, bound=int(bound), force=force is not None, right=True)

    def lists_numbers(self, who, first, last):
        self._cursor = str(uuid.uuid4())
        answer = self._on_zone(who, "ListNumbers", first=int(first), last=int(last), cursor=self._cursor)
        return "%d pages" % answer["pages"] if answer["pages"] > 1 else _statuses(answer["runs"])

    def reads_page(self, who, page):
        runs = self._on_session(who, "ReadCursorPage", cursor=self._cursor, page=int(page))["runs"]
        return "%d taken" % _statuses(runs).count("taken")

    def counts_pages(self, who):
        return str(self._on_session(who, "ReadPageCount", cursor=self._cursor)["pages"])

    def closes_list(self, who):
        self._on_session(who, "CloseCursor", cursor=self._cursor)

    def locks(self, who, thing, for_long=None):
        self._on_session(who, "SetLock", resource=guid_of(thing), check_out=for_long is not None)

    def unlocks(self, who, thing, force=None):
        self._on_session(who, "ClearLock", resource=guid_of(thing), force=force is not None)

    def unlocks_all(self, who, *things):
        return names_of(self._on_session(who, "ClearLocks", resources=[guid_of(thing) for thing in things])["resources"])

    def looks_at(self, who, thing):
        lock = self._on_session(who, "ReadLock", resource=guid_of(thing))
        return lock_text(lock["state"], lock["owner"])

    def lists_locks(self, who):
        return names_of(self._on_session(who, "ListLocks")["resources"])


def _statuses(runs):
    return statuses_text((number, status) for first, last, status in runs for number in range(first, last + 1))


class ProgramsByEngine(_ByEngine):
    family = "usage"

    def __init__(self, store):
        super().__init__(store)
        self._sessions = {}
        self._tokens = {}

    def _on_session(self, who, command, **fields):
        return self._ask(who, command, session=self._sessions.get(who, ZERO), **fields)

    def enters(self, who):
        session = str(uuid.uuid4())
        self._ask(who, "OpenSession", session=session, settings={"ComputerName": who}, profile=ZERO)
        self._sessions[who] = session

    def stays(self, who):
        self._on_session(who, "KeepAlive")

    def leaves(self, who):
        self._on_session(who, "EndSession")

    def takes(self, who, option):
        place = self._on_session(who, "TakeProductPlace", product=option)
        self._tokens.setdefault((who, option), []).append(place["token"])

    def frees(self, who, option):
        tokens = self._tokens.get((who, option)) or [NOT_HELD]
        self._on_session(who, "GiveBackToken", token=tokens[-1])


class UsersByEngine(_ByEngine):
    family = "floating"

    def enters(self, who):
        self._ask(who, "RegisterUser", product="work", user_name=who, computer=who)

    def stays(self, who):
        self.enters(who)

    def leaves(self, who):
        self._ask(who, "UnregisterUser", product="work", user_name=who)

    def ends(self, who, whom):
        self._ask(who, "UnregisterUser", product="work", user_name=whom)

    def takes(self, who, option):
        self._ask(who, "RegisterUser", product=PRODUCTS.get(option, "work"), feature=option, user_name=who)

    def frees(self, who, option):
        self._ask(who, "UnregisterUser", product=PRODUCTS.get(option, "work"), feature=option, user_name=who)

    def reads(self, who, option):
        return self._ask(who, "ReadLicenses", product="work")["licenses"][0]["maxima"][option] or "no limit"

    def borrows(self, who, hours):
        until = int(time.time() + float(hours) * 3600)
        self._ask(who, "RegisterUser", product="work", user_name=who, borrows=True, borrowed_until=until)

    def sends_everybody_away(self, who, option=None):
        self._ask(who, "UnregisterAll", product="work", **({} if option is None else {"feature": option}))

    def uses(self, who, count, counter, overages=None):
        feature = {} if counter == "units" else {"feature": counter}
        settings = {} if overages is None else {"max_overages": int(overages.removeprefix("overages=")), "allow_overages": True}
        answer = self._ask(who, "Consume", product="work", user_name=who, units=int(count), **feature, **settings)
        return "%s used, %s over" % (answer["used"], answer["overages"] if answer["allowed"] else 0)

    def removes(self, who, product):
        self._ask(who, "RemoveLicense", product=product)

    def installs(self, who, product):
        self._ask(who, "InstallLicense", product=product)

    def sees_license(self, who, product):
        return _counts(self._ask(who, "ReadLicenses", product=product)["licenses"][0])

    def sees_licenses(self, who, product):
        return "; ".join(map(_counts, self._ask(who, "ReadLicenses", product=product, all=True)["licenses"]))


def _counts(license_):
    counts = dict(license_["counts"])
    texts = ["%s users" % counts.pop("@users"), "%s units" % counts.pop("@consumption")]
    return ", ".join(texts + ["%s %s" % (count, code) for code, count in counts.items()])


class TenantsByEngine(_ByEngine):
    family = "lrm"

    def gives(self, who, service, *products):
        scope, _, service = service.partition("/")
        millionths = {code: round(quantity * 1_000_000) for code, quantity in quantities_of(products).items()}
        return products_text(self._ask(who, "Allot", scope=scope, service=service, quantities=millionths)["products"])

    def empties(self, who, service):
        self._ask(who, "RemoveAllotments", **_named(service))

    def sees_service(self, who, service):
        found = self._ask(who, "ReadAllotments", **_named(service))["services"]
        return products_text(found[0]["products"]) if found else "nothing"

    def sees_services(self, who, *scope):
        found = self._ask(who, "ReadAllotments", **_named("/".join(scope)))["services"]
        return ", ".join("%s %s" % (each["service"], products_text(each["products"])) for each in found)

    def sees_owned(self, who):
        return ", ".join("%s %s" % pair for pair in self._ask(who, "ReadOwnedProducts")["owned"].items())


def _named(service):
    return dict(zip(("scope", "service"), filter(None, service.split("/"))))
