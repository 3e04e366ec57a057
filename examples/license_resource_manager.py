#!/usr/bin/env python3
"""Gives a tenant's service robots of what its organization owns, tells what is left, and takes them back.

Usage: license_resource_manager.py [base URL of the server [organization [tenant]]]

Needs the package `requests` (Debian: python3-requests).
"""

import sys

import requests

URL, ACCOUNT, TENANT = (sys.argv[1:] + ["http://127.0.0.1:8080", "y-y-y-delilah", "y1968"][len(sys.argv) - 1:])[:3]
LRM = URL.rstrip("/") + "/lrm/api/account/" + ACCOUNT
SERVICE = "%s/service-license/%s/orchestrator" % (LRM, TENANT)


class Refused(Exception):
    """The server's problem document, as its code and what it says."""


def ask(method, url, body=None):
    response = requests.request(method, url, json=body, timeout=30)
    if response.status_code >= 400:
        problem = response.json()
        raise Refused(": ".join([problem["code"], *filter(None, [problem.get("productCode")]), problem.get("detail", problem["title"])]))
    return response


def tell_what_is_left():
    for product in ask("GET", LRM + "/available-account-licenses").json():
        print("%s: %g of %g are allocated" % (product["code"], product["allocated"], product["total"]))


def main():
    # Each quantity is the new total; what the list does not name becomes 0.
    granted = ask("PUT", SERVICE, {"products": [{"code": "UNATT", "quantity": 2}, {"code": "NONPR", "quantity": 1}]}).json()
    for product in granted["license"]["products"]:
        print("%s has %g %s" % (TENANT, product["quantity"], product["code"]))
    tell_what_is_left()
    ask("DELETE", SERVICE)
    print("%s gave everything back" % TENANT)


try:
    main()
except Refused as refusal:
    sys.exit("The server refused: %s" % refusal)
except (requests.RequestException, ValueError) as failure:
    sys.exit("No proper answer from %s: %s" % (URL, failure))
