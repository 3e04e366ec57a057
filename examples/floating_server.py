#!/usr/bin/env python3
"""Registers, uses units up, takes a floating feature, and gives everything back.

Usage: floating_server.py [base URL of the floating server]

Needs the package `requests` (Debian: python3-requests).
"""

import sys

import requests

URL = sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://127.0.0.1:8080"
PRODUCT, USER = "app", "example-pc"

http = requests.Session()


class Refused(Exception):
    """The server's error, as its code and message."""


def call(path, **parameters):
    """Posts one request; returns what the reply says."""
    response = http.post("%s/api/v4/%s" % (URL, path), json={"product": PRODUCT, **parameters}, timeout=30)
    if response.status_code >= 400:
        error = response.json()
        raise Refused("%s: %s" % (error["code"], error["message"]))
    is_json = response.headers.get("Content-Type", "").startswith("application/json")
    return response.json() if is_json else response.text


def main():
    seat = call("register", user=USER, os_hostname="EXAMPLE-PC")
    print("Register: %d of %d places are taken" % (seat["floating_in_use"], seat["floating_users"]))
    try:
        used = call("add_consumption", user=USER, consumptions=2)
        print("Consumption: %d of %d units are used up" % (used["total_consumptions"], used["max_consumptions"]))
        pages = call("add_feature_consumption", user=USER, feature="f1", consumptions=1)
        print("Feature consumption: %d of %d" % (pages["total_consumptions"], pages["max_consumptions"]))
        editor = call("featureRegister", user=USER, feature="f2")
        print("Feature: %d of %d places are taken" % (editor["floating_in_use_devices"], editor["floating_users"]))
        print("Feature release:", call("featureRelease", user=USER, feature="f2"))
    finally:
        print("Unregister:", call("unregister", user=USER))


try:
    main()
except Refused as refusal:
    sys.exit("The server refused: %s" % refusal)
except (requests.RequestException, ValueError) as failure:
    sys.exit("No proper answer from %s: %s" % (URL, failure))
