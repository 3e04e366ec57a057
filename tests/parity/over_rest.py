"""The stories as clients of the floating server tell them."""

import datetime

import floating
from names import KEY, PRODUCTS
from story import Refused


class OverRest:
    family = "floating"

    def __init__(self, store):
        self.key = None
        self._store = store

    def _ask(self, who, path, **body):
        client = floating.Floating(self._store.server, {"X-User": who, **({"Idempotency-Key": self.key} if self.key else {})})
        try:
            return self._answer(client.post(path, body))
        finally:
            client.http.close()

    def _read(self, who, path, **query):
        client = floating.Floating(self._store.server, {"X-User": who})
        try:
            return self._answer(client.get("/api/v4/" + path, **query))
        finally:
            client.http.close()

    def _answer(self, response):
        if response.status_code != 200:
            raise Refused(floating.refusal_of(response)[1])
        return response.json() if response.headers["Content-Type"].startswith("application/json") else response.text

    def enters(self, who):
        self._ask(who, "register", product="work", user=who, os_hostname=who)

    def stays(self, who):
        self.enters(who)

    def leaves(self, who):
        self._ask(who, "unregister", product="work", user=who)

    def ends(self, who, whom):
        self._ask(who, "unregister", product="work", user=whom)

    def takes(self, who, option):
        self._ask(who, "featureRegister", product=PRODUCTS.get(option, "work"), feature=option, user=who)

    def frees(self, who, option):
        self._ask(who, "featureRelease", product=PRODUCTS.get(option, "work"), feature=option, user=who)

    def reads(self, who, option):
        return str(self._feature(who, option)["floating_users"] or "no limit")

    def _feature(self, who, option):
        (feature,) = [each for each in self._read(who, "license", product="work")["product_features"] if each["code"] == option]
        return feature

    def borrows(self, who, hours):
        until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=float(hours))
        self._ask(who, "borrow", product="work", user=who, borrowed_until=until.strftime("%Y-%m-%dT%H:%M:%SZ"))

    def sends_everybody_away(self, who, option=None):
        if option is None:
            self._ask(who, "unregister/all", product="work")
        else:
            self._ask(who, "featureRelease/all", product="work", feature=option)

    def uses(self, who, count, counter, overages=None):
        feature = {} if counter == "units" else {"feature": counter}
        settings = {} if overages is None else {"max_overages": overages.removeprefix("overages="), "allow_overages": "true"}
        path = "add_feature_consumption" if feature else "add_consumption"
        answer = self._ask(who, path, product="work", user=who, consumptions=count, **feature, **settings)
        return "%d used, %d over" % (answer["total_consumptions"], answer["max_overages"])

    def removes(self, who, product):
        self._ask(who, "removeProduct", product=product)

    def installs(self, who, product):
        self._ask(who, "addProduct", product=product, licenseKey=KEY)

    def sees_license(self, who, product):
        return self._counts(self._read(who, "license", product=product))

    def sees_licenses(self, who, product):
        return "; ".join(self._counts(each) for each in self._read(who, "licenses", product=product))

    def _counts(self, license_):
        features = ["%d %s" % (each["total_consumptions"] if each["feature_type"] == "consumption" else each["floating_in_use_devices"], each["code"])
                    for each in license_["product_features"]]
        return ", ".join(["%d users" % license_["floating_in_use"], "%d units" % license_["total_consumptions"], *features])
