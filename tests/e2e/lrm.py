"""Talks to the license resource manager's door as scripts do: JSON by `requests`."""

import requests

TIMEOUT = 60
DELILAH = "y-y-y-delilah"
"""The account of the sample catalogue that owns products: 5 UNATT, 4 NONPR, 2 TIE."""


class Lrm:
    def __init__(self, server, account=DELILAH, headers=None):
        self.url = server.base_url
        self.account = account
        self.http = requests.Session()
        self.http.trust_env = False  # proxies and .netrc of the machine that runs the tests are none of ours
        self.http.headers.update(headers or {})

    def ask(self, method, path, headers=None, **more):
        return self.http.request(method, self.url + path, headers=headers, timeout=TIMEOUT, **more)

    def path(self, *parts):
        return "/".join(["/lrm/api/account", self.account, *parts])

    def get(self, *parts):
        return self.ask("GET", self.path(*parts))

    def allocate(self, scope, service="orchestrator", headers=None, **quantities):
        """Gives exactly so much of each; a code's `_` stands for `-`."""
        products = [{"code": code.replace("_", "-"), "quantity": quantity} for code, quantity in quantities.items()]
        return self.ask("PUT", self.path("service-license", scope, service), headers, json={"products": products})

    def remove(self, scope, *service, headers=None):
        return self.ask("DELETE", self.path("service-license", scope, *service), headers)

    def has(self, scope, service="orchestrator"):
        """What a service has, by code."""
        response = self.get("service-license", scope, service)
        if response.status_code == 410:
            return {}
        assert response.status_code == 200, response.text
        return {product["code"]: product["quantity"] for product in response.json()["license"]["products"]}

    def left(self):
        """What nobody has, by code."""
        response = self.get("available-account-licenses")
        assert response.status_code == 200, response.text
        return {product["code"]: product["total"] - product["allocated"] for product in response.json()}
