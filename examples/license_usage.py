#!/usr/bin/env python3
"""Opens a session as a 4D program, takes a place of 4D Client, and tells who holds a place, and what is allowed.

Usage: license_usage.py [base URL of the server]

Needs the package `requests` (Debian: python3-requests).
"""

import contextlib
import socket
import sys

import requests

URL = sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://127.0.0.1:8080"

http = requests.Session()


class Refused(Exception):
    """The server's problem document, as its code and what it says."""


def answered(response):
    if response.status_code >= 400:
        problem = response.json()
        raise Refused("%s: %s" % (problem["code"], problem.get("detail", problem["title"])))
    return response


def held():
    """Every place, page by page."""
    url = "/api/license-usage?limit=1000"
    while url:
        page = answered(http.get(URL + url, timeout=30))
        yield from page.json()
        url = page.links.get("next", {}).get("url")


@contextlib.contextmanager
def session_with_a_place():
    """It ends, and its place goes back, whatever happens meanwhile."""
    session = answered(http.post(URL + "/api/sessions", json={
        "type": "remote", "userName": "Designer", "machineName": socket.gethostname(), "hostType": "windows"}, timeout=30)).json()
    path = URL + "/api/sessions/" + session["id"]
    try:
        yield answered(http.post(path + "/places", json={"product": 808464441, "reason": "CLIENT"}, timeout=30)).json()
    finally:
        answered(http.delete(path, timeout=30))


def main():
    with session_with_a_place() as place:
        print("Took place %d of %s, %d are left" % (place["token"], place["productName"], place["productBalance"]))
        tell()


def tell():
    for product in answered(http.get(URL + "/api/license-info", timeout=30)).json()["products"]:
        print("%s: %d of %d places are taken" % (product["name"], product["usedCount"], product["allowedCount"]))
    for place in held():
        session = place["session"]
        print("%d %s: %s at %s since %s (%s)" % (place["token"], place["productName"], session["userName"],
                                                 session.get("machineName") or session["IPAddress"], place["time"],
                                                 place["reason"]))


try:
    main()
except Refused as refusal:
    sys.exit("The server refused: %s" % refusal)
except (requests.RequestException, ValueError) as failure:
    sys.exit("No proper answer from %s: %s" % (URL, failure))
