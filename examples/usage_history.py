#!/usr/bin/env python3
"""Tells how much of each counter was used on each of the last days: the peak, the average, and who was refused.

Usage: usage_history.py [base URL of the server [time zone]]

Needs the package `requests` (Debian: python3-requests).
"""

import sys

import requests

URL = sys.argv[1].rstrip("/") if len(sys.argv) > 1 else "http://127.0.0.1:8080"
ZONE = sys.argv[2] if len(sys.argv) > 2 else "UTC"


def main():
    response = requests.get(URL + "/api/history", params={"window": "day", "tz": ZONE, "group": "counter"}, timeout=60)
    if response.status_code >= 400:
        problem = response.json()
        sys.exit("The server refused: %s: %s" % (problem["code"], problem.get("detail", problem["title"])))
    for row in response.json()["rows"]:
        limit = "without a limit" if row["limit"] is None else "of %s" % row["limit"]
        print("%s %s/%s: at most %s %s, %s on average; %d granted, %d refused" % (
            row["start"], row["product"], row["feature"], row["peak"], limit, row["average"], row["granted"], row["refused"]))


try:
    main()
except (requests.RequestException, ValueError) as failure:
    sys.exit("No proper answer from %s: %s" % (URL, failure))
