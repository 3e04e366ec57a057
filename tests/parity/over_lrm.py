"""The stories as clients of the license resource manager tell them."""

import lrm
import usage
from names import products_text, quantities_of
from story import Refused


class OverLrm:
    family = "lrm"

    def __init__(self, store):
        self.key = None
        self._store = store

    def _ask(self, who, method, path, body=None):
        headers = {"X-User": who, **({"Idempotency-Key": self.key} if self.key else {})}
        client = lrm.Lrm(self._store.server, "default", headers)
        try:
            response = client.ask(method, client.path(path), json=body)
            if response.status_code >= 400:
                raise Refused(usage.problem_of(response)[1])
            return response.json() if response.content else None
        finally:
            client.http.close()

    def gives(self, who, service, *products):
        body = {"products": [{"code": code, "quantity": quantity} for code, quantity in quantities_of(products).items()]}
        return _products(self._ask(who, "PUT", "service-license/" + service, body))

    def empties(self, who, service):
        self._ask(who, "DELETE", "service-license/" + service)

    def sees_service(self, who, service):
        try:
            return _products(self._ask(who, "GET", "service-license/" + service))
        except Refused as refused:
            assert str(refused) == "no_service_license"
            return "nothing"

    def sees_services(self, who, *scope):
        path = "/".join(["service-license", *scope])
        return ", ".join("%s/%s %s" % (each["serviceScopeId"], each["serviceType"], _products(each)) for each in self._ask(who, "GET", path))

    def sees_owned(self, who):
        return ", ".join("%s %g of %g" % (each["code"], each["allocated"], each["total"])
                         for each in self._ask(who, "GET", "available-account-licenses"))


def _products(license_):
    return products_text({each["code"]: each["quantity"] for each in license_["license"]["products"]})
